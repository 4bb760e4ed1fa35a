"""Whether a StructureDefinition is built as one, as far as checking reads it.

Packages are made by programs and by people; a definition with a word where a list belongs is told as
unusable, with the place, instead of being half understood.
"""

from __future__ import annotations

from typing import Any

import msgspec


class _Extension(msgspec.Struct):
    url: str
    valueUrl: str = ""
    valueUri: str = ""
    valueCanonical: str = ""


class _Type(msgspec.Struct):
    code: str
    profile: list[str] = []
    targetProfile: list[str] = []
    aggregation: list[str] = []
    extension: list[_Extension] = []


class _Discriminator(msgspec.Struct):
    type: str
    path: str = "$this"


class _Slicing(msgspec.Struct):
    discriminator: list[_Discriminator] = []
    rules: str = "open"
    ordered: bool = False


class _Binding(msgspec.Struct):
    strength: str = ""
    valueSet: str = ""
    extension: list[_Extension] = []


class _Constraint(msgspec.Struct):
    key: str
    severity: str = "error"
    human: str = ""
    expression: str = ""


class _Base(msgspec.Struct):
    max: str = "*"


class _Element(msgspec.Struct):
    id: str
    min: int = 0
    max: str = "*"
    base: _Base | None = None
    type: list[_Type] = []
    slicing: _Slicing | None = None
    binding: _Binding | None = None
    constraint: list[_Constraint] = []
    contentReference: str = ""


class _Snapshot(msgspec.Struct):
    element: list[_Element]


class _Definition(msgspec.Struct):
    snapshot: _Snapshot
    url: str = ""
    version: str = ""
    id: str = ""
    name: str = ""
    type: str = ""
    kind: str = ""
    baseDefinition: str = ""


def unusable(tree: dict[str, Any]) -> str | None:
    """Why a StructureDefinition cannot be used, or ``None``."""
    if type(tree.get("snapshot")) is not dict:
        return "it has no snapshot; packages that are published as built have one"
    try:
        msgspec.convert(tree, _Definition)
    except msgspec.ValidationError as error:
        return f"it is not built as a StructureDefinition is: {error}"
    return None
