"""Where public rules contradict each other: the profile of readings decides, and nothing but its topics changes."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import orjson
import pytest

from mocks.errors import BadInput
from mocks.standards.findings import Finding, Severity
from mocks.standards.profiles import codes
from mocks.standards.readings import CURRENT, PROFILES, profile, weigh
from mocks.standards.recognise import check_bytes
from mocks.standards.roles import LENIENCIES, Role, weigh_for
from mocks.standards.rulebook import rulebook
from mocks.standards.topics import TOPICS
from tests.standards.mutants.bases import bases
from tests.standards.mutants.fhir_edits import resource

Tree = dict[str, Any]


def broken(edit: Callable[[Tree], object], base: str) -> list[Finding]:
    """What is found in a right message with one change."""
    tree = orjson.loads(bases()[base])
    edit(tree)
    return check_bytes(orjson.dumps(tree)).findings


def severities(findings: list[Finding]) -> dict[str, Severity]:
    return {finding.rule: finding.severity for finding in findings}


def test_every_profile_names_positions_that_there_are() -> None:
    known = {topic.name: {position.name for position in topic.positions} for topic in TOPICS}
    for each in PROFILES:
        for topic, position in each.positions.items():
            assert position in known[topic], each.name


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_each_topic_has_sources_for_each_side_and_one_current_position(topic: Any) -> None:
    assert len(topic.positions) >= 2 and topic.question.endswith("?")
    assert all(position.source and position.says for position in topic.positions)
    assert sum(position.current for position in topic.positions) == 1
    assert len({position.name for position in topic.positions}) == len(topic.positions)


def test_a_rule_with_readings_is_an_error_under_one_and_less_under_another() -> None:
    touched = [entry.rule for entry in rulebook().values() if entry.rule.readings]
    assert len(touched) >= 8
    for rule in touched:
        assert rule.allowing and len(rule.allowing) < len(rule.readings), rule.id
        assert rule.severity is Severity.ERROR, rule.id


# One breach of each topic -----------------------------------------------------------------------------


def no_number(tree: Tree) -> None:
    resource(tree, "MessageHeader")["definition"] = codes.CC_DEFINITION_5


def lonely_encounter(tree: Tree) -> None:
    resource(tree, "Communication").pop("encounter")


def silent(tree: Tree) -> None:
    resource(tree, "Patient").pop("text")


def other_sources(tree: Tree) -> None:
    step = resource(tree, "Provenance")
    step["entity"][1]["what"]["identifier"]["value"] = "urn:uuid:00000000-0000-4000-8000-000000000000"


def old_file(tree: Tree) -> None:
    attachments = [
        p["contentAttachment"]
        for p in resource(tree, "Communication")["payload"][:3]
        if "contentAttachment" in p
    ]
    attachments[0].update(data="JVBERg==", contentType="application/pdf")


def blanks(tree: Tree) -> None:
    for payload in resource(tree, "Communication")["payload"]:
        for extension in payload["extension"]:
            if "valueContactPoint" in extension:
                extension["valueContactPoint"]["value"] = "99 31 00 00"


def another_original(tree: Tree) -> None:
    resource(tree, "MessageHeader")["response"]["identifier"] = "00000000-0000-4000-8000-000000000000"


ERROR, WARNING, DISPUTED = Severity.ERROR, Severity.WARNING, Severity.DISPUTED
#: name, base, change, rule, what it weighs for the profiles current, certification, published, governance.
CASES: list[tuple[str, str, Callable[[Tree], object], str, tuple[Severity | None, ...]]] = [
    ("definition", "CC5 new", no_number, "medcom-carecommunication-definition-url",
     (DISPUTED, ERROR, None, DISPUTED)),
    ("encounter", "CC5 new", lonely_encounter, "medcom-careCommunication-15",
     (DISPUTED, ERROR, None, DISPUTED)),
    ("narrative", "CC5 new", silent, "medcom-narrative", (WARNING, ERROR, WARNING, DISPUTED)),
    ("examples", "CC5 new", other_sources, "tvaers-provenance-sources",
     (WARNING, ERROR, WARNING, DISPUTED)),
    ("examples", "ACK ok", another_original, "tvaers-acknowledgement-revision",
     (WARNING, ERROR, WARNING, DISPUTED)),
    ("reply-attachments", "CC5 reply", old_file, "tvaers-reply-attachment",
     (DISPUTED, ERROR, DISPUTED, DISPUTED)),
    ("phone", "CC5 new", blanks, "medcom-core-contact",
     (Severity.INFORMATION,) * 4),
]  # fmt: skip
NAMES = ("current", "certification", "published", "governance")


@pytest.mark.parametrize(
    ("base", "edit", "rule", "weights"), [case[1:] for case in CASES], ids=[c[3] for c in CASES]
)
def test_the_profile_decides_what_a_breach_weighs(
    base: str, edit: Callable[[Tree], object], rule: str, weights: tuple[Severity | None, ...]
) -> None:
    found = broken(edit, base)
    for name, weight in zip(NAMES, weights, strict=True):
        assert severities(weigh(found, profile(name))).get(rule) == weight, name


@pytest.mark.parametrize(
    ("topic", "base", "edit", "rule"), [case[:4] for case in CASES], ids=[c[3] for c in CASES]
)
def test_changing_one_topic_changes_its_rules_and_nothing_else(
    topic: str, base: str, edit: Callable[[Tree], object], rule: str
) -> None:
    found = broken(edit, base)
    before = weigh(found, CURRENT)
    for other in TOPICS:
        for position in other.positions:
            after = weigh(found, profile(f"current,{other.name}={position.name}"))
            changed = {f.rule for f in before} ^ {f.rule for f in after}
            changed |= {f.rule for f in after if severities(before).get(f.rule) != f.severity}
            assert changed <= ({rule} if other.name == topic else set()), f"{other.name}={position.name}"


def test_what_is_disputed_cites_both_sides() -> None:
    found = weigh(broken(no_number, "CC5 new"), CURRENT)
    (finding,) = [f for f in found if f.severity is DISPUTED]
    assert "5.0.3" in finding.source
    (reading,) = finding.allowed_by
    assert (reading.topic, reading.name) == ("definition", "5.0.2") and "5.0.2" in reading.source


def test_what_no_source_allows_stays_an_error_under_every_profile() -> None:
    found = broken(lambda tree: resource(tree, "MessageHeader").update(definition="http://x/y|5"), "CC5 new")
    for each in PROFILES:
        assert severities(weigh(found, each))["medcom-carecommunication-definition-url"] is ERROR, each.name


def test_a_profile_takes_choices_of_ones_own() -> None:
    own = profile("governance, resends=three")
    assert own.positions["resends"] == "three" and own.positions["resend-duty"] == "must"
    for wrong in ("nobody", "current,resends", "current,resends=nine", "current,nothing=two"):
        with pytest.raises(BadInput, match="there are: "):
            profile(wrong)


# Sender and receiver ----------------------------------------------------------------------------------


def test_a_sender_is_judged_more_strictly_than_a_receiver() -> None:
    raw = bases()["VANS XDIS91"].replace(b"<Name>MCM:", b"<Name>")
    found = check_bytes(raw).findings
    assert severities(found)["vans-name-prefix"] is WARNING
    assert severities(weigh_for(found, Role.SENDER))["vans-name-prefix"] is ERROR
    assert severities(weigh_for(found, Role.RECEIVER))["vans-name-prefix"] is WARNING


def test_a_receiver_takes_identifiers_as_they_are_seen_in_production() -> None:
    raw = bases()["VANS XDIS91"]
    start = raw.index(b"<EnvelopeIdentifier>") + 20
    raw = raw[:start] + b"EPIC394319568" + raw[raw.index(b"</EnvelopeIdentifier>") :]
    found = check_bytes(raw).findings
    rule = "VANSEnvelope/VANSEnvelope/EnvelopeIdentifier"
    assert severities(found)[rule] is ERROR
    assert severities(weigh_for(found, Role.SENDER))[rule] is ERROR
    assert severities(weigh_for(found, Role.RECEIVER))[rule] is WARNING


@pytest.mark.parametrize("leniency", LENIENCIES, ids=lambda each: each.rules[0])
def test_each_leniency_names_rules_that_there_are_and_a_reason(leniency: Any) -> None:
    assert leniency.source
    for pattern in leniency.rules:
        assert any(fnmatchcase(rule, pattern) for rule in rulebook()), pattern


def test_a_right_message_is_right_for_everybody_under_every_profile() -> None:
    for name, raw in bases().items():
        found = check_bytes(raw).findings
        for each in PROFILES:
            for role in Role:
                assert weigh(weigh_for(found, role), each) == [], name
