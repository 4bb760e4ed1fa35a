"""A bundle, indexed once: its resources by type, and the way from a reference to its resource."""

from __future__ import annotations

from datetime import datetime
from typing import Any


class Context:
    """What checks of one element need to know of the whole message.

    ``by_type`` holds (entry number, resource) by resource type; ``base`` is the address below which the
    entry at hand stands, against which its relative references are resolved.
    """

    __slots__ = ("_by_url", "base", "bases", "by_type", "entries", "resources", "thread", "tree", "version")

    def __init__(self, tree: dict[str, Any], version: str) -> None:
        self.tree = tree
        self.version = version
        entries = tree.get("entry")
        self.entries: list[Any] = entries if type(entries) is list else []
        self.resources: list[dict[str, Any]] = []
        self.bases: list[str] = []
        self.by_type: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self._by_url: dict[str, dict[str, Any]] = {}
        self.base = ""
        #: What the rules of a standard found out about the message as a whole, kept for each other.
        self.thread: object = None
        for number, entry in enumerate(self.entries):
            resource = entry.get("resource") if type(entry) is dict else None
            if type(resource) is not dict:
                resource = {}
            self.resources.append(resource)
            kind = resource.get("resourceType")
            if type(kind) is str:
                self.by_type.setdefault(kind, []).append((number, resource))
            url = entry.get("fullUrl") if type(entry) is dict else None
            if type(url) is str:
                self._by_url[url] = resource
                self.bases.append(url.rsplit("/", 2)[0] if url.startswith("http") else "")
            else:
                self.bases.append("")

    @property
    def timestamp(self) -> datetime | None:
        """When the bundle was made; ``None`` where that is not told, or wrongly."""
        text = self.tree.get("timestamp")
        try:
            found = datetime.fromisoformat(text) if type(text) is str else None
        except ValueError:
            return None
        return found if found is not None and found.tzinfo is not None else None

    def of(self, resource_type: str) -> list[tuple[int, dict[str, Any]]]:
        """(entry number, resource) of all resources of a type, in the order of the entries."""
        return self.by_type.get(resource_type) or []

    def first(self, resource_type: str) -> dict[str, Any]:
        """The first resource of a type, or an empty one."""
        found = self.by_type.get(resource_type)
        return found[0][1] if found else {}

    def resolve(self, reference: str) -> dict[str, Any] | None:
        """The bundled resource that a reference of the entry at hand leads to.

        A relative reference needs a fullUrl of the form ``<base>/<type>/<id>`` on both entries.
        """
        found = self._by_url.get(reference)
        if found is None and self.base:
            found = self._by_url.get(f"{self.base}/{reference}")
        return found

    def follow(self, number: int, reference: Any) -> dict[str, Any]:
        """The resource that a Reference object in entry ``number`` leads to, or an empty one."""
        if type(reference) is not dict or type(target := reference.get("reference")) is not str:
            return {}
        self.base = self.bases[number]
        return self.resolve(target) or {}
