"""FHIRPath as closures: an expression is compiled once, and then costs little more than the look-ups it names.

The grammar is fhirpathpy's; what runs is ours, because that library gets several things wrong that MedCom's
invariants depend on, and knows nothing of bundles (``docs/packages.md`` lists what we saw). A part that is
not known here raises ``CannotRun`` only when a message reaches it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from mocks.standards.packages import fhirpath_values as values
from mocks.standards.packages.fhirpath_functions import FUNCTIONS
from mocks.standards.packages.fhirpath_grammar import (
    TRANSPARENT,
    Env,
    Node,
    Path,
    always_cannot,
    cannot,
    function_of,
    name_of,
    type_name_of,
)
from mocks.standards.packages.fhirpath_operators import OPERATORS, booleans
from mocks.standards.packages.fhirpath_values import CannotRun, Items

__all__ = ["Env", "Path", "compile_path", "reads_only"]


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


@cache
def reads_only(expression: str) -> frozenset[str] | None:
    """The names in JSON that an element must have one of for the expression to see anything of a message.

    Without any of them it always gives the same, so it need not run. ``None`` where that cannot be said.
    """
    from fhirpathpy.parser import parse

    names: set[str] = set()
    tree: Any = parse(expression)  # type: ignore[no-untyped-call]
    if not _gather(tree["children"][0], names):
        return None
    return frozenset(names | {f"_{name}" for name in names})


def _gather(node: Node, names: set[str]) -> bool:
    """Collect the first names of all paths; false where something else is looked at."""
    kind = node["type"]
    if kind in TRANSPARENT and len(node["children"]) == 1:
        return _gather(node["children"][0], names)
    if kind == "MemberInvocation":
        name = name_of(node) or ""
        names.add(name)
        return name[:1].islower() and name not in values.choice_types()
    if kind == "InvocationExpression":
        return _gather(node["children"][0], names)  # what follows sees only what that gives
    if kind in OPERATORS:
        return all(_gather(child, names) for child in node["children"])
    return kind in ("StringLiteral", "NumberLiteral", "BooleanLiteral", "NullLiteral")


def compile_node(node: Node) -> Path:
    """The closure of one node of the parsed tree."""
    kind = node["type"]
    if kind in TRANSPARENT and len(node["children"]) == 1:
        return compile_node(node["children"][0])
    operator = OPERATORS.get(kind)
    if operator is not None:
        path = operator(node, [compile_node(child) for child in node["children"]])
        return _once(path) if _is_closed(node) else path
    found = _NODES.get(kind)
    if found is None:
        return cannot(f"FHIRPath's {kind} is not carried out here")
    return found(node)


def _is_closed(node: Node) -> bool:
    """Whether a part looks at nothing but ``%resource`` and the like: then it gives the same for all items."""
    kind = node["type"]
    if kind == "InvocationExpression":
        left, right = node["children"]
        return _is_closed(left) and name_of(right) is not None
    if kind in TRANSPARENT or kind in OPERATORS:
        return all(_is_closed(child) for child in node["children"])
    return kind in ("ExternalConstant", "StringLiteral", "NumberLiteral", "BooleanLiteral", "NullLiteral")


def _once(path: Path) -> Path:
    def remembered(items: Items, env: Env) -> Items:
        found = env.memo.get(path)
        if found is None:
            found = env.memo[path] = path(items, env)
        return found

    return remembered


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
    return always_cannot(f"%{name} is not known here")


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


def _function(node: Node) -> Path:
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
            return booleans(bool(typed(held)) if all_types(held) else None)

        return is_choice
    inner = compile_node(left)
    if operator == "as":
        return lambda items, env: [i for i in inner(items, env) if values.is_of_type(i, wanted)]

    def is_type(items: Items, env: Env) -> Items:
        found = inner(items, env)
        return booleans(values.is_of_type(values.single(found), wanted) if found else None)

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
    "TypeExpression": _type_expression,
}
