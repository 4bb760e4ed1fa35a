"""FHIRPath as closures: an expression is compiled once, and then costs little more than the look-ups it names.

The grammar is fhirpathpy's; what runs is ours, because that library gets several things wrong that MedCom's
invariants depend on, and knows nothing of bundles (``docs/packages.md`` lists what we saw). A part that is
not known here raises ``CannotRun`` only when a message reaches it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mocks.standards.packages import fhirpath_values as values
from mocks.standards.packages.fhirpath_values import CannotRun, DataFault, Items

if TYPE_CHECKING:
    from mocks.standards.packages.context import PackageContext


class Env:
    """What an expression knows beside its items: the message, ``%resource``, ``$this`` and so on."""

    __slots__ = ("context", "element", "index", "resource", "root", "this", "type_name")

    def __init__(
        self, context: PackageContext, element: Any, resource: Any, root: Any, type_name: str = ""
    ) -> None:
        self.context, self.element, self.resource, self.root = context, element, resource, root
        self.this: Items = [element]
        self.index = 0
        self.type_name = type_name


Path = Callable[[Items, Env], Items]
Node = dict[str, Any]
#: Functions by name: each takes the compiled arguments and gives the closure that is called with the focus.
Function = Callable[[list[Path], list[Node]], Path]


@cache
def compile_path(expression: str) -> Path:
    """The closure of an expression. Errors: ``CannotRun`` where it is not FHIRPath."""
    from fhirpathpy.parser import parse  # only where there is something to compile

    try:
        tree: Any = parse(expression)  # type: ignore[no-untyped-call]
        return compile_node(tree["children"][0])
    except CannotRun:
        raise
    except Exception as error:  # the parser raises whatever its generated code does
        raise CannotRun(f"the expression cannot be parsed: {error}") from None


def compile_node(node: Node) -> Path:
    """The closure of one node of the parsed tree."""
    kind = node["type"]
    if kind in _TRANSPARENT and len(node["children"]) == 1:
        return compile_node(node["children"][0])
    found = _NODES.get(kind)
    if found is None:
        return cannot(f"FHIRPath's {kind} is not carried out here")
    return found(node)


def cannot(reason: str) -> Path:
    """What stands for a part that is not known: it harms only where a message reaches it."""

    def path(items: Items, env: Env) -> Items:
        if not items:
            return []
        raise CannotRun(reason)

    return path


_TRANSPARENT: Final = frozenset(
    ("TermExpression", "InvocationTerm", "LiteralTerm", "ParenthesizedTerm", "ExternalConstantTerm")
)


# Terms --------------------------------------------------------------------------------------------------


def _constant(*held: Any) -> Path:
    constant = list(held)
    return lambda items, env: constant


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


def _unescaped(text: str) -> str:
    def mend(found: re.Match[str]) -> str:
        code = found[1]
        return chr(int(code[1:], 16)) if len(code) == 5 else _ESCAPES.get(code, code)

    return _ESCAPE.sub(mend, text)


def _string(node: Node) -> Path:
    return _constant(_unescaped(node["text"][1:-1]))


def _number(node: Node) -> Path:
    text = node["text"]
    return _constant(float(text) if "." in text else int(text))


def _boolean(node: Node) -> Path:
    return _constant(node["text"] == "true")


def _external(node: Node) -> Path:
    name = node["children"][0]["text"].strip("`'\"")
    match name:
        case "resource":
            return lambda items, env: [env.resource]
        case "rootResource":
            return lambda items, env: [env.root]
        case "context":
            return lambda items, env: [env.element]
        case "ucum":
            return _constant("http://unitsofmeasure.org")
        case "sct":
            return _constant("http://snomed.info/sct")
        case "loinc":
            return _constant("http://loinc.org")
    if name.startswith("vs-"):
        return _constant(f"http://hl7.org/fhir/ValueSet/{name[3:]}")
    if name.startswith("ext-"):
        return _constant(f"http://hl7.org/fhir/StructureDefinition/{name[4:]}")
    return _always_cannot(f"%{name} is not known here")


def _always_cannot(reason: str) -> Path:
    def path(items: Items, env: Env) -> Items:
        raise CannotRun(reason)

    return path


def name_of(node: Node) -> str | None:
    """The name that a node consists of, where it is a plain name."""
    while node["type"] in _TRANSPARENT and len(node["children"]) == 1:
        node = node["children"][0]
    if node["type"] != "MemberInvocation":
        return None
    return str(node["children"][0]["text"]).strip("`")


def _member(node: Node) -> Path:
    name = str(node["children"][0]["text"]).strip("`")
    get = values.member(name)
    if not name[:1].isupper():
        return get

    def root_or_member(items: Items, env: Env) -> Items:
        # "Bundle.entry" begins at the resource, if that is what the focus is
        found: Items = []
        for item in items:
            own = item.get("resourceType") if type(item) is dict else None
            if own is None and item is env.element:
                own = env.type_name
            if own == name:
                found.append(item)
        return found

    return root_or_member


# Steps --------------------------------------------------------------------------------------------------


def _invocation(node: Node) -> Path:
    left, right = node["children"]
    fused = _fused(left, right)
    if fused is not None:
        return fused
    steps: list[Path] = [compile_node(right)]
    while left["type"] == "InvocationExpression" and _fused(*left["children"]) is None:
        left, right = left["children"]
        steps.append(compile_node(right))
    steps.append(compile_node(left))
    steps.reverse()
    if len(steps) == 2:
        first, then = steps
        return lambda items, env: then(first(items, env), env)

    def path(items: Items, env: Env) -> Items:
        for step in steps:
            items = step(items, env)
        return items

    return path


def _fused(left: Node, right: Node) -> Path | None:
    """``x.value.ofType(T)``: JSON writes the type of a choice into its name, so both are one look-up."""
    function, arguments = function_of(right)
    if function not in ("ofType", "as") or len(arguments) != 1:
        return None
    holder, name = _split(left)
    if name not in values.choice_types():
        return None
    get = values.typed_member(name, type_name_of(arguments[0]))
    return lambda items, env: get(holder(items, env))


def _split(node: Node) -> tuple[Path, str]:
    """A path and the last name of it: ``a.b.value`` is the closure of ``a.b``, and value."""
    if (name := name_of(node)) is not None:
        return (lambda items, env: items), name
    if node["type"] == "InvocationExpression":
        last = name_of(node["children"][1])
        if last is not None:
            return compile_node(node["children"][0]), last
    return (lambda items, env: items), ""


def function_of(node: Node) -> tuple[str, list[Node]]:
    """Name and arguments of a function call, or an empty name."""
    while node["type"] in _TRANSPARENT and len(node["children"]) == 1:
        node = node["children"][0]
    if node["type"] != "FunctionInvocation":
        return "", []
    parts = node["children"][0]["children"]
    return str(parts[0]["text"]).strip("`"), parts[1]["children"] if len(parts) > 1 else []


def type_name_of(node: Node) -> str:
    """``FHIR.Patient``, ``System.String`` and ``Patient`` without the model's name."""
    text = str(node.get("text") or "")
    if not text and node.get("children"):
        return type_name_of(node["children"][0])
    return text.replace("`", "").rpartition(".")[2]


def _function(node: Node) -> Path:
    from mocks.standards.packages.fhirpath_functions import FUNCTIONS

    name, arguments = function_of(node)
    made = FUNCTIONS.get(name)
    if made is None:
        return cannot(f"the function {name}() is not known here")
    return made([compile_node(argument) for argument in arguments], arguments)


def _indexer(node: Node) -> Path:
    collection, position = (compile_node(child) for child in node["children"])

    def path(items: Items, env: Env) -> Items:
        found = collection(items, env)
        at = position(env.this, env)
        if not at:
            return []
        number = values.single(at)
        return [found[number]] if type(number) is int and 0 <= number < len(found) else []

    return path


# Operators ----------------------------------------------------------------------------------------------


def _pair(node: Node) -> tuple[Path, Path]:
    left, right = node["children"]
    return compile_node(left), compile_node(right)


def _boolean_items(value: bool | None) -> Items:
    return _NOTHING if value is None else _TRUE if value else _FALSE


_NOTHING: Items = []
_TRUE: Items = [True]
_FALSE: Items = [False]


def _equality(node: Node) -> Path:
    left, right = _pair(node)
    operator = node["terminalNodeText"][0]

    def path(items: Items, env: Env) -> Items:
        a, b = left(items, env), right(items, env)
        if operator in ("~", "!~"):
            return _boolean_items(values.equivalent(a, b) is (operator == "~"))
        alike = values.equal(a, b)
        return _boolean_items(alike if operator == "=" or alike is None else not alike)

    return path


def _inequality(node: Node) -> Path:
    left, right = _pair(node)
    wanted = {"<": (-1,), ">": (1,), "<=": (-1, 0), ">=": (0, 1)}[node["terminalNodeText"][0]]

    def path(items: Items, env: Env) -> Items:
        order = values.compare(left(items, env), right(items, env))
        return _NOTHING if order is None else _boolean_items(order in wanted)

    return path


def _and(node: Node) -> Path:
    left, right = _pair(node)

    def path(items: Items, env: Env) -> Items:
        a = values.truth(left(items, env))
        if a is False:
            return _FALSE
        b = values.truth(right(items, env))
        return _FALSE if b is False else _boolean_items(None if a is None or b is None else True)

    return path


def _or(node: Node) -> Path:
    left, right = _pair(node)
    exclusive = node["type"] == "XorExpression" or node["terminalNodeText"][0] == "xor"

    def path(items: Items, env: Env) -> Items:
        a = values.truth(left(items, env))
        if a is True and not exclusive:
            return _TRUE
        b = values.truth(right(items, env))
        if exclusive:
            return _boolean_items(None if a is None or b is None else a is not b)
        return _TRUE if b is True else _boolean_items(None if a is None or b is None else False)

    return path


def _implies(node: Node) -> Path:
    left, right = _pair(node)

    def path(items: Items, env: Env) -> Items:
        a = values.truth(left(items, env))
        if a is False:
            return _TRUE
        b = values.truth(right(items, env))
        return _TRUE if b is True else _boolean_items(False if a and b is False else None)

    return path


def _union(node: Node) -> Path:
    left, right = _pair(node)
    return lambda items, env: values.distinct([*left(items, env), *right(items, env)])


def _membership(node: Node) -> Path:
    left, right = _pair(node)
    if node["terminalNodeText"][0] == "contains":
        left, right = right, left

    def path(items: Items, env: Env) -> Items:
        one = left(items, env)
        if not one:
            return _NOTHING
        wanted = values.single(one)
        return _boolean_items(any(values.same(wanted, other) for other in right(items, env)))

    return path


def _additive(node: Node) -> Path:
    left, right = _pair(node)
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


def _polarity(node: Node) -> Path:
    inner = compile_node(node["children"][0])
    if node["terminalNodeText"][0] == "+":
        return inner
    return lambda items, env: [-number for number in inner(items, env)]


def _type_expression(node: Node) -> Path:
    left, right = node["children"]
    operator, wanted = node["terminalNodeText"][0], type_name_of(right)
    holder, name = _split(left)
    if name in values.choice_types():
        typed = values.typed_member(name, wanted)
        all_types = values.member(name)
        if operator == "as":
            return lambda items, env: typed(holder(items, env))

        def is_choice(items: Items, env: Env) -> Items:
            held = holder(items, env)
            return _boolean_items(bool(typed(held)) if all_types(held) else None)

        return is_choice
    inner = compile_node(left)
    if operator == "as":
        return lambda items, env: [i for i in inner(items, env) if values.is_of_type(i, wanted)]

    def is_type(items: Items, env: Env) -> Items:
        found = inner(items, env)
        return _boolean_items(values.is_of_type(values.single(found), wanted) if found else None)

    return is_type


_NODES: Final[dict[str, Callable[[Node], Path]]] = {
    "StringLiteral": _string,
    "NumberLiteral": _number,
    "BooleanLiteral": _boolean,
    "NullLiteral": lambda node: _constant(),
    "ExternalConstant": _external,
    "ThisInvocation": lambda node: lambda items, env: env.this,
    "IndexInvocation": lambda node: lambda items, env: [env.index],
    "MemberInvocation": _member,
    "FunctionInvocation": _function,
    "InvocationExpression": _invocation,
    "IndexerExpression": _indexer,
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
    "TypeExpression": _type_expression,
}
