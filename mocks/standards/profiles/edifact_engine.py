"""Checks an EDIFACT message against a table of rules, and reports everything that is wrong, not the first.

A table (``dis91.py``, ``ctl.py``, ``ref01.py``, ``bin01.py``) says which segment groups a message has, which
segments stand in each, in what order and how often, and what may stand in their components. ``compile_table``
turns it once into look-ups, so that checking is one walk over the segments.

A group starts with its trigger segment (S01, or UCI and UCM in receipts). Where several groups share a
trigger, the qualifier of one segment in it says which group it is: NAD+SSP or NAD+PO.

The rule id of a segment is ``<table>/<group>/<segment>``, as ``DIS91/S01-sender/NAD``, and that of a
component has its name at the end: ``DIS91/S01-sender/NAD/identifier``. What belongs to no single segment has
``order``, ``unknown-segment`` or ``surplus`` there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from mocks.standards.edifact.syntax import Segment
from mocks.standards.findings import Finding
from mocks.standards.profiles.xml_types import Kind, Test, one_of
from mocks.standards.rule import Rule

#: The head of a message is checked as a group of this name: UNH to the first trigger.
HEAD = "head"


class Part(msgspec.Struct, frozen=True):
    """One component: its name, what it holds, and whether it must be there."""

    name: str
    kind: Kind
    required: bool = True


#: An element: its components in order; ``None`` where one must be empty.
Element = tuple[Part | None, ...]
#: An element that must be empty.
NOTHING: Element = ()


class Form(msgspec.Struct, frozen=True):
    """How a segment looks; ``qualifiers`` are the values of its first component that mean this form."""

    elements: tuple[Element, ...]
    qualifiers: tuple[str, ...] = ()


class Slot(msgspec.Struct, frozen=True):
    """One place in a group: a segment of one of several forms, ``least`` to ``most`` times.

    ``name`` stands in the rule id, and is the tag where it is empty.
    """

    tag: str
    forms: tuple[Form, ...]
    least: int = 1
    most: int = 1
    name: str = ""

    @property
    def title(self) -> str:
        return self.name or self.tag


class Group(msgspec.Struct, frozen=True):
    """A segment group: the first slot is its trigger. ``key`` is the tag and the qualifiers that tell it from
    other groups of this trigger."""

    name: str
    slots: tuple[Slot, ...]
    least: int = 1
    most: int = 1
    key: tuple[str, tuple[str, ...]] | None = None

    @property
    def trigger(self) -> str:
        return self.slots[0].tag


class Table(msgspec.Struct, frozen=True):
    """A message: its letter type, the slots of its head from UNH on, and its groups in order."""

    name: str
    head: tuple[Slot, ...]
    groups: tuple[Group, ...]
    source: str


def required(name: str, kind: Kind) -> Part:
    """A component that must be there."""
    return Part(name, kind)


def maybe(name: str, kind: Kind) -> Part:
    """A component that may be empty."""
    return Part(name, kind, False)


def code(name: str, *values: str) -> Part:
    """A component that holds one of these codes."""
    return Part(name, one_of(*values))


def one(tag: str, *elements: Element, name: str = "") -> Slot:
    """A segment that stands once."""
    return Slot(tag, (Form(elements),), name=name)


def optional(tag: str, *elements: Element, most: int = 1, name: str = "") -> Slot:
    """A segment that may stand, ``most`` times."""
    return Slot(tag, (Form(elements),), 0, most, name)


def qualified(
    tag: str, qualifiers: tuple[str, ...], *elements: Element, least: int = 1, most: int = 1, name: str = ""
) -> Slot:
    """A segment that is told from others of its tag by its first component."""
    return Slot(tag, (Form(elements, qualifiers),), least, most, name or f"{tag}-{qualifiers[0]}")


class Compiled(msgspec.Struct, frozen=True):
    """A table ready for use: ``walk`` takes the segments from UNH to the last before UNT, the name of the
    message in paths, and the list to which it appends; ``rules`` are all that it may find."""

    table: Table
    walk: Callable[[Sequence[Segment], str, list[Finding]], None]
    rules: tuple[Rule, ...]


def compile_table(table: Table) -> Compiled:
    """The check of a table, and its rules."""
    maker = _Rules(table)
    head = _compile_group(maker, Group(HEAD, table.head))
    groups = tuple(_compile_group(maker, group) for group in table.groups)
    by_trigger: dict[str, list[_Group]] = {}
    for rank, group in enumerate(groups):
        group.rank = rank
        by_trigger.setdefault(group.trigger, []).append(group)
    first_rank = {trigger: shared[0].rank for trigger, shared in by_trigger.items()}
    unknown = maker.make("unknown-group", "a segment group is one of those of the message", "Leave it out.")
    names = ", ".join(dict.fromkeys(group.trigger for group in groups))
    order = maker.make("order", f"segment groups stand in the order {names}", "Move it.")

    def walk(segments: Sequence[Segment], path: str, out: list[Finding]) -> None:
        chunks = _chunks(segments, by_trigger)
        head.check(chunks[0], path, out)
        counts = [0] * len(groups)
        seen: dict[str, int] = {}
        latest = -1
        for chunk in chunks[1:]:
            trigger = chunk[0].tag
            number = seen[trigger] = seen.get(trigger, 0) + 1
            where = (
                f"{path}/{trigger}"
                if number == 1 and len(by_trigger[trigger]) == 1
                else f"{path}/{trigger}[{number}]"
            )
            group = _which(by_trigger[trigger], chunk)
            if group is None:
                out.append(
                    unknown.at(f"{where} ({chunk[0].place})", f"this {trigger} is none of {table.name}")
                )
                continue
            rank = first_rank[trigger]
            if rank < latest:
                out.append(order.at(f"{where} ({chunk[0].place})", f"{trigger} stands too late"))
            latest = max(latest, rank)
            counts[group.rank] += 1
            if counts[group.rank] == group.most + 1:
                text = f"{group.name} stands more than {_times(group.most)}"
                out.append(group.presence.at(f"{where} ({chunk[0].place})", text))
            group.check(chunk, where, out)
        last = segments[-1].place
        for group in groups:
            if counts[group.rank] < group.least:
                text = (
                    f"the group {group.name} is missing"
                    if group.least == 1
                    else f"{group.name} stands {counts[group.rank]} times"
                )
                out.append(group.presence.at(f"{path}/{group.trigger} (before the end, {last})", text))

    return Compiled(table, walk, tuple(maker.made.values()))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _often(least: int, most: int) -> str:
    if least == most:
        return _times(least) if least == 1 else f"{least} times"
    return f"{'at most' if not least else f'{least} to'} {_times(most)}"


def _chunks(segments: Sequence[Segment], triggers: dict[str, list[_Group]]) -> list[list[Segment]]:
    chunks: list[list[Segment]] = [[]]
    for each in segments:
        if each.tag in triggers:
            chunks.append([])
        chunks[-1].append(each)
    return chunks


def _which(shared: list[_Group], chunk: Sequence[Segment]) -> _Group | None:
    if len(shared) == 1 and shared[0].key is None:
        return shared[0]
    for group in shared:
        if group.key is None:
            return group
        tag, qualifiers = group.key
        if any(each.tag == tag and each.value(1) in qualifiers for each in chunk):
            return group
    return None


class _Rules:
    """Makes the rules of a table; one id is one rule."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.made: dict[str, Rule] = {}

    def make(self, rest: str, statement: str, mend: str) -> Rule:
        rule_id = f"{self.table.name}/{rest}"
        if rule_id not in self.made:
            said = f"{statement[0].upper()}{statement[1:].rstrip('.')}."
            self.made[rule_id] = Rule(id=rule_id, statement=said, source=self.table.source, mend=mend)
        return self.made[rule_id]


class _Component(msgspec.Struct, frozen=True):
    required: bool
    test: Test
    rule: Rule


_ANYTHING = _Component(False, lambda value: None, Rule(id="", statement="", source=""))


class _Element(msgspec.Struct, frozen=True):
    """An element made ready; ``required`` is whether any component of it must be there."""

    parts: tuple[_Component | None, ...]
    required: bool


class _Form(msgspec.Struct, frozen=True):
    elements: tuple[_Element, ...]
    surplus: Rule

    def check(self, segment: Segment, path: str, out: list[Finding]) -> None:
        given = segment.elements
        count = len(given)
        for index, element in enumerate(self.elements):
            components = given[index] if index < count else _BLANK
            if components == _BLANK:
                if element.required:
                    self._uneven(segment, path, index, (), element.parts, out)
                continue
            parts = element.parts
            if len(components) != len(parts):
                self._uneven(segment, path, index, components, parts, out)
            for place, (value, part) in enumerate(zip(components, parts, strict=False), 1):
                if part is None:
                    if value:
                        self._surplus(segment, path, index, place, out)
                elif not value:
                    if part.required:
                        self._missing(segment, path, index, place, part, out)
                elif (wrong := part.test(value)) is not None:
                    out.append(part.rule.at(_where(segment, path, index, place), wrong))
        for index in range(len(self.elements), count):
            self._uneven(segment, path, index, given[index], (), out)

    def _uneven(
        self,
        segment: Segment,
        path: str,
        index: int,
        components: tuple[str, ...],
        parts: tuple[_Component | None, ...],
        out: list[Finding],
    ) -> None:
        """An element that has more components than are known, or fewer."""
        for place, value in enumerate(components[len(parts) :], len(parts) + 1):
            if value:
                self._surplus(segment, path, index, place, out)
        for place, part in enumerate(parts[len(components) :], len(components) + 1):
            if part is not None and part.required:
                self._missing(segment, path, index, place, part, out)

    def _surplus(self, segment: Segment, path: str, index: int, place: int, out: list[Finding]) -> None:
        text = f"something stands in element {index + 1}, component {place}, where nothing is known"
        out.append(self.surplus.at(_where(segment, path, index, place), text))

    def _missing(
        self, segment: Segment, path: str, index: int, place: int, part: _Component, out: list[Finding]
    ) -> None:
        text = f"element {index + 1}, component {place} is missing"
        out.append(part.rule.at(_where(segment, path, index, place), text))


_BLANK = ("",)


def _where(segment: Segment, path: str, index: int, place: int) -> str:
    return f"{path}/{segment.tag} {index + 1}.{place} ({segment.place})"


class _Slot(msgspec.Struct, frozen=True):
    index: int
    title: str
    least: int
    most: int
    rule: Rule


class _Group:
    """A group made ready: its slots by tag, and by tag and qualifier."""

    def __init__(self, group: Group, presence: Rule, order: Rule, unknown: Rule) -> None:
        self.name, self.trigger, self.key = group.name, group.trigger, group.key
        self.least, self.most, self.presence = group.least, group.most, presence
        self.order, self.unknown = order, unknown
        self.rank = 0
        self.slots: list[_Slot] = []
        self.needed: list[_Slot] = []
        self.forms: dict[str, dict[str | None, tuple[_Slot, _Form]]] = {}
        self.wrong_qualifier: dict[str, Rule] = {}

    def check(self, chunk: Sequence[Segment], path: str, out: list[Finding]) -> None:
        counts = [0] * len(self.slots)
        latest = -1
        for each in chunk:
            forms = self.forms.get(each.tag)
            if forms is None:
                text = f"{each.tag} does not stand in {self.name}"
                out.append(self.unknown.at(_at(path, each), text))
                continue
            qualifier = each.elements[0][0] if each.elements else ""
            found = forms.get(qualifier) or forms.get(None)
            if found is None:
                text = f"the qualifier {qualifier[:6]!r} of {each.tag} is not known in {self.name}"
                out.append(self.wrong_qualifier[each.tag].at(_at(path, each), text))
                continue
            slot, form = found
            index = slot.index
            counts[index] += 1
            if index < latest:
                text = f"{slot.title} stands too late in {self.name}"
                out.append(self.order.at(_at(path, each), text))
            else:
                latest = index
            if counts[index] == slot.most + 1:
                text = f"{slot.title} stands more than {_times(slot.most)} in {self.name}"
                out.append(slot.rule.at(_at(path, each), text))
            form.check(each, path, out)
        for slot in self.needed:
            if counts[slot.index] < slot.least:
                place = chunk[0].place if chunk else "the beginning"
                text = f"{slot.title} is missing in {self.name}"
                out.append(slot.rule.at(f"{path}/{slot.title.partition('-')[0]} ({place})", text))


def _at(path: str, segment: Segment) -> str:
    return f"{path}/{segment.tag} ({segment.place})"


def _compile_group(maker: _Rules, group: Group) -> _Group:
    name = group.name
    head = name == HEAD
    presence = maker.make(
        name,
        f"{name} stands {_often(group.least, group.most)}" if not head else "a message has a head",
        "Send the group." if group.least else "Send the surplus in another message.",
    )
    titles = ", ".join(slot.title for slot in group.slots)
    order = maker.make(
        f"{name}/order", f"segments of {name} stand in the order {titles}", f"The order is: {titles}."
    )
    unknown = maker.make(
        f"{name}/unknown-segment", f"{name} holds the segments {titles} and no others", "Leave it out."
    )
    made = _Group(group, presence, order, unknown)
    for index, slot in enumerate(group.slots):
        rule = maker.make(
            f"{name}/{slot.title}",
            f"{slot.title} stands {_often(slot.least, slot.most)} in {name}",
            f"Send {slot.title} {_often(slot.least, slot.most)}.",
        )
        known = _Slot(index, slot.title, slot.least, slot.most, rule)
        made.slots.append(known)
        if slot.least:
            made.needed.append(known)
        for form in slot.forms:
            compiled = _compile_form(maker, f"{name}/{slot.title}", form)
            by_qualifier = made.forms.setdefault(slot.tag, {})
            for qualifier in form.qualifiers or (None,):
                by_qualifier[qualifier] = (known, compiled)
    for tag, forms in made.forms.items():
        if None not in forms:
            listed = ", ".join(str(each) for each in forms)
            made.wrong_qualifier[tag] = maker.make(
                f"{name}/{tag}/qualifier",
                f"the qualifier of {tag} in {name} is one of {listed}",
                f"Use one of: {listed}.",
            )
    return made


def _compile_form(maker: _Rules, path: str, form: Form) -> _Form:
    surplus = maker.make(
        f"{path}/surplus",
        f"{path.rpartition('/')[2]} has no components but those of the standard",
        "Leave it out.",
    )
    title = path.rpartition("/")[2]
    elements = []
    for number, element in enumerate(form.elements):
        parts: list[_Component | None] = []
        for place, part in enumerate(element):
            if part is None or (form.qualifiers and number == place == 0):
                parts.append(None if part is None else _ANYTHING)  # by its qualifier the form was chosen
                continue
            need = "must be given" if part.required else "may be given"
            demand = part.kind.mend[0].lower() + part.kind.mend[1:]
            rule = maker.make(
                f"{path}/{part.name}", f"{part.name} of {title} {need}: {demand}", part.kind.mend
            )
            parts.append(_Component(part.required, part.kind.test, rule))
        required = any(part is not None and part.required for part in parts)
        elements.append(_Element(tuple(parts), required))
    return _Form(tuple(elements), surplus)
