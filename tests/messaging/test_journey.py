"""A letter where nothing goes wrong: each state is reached once, in its order, on each standard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mocks.standards import vans_envelope
from mocks.standards.findings import is_valid
from mocks.standards.recognise import check_bytes
from tests.messaging.conftest import CAPABILITIES
from tests.messaging.ground import FHIR_4, FHIR_5, OLD, Ground

Make = Callable[..., Ground]
STATES = ("composed", "sent", "accepted", "delivered", "shown", "receipted", "acknowledged", "read", "filed")


def test_a_letter_passes_every_state_once_and_in_order(pair: Make) -> None:
    ground = pair()
    message = ground.write()
    ground.wait(minutes=5)
    ground.act("clinic", message, "read")
    ground.act("clinic", message, "file")

    journey = ground.journey(message)
    of_the_letter = [s.station for s in journey.stations if s.message == message and s.station in STATES]
    assert of_the_letter == list(STATES)
    assert {journey.times[state] for state in STATES} == {1}
    assert journey.status == "filed"
    assert not journey.lost


def test_accepted_delivered_acknowledged_read_and_filed_are_states_apart(pair: Make) -> None:
    ground = pair()
    message = ground.write()
    seen = []

    def note() -> None:
        j = ground.journey(message)
        seen.append((j.accepted, j.delivered, j.acknowledged, j.read, j.filed))

    note()
    ground.lines.mute.add("/vans/inbox")  # what the clinic answers does not come back
    ground.wait(seconds=21)
    note()
    ground.lines.mute.clear()
    ground.wait(minutes=5)
    note()
    ground.act("clinic", message, "read")
    note()
    assert seen == [
        (True, False, False, False, False),
        (True, True, False, False, False),
        (True, True, True, False, False),
        (True, True, True, True, True),  # a record system files what was opened; a module does not
    ]


def test_what_the_sender_knows_follows_the_letter(pair: Make) -> None:
    ground = pair()
    status, answer = ground.try_to_write()
    assert (status, answer["state"]) == (201, "accepted")
    ground.trouble.next("MCM:XCTL", "drop")
    ground.trouble.next("MCM:FCTL", "drop")
    ground.wait(minutes=1)
    assert ground.sent()[0]["state"] == "delivered"
    ground.wait(minutes=31)
    assert ground.sent()[0]["state"] == "acknowledged"


def test_the_letter_goes_out_in_the_standard_that_both_are_registered_for(pair: Make, standard: str) -> None:
    ground = pair()
    ground.write()
    ground.settle()
    assert ground.inbox()[0]["standard"] == standard


@pytest.mark.parametrize(
    ("ppr", "clinic", "chosen"),
    [
        (OLD, FHIR_5, "XDIS91/XD9134L"),
        (FHIR_5, OLD, "XDIS91/XD9134L"),
        (FHIR_4, FHIR_5, "XDIS91/XD9134L"),
        ((*FHIR_5, *FHIR_4), FHIR_4, "FDIS91/4.0.0"),
        ((*FHIR_4, *FHIR_5), (*FHIR_5, *FHIR_4), "FDIS91/5.0"),
    ],
)
def test_of_several_common_standards_the_newest_is_taken(
    ground: Make, ppr: tuple[str, ...], clinic: tuple[str, ...], chosen: str
) -> None:
    made = ground(ppr=ppr, clinic=clinic)
    made.write()
    made.settle()
    assert [letter["standard"] for letter in made.inbox()] == [chosen]


def test_everything_on_the_wire_passes_our_own_check(pair: Make) -> None:
    ground = pair()
    message = ground.write()
    ground.settle()
    ground.write("clinic", "ppr", reply_to=message)
    ground.settle()
    wires = list(ground.journal.wires)
    assert len(wires) == 12
    for wire in wires:
        checked = check_bytes(wire.body)
        assert checked.standard == "VANSEnvelope"
        assert is_valid(checked.findings), (wire.standard, checked.findings)


def test_a_receipt_is_never_receipted(pair: Make) -> None:
    ground = pair()
    ground.write()
    ground.settle()
    envelopes = [vans_envelope.read(w.body) for w in ground.journal.wires]
    assert sum(e.receipt is None for e in envelopes) == 2, "one letter and one acknowledgement"
    assert len(ground.receipts()) == 1
    answered = {e.receipt.original_envelope for e in envelopes if e.receipt}
    assert answered <= {e.identifier for e in envelopes if e.receipt is None}


def test_the_desk_shows_the_letter_as_it_was_written(pair: Make) -> None:
    ground = pair()
    message = ground.write(subject="Trivsel & søvn", text="Kære læge\n\nEr der noget <nyt>?")
    ground.settle()
    status, letter = ground.act("clinic", message, "read")
    assert status == 200
    assert letter["subject"] == "Trivsel & søvn"
    assert letter["text"].startswith("Kære læge\n\nEr der noget <nyt>?")
    assert (letter["cpr"], letter["patient"]) == ("2512489996", "Nanna Testperson")


def test_unread_letters_can_be_asked_for(pair: Make) -> None:
    ground = pair()
    first, second = ground.write(), ground.write()
    ground.settle()
    ground.act("clinic", first, "read")
    clinic = ground.units["clinic"]
    unread = ground.get(f"http://lps/desk/inbox?unit={clinic.sor_id}&unread=true")["letters"]
    assert [letter["message"] for letter in unread] == [second]


@pytest.mark.parametrize("verb", ["read", "file"])
def test_a_letter_that_never_came_can_neither_be_read_nor_filed(ground: Make, verb: str) -> None:
    status, answer = ground().act("clinic", "00000000-0000-4000-8000-000000000000", verb)
    assert status == 404
    assert "GET /desk/inbox" in answer["what_to_do"]


def test_the_table_of_standards_is_the_one_that_the_systems_speak(standard: str) -> None:
    assert standard in CAPABILITIES[standard]
