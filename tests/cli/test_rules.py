"""``tvaers rules``: every rule with its source, and one of them explained."""

from __future__ import annotations

import json

from tests.cli.conftest import Tvaers, one_line


def test_it_lists_the_rules_of_every_standard_with_their_sources(tvaers: Tvaers) -> None:
    done = tvaers("rules")
    assert done.code == 0
    assert "medcom-careCommunication-7" in done.out
    assert "XD9134L/Letter/VersionCode" in done.out
    assert "medcom-careCommunication-communication@5.0.2/payload:string" in done.out
    assert "MedCom governance for network envelopes" in done.out


def test_it_lists_those_of_one_standard_or_with_certain_words(tvaers: Tvaers) -> None:
    everything = json.loads(tvaers("rules", "--json").out)["rules"]
    old = json.loads(tvaers("rules", "--json", "--standard", "xdis91").out)["rules"]
    assert 0 < len(old) < len(everything)
    assert all("XDIS91" in rule["standards"] for rule in old)
    digits = json.loads(tvaers("rules", "--json", "--text", "CHECK digit").out)["rules"]
    assert {"gln-modulus-10", "sor-verhoeff"} <= {rule["id"] for rule in digits}
    assert all("check" in str(rule).lower() and "digit" in str(rule).lower() for rule in digits)
    assert tvaers("rules", "--text", "no rule has these words").out.strip() == "0 rules"


def test_it_explains_one_rule(tvaers: Tvaers) -> None:
    done = tvaers("rules", "vans-size")
    assert done.code == 0
    for word in ("demands", "breach", "source", "mend", "VANSEnvelope"):
        assert word in done.out
    assert tvaers("rules", "VANS-Size").out == done.out


def test_the_answer_for_a_machine_has_a_version(tvaers: Tvaers) -> None:
    answer = json.loads(tvaers("rules", "vans-size", "--json").out)
    assert answer["schema"] == "tvaers-rules/1"
    (rule,) = answer["rules"]
    assert (rule["id"], rule["severity"], rule["standards"]) == ("vans-size", "error", ["VANSEnvelope"])


def test_a_rule_or_standard_that_there_is_not_is_a_mistake_of_the_user(tvaers: Tvaers) -> None:
    assert "near it: vans-size" in one_line(tvaers("rules", "vans-sise"))
    assert "there are: " in one_line(tvaers("rules", "--standard", "HL7v2"))


def test_it_lists_what_public_rules_contradict_each_other_on(tvaers: Tvaers) -> None:
    done = tvaers("rules", "--readings")
    assert done.code == 0
    for word in ("certification", "negative-answer", "two", "three", "medcom-careCommunication-15"):
        assert word in done.out
    answer = json.loads(tvaers("rules", "--readings", "--json").out)
    assert answer["schema"] == "tvaers-readings/1"
    assert answer["profiles"][0]["name"] == "current"
    definition = next(topic for topic in answer["topics"] if topic["name"] == "definition")
    assert definition["rules"] == ["medcom-carecommunication-definition-url"]
    explained = tvaers("rules", "medcom-carecommunication-definition-url").out
    assert "5.0.2" in explained and "allowed" in explained
