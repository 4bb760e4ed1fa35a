"""Answers keep the tie to what they answer, and a letter that was read is filed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mocks.runtime import Response
from mocks.standards import care_communication, clinical_email
from tests.messaging.ground import FHIR_4, FHIR_5, OLD, Ground

Make = Callable[..., Ground]


# Replies --------------------------------------------------------------------------------------------------


def test_a_reply_goes_the_way_back_and_names_what_it_answers(pair: Make) -> None:
    ground = pair()
    first = ground.write()
    ground.settle()
    reply = ground.write("clinic", "ppr", subject="SV: Trivsel", text="Ja.", reply_to=first)
    ground.settle()
    (received,) = ground.inbox("ppr")
    assert (received["message"], received["subject"]) == (reply, "SV: Trivsel")
    assert ground.journey(reply).reply_to == first
    assert ground.journey(reply).acknowledged


def test_an_xdis91_reply_is_a_letter_of_its_own_with_the_subject_as_the_tie(ground: Make) -> None:
    made = ground(ppr=OLD, clinic=OLD)
    first = made.write()
    made.settle()
    made.write("clinic", "ppr", subject="SV: Trivsel", reply_to=first)
    made.settle()
    asked, answered = (clinical_email.read(e.data or b"") for e in made.letters())
    assert asked.letter_id != answered.letter_id
    assert answered.subject == "SV: Trivsel"
    assert (answered.sender.gln, answered.receiver.gln) == (asked.receiver.gln, asked.sender.gln)
    assert answered.patient.cpr == asked.patient.cpr


@pytest.mark.parametrize("spoken", [FHIR_4, FHIR_5])
def test_replies_to_a_care_communication_stay_in_its_thread(ground: Make, spoken: tuple[str, ...]) -> None:
    made = ground(ppr=spoken, clinic=spoken)
    first = made.write(text="Kender du familien?")
    made.settle()
    second = made.write("clinic", "ppr", text="Ja, godt.", reply_to=first)
    made.settle()
    made.write(text="Tak.", reply_to=second)
    made.settle()
    one, two, three = (care_communication.read(e.data or b"") for e in made.letters())
    assert one.thread == two.thread == three.thread
    assert [m.activity for m in (one, two, three)] == ["new-message", "reply-message", "reply-message"]
    assert two.step.previous == one.header_id
    assert three.step.previous == two.header_id
    assert [s.text for s in three.segments] == ["Kender du familien?", "Ja, godt.", "Tak."]
    assert [m.text for m in (one, two, three)] == ["Kender du familien?", "Ja, godt.", "Tak."]
    assert made.inbox("clinic")[1]["reply_to"] == two.header_id


@pytest.mark.parametrize("spoken", [FHIR_4, FHIR_5])
def test_a_fhir_reply_to_an_xdis91_letter_names_location_number_and_letter(
    ground: Make, spoken: tuple[str, ...]
) -> None:
    """PPR wrote while it was on the old standard; the clinic answers after PPR has moved on."""
    made = ground(ppr=OLD, clinic=spoken)
    first = made.write()
    made.settle()
    letter = clinical_email.read(made.letters()[0].data or b"")
    made.units["ppr"] = _moved(made, spoken)
    made.restart()
    made.write("clinic", "ppr", text="Ja.", reply_to=first)
    made.settle()
    answered = care_communication.read(made.letters()[1].data or b"")
    assert answered.activity == "reply-message"
    assert answered.step.previous == f"{made.units['ppr'].gln}#{letter.letter_id}"
    (received,) = made.inbox("ppr")
    assert received["reply_to"] == answered.step.previous
    assert made.sent("clinic")[0]["state"] == "acknowledged"


def test_an_xdis91_reply_to_a_care_communication_is_a_plain_letter(ground: Make) -> None:
    made = ground(ppr=FHIR_5, clinic=FHIR_5)
    first = made.write()
    made.settle()
    made.units["ppr"] = _moved(made, OLD)
    made.restart()
    made.write("clinic", "ppr", subject="SV: Trivsel", reply_to=first)
    made.settle()
    assert clinical_email.read(made.letters()[1].data or b"").subject == "SV: Trivsel"
    assert made.inbox("ppr")[0]["standard"] == "XDIS91/XD9134L"


def _moved(ground: Ground, capabilities: tuple[str, ...]) -> Any:
    from msgspec.structs import replace

    return replace(ground.units["ppr"], capabilities=capabilities)


def test_only_a_letter_that_came_can_be_answered(ground: Make) -> None:
    made = ground()
    sent = made.write()
    made.settle()
    status, answer = made.try_to_write(reply_to=sent)  # PPR's own letter
    assert status == 404
    assert answer["where"] == "$.reply_to"


# Filing -----------------------------------------------------------------------------------------------------


def _journal(ground: Ground, system: str, name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = ground.get(
        f"http://{system}/desk/journal?unit={ground.units[name].sor_id}"
    )["entries"]
    return entries


@pytest.mark.parametrize(
    ("name", "case_system", "filed_by"),
    [("ppr", "fagsystem", "os2"), ("integrated", "alldialogue", "alldialogue")],
)
def test_a_letter_is_filed_once_in_the_case_system(
    ground: Make, name: str, case_system: str, filed_by: str
) -> None:
    made = ground()
    message = made.write("clinic", name, subject="Mistrivsel", text="Kender I familien?")
    made.settle()
    assert _journal(made, case_system, name) == []
    for _ in range(2):
        assert made.act(name, message, "file")[0] == 200
    (entry,) = _journal(made, case_system, name)
    assert (entry["message"], entry["subject"], entry["cpr"]) == (message, "Mistrivsel", "2512489996")
    assert entry["text"].startswith("Kender I familien?")
    assert (entry["direction"], entry["filed_by"]) == ("in", filed_by)
    assert made.journey(message).times["filed"] == 1
    assert made.inbox(name)[0]["filed"]


@pytest.mark.parametrize("how", ["unreachable", "answers 500", "answers 404"])
def test_a_letter_that_the_case_system_does_not_take_is_not_filed(ground: Make, how: str) -> None:
    made = ground()
    message = made.write("clinic", "ppr")
    made.settle()
    if how == "unreachable":
        made.lines.away.add("fagsystem")
    else:
        made.lines.says["fagsystem"] = Response(int(how.split()[1]), {}, b"")
    status, answer = made.act("ppr", message, "file")
    assert (status, answer["error"]) == (502, "not_filed")
    assert not made.journey(message).filed
    assert made.inbox("ppr")[0]["filed"] is None
    assert len(made.journal.notes("not_filed")) == 1
    made.lines.away.clear()
    made.lines.says.clear()
    assert made.act("ppr", message, "file")[0] == 200
    assert len(_journal(made, "fagsystem", "ppr")) == 1


def test_filing_whose_answer_is_lost_is_made_good_without_a_second_entry(ground: Make) -> None:
    made = ground()
    message = made.write("clinic", "ppr")
    made.settle()
    made.lines.mute.add("/journal")
    assert made.act("ppr", message, "file")[0] == 502
    made.lines.mute.clear()
    assert made.act("ppr", message, "file")[0] == 200
    assert len(_journal(made, "fagsystem", "ppr")) == 1


def test_reading_twice_keeps_the_first_moment(ground: Make) -> None:
    made = ground()
    message = made.write()
    made.settle()
    made.act("clinic", message, "read")
    first = made.inbox()[0]["read"]
    made.wait(hours=1)
    made.act("clinic", message, "read")
    assert made.inbox()[0]["read"] == first
    assert made.journey(message).times["read"] == 1
