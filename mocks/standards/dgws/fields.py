"""Fields that the headers of DGWS and HSUID share: SAML attributes, and moments.

Every refusal names the field and never its value, which may be a CPR number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree

from mocks.runtime import COPENHAGEN
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.safe_xml import escape, escape_attribute


def text_of(element: etree._Element | None) -> str:
    """The text of an element without blanks around it; official samples break lines there."""
    return "" if element is None else (element.text or "").strip()


def moment(value: str, what: str, code: FaultCode = FaultCode.SYNTAX_ERROR) -> datetime:
    """An ``xs:dateTime``; without a zone it is Danish local time. Errors: ``DgwsFault``."""
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        raise DgwsFault(code, f"{what} is no moment of the form 2025-04-01T08:00:00Z") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=COPENHAGEN)


def zulu(value: datetime) -> str:
    """A moment in UTC with whole seconds, as DGWS writes it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def attributes(
    statements: Iterable[etree._Element], space: str, code: FaultCode
) -> dict[str, tuple[str, str]]:
    """Name -> (value, NameFormat) of the attributes in these statements.

    Errors: ``DgwsFault`` for an attribute that stands there twice, or has several values.
    """
    found: dict[str, tuple[str, str]] = {}
    attribute_tag, value_tag = f"{{{space}}}Attribute", f"{{{space}}}AttributeValue"
    for statement in statements:
        for attribute in statement:
            if attribute.tag != attribute_tag:
                continue
            name, values, text = attribute.get("Name", ""), 0, ""
            for value in attribute:
                if value.tag == value_tag:
                    values += 1
                    text = (value.text or "").strip()
            if name in found or values > 1:
                raise DgwsFault(code, f"the attribute {name[:60]} stands there more than once")
            found[name] = (text, attribute.get("NameFormat", ""))
    return found


def written(name: str, value: str, prefix: str, name_format: str = "") -> str:
    """One attribute as XML; nothing for an empty value."""
    if not value:
        return ""
    of = f' NameFormat="{escape_attribute(name_format)}"' if name_format else ""
    return (
        f'<{prefix}Attribute Name="{name}"{of}>'
        f"<{prefix}AttributeValue>{escape(value)}</{prefix}AttributeValue></{prefix}Attribute>"
    )
