"""Rows as a tree of elements, with what FHIR itself says of each element that a profile leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace

from mocks.standards.profiles.fhir_rows import Row


@dataclass(slots=True)
class Node:
    """One element: its row, what it holds, and what its slices hold.

    ``stated`` where a row speaks of the element itself and not only of something below it; ``base`` where the
    row is FHIR's own, because the profile says nothing.
    """

    row: Row
    children: dict[str, Node] = field(default_factory=dict)
    slices: dict[str, Node] = field(default_factory=dict)
    stated: bool = True
    base: bool = False


def tree_of(rows: Iterable[Row]) -> dict[str, Node]:
    """The elements of a profile by their names."""
    roots: dict[str, Node] = {}
    for row in rows:
        level, node = roots, None
        steps = row.path.split(".")
        for position, step in enumerate(steps):
            name, _, slice_name = step.partition(":")
            last = position == len(steps) - 1
            if node is not None:
                level = node.children
            if name not in level:
                stated = last and not slice_name
                level[name] = Node(row if stated else Row(name, "0..*"), stated=stated)
            elif last and not slice_name:
                level[name].row, level[name].stated = row, True
            node = level[name]
            if slice_name:
                if slice_name not in node.slices:
                    node.slices[slice_name] = Node(row)
                node = node.slices[slice_name]
    return roots


def completed(profile: dict[str, Node], base: dict[str, Node]) -> dict[str, Node]:
    """The elements of a profile with all that its base has besides."""
    for name, theirs in base.items():
        ours = profile.get(name)
        if ours is None:
            profile[name] = _of_base(theirs)
            continue
        if not ours.stated:
            ours.row = replace(theirs.row, slicing=ours.row.slicing)
        elif not ours.row.type and theirs.row.type:
            ours.row = replace(ours.row, type=theirs.row.type)
        # what a slice states of an element stands there, and not at the element without its slices
        sliced = {child for inner in ours.slices.values() for child in inner.children}
        completed(ours.children, {key: node for key, node in theirs.children.items() if key not in sliced})
        for inner in ours.slices.values():
            if not inner.row.type and theirs.row.type:
                inner.row = replace(inner.row, type=theirs.row.type)
            completed(inner.children, theirs.children)
    return profile


def _of_base(node: Node) -> Node:
    copy = deepcopy(node)
    stack = [copy]
    while stack:
        each = stack.pop()
        each.base = True
        stack += each.children.values()
    return copy


def bounds(card: str) -> tuple[int, int]:
    """Least and most of a cardinality; without limit a very large number."""
    low, high = card.split("..")
    return int(low), (1 << 30 if high == "*" else int(high))
