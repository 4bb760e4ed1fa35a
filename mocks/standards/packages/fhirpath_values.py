"""What FHIRPath expressions work on: the items of a JSON tree, their members, types and equality.

Items are the values of the tree as they stand. Only a primitive with an extension of its own (JSON's
``_name`` beside ``name``) is wrapped, as the value alone would lose it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Final


class CannotRun(Exception):
    """The expression needs something that is not available here: nobody knows whether it holds."""


class DataFault(Exception):
    """The message does not fit the expression (several values where one is expected): it does not hold."""


class Held:
    """A primitive with what JSON keeps beside it; ``value`` is ``None`` where only that is there."""

    __slots__ = ("beside", "value")

    def __init__(self, value: Any, beside: dict[str, Any]) -> None:
        self.value, self.beside = value, beside


Items = list[Any]
#: One step of a path; only some steps look at what stands around them.
Step = Callable[..., Items]


def plain(item: Any) -> Any:
    """The value of an item without what stands beside it."""
    return item.value if type(item) is Held else item


# Members ------------------------------------------------------------------------------------------------


@cache
def _model() -> dict[str, Any]:
    from fhirpathpy.models import models  # only where an expression is compiled: the import takes its time

    found: dict[str, Any] = models["r4"]
    return found


@cache
def choice_types() -> dict[str, frozenset[str]]:
    """The names of FHIR's choice elements (``value[x]``: value) with the types they may have anywhere."""
    found: dict[str, set[str]] = {}
    for path, types in _model()["choiceTypePaths"].items():
        found.setdefault(path.rpartition(".")[2], set()).update(types)
    return {name: frozenset(types) for name, types in found.items()}


@cache
def parent_type(name: str) -> str:
    """The type that a FHIR R4 type derives from, or nothing."""
    return str(_model()["type2Parent"].get(name) or "")


def is_resource_type(name: str) -> bool:
    """Whether this is the name of a resource type of FHIR R4."""
    while name:
        if name == "Resource":
            return True
        name = parent_type(name)
    return False


def member(name: str) -> Step:
    """The children of that name: ``value`` finds ``valueString`` too, as FHIRPath asks."""
    beside = "_" + name
    seldom = _seldom(name)

    def get(items: Items, env: Any = None) -> Items:
        found: Items = []
        for item in items:
            value = item.get(name) if type(item) is dict else None
            if value is None or beside in item:
                seldom(item, found)
            elif type(value) is list:
                found.extend(value if None not in value else [one for one in value if one is not None])
            else:
                found.append(value)
        return found

    return get


def _seldom(name: str) -> Callable[[Any, Items], None]:
    """The less usual ways in which an item has a child: a choice, a primitive's value, something beside it."""
    beside = "_" + name
    suffixes = choice_types().get(name, frozenset())
    stem = len(name)

    def look(item: Any, found: Items) -> None:
        if type(item) is Held:
            if name == "value" and item.value is not None:
                found.append(item.value)
                return
            item = item.beside
        if type(item) is not dict:
            if name == "value":
                found.append(item)  # each primitive of FHIR has its value as a child
            return
        if name in item or beside in item:
            _with_beside(item.get(name), item.get(beside), found)
            return
        if suffixes:
            for key in item:
                if key[:stem] == name and key[stem:] in suffixes:
                    _with_beside(item[key], item.get("_" + key), found)
                elif key[:1] == "_" and key[1 : stem + 1] == name and key[stem + 1 :] in suffixes:
                    _alone_beside(key, item, found)

    return look


def typed_member(name: str, type_name: str) -> Step:
    """The children of a choice element that have one type: ``value.ofType(Quantity)``."""
    return member(name + type_name[:1].upper() + type_name[1:])


def _alone_beside(key: str, item: dict[str, Any], found: Items) -> None:
    if key[1:] not in item:
        _with_beside(None, item[key], found)


def _with_beside(value: Any, beside: Any, found: Items) -> None:
    if type(value) is list or type(beside) is list:
        values = value if type(value) is list else [value]
        others = beside if type(beside) is list else [beside]
        for position in range(max(len(values), len(others))):
            one = values[position] if position < len(values) else None
            other = others[position] if position < len(others) else None
            _with_beside(one, other, found)
    elif type(beside) is dict:
        found.append(Held(value, beside))
    elif value is not None:
        found.append(value)


def children(items: Items) -> Items:
    """All children of all items."""
    found: Items = []
    for item in items:
        if type(item) is Held:
            item = item.beside
        if type(item) is not dict:
            continue
        for key, value in item.items():
            if key == "resourceType":
                continue
            if key[:1] == "_":
                if key[1:] not in item:
                    _with_beside(None, value, found)
            else:
                _with_beside(value, item.get("_" + key), found)
    return found


def descendants(items: Items) -> Items:
    """All children, their children, and so on."""
    found: Items = []
    level = children(items)
    while level:
        found.extend(level)
        level = children(level)
    return found


# Types --------------------------------------------------------------------------------------------------

_PYTHON_TYPES: Final[dict[type, frozenset[str]]] = {
    bool: frozenset(("boolean", "Boolean")),
    int: frozenset(("integer", "Integer", "decimal", "Decimal", "positiveInt", "unsignedInt")),
    float: frozenset(("decimal", "Decimal")),
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TEXTS = _words(
    """string String code id uri url canonical oid uuid markdown date dateTime instant time Date
    DateTime Time base64Binary xhtml"""
)


def is_of_type(item: Any, type_name: str) -> bool:
    """Whether an item has a type. Errors: ``CannotRun`` where the tree alone does not tell."""
    item = plain(item)
    if type(item) is dict:
        own = item.get("resourceType")
        if type(own) is str:
            while own and own != type_name:
                own = parent_type(own)
            return bool(own)
        if is_resource_type(type_name) or type_name[:1].islower():
            return False
        raise CannotRun(f"the type {type_name} of an element is not known here")
    kinds = _PYTHON_TYPES.get(type(item))
    if kinds is not None:
        if type(item) is int and type_name in ("positiveInt", "unsignedInt", "decimal", "Decimal"):
            raise CannotRun(f"whether a number is a {type_name} is not known here")
        return type_name in kinds
    if type_name not in _TEXTS:
        return False
    raise CannotRun(f"whether a text is a {type_name} is not known here")


# Equality -----------------------------------------------------------------------------------------------

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def same(one: Any, other: Any) -> bool:
    """Deep equality; two moments are equal when they are the same instant."""
    one, other = plain(one), plain(other)
    if one == other:
        return type(one) is type(other) or (type(one) is not bool and type(other) is not bool)
    if type(one) is str and type(other) is str and _MOMENT.fullmatch(one) and _MOMENT.fullmatch(other):
        try:
            return datetime.fromisoformat(one) == datetime.fromisoformat(other)
        except ValueError:
            return False
    return False


def equal(left: Items, right: Items) -> bool | None:
    """``=``: nothing where one side is empty, else item by item in their order."""
    if not left or not right:
        return None
    return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))


def equivalent(left: Items, right: Items) -> bool:
    """``~``: as ``=``, but two empty sides are alike, order and case do not count."""
    if len(left) != len(right):
        return False
    rest = [_folded(item) for item in right]
    for item in left:
        folded = _folded(item)
        position = next((n for n, other in enumerate(rest) if same(folded, other)), None)
        if position is None:
            return False
        rest.pop(position)
    return True


def _folded(item: Any) -> Any:
    item = plain(item)
    return " ".join(item.casefold().split()) if type(item) is str else item


def distinct(items: Items) -> Items:
    """The items without repetitions, in their order."""
    found: Items = []
    texts: set[str] = set()
    others: Items = []  # what cannot be looked up: objects, numbers, moments that may be written differently
    for item in items:
        value = plain(item)
        if type(value) is str and not value[:4].isdigit():
            if value in texts:
                continue
            texts.add(value)
        else:
            if any(same(value, other) for other in others):
                continue
            others.append(value)
        found.append(item)
    return found


_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)


def compare(left: Items, right: Items) -> int | None:
    """-1, 0 or 1; nothing where a side is empty or two dates are not equally exact."""
    if not left or not right:
        return None
    a, b = plain(single(left)), plain(single(right))
    if type(a) is str and type(b) is str:
        if _DATE.fullmatch(a) and _DATE.fullmatch(b):
            return _compare_moments(a, b)
        return (a > b) - (a < b)
    if isinstance(a, int | float) and isinstance(b, int | float) and bool not in (type(a), type(b)):
        return (a > b) - (a < b)
    raise CannotRun("two values of these types are not compared here")


def _compare_moments(a: str, b: str) -> int | None:
    if len(a) <= 10 and len(b) <= 10:
        if len(a) != len(b) and a[: len(b)] == b[: len(a)]:
            return None
        return (a > b) - (a < b)
    if not (_MOMENT.fullmatch(a) and _MOMENT.fullmatch(b)):
        raise CannotRun("a date is not compared with a moment here")
    try:
        one, other = datetime.fromisoformat(a), datetime.fromisoformat(b)
    except ValueError as error:
        raise DataFault(str(error)) from None
    return (one > other) - (one < other)


def single(items: Items) -> Any:
    """The one item. Errors: ``DataFault`` where there are several."""
    if len(items) != 1:
        raise DataFault(f"one value is expected, there are {len(items)}")
    return items[0]


def truth(items: Items) -> bool | None:
    """What a collection means where a boolean is expected. Errors: ``DataFault`` for several items."""
    if not items:
        return None
    value = plain(single(items))
    return value if type(value) is bool else True
