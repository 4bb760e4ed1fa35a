"""MedCom's own example messages: the valid ones pass, the broken one is seen, all can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocks.errors import Malformed
from mocks.standards import acknowledgement as ack
from mocks.standards import care_communication as cc
from mocks.standards.fhir_bundle import event_code, parse
from mocks.standards.findings import is_valid
from tests.official import DATA as ROOT

EXAMPLES = ROOT / "medcom-fhir" / "examples"
CARE = sorted(EXAMPLES.glob("carecommunication-*/**/Bundle-*.*"))
ACKS = sorted(p for p in EXAMPLES.glob("acknowledgement-*/*.*") if p.suffix in (".json", ".xml"))

pytestmark = [
    pytest.mark.official,
    pytest.mark.skipif(not CARE, reason=f"official examples are not at {EXAMPLES} (TVAERS_OFFICIAL_DATA)"),
]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name[:40]}{path.suffix}"


@pytest.mark.parametrize("path", CARE, ids=name)
def test_an_official_correspondence_survives_a_rewrite(path: Path) -> None:
    raw = path.read_bytes()
    record = cc.read(raw)
    for mime in (cc.MIME_JSON, cc.MIME_XML):
        again = cc.write(record, mime=mime)
        assert is_valid(cc.check(again)) is is_valid(cc.check(raw))
        assert cc.read(again) == record


@pytest.mark.parametrize("path", ACKS, ids=name)
def test_an_official_acknowledgement_is_valid(path: Path) -> None:
    raw = path.read_bytes()
    assert is_valid(ack.check(raw))
    if event_code(parse(raw)) == "acknowledgement-message":
        record = ack.read(raw)
        assert ack.read(ack.write(record)) == record
        assert is_valid(ack.check(ack.write(record)))
    else:
        with pytest.raises(Malformed):
            ack.read(raw)


def test_the_example_named_invalid_without_a_fault_becomes_invalid_without_its_category() -> None:
    (path,) = (p for p in CARE if "R-Tek-O-invalid" in p.name)
    tree = parse(path.read_bytes())
    assert is_valid(cc.check_tree(tree))
    del tree["entry"][2]["resource"]["category"]
    assert "Bundle.entry[2].resource.category" in {f.path for f in cc.check_tree(tree)}


def test_a_reply_to_an_official_message_is_correct() -> None:
    for path in CARE:
        received = cc.read(path.read_bytes())
        drawn = iter(f"00000000-0000-4000-8000-{n:012d}" for n in range(100))
        answer = cc.reply(
            received,
            new_id=lambda source=drawn: next(source),  # type: ignore[misc]
            at=received.timestamp,
            text="Tak for beskeden",
            author=cc.Author("Mette", "Hansen", "12345678", role_code="sygeplejerske"),
        )
        assert is_valid(cc.check(cc.write(answer))), path
        assert answer.patient.identifiers == received.patient.identifiers
