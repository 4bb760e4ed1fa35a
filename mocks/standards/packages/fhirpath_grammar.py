"""The parsed form of FHIRPath expressions, and what a closure of one is called with.

The grammar is fhirpathpy's; these are the few questions that its trees are asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mocks.standards.packages.fhirpath_values import CannotRun, Items

if TYPE_CHECKING:
    from mocks.standards.packages.context import PackageContext


class Env:
    """What an expression knows beside its items: the message, ``%resource``, ``$this`` and so on."""

    __slots__ = ("context", "element", "index", "memo", "resource", "root", "this", "type_name")

    def __init__(
        self, context: PackageContext, element: Any, resource: Any, root: Any, type_name: str = ""
    ) -> None:
        self.context, self.element, self.resource, self.root = context, element, resource, root
        self.this: Items = [element]
        self.index = 0
        self.memo: dict[Path, Items] = {}
        self.type_name = type_name


Path = Callable[[Items, Env], Items]
Node = dict[str, Any]
#: Functions by name: each takes the compiled arguments and gives the closure that is called with the focus.
Function = Callable[[list[Path], list[Node]], Path]


def cannot(reason: str) -> Path:
    """What stands for a part that is not known: it harms only where a message reaches it."""

    def path(items: Items, env: Env) -> Items:
        if not items:
            return []
        raise CannotRun(reason)

    return path


def always_cannot(reason: str) -> Path:
    """The same for a part that needs no items."""

    def path(items: Items, env: Env) -> Items:
        raise CannotRun(reason)

    return path


#: Nodes that only stand around another one.
TRANSPARENT: Final = frozenset(
    ("TermExpression", "InvocationTerm", "LiteralTerm", "ParenthesizedTerm", "ExternalConstantTerm")
)


def name_of(node: Node) -> str | None:
    """The name that a node consists of, where it is a plain name."""
    while node["type"] in TRANSPARENT and len(node["children"]) == 1:
        node = node["children"][0]
    if node["type"] != "MemberInvocation":
        return None
    return str(node["children"][0]["text"]).strip("`")


def function_of(node: Node) -> tuple[str, list[Node]]:
    """Name and arguments of a function call, or an empty name."""
    while node["type"] in TRANSPARENT and len(node["children"]) == 1:
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
