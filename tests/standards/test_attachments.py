"""Letters and attachments find each other in whatever order they come, and nothing is shown twice."""

from __future__ import annotations

import gzip
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mocks.runtime import MemoryCollection
from mocks.standards.attachments import Attachments, Held, Joined, Pointing, Step
from mocks.standards.binary_letter import BinaryObject
from mocks.standards.clinical_email import BinaryReference, Reference
from mocks.standards.findings import Severity

ELMER, BRUNO = "2509479989", "2512489996"


def file(number: int) -> BinaryObject:
    """An attachment; its identifier has dashes, as in XB0131X."""
    return BinaryObject(str(UUID(int=number)), "vektor_grafik", "pdf", b"%%PDF %d" % number)


def pointing_at(*files: BinaryObject) -> tuple[Reference, ...]:
    """The references of a letter, without dashes, as in XD9134L."""
    return tuple(
        Reference(
            f"Bilag {UUID(each.id).int}",
            None,
            BinaryReference(UUID(each.id).hex, each.code, each.extension, len(each.content)),
        )
        for each in files
    )


def fresh() -> Attachments:
    return Attachments(MemoryCollection[Pointing](), MemoryCollection[Held]())


ONE, TWO, THREE = file(1), file(2), file(3)


def test_an_attachment_that_comes_after_its_letter_is_shown_then() -> None:
    desk = fresh()
    first = desk.letter_came("A", ELMER, (Reference("Følger med posten"), *pointing_at(ONE, TWO)))
    assert first == Step()
    assert list(desk.incomplete()) == [("A", (ONE.key, TWO.key))]
    assert desk.objects_came(ELMER, [TWO]) == Step(joined=(Joined("A", "Bilag 2", TWO),))
    assert desk.objects_came(ELMER, [ONE]) == Step(joined=(Joined("A", "Bilag 1", ONE),), complete=("A",))
    assert list(desk.incomplete()) == [] and list(desk.orphans()) == []


def test_an_attachment_that_comes_before_its_letter_is_held_and_shown_with_it() -> None:
    desk = fresh()
    assert desk.objects_came(ELMER, [ONE, THREE]) == Step()
    assert list(desk.orphans()) == [ONE, THREE]
    step = desk.letter_came("A", ELMER, pointing_at(ONE))
    assert step == Step(joined=(Joined("A", "Bilag 1", ONE),), complete=("A",))
    assert list(desk.orphans()) == [THREE]


def test_a_letter_without_attachments_is_complete_at_once() -> None:
    assert fresh().letter_came("A", ELMER, (Reference("x", "https://example.invalid"),)).complete == ("A",)


def test_copies_are_ignored() -> None:
    desk = fresh()
    desk.letter_came("A", ELMER, pointing_at(ONE))
    desk.objects_came(ELMER, [ONE])
    assert desk.objects_came(ELMER, [ONE]) == Step(copies=(ONE.key,))
    assert desk.letter_came("A", ELMER, pointing_at(ONE)) == Step(copies=("A",))


def test_an_attachment_is_shown_with_each_letter_that_points_at_it() -> None:
    desk = fresh()
    desk.letter_came("A", ELMER, pointing_at(ONE))
    desk.letter_came("B", ELMER, pointing_at(ONE))
    assert [each.letter for each in desk.objects_came(ELMER, [ONE]).joined] == ["A", "B"]
    assert [each.letter for each in desk.letter_came("C", ELMER, pointing_at(ONE)).joined] == ["C"]


def test_an_attachment_about_somebody_else_is_not_shown() -> None:
    for letter_first in (True, False):
        desk = fresh()
        steps = [
            lambda d=desk: d.letter_came("A", ELMER, pointing_at(ONE)),
            lambda d=desk: d.objects_came(BRUNO, [ONE]),
        ]
        found = [step() for step in (steps if letter_first else reversed(steps))]
        assert [each.joined for each in found] == [(), ()] and [each.complete for each in found] == [(), ()]
        (finding,) = found[1].findings
        assert finding.rule == "attachment-patient" and finding.severity is Severity.ERROR
        assert ELMER not in finding.message and BRUNO not in finding.message
        assert list(desk.orphans()) == [ONE]


def test_information_about_systems_has_no_person_to_compare() -> None:
    desk = fresh()
    desk.objects_came("", [ONE])
    assert len(desk.letter_came("A", ELMER, pointing_at(ONE)).joined) == 1


def test_another_file_under_the_same_identifier_is_refused() -> None:
    desk = fresh()
    desk.objects_came(ELMER, [ONE])
    for person, other in ((ELMER, replace(ONE, content=b"other")), (BRUNO, ONE)):
        step = desk.objects_came(person, [other])
        assert [f.rule for f in step.findings] == ["attachment-changed"] and step.copies == (ONE.key,)
    assert desk.letter_came("A", ELMER, pointing_at(ONE)).joined == (Joined("A", "Bilag 1", ONE),)


def test_what_the_letter_says_of_an_attachment_is_compared_with_it() -> None:
    desk = fresh()
    desk.objects_came(ELMER, [replace(ONE, extension="png", content=b"longer than said")])
    step = desk.letter_came("A", ELMER, pointing_at(ONE))
    assert [f.rule for f in step.findings] == ["attachment-kind", "attachment-size"]
    assert len(step.joined) == 1
    packed = replace(TWO, content=gzip.compress(TWO.content))
    desk.objects_came(ELMER, [packed])
    assert desk.letter_came("B", ELMER, pointing_at(TWO)).findings == ()


FILES = [file(n) for n in range(6)]
LETTERS = st.lists(st.lists(st.sampled_from(FILES), max_size=4, unique=True), min_size=1, max_size=5)
CARRIERS = st.lists(st.lists(st.sampled_from(FILES), min_size=1, max_size=3), max_size=6)


@given(LETTERS, CARRIERS, st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_the_order_each_attachment_is_shown_once_with_each_of_its_letters(
    letters: list[list[BinaryObject]], carriers: list[list[BinaryObject]], data: st.DataObject
) -> None:
    """Copies included, and a restart after any arrival."""
    arrivals = [("letter", n) for n in range(len(letters))] + [("carrier", n) for n in range(len(carriers))]
    copies = data.draw(st.lists(st.sampled_from(arrivals), max_size=4))
    order = data.draw(st.permutations(arrivals + copies))
    stored, objects = MemoryCollection[Pointing](), MemoryCollection[Held]()
    shown, complete = list[tuple[str, str]](), list[str]()
    desk = Attachments(stored, objects)
    for kind, number in order:
        if data.draw(st.booleans()):
            desk = Attachments(stored, objects)
        if kind == "letter":
            step = desk.letter_came(str(number), ELMER, pointing_at(*letters[number]))
        else:
            step = desk.objects_came(ELMER, carriers[number])
        assert step.findings == ()
        shown += [(each.letter, each.object.key) for each in step.joined]
        complete += step.complete
    came = {each.key for carrier in carriers for each in carrier}
    wanted = {(str(n), each.key) for n, files in enumerate(letters) for each in files}
    assert sorted(shown) == sorted(pair for pair in wanted if pair[1] in came)
    full = [str(n) for n, files in enumerate(letters) if {each.key for each in files} <= came]
    assert sorted(complete) == full
    assert {each.key for each in desk.orphans()} == came - {key for _, key in wanted}
    assert dict(desk.incomplete()).keys() == {str(n) for n in range(len(letters))} - set(full)
