"""FHIR's ``htmlChecks()``: whether a narrative is the harmless part of XHTML that FHIR allows.

Allowed are the elements of HTML 4.0's chapters 7 to 11 (without ins and del) and 15, links, images and
style attributes; there must be something to read.
"""

from __future__ import annotations

from typing import Final
from xml.parsers import expat


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS: Final = _words(
    """div p br h1 h2 h3 h4 h5 h6 a span b em i strong small big tt u s strike dfn q var abbr acronym
    cite blockquote hr address bdo kbd samp code pre sub sup ul ol li dl dt dd dir menu table
    caption colgroup col thead tr tfoot tbody th td img map area font center"""
)
_XHTML = "http://www.w3.org/1999/xhtml"


class _Forbidden(Exception):
    pass


def not_allowed(div: str) -> str | None:
    """What is wrong with a narrative's div, in a sentence, or ``None``."""
    seen = [False, False]  # an element, and something to read
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if not seen[0]:
            seen[0] = True
            if name != "div" or attributes.get("xmlns") != _XHTML:
                raise _Forbidden("the narrative is not an XHTML div")
        elif name not in _ELEMENTS:
            raise _Forbidden(f"the narrative holds <{name[:40]}>, which FHIR does not allow there")
        elif name == "img":
            seen[1] = True
        for attribute, value in attributes.items():
            if attribute[:2] == "on" or value.lstrip()[:11].lower() == "javascript:":
                raise _Forbidden(f"the narrative holds a script in the attribute {attribute[:40]}")

    def text(data: str) -> None:
        if not data.isspace():
            seen[1] = True

    def declaration(*told: object) -> None:
        raise _Forbidden("the narrative holds a document type")

    parser.StartElementHandler = start
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = declaration
    parser.buffer_text = True
    try:
        parser.Parse(div, True)
    except expat.ExpatError as error:
        return f"the narrative is not well-formed XHTML: {error}"
    except _Forbidden as found:
        return str(found)
    return None if seen[1] else "the narrative holds nothing to read"
