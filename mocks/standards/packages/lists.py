"""The check of a repeating element: how often it stands, and for sliced ones each slice by itself."""

from __future__ import annotations

from typing import Any

from mocks.standards.packages.elements import UNBOUNDED, Element
from mocks.standards.packages.fhirpath_values import CannotRun
from mocks.standards.packages.objects import kind, prefix
from mocks.standards.packages.rules import ORDER
from mocks.standards.packages.slicing import Slicer
from mocks.standards.packages.world import Check
from mocks.standards.profiles.fhir_kinds import CARDINALITY, SLICING, TYPE
from mocks.standards.profiles.fhir_rows import Note, broken


def _card(element: Element) -> str:
    return f"{element.low}..{'*' if element.high == UNBOUNDED else element.high}"


def wrong_list(element: Element, value: Any, source: str) -> Note | None:
    """What is wrong with a list as such: no list, empty, too short, too long."""
    name = element.name
    if type(value) is not list:
        sentence = f"{name} is a list in FHIR's JSON, not {kind(value)}"
        return broken(TYPE, sentence, "", "write a list", source)
    if element.low <= len(value) <= element.high and value:
        return None
    sentence = f"{name} stands {len(value)} times, allowed is {_card(element)}"
    return broken(CARDINALITY, sentence, "", f"send {name} {_card(element)}", source)


def plain_list(element: Element, one: Check, source: str) -> Check:
    """The check of a list whose items are all alike."""

    def check(value: Any, notes: list[Note], context: Any) -> None:
        if (wrong := wrong_list(element, value, source)) is not None:
            notes.append(wrong)
            if type(value) is not list:
                return
        known = len(notes)
        for position, item in enumerate(value):
            if item is None:
                continue  # a place for what stands beside it: the object sees to that
            one(item, notes, context)
            if len(notes) != known:
                prefix(notes, known, f"[{position}]")
                known = len(notes)

    return check


class SlicedList:
    """A list whose items are told apart. ``parts``: slice, its check, and its own slices if it has any."""

    def __init__(
        self,
        element: Element,
        slicer: Slicer,
        one: Check,
        parts: dict[str, tuple[Element, Check, SlicedList | None]],
        source: str,
    ) -> None:
        self._element, self._slicer, self._one, self._parts = element, slicer, one, parts
        self._source = source
        self._places = {name: place for place, name in enumerate(parts)}
        self._default = parts.get("@default")
        self._closed = slicer.rules == "closed" and self._default is None
        self._counted = [
            (name, part)
            for name, (part, _, _) in parts.items()
            if name not in slicer.unsure and name != "@default"
        ]

    def __call__(self, value: Any, notes: list[Note], context: Any) -> None:
        if (wrong := wrong_list(self._element, value, self._source)) is not None:
            notes.append(wrong)
            if type(value) is not list:
                return
        self._items(list(enumerate(value)), notes, context)

    def _items(self, items: list[tuple[int, Any]], notes: list[Note], context: Any) -> None:
        groups: dict[str, list[tuple[int, Any]]] = {}
        known, last, sure = len(notes), -1, True
        for position, item in items:
            try:
                name = self._slicer.name_of(item, context)
            except CannotRun as error:
                context.not_checked(f"the slices of {self._element.id}: {error}")
                name, sure = None, False
                self._one(item, notes, context)
            else:
                if name is None:
                    self._outside(item, notes, context)
                    if self._slicer.unsure and self._default is None:
                        for reason in self._slicer.unsure.values():
                            context.not_checked(reason)
            if name is not None:
                groups.setdefault(name, []).append((position, item))
                _, inner, nested = self._parts[name]
                if nested is None:
                    inner(item, notes, context)
            if self._slicer.ordered:
                last = self._order(name, last, notes)
            if len(notes) != known:
                prefix(notes, known, f"[{position}]")
                known = len(notes)
        for name, group in groups.items():
            nested = self._parts[name][2]
            if nested is not None:
                nested._items(group, notes, context)
        if sure:
            self._count(groups, notes)

    def _outside(self, item: Any, notes: list[Note], context: Any) -> None:
        """An item of no slice."""
        if self._default is not None:
            self._default[1](item, notes, context)
            return
        self._one(item, notes, context)
        if self._closed and not self._slicer.unsure:
            allowed = ", ".join(name for name, part in self._counted if part.high)
            sentence = (
                f"this {self._element.name} is none of the allowed kinds (by {self._slicer.by}): {allowed}"
            )
            notes.append(broken(SLICING, sentence, "", f"use one of {allowed}", self._source))

    def _order(self, name: str | None, last: int, notes: list[Note]) -> int:
        place = len(self._places) if name is None else self._places[name]
        if name is None and self._slicer.rules != "openAtEnd":
            return last
        if place < last:
            order = ", ".join(self._places)
            sentence = f"this {self._element.name} stands behind one that it should precede"
            notes.append(broken(ORDER, sentence, "", f"order them: {order}", self._source))
        return max(place, last)

    def _count(self, groups: dict[str, list[tuple[int, Any]]], notes: list[Note]) -> None:
        for name, part in self._counted:
            count = len(groups.get(name, ()))
            if not part.low <= count <= part.high:
                what = f"{self._element.name}:{name}"
                sentence = f"{what} stands {count} times, allowed is {_card(part)}"
                mend = f"send {self._element.name} of the kind {name} {_card(part)}"
                notes.append(broken(CARDINALITY, sentence, "", mend, self._source))
