"""Single changes of a FHIR message, by paths as FHIR writes them, from a resource type on.

``Communication.payload[0].extension:date.valueDateTime`` is in the first Communication of the bundle;
``Provenance#1.target`` in the second Provenance; ``Bundle.timestamp`` in the bundle itself. An extension
may be called by the name of its slice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import orjson

from mocks.standards import fhir_bundle

Tree = dict[str, Any]
Edit = Callable[[Tree], None]

_SLICES = {
    "date": "medcom-core-datetime-extension",
    "author": "medcom-core-practitioner-extension",
    "contact": "medcom-core-contact-extension",
    "identifier": "medcom-core-identifier-extension",
    "sender": "medcom-core-sender-extension",
    "use": "medcom-messaging-destinationUseExtension",
}
_STEP = re.compile(r"(\w+)(?::(\w+))?(?:\[(\d+)\])?$")


def edited(edit: Edit, mime: str = fhir_bundle.MIME_JSON) -> Callable[[bytes], bytes]:
    """The change of bytes that makes ``edit`` in the tree."""

    def change(raw: bytes) -> bytes:
        tree = orjson.loads(raw)
        edit(tree)
        return fhir_bundle.serialise(tree, mime)

    return change


def entry(tree: Tree, path: str) -> int:
    """The position of the resource that a path begins with."""
    kind, _, nth = path.partition(".")[0].partition("#")
    places = [i for i, e in enumerate(tree["entry"]) if e["resource"]["resourceType"] == kind]
    if len(places) <= int(nth or 0):
        raise LookupError(f"the base message has no {path}")
    return places[int(nth or 0)]


def resource(tree: Tree, path: str) -> Tree:
    """The resource that a path begins with."""
    found: Tree = tree["entry"][entry(tree, path)]["resource"]
    return found


def _steps(tree: Tree, path: str) -> tuple[Any, list[str | int], str]:
    """Where to begin, the keys to follow, and the same as a place of a finding."""
    head, _, rest = path.partition(".")
    if head == "Bundle":
        node: Any = tree
        place = "Bundle"
    else:
        at = entry(tree, path)
        node, place = tree["entry"][at]["resource"], f"Bundle.entry[{at}].resource"
    keys: list[str | int] = []
    here = node
    for part in rest.split(".") if rest else []:
        step = _STEP.match(part)
        assert step is not None, path
        name, slice_name, count = step.groups()
        index = int(count) if count is not None else None
        if slice_name is not None:
            url = _SLICES[slice_name]
            index = next(i for i, e in enumerate(here[name]) if e["url"].endswith(url))
        keys.append(name)
        here = here.get(name) if isinstance(here, dict) else None
        place += f".{name}"
        if index is not None:
            keys.append(index)
            here = here[index] if isinstance(here, list) and len(here) > index else None
            place += f"[{index}]"
    return node, keys, place


def place(tree: Tree, path: str) -> str:
    """The path as findings write it, with the positions of entries."""
    return _steps(tree, path)[2]


def _holder(tree: Tree, path: str) -> tuple[Any, str | int]:
    node, keys, _ = _steps(tree, path)
    for key in keys[:-1]:
        node = node[key]
    return node, keys[-1]


def get(tree: Tree, path: str) -> Any:
    """What stands at ``path``."""
    holder, key = _holder(tree, path)
    return holder[key]


def drop(path: str) -> Edit:
    """The element is missing; where it was the last of a list, so is the list."""

    def edit(tree: Tree) -> None:
        holder, key = _holder(tree, path)
        del holder[key]
        if holder == []:
            _drop_list(tree, path)

    return edit


def _drop_list(tree: Tree, path: str) -> None:
    node, keys, _ = _steps(tree, path)
    for key in keys[:-2]:
        node = node[key]
    del node[keys[-2]]


def put(path: str, value: Any) -> Edit:
    """The element has another value."""

    def edit(tree: Tree) -> None:
        holder, key = _holder(tree, path)
        holder[key] = deepcopy(value)

    return edit


def append(path: str, value: Any) -> Edit:
    """One more in the list."""

    def edit(tree: Tree) -> None:
        holder, key = _holder(tree, path)
        holder.setdefault(key, []).append(deepcopy(value))

    return edit


def repeat(path: str) -> Edit:
    """The element of a list stands twice."""

    def edit(tree: Tree) -> None:
        holder, key = _holder(tree, path)
        holder.insert(key, deepcopy(holder[key]))

    return edit


def rename(path: str, name: str) -> Edit:
    """The element has another name."""

    def edit(tree: Tree) -> None:
        holder, key = _holder(tree, path)
        holder[name] = holder.pop(key)

    return edit


def both(*edits: Edit) -> Edit:
    """Changes that are one fault together."""

    def edit(tree: Tree) -> None:
        for one in edits:
            one(tree)

    return edit


def remove_entry(path: str) -> Edit:
    """The bundle lacks the resource."""

    def edit(tree: Tree) -> None:
        del tree["entry"][entry(tree, path)]

    return edit


def repeat_entry(path: str, new_id: str | None = None) -> Edit:
    """The resource stands twice, the second time under another id if one is given."""

    def edit(tree: Tree) -> None:
        copy = deepcopy(tree["entry"][entry(tree, path)])
        if new_id is not None:
            kind = copy["resource"]["resourceType"]
            copy["resource"]["id"] = new_id
            copy["fullUrl"] = copy["fullUrl"].rpartition(f"/{kind}/")[0] + f"/{kind}/{new_id}"
        tree["entry"].append(copy)

    return edit
