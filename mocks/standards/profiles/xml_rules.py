"""The rules that an XML table states, one for each id under which ``xml_engine`` may find something."""

from __future__ import annotations

from collections.abc import Iterator

from mocks.standards.profiles.xml_table import Choice, Element, Mixed
from mocks.standards.profiles.xml_types import Kind
from mocks.standards.rule import Rule


def table_rules(standard: str, root: Element, source: str) -> tuple[Rule, ...]:
    """All rules of a table, as ``compile_table`` checks it. Elements of one name below one parent share a rule."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for rule_id, statement, mend in [*_root(standard, root), *_inside(standard, root)]:
        statements, mends = found.setdefault(rule_id, ([], []))
        if statement not in statements:
            statements.append(statement)
        if mend and mend not in mends:
            mends.append(mend)
    return tuple(
        Rule(id=rule_id, statement="; or: ".join(statements) + ".", source=source, mend=" Or: ".join(mends))
        for rule_id, (statements, mends) in found.items()
    )


_Stated = tuple[str, str, str]


def _root(standard: str, root: Element) -> Iterator[_Stated]:
    if isinstance(root.content, Kind):
        yield f"{standard}/{root.name}", f"{root.name} holds a value", root.content.mend


def _inside(standard: str, element: Element) -> Iterator[_Stated]:
    """What may be found at an element and below it; whether it stands at all is its parent's rule."""
    name, content = element.name, element.content
    if content is None:
        return
    for key, kind in element.attributes:
        yield f"{standard}/{name}/@{key}", f"{name} has the attribute {key}", kind.mend
    yield (
        f"{standard}/{name}/unknown-attribute",
        f"{name} has no attributes but those of the schema",
        "Leave it out.",
    )
    if isinstance(content, Mixed):
        yield from _markup(standard, name, content)
        return
    yield (
        f"{standard}/{name}/unknown-element",
        f"{name} holds no elements but those of the schema",
        "Leave it out, or check its spelling and namespace.",
    )
    if not isinstance(content, Kind):
        yield from _parts(standard, name, content)


def _parts(standard: str, name: str, parts: tuple[Element | Choice, ...]) -> Iterator[_Stated]:
    alternatives = [part.elements if isinstance(part, Choice) else (part,) for part in parts]
    order = ", ".join(" or ".join(each.name for each in group) for group in alternatives)
    yield (
        f"{standard}/{name}/stray-text",
        f"between the elements of {name} there is no text",
        "Move the text into the element that it belongs to.",
    )
    if len(parts) > 1:
        yield f"{standard}/{name}/order", f"{name} holds, in this order: {order}", f"The order is: {order}."
    for part, group in zip(parts, alternatives, strict=True):
        names = " or ".join(each.name for each in group)
        for each in group:
            mend = each.content.mend if isinstance(each.content, Kind) else ""
            yield (
                f"{standard}/{name}/{each.name}",
                f"{name} holds {names} {_often(part.least, part.most)}",
                mend,
            )
            yield from _inside(standard, each)


def _often(least: int, most: int | None) -> str:
    if most is None:
        return "any number of times" if least == 0 else f"at least {_times(least)}"
    if least == most:
        return f"exactly {_times(least)}"
    return f"at most {_times(most)}" if least == 0 else f"{least} to {most} times"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _markup(standard: str, name: str, content: Mixed) -> Iterator[_Stated]:
    allowed = ", ".join(tag for tag, _ in content.markup) or "none"
    yield (
        f"{standard}/{name}/unknown-element",
        f"{name} holds no markup but: {allowed}",
        "Leave it out, or check its spelling and namespace.",
    )
    if not content.text:
        yield (
            f"{standard}/{name}/stray-text",
            f"{name} holds no text",
            "Move the text into the element that it belongs to.",
        )
    for tag, inner in content.markup:
        yield f"{standard}/{tag}/unknown-attribute", f"{tag} takes no attributes", "Leave them out."
        yield from _markup(standard, tag, inner)
