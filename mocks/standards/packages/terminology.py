"""Value sets as sets of codes, where the packages say enough to list them.

A value set lists codes itself, takes a whole code system, filters one by its hierarchy, or is built of
other value sets. What cannot be listed (a code system that is not at hand, a filter on its properties)
is not guessed: the expansion says which part is missing, and a code that only that part could hold is
neither right nor wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mocks.standards.packages.scope import Scope

Code = tuple[str, str]
#: Code systems whose codes are made by a grammar, not listed: languages and media types.
GRAMMARS: Final = {
    "urn:ietf:bcp:47": re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"),
    "urn:ietf:bcp:13": re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+( *;.*)?"),
}
MAX_CODES: Final = 500_000
_MAX_NESTING = 20


@dataclass(frozen=True, slots=True)
class Expansion:
    """The codes of a value set as (system, code), and its codes without their systems.

    ``unlisted`` says, for each code system that could not be listed, why; the empty system stands for
    all. A code of such a system may or may not belong to the value set. ``grammars`` are those of
    ``GRAMMARS`` that belong to it as a whole.
    """

    url: str
    version: str
    pairs: frozenset[Code]
    bare: frozenset[str]
    unlisted: Mapping[str, str]
    grammars: frozenset[str] = frozenset()

    def holds(self, system: str, code: str) -> bool | None:
        """Whether a coding belongs to the value set; ``None`` where that cannot be said."""
        if (system, code) in self.pairs:
            return True
        if system in self.grammars:
            return GRAMMARS[system].fullmatch(code) is not None
        return None if system in self.unlisted or "" in self.unlisted else False

    def holds_bare(self, code: str) -> bool | None:
        """The same for an element of type code, which has no system."""
        if code in self.bare or any(GRAMMARS[system].fullmatch(code) for system in self.grammars):
            return True
        return None if self.unlisted else False


def fixed(url: str, version: str, codes: Mapping[str, frozenset[str]]) -> Expansion:
    """An expansion from a table: codes by system."""
    pairs = frozenset((system, code) for system, listed in codes.items() for code in listed)
    return Expansion(url, version, pairs, frozenset(code for _, code in pairs), {})


def _none(system: str) -> None:
    return None


class Terminology:
    """The value sets of a scope, each expanded once.

    Where no package has a value set, ``stand_in`` may give it; where one has not all codes of a code
    system that it needs, ``of_system`` may give those that matter here.
    """

    def __init__(
        self,
        scope: Scope,
        stand_in: Callable[[str], Expansion | None],
        of_system: Callable[[str], frozenset[str] | None] = _none,
    ) -> None:
        self._scope, self._stand_in, self._of_stand_in = scope, stand_in, of_system
        self._done: dict[str, Expansion | None] = {}

    def expand(self, canonical: str) -> Expansion | None:
        """The expansion of a value set, or ``None`` where neither a package nor a stand-in has it."""
        if canonical not in self._done:
            self._done[canonical] = self._expand(canonical, 0)
        return self._done[canonical]

    def _expand(self, canonical: str, nesting: int) -> Expansion | None:
        definition = self._scope.find(canonical, "ValueSet")
        if definition is None:
            return self._stand_in(canonical)
        pairs: set[Code] = set()
        unlisted: dict[str, str] = {}
        if nesting > _MAX_NESTING:
            unlisted[""] = f"{canonical} is built of value sets more than {_MAX_NESTING} deep"
        else:
            try:
                for code in self._codes(definition.tree, unlisted, nesting):
                    pairs.add(code)
                    if len(pairs) > MAX_CODES:
                        unlisted[""] = f"{canonical} has more than {MAX_CODES} codes"
                        break
            except (AttributeError, TypeError, RecursionError):
                unlisted[""] = f"{canonical} is not built as a ValueSet is, or a CodeSystem that it needs"
        bare = frozenset(code for _, code in pairs if code)
        grammars = frozenset(system for system, code in pairs if not code)
        listed = frozenset(pair for pair in pairs if pair[1])
        return Expansion(definition.url, definition.version, listed, bare, unlisted, grammars)

    def _codes(self, tree: dict[str, Any], unlisted: dict[str, str], nesting: int) -> Iterator[Code]:
        compose = _dict(tree.get("compose"))
        excluded: set[Code] = set()
        doubtful: dict[str, str] = {}
        for part in _dicts(compose.get("exclude")):
            excluded |= self._part(part, doubtful, nesting)
        chosen: set[Code] = set()
        for part in _dicts(compose.get("include")):
            chosen |= self._part(part, unlisted, nesting)
        listed = list(_listed(_dicts(_dict(tree.get("expansion")).get("contains"))))
        if listed and (unlisted or not chosen):
            # what the publisher's terminology server made of it is better than what is not known here
            unlisted.clear()
            yield from listed
            return
        unlisted.update(doubtful)
        yield from (code for code in chosen - excluded if code[0] not in doubtful and "" not in doubtful)

    def _part(self, part: dict[str, Any], unlisted: dict[str, str], nesting: int) -> set[Code]:
        """Codes of one include: those of its system, and of all value sets that it names, at once."""
        system = part.get("system")
        chosen: set[Code] | None = None
        if type(system) is str:
            chosen = set(self._of_system(part, system, unlisted))
        for canonical in part.get("valueSet") or ():
            other = self._expand(str(canonical), nesting + 1)
            if other is None:
                unlisted[""] = self._scope.why_missing(str(canonical), "ValueSet")
                return set()
            unlisted.update(other.unlisted)
            whole = {*other.pairs, *((grammar, "") for grammar in other.grammars)}
            chosen = whole if chosen is None else chosen & whole
        return chosen or set()

    def _of_system(self, part: dict[str, Any], system: str, unlisted: dict[str, str]) -> Iterator[Code]:
        concepts = part.get("concept")
        if concepts:
            for concept in _dicts(concepts):
                yield system, str(concept.get("code"))
            return
        if system in GRAMMARS and not part.get("filter"):
            yield system, ""  # all of them
            return
        version = part.get("version")
        definition = self._scope.find(f"{system}|{version}" if version else system, "CodeSystem")
        if definition is None and (known := self._of_stand_in(system)) is not None:
            yield from ((system, code) for code in known)
            return
        if definition is None:
            unlisted[system] = f"the code system {self._scope.why_missing(system, 'CodeSystem')}"
            return
        tree = definition.tree
        if tree.get("content") not in ("complete", None):
            unlisted[system] = f"the code system {system} is published without all its codes"
        filters = _dicts(part.get("filter"))
        below = [_filtered(tree, one) for one in filters]
        if any(codes is None for codes in below):
            unlisted[system] = f"the value set filters {system} in a way that is not carried out here"
            return
        for code in _all(_dicts(tree.get("concept")), 0):
            if all(codes is None or code in codes for codes in below):
                yield system, code


def _listed(contains: list[dict[str, Any]]) -> Iterator[Code]:
    for entry in contains:
        if entry.get("code") and not entry.get("abstract"):
            yield str(entry.get("system") or ""), str(entry["code"])
        yield from _listed(_dicts(entry.get("contains")))


def _all(concepts: list[dict[str, Any]], depth: int) -> Iterator[str]:
    for concept in concepts:
        yield str(concept.get("code"))
        if depth < 64:
            yield from _all(_dicts(concept.get("concept")), depth + 1)


def _filtered(tree: dict[str, Any], one: dict[str, Any]) -> set[str] | None:
    """Codes that pass a filter on the hierarchy of a code system; ``None`` for any other filter."""
    operation, value = one.get("op"), str(one.get("value"))
    if one.get("property") != "concept" or operation not in ("is-a", "descendent-of", "is-not-a"):
        return None
    children: dict[str, set[str]] = {}

    def collect(concepts: list[dict[str, Any]], parents: tuple[str, ...]) -> None:
        for concept in concepts:
            code = str(concept.get("code"))
            nearest = [
                str(p.get("valueCode"))
                for p in _dicts(concept.get("property"))
                if p.get("code") in ("subsumedBy", "parent") and p.get("valueCode")
            ]
            for parent in (*parents[-1:], *nearest):
                children.setdefault(parent, set()).add(code)
            children.setdefault(code, set())
            if len(parents) < 64:
                collect(_dicts(concept.get("concept")), (*parents, code))

    collect(_dicts(tree.get("concept")), ())
    below: set[str] = set()
    waiting = [value]
    while waiting:
        for code in children.get(waiting.pop(), ()):
            if code not in below:
                below.add(code)
                waiting.append(code)
    if operation == "descendent-of":
        return below
    return below | {value} if operation == "is-a" else set(children) - below - {value}


def _dict(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if type(one) is dict] if type(value) is list else []
