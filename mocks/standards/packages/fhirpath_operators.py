"""The operators of FHIRPath: equality, order, three-valued logic, union, membership, addition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mocks.standards.packages import fhirpath_values as values
from mocks.standards.packages.fhirpath_grammar import Env, Node, Path
from mocks.standards.packages.fhirpath_values import CannotRun, DataFault, Items


def booleans(value: bool | None) -> Items:
    """A three-valued answer as items."""
    return _NOTHING if value is None else _TRUE if value else _FALSE


_NOTHING: Items = []
_TRUE: Items = [True]
_FALSE: Items = [False]


def _equality(node: Node, operands: list[Path]) -> Path:
    left, right = operands
    operator = node["terminalNodeText"][0]

    def path(items: Items, env: Env) -> Items:
        a, b = left(items, env), right(items, env)
        if operator in ("~", "!~"):
            return booleans(values.equivalent(a, b) is (operator == "~"))
        alike = values.equal(a, b)
        return booleans(alike if operator == "=" or alike is None else not alike)

    return path


def _inequality(node: Node, operands: list[Path]) -> Path:
    left, right = operands
    wanted = {"<": (-1,), ">": (1,), "<=": (-1, 0), ">=": (0, 1)}[node["terminalNodeText"][0]]

    def path(items: Items, env: Env) -> Items:
        order = values.compare(left(items, env), right(items, env))
        return _NOTHING if order is None else booleans(order in wanted)

    return path


def _and(node: Node, operands: list[Path]) -> Path:
    left, right = operands

    def path(items: Items, env: Env) -> Items:
        a = values.truth(left(items, env))
        if a is False:
            return _FALSE
        b = values.truth(right(items, env))
        return _FALSE if b is False else booleans(None if a is None or b is None else True)

    return path


def _or(node: Node, operands: list[Path]) -> Path:
    left, right = operands
    exclusive = node["type"] == "XorExpression" or node["terminalNodeText"][0] == "xor"

    def path(items: Items, env: Env) -> Items:
        a = values.truth(left(items, env))
        if a is True and not exclusive:
            return _TRUE
        b = values.truth(right(items, env))
        if exclusive:
            return booleans(None if a is None or b is None else a is not b)
        return _TRUE if b is True else booleans(None if a is None or b is None else False)

    return path


def _implies(node: Node, operands: list[Path]) -> Path:
    left, right = operands

    def path(items: Items, env: Env) -> Items:
        a = values.truth(left(items, env))
        if a is False:
            return _TRUE
        b = values.truth(right(items, env))
        return _TRUE if b is True else booleans(False if a and b is False else None)

    return path


def _union(node: Node, operands: list[Path]) -> Path:
    left, right = operands
    return lambda items, env: values.distinct([*left(items, env), *right(items, env)])


def _membership(node: Node, operands: list[Path]) -> Path:
    left, right = operands
    if node["terminalNodeText"][0] == "contains":
        left, right = right, left

    def path(items: Items, env: Env) -> Items:
        one = left(items, env)
        if not one:
            return _NOTHING
        wanted = values.single(one)
        return booleans(any(values.same(wanted, other) for other in right(items, env)))

    return path


def _additive(node: Node, operands: list[Path]) -> Path:
    left, right = operands
    operator = node["terminalNodeText"][0]

    def path(items: Items, env: Env) -> Items:
        a, b = left(items, env), right(items, env)
        if operator == "&":
            return [_text(a) + _text(b)]
        if not a or not b:
            return _NOTHING
        one, other = values.plain(values.single(a)), values.plain(values.single(b))
        if operator == "+" and type(one) is str and type(other) is str:
            return [one + other]
        if type(one) in (int, float) and type(other) in (int, float):
            return [one + other if operator == "+" else one - other]
        raise CannotRun(f"{operator} is not carried out on these types here")

    return path


def _text(items: Items) -> str:
    if not items:
        return ""
    value = values.plain(values.single(items))
    if type(value) is not str:
        raise DataFault("text is expected")
    return value


def _polarity(node: Node, operands: list[Path]) -> Path:
    (inner,) = operands
    if node["terminalNodeText"][0] == "+":
        return inner
    return lambda items, env: [-number for number in inner(items, env)]


#: Operators by the name of their node: each takes the node and its compiled operands.
OPERATORS: Final[dict[str, Callable[[Node, list[Path]], Path]]] = {
    "EqualityExpression": _equality,
    "InequalityExpression": _inequality,
    "AndExpression": _and,
    "OrExpression": _or,
    "XorExpression": _or,
    "ImpliesExpression": _implies,
    "UnionExpression": _union,
    "MembershipExpression": _membership,
    "AdditiveExpression": _additive,
    "PolarityExpression": _polarity,
}
