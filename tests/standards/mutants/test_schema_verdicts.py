"""Our verdict on an XML message is that of the official schema: on messages with one random edit in each
place. We say more only where a rule goes beyond the schema."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from mocks.standards import safe_xml
from mocks.standards.findings import Severity
from mocks.standards.recognise import Checked, check_bytes
from tests.standards.mutants.bases import bases

ROOT = Path(os.environ.get("TVAERS_OFFICIAL_DATA", Path(__file__).parents[4] / "shared" / "data")) / "vans"
pytestmark = [
    pytest.mark.official,
    pytest.mark.slow,
    pytest.mark.skipif(not ROOT.is_dir(), reason=f"the official schemas are not at {ROOT}"),
]
#: Rules that go beyond the schema, or a limit that it does not have.
BEYOND = (
    "vans-",
    "xbin-",
    "xctl-duplicate-letter",
    "xdis91-duplicate-object",
    "xref01-duplicate-object",
    "oioxml-duplicate-letter",
    "oioxml-size",
)
Edit = Callable[[etree._Element], None]


@cache
def schema(namespace: str) -> etree.XMLSchema:
    if "vans-envelope" in namespace:
        return etree.XMLSchema(file=str(ROOT / "xsd/vans/VANSEnvelope.xsd"))
    return etree.XMLSchema(
        file=str(ROOT / "xsd/oioxml" / Path(*namespace.rstrip("/").split("/")[-3:]) / "EMessage.xsd")
    )


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _double(element: etree._Element) -> None:
    if element.getparent() is not None:
        element.addnext(deepcopy(element))


def _swap(element: etree._Element) -> None:
    following = element.getnext()
    if following is not None:
        following.addnext(element)


def _text(change: Callable[[str], str]) -> Edit:
    def edit(element: etree._Element) -> None:
        if not len(element):
            element.text = change(element.text or "")

    return edit


def _empty(element: etree._Element) -> None:
    element.text = None
    for child in list(element):
        element.remove(child)


def _unknown(element: etree._Element) -> None:
    etree.SubElement(element, f"{{{etree.QName(element).namespace}}}Unknown")


def _stray(element: etree._Element) -> None:
    element.tail = "x"


EDITS: dict[str, Edit] = {
    "missing": _drop,
    "twice": _double,
    "after the next": _swap,
    "empty": _empty,
    "much longer": _text(lambda text: (text or "x") * 40),
    "a foreign word": _text(lambda _: "x" * 40),
    "a number": _text(lambda _: "1"),
    "in capitals": _text(str.upper),
    "with an unknown element in it": _unknown,
    "with an attribute": lambda element: element.set("unknown", "1"),
    "with a comment": lambda element: element.insert(0, etree.Comment("x")),
    "with text behind it": _stray,
}


def messages() -> dict[str, bytes]:
    """Our own and the official ones that there are rules for."""
    found = {name: raw for name, raw in bases().items() if name[0] in "XV"}
    if ROOT.is_dir():
        for path in (*ROOT.glob("composed/*.xml"), *ROOT.glob("samples/oioxml/*.xml")):
            if path.name not in ("DIS20_1.xml", "vans_message_fhir.xml"):  # no rules; only a sketch within
                found[path.name] = path.read_bytes()
    return found


def edited(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Each edit at each element, and what was done."""
    root = etree.fromstring(raw)
    count = sum(1 for _ in root.iter("*"))
    encoding = root.getroottree().docinfo.encoding
    for at in range(1, count):
        for what, edit in EDITS.items():
            copy = deepcopy(root)
            element = list(copy.iter("*"))[at]
            name = element.getroottree().getpath(element)
            edit(element)
            yield f"{name} {what}", etree.tostring(copy, encoding=encoding, xml_declaration=True)


def disagreements(raw: bytes) -> list[str]:
    """Where the schema and we come to another verdict."""
    found = []
    for what, message in edited(raw):
        root = etree.fromstring(message)
        valid = schema(etree.QName(root).namespace or "").validate(root)
        errors = [f for f in check_bytes(message).findings if f.severity is Severity.ERROR]
        if valid and any(not _goes_beyond(f.rule, f.path) for f in errors):
            found.append(f"{what}: valid, and {errors[0].rule} at {errors[0].path}")
        if not valid and not errors:
            found.append(f"{what}: not valid, and nothing said")
    return found


def _goes_beyond(rule: str, path: str) -> bool:
    # sizes of hundreds of digits are legal numbers for a schema
    return rule.startswith(BEYOND) or rule.endswith("/OriginalObjectSize") or " > " in path


@pytest.mark.parametrize("name", sorted(messages()))
def test_our_verdict_on_an_edited_message_is_that_of_the_schema(name: str) -> None:
    assert disagreements(messages()[name]) == []


def test_another_verdict_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Checked("XCTL03", "XC0330Q", [])
    monkeypatch.setitem(globals(), "check_bytes", lambda raw: silent)
    assert any(line.endswith("nothing said") for line in disagreements(bases()["XCTL03"]))
    strict = Checked("XCTL03", "XC0330Q", [safe_xml.error("XC0330Q/any", "Emessage", "wrong", "nobody")])
    monkeypatch.setitem(globals(), "check_bytes", lambda raw: strict)
    assert any("valid, and XC0330Q/any" in line for line in disagreements(bases()["XCTL03"]))
