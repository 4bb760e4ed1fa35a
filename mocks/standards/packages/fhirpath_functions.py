"""The functions of FHIRPath, and those that FHIR adds: resolve, extension, hasValue, conformsTo, memberOf ...

Each entry of ``FUNCTIONS`` takes the compiled arguments (and their nodes, for those that take a type) and
gives the closure that a path calls with its items.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from mocks.standards.packages import fhirpath_values as values
from mocks.standards.packages.fhirpath_grammar import Env, Function, Node, Path, cannot, type_name_of
from mocks.standards.packages.fhirpath_values import CannotRun, DataFault, Items, plain, single, truth
from mocks.standards.packages.narrative_html import not_allowed

_TRUE: Items = [True]
_FALSE: Items = [False]
_NOTHING: Items = []


def _said(value: bool) -> Items:
    return _TRUE if value else _FALSE


def _simple(work: Callable[[Items], Items]) -> Function:
    def make(arguments: list[Path], nodes: list[Node]) -> Path:
        return lambda items, env: work(items)

    return make


# With an expression for each item -----------------------------------------------------------------------


def _each(items: Items, env: Env, expression: Path, work: Callable[[Any, Items], bool]) -> None:
    """Evaluate an expression for one item after the other, as ``$this``, until ``work`` has enough."""
    this, index = env.this, env.index
    try:
        for position, item in enumerate(items):
            env.this = focus = [item]
            env.index = position
            if work(item, expression(focus, env)):
                break
    finally:
        env.this, env.index = this, index


def _where(arguments: list[Path], nodes: list[Node]) -> Path:
    (criterion,) = arguments

    def path(items: Items, env: Env) -> Items:
        found: Items = []

        def keep(item: Any, result: Items) -> bool:
            if truth(result):
                found.append(item)
            return False

        if items:
            _each(items, env, criterion, keep)
        return found

    return path


def _select(arguments: list[Path], nodes: list[Node]) -> Path:
    (projection,) = arguments

    def path(items: Items, env: Env) -> Items:
        found: Items = []

        def add(item: Any, result: Items) -> bool:
            found.extend(result)
            return False

        _each(items, env, projection, add)
        return found

    return path


def _repeat(arguments: list[Path], nodes: list[Node]) -> Path:
    (projection,) = arguments

    def path(items: Items, env: Env) -> Items:
        found: Items = []
        level = items
        while level:
            new: Items = []

            def add(item: Any, result: Items, new: Items = new) -> bool:
                new.extend(r for r in result if not any(values.same(r, f) for f in (*found, *new)))
                return False

            _each(level, env, projection, add)
            found.extend(new)
            level = new
        return found

    return path


def _all(arguments: list[Path], nodes: list[Node]) -> Path:
    (criterion,) = arguments

    def path(items: Items, env: Env) -> Items:
        broken: Items = []

        def look(item: Any, result: Items) -> bool:
            if not truth(result):
                broken.append(item)
            return bool(broken)

        _each(items, env, criterion, look)
        return _said(not broken)

    return path


def _exists(arguments: list[Path], nodes: list[Node]) -> Path:
    if not arguments:
        return lambda items, env: _said(bool(items))
    where = _where(arguments, nodes)
    return lambda items, env: _said(bool(where(items, env)))


def _iif(arguments: list[Path], nodes: list[Node]) -> Path:
    condition, then = arguments[:2]
    otherwise = arguments[2] if len(arguments) > 2 else None

    def path(items: Items, env: Env) -> Items:
        this = env.this
        env.this = items
        try:
            if truth(condition(items, env)):
                return then(items, env)
            return otherwise(items, env) if otherwise else _NOTHING
        finally:
            env.this = this

    return path


# Collections --------------------------------------------------------------------------------------------


def _not(items: Items) -> Items:
    value = truth(items)
    return _NOTHING if value is None else _said(not value)


def _booleans(items: Items) -> list[bool]:
    found = [plain(item) for item in items]
    if any(type(value) is not bool for value in found):
        raise DataFault("booleans are expected")
    return found


def _two(work: Callable[[Items, Items], Items]) -> Function:
    """A function whose argument is a collection, evaluated outside of the items."""

    def make(arguments: list[Path], nodes: list[Node]) -> Path:
        (argument,) = arguments
        return lambda items, env: work(items, argument(env.this, env))

    return make


def _within(item: Any, items: Items) -> bool:
    return any(values.same(item, other) for other in items)


def _part(take: bool) -> Function:
    def make(arguments: list[Path], nodes: list[Node]) -> Path:
        (argument,) = arguments

        def path(items: Items, env: Env) -> Items:
            number = single(argument(env.this, env))
            if type(number) is not int:
                raise DataFault("a number is expected")
            return items[: max(number, 0)] if take else items[max(number, 0) :]

        return path

    return make


# Types --------------------------------------------------------------------------------------------------


def _of_type(arguments: list[Path], nodes: list[Node]) -> Path:
    wanted = type_name_of(nodes[0])
    return lambda items, env: [item for item in items if values.is_of_type(item, wanted)]


def _is(arguments: list[Path], nodes: list[Node]) -> Path:
    wanted = type_name_of(nodes[0])
    return lambda items, env: _said(values.is_of_type(single(items), wanted)) if items else _NOTHING


# Text ---------------------------------------------------------------------------------------------------


def _text(items: Items) -> str:
    value = plain(single(items))
    if type(value) is not str:
        raise DataFault("text is expected")
    return value


def _of_text(work: Callable[..., Items]) -> Function:
    """A function of one text, with its arguments evaluated outside of the items; empty stays empty."""

    def make(arguments: list[Path], nodes: list[Node]) -> Path:
        def path(items: Items, env: Env) -> Items:
            if not items:
                return _NOTHING
            given = [argument(env.this, env) for argument in arguments]
            if any(not one for one in given):
                return _NOTHING
            return work(_text(items), *(plain(single(one)) for one in given))

        return path

    return make


@lru_cache(1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise CannotRun(f"the pattern {pattern} is not one that runs here ({error})") from None


def _matches(text: str, pattern: str) -> Items:
    # R4's validators search; matchesFull() came later for those who mean the whole text
    return _said(_pattern(pattern).search(text) is not None)


def _substring(text: str, start: int, length: int | None = None) -> Items:
    if not 0 <= start < len(text):
        return _NOTHING
    return [text[start:] if length is None else text[start : start + max(length, 0)]]


def _to_integer(items: Items) -> Items:
    if not items:
        return _NOTHING
    value = plain(single(items))
    if type(value) is bool:
        return [int(value)]
    if type(value) is int:
        return [value]
    if type(value) is str and re.fullmatch(r"[+-]?\d+", value, re.ASCII):
        return [int(value)]
    return _NOTHING


def _to_string(items: Items) -> Items:
    if not items:
        return _NOTHING
    value = plain(single(items))
    if type(value) is bool:
        return ["true" if value else "false"]
    return [str(value)] if type(value) in (str, int, float) else _NOTHING


# FHIR ---------------------------------------------------------------------------------------------------


def _has_value(items: Items) -> Items:
    return _said(len(items) == 1 and plain(items[0]) is not None and type(items[0]) is not dict)


def _extension(arguments: list[Path], nodes: list[Node]) -> Path:
    (argument,) = arguments
    extensions = values.member("extension")

    def path(items: Items, env: Env) -> Items:
        if not items:
            return _NOTHING
        url = single(argument(env.this, env))
        return [e for e in extensions(items) if type(e) is dict and e.get("url") == url]

    return path


def _resolve(arguments: list[Path], nodes: list[Node]) -> Path:
    def path(items: Items, env: Env) -> Items:
        found: Items = []
        for item in items:
            target = plain(item)
            if type(target) is dict:
                target = target.get("reference")
            if type(target) is str:
                resource = env.context.reach(target, env.resource)
                if resource is not None:
                    found.append(resource)
        return found

    return path


def _conforms_to(arguments: list[Path], nodes: list[Node]) -> Path:
    (argument,) = arguments

    def path(items: Items, env: Env) -> Items:
        if not items:
            return _NOTHING
        url = single(argument(env.this, env))
        return _said(env.context.conforms(single(items), str(url)))

    return path


def _member_of(arguments: list[Path], nodes: list[Node]) -> Path:
    (argument,) = arguments

    def path(items: Items, env: Env) -> Items:
        if not items:
            return _NOTHING
        url = single(argument(env.this, env))
        return _said(env.context.is_member(plain(single(items)), str(url)))

    return path


def _html_checks(items: Items) -> Items:
    return _said(not any(not_allowed(div) for div in map(plain, items) if type(div) is str))


def _trace(arguments: list[Path], nodes: list[Node]) -> Path:
    return lambda items, env: items


_CLOCK = "the moment of checking is not part of a check"

FUNCTIONS: Final[dict[str, Function]] = {
    "empty": _simple(lambda items: _said(not items)),
    "exists": _exists,
    "not": _simple(_not),
    "all": _all,
    "allTrue": _simple(lambda items: _said(all(_booleans(items)))),
    "anyTrue": _simple(lambda items: _said(any(_booleans(items)))),
    "allFalse": _simple(lambda items: _said(not any(_booleans(items)))),
    "anyFalse": _simple(lambda items: _said(not all(_booleans(items)))),
    "count": _simple(lambda items: [len(items)]),
    "where": _where,
    "select": _select,
    "repeat": _repeat,
    "iif": _iif,
    "first": _simple(lambda items: items[:1]),
    "last": _simple(lambda items: items[-1:]),
    "tail": _simple(lambda items: items[1:]),
    "single": _simple(lambda items: [single(items)] if items else _NOTHING),
    "skip": _part(take=False),
    "take": _part(take=True),
    "distinct": _simple(values.distinct),
    "isDistinct": _simple(lambda items: _said(len(values.distinct(items)) == len(items))),
    "union": _two(lambda items, other: values.distinct([*items, *other])),
    "combine": _two(lambda items, other: [*items, *other]),
    "intersect": _two(lambda items, other: values.distinct([i for i in items if _within(i, other)])),
    "exclude": _two(lambda items, other: [i for i in items if not _within(i, other)]),
    "subsetOf": _two(lambda items, other: _said(all(_within(i, other) for i in items))),
    "supersetOf": _two(lambda items, other: _said(all(_within(o, items) for o in other))),
    "ofType": _of_type,
    "as": _of_type,
    "is": _is,
    "children": _simple(values.children),
    "descendants": _simple(values.descendants),
    "trace": _trace,
    "startsWith": _of_text(lambda text, start: _said(text.startswith(start))),
    "endsWith": _of_text(lambda text, end: _said(text.endswith(end))),
    "contains": _of_text(lambda text, part: _said(part in text)),
    "matches": _of_text(_matches),
    "matchesFull": _of_text(lambda text, pattern: _said(_pattern(pattern).fullmatch(text) is not None)),
    "length": _of_text(lambda text: [len(text)]),
    "upper": _of_text(lambda text: [text.upper()]),
    "lower": _of_text(lambda text: [text.lower()]),
    "trim": _of_text(lambda text: [text.strip()]),
    "indexOf": _of_text(lambda text, part: [text.find(part)]),
    "substring": _of_text(_substring),
    "replace": _of_text(lambda text, old, new: [text.replace(old, new)]),
    "split": _of_text(lambda text, by: text.split(by) if by else list(text)),
    "toInteger": _simple(_to_integer),
    "toString": _simple(_to_string),
    "hasValue": _simple(_has_value),
    "getValue": _simple(lambda items: [plain(items[0])] if _has_value(items) is _TRUE else _NOTHING),
    "extension": _extension,
    "resolve": _resolve,
    "conformsTo": _conforms_to,
    "memberOf": _member_of,
    "htmlChecks": _simple(_html_checks),
    "now": lambda arguments, nodes: cannot(_CLOCK),
    "today": lambda arguments, nodes: cannot(_CLOCK),
    "timeOfDay": lambda arguments, nodes: cannot(_CLOCK),
}
