"""Every byte that a run puts on the wire: valid by the official schemas, by our own check, and nobody's data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import pytest
from lxml import etree

from mocks.identifiers import check_cpr, is_synthetic_cpr
from mocks.standards import care_communication, clinical_email, vans_envelope
from mocks.standards.findings import is_valid
from mocks.standards.recognise import check_bytes, recognise
from scenarios.pilots.nordjylland import Choices
from sim.journey import WireRecord
from tests.messaging.ground import START
from tests.official import VANS as OFFICIAL
from tests.official import needs_official
from tests.rehearsal.conftest import DAY, Play, Played

pytestmark = pytest.mark.slow
STANDARDS = ("mixed", "5.0.2", "4.0.3")
CPR = re.compile(rb"(?<![0-9A-Za-z])\d{10}(?![0-9A-Za-z])")


@pytest.fixture(scope="module", params=STANDARDS)
def counterfactual(request: pytest.FixtureRequest, play: Play) -> Played:
    """Two days on a newer standard."""
    return play(Choices(start=DAY, end=DAY + timedelta(days=1), standard=request.param))


def contents(wires: Iterable[WireRecord]) -> list[bytes]:
    """What the envelopes hold: letters and acknowledgements."""
    return [data for w in wires if (data := vans_envelope.read(w.body).data) is not None]


# Schemas ---------------------------------------------------------------------------------------------------


@needs_official
@pytest.mark.official
def test_every_xml_document_of_a_troubled_run_validates_against_the_official_schemas(
    troubled: Played,
) -> None:
    def schema(name: str) -> etree.XMLSchema:
        return etree.XMLSchema(file=str(OFFICIAL / "xsd" / f"{name}.xsd"))

    envelope = schema("vans/VANSEnvelope")
    by_namespace = {
        "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/": schema(
            "oioxml/2006/07/01/EMessage"
        ),
        "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/": schema(
            "oioxml/2005/08/07/EMessage"
        ),
    }
    seen: Counter[str] = Counter()
    for wire in troubled.run.journal.wires:
        tree = etree.fromstring(wire.body)
        assert envelope.validate(tree), (wire.standard, envelope.error_log)
        seen["VANSEnvelope"] += 1
    for data in contents(troubled.run.journal.wires):
        tree = etree.fromstring(data)
        official = by_namespace[etree.QName(tree).namespace or ""]
        assert official.validate(tree), official.error_log
        seen[etree.QName(tree[1]).localname] += 1
    assert seen["VANSEnvelope"] > 600
    assert seen["ClinicalEmail"] > seen["PositiveReceipt"] * 0.9 > 90
    assert set(seen) == {"VANSEnvelope", "ClinicalEmail", "PositiveReceipt"}


@needs_official
@pytest.mark.official
def test_envelopes_around_fhir_validate_against_the_official_schema_too(counterfactual: Played) -> None:
    official = etree.XMLSchema(file=str(OFFICIAL / "xsd" / "vans/VANSEnvelope.xsd"))
    for wire in counterfactual.run.journal.wires:
        assert official.validate(etree.fromstring(wire.body)), official.error_log


# Our own check ------------------------------------------------------------------------------------------------


def test_everything_on_the_wire_of_a_newer_standard_passes_our_own_check(counterfactual: Played) -> None:
    kinds: Counter[str] = Counter()
    for wire in counterfactual.run.journal.wires:
        checked = check_bytes(wire.body)
        assert checked.standard == "VANSEnvelope"
        assert is_valid(checked.findings), (wire.standard, checked.findings)
    for data in contents(counterfactual.run.journal.wires):
        checked = check_bytes(data)
        kinds[checked.standard] += 1
        assert is_valid(checked.findings), checked.findings
    assert counterfactual.result.verdict == "pass"
    expected = {"CareCommunication", "Acknowledgement"}
    if counterfactual.choices.standard == "mixed":
        expected |= {"XDIS91", "XCTL03"}
    assert set(kinds) == expected
    assert kinds["CareCommunication"] == kinds["Acknowledgement"] > 5


def test_each_standard_speaks_its_own_version(counterfactual: Played) -> None:
    found = {
        recognised.version
        for data in contents(counterfactual.run.journal.wires)
        if (recognised := recognise(data)).standard == "CareCommunication"
    }
    spoken = {"mixed": "5.0", "5.0.2": "5.0", "4.0.3": "4.0.0"}[counterfactual.choices.standard]
    assert found == {spoken}


def test_replies_stay_in_the_thread_of_what_they_answer(counterfactual: Played) -> None:
    """The two days are too short for many answers, and long enough for some."""
    journal = counterfactual.run.journal
    letters = {}
    for wire in journal.wires:
        if wire.standard.startswith("MCM:FDIS91") and wire.message not in letters:
            letters[wire.message] = care_communication.read(vans_envelope.read(wire.body).data or b"")
    replies = [j for j in journal.journeys() if j.reply_to in letters and j.id in letters]
    for journey in replies:
        assert letters[journey.id].thread == letters[journey.reply_to].thread
        assert letters[journey.id].step.previous == letters[journey.reply_to].header_id


def test_the_pilots_own_traffic_is_xdis91_alone(quarter: Played) -> None:
    names = {wire.standard for wire in quarter.run.journal.wires}
    assert names == {"MCM:XDIS91", "MCM:XCTL03", "VANSEnvelope"}


# Nobody's data --------------------------------------------------------------------------------------------------


def test_every_citizen_on_the_wire_is_synthetic_and_of_this_world(troubled: Played) -> None:
    citizens = set()
    for data in contents(troubled.run.journal.wires):
        if b"ClinicalEmail" in data:
            citizens.add(clinical_email.read(data).patient.cpr)
    assert len(citizens) > 50
    assert all(cpr and is_synthetic_cpr(cpr) for cpr in citizens)
    assert all(troubled.run.world.find(cpr) for cpr in citizens if cpr)


def test_nothing_else_on_the_wire_looks_like_a_real_cpr_number(
    troubled: Played, counterfactual: Played
) -> None:
    for played in (troubled, counterfactual):
        for data in contents(played.run.journal.wires):
            for number in CPR.findall(data):
                text = number.decode()
                assert check_cpr(text) is not None or is_synthetic_cpr(text)


def test_no_cpr_number_stands_in_the_facts_of_the_journal(
    quarter: Played, troubled: Played, counterfactual: Played
) -> None:
    for played in (quarter, troubled, counterfactual):
        assert played.run.journal.leaks() == []


def test_the_search_for_leaks_finds_one(play: Play) -> None:
    journal = play(Choices(start=DAY.replace(day=18), end=DAY.replace(day=18))).run.journal
    trace = journal.trace_for("test", lambda: START)
    assert journal.leaks() == []
    trace.note("planted", where={"deep": ["om 251248-9996"]})
    assert [(leak.where, leak.masked) for leak in journal.leaks()] == [("note planted", "251248-****")]
    journal._notes.pop()
