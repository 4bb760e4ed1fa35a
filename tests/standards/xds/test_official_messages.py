"""What the published samples of the appointment sharing say is read whole, and written again in their shape."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from lxml import etree
from msgspec.structs import asdict, replace

from mocks.standards.xds import queries, responses, retrieval, submissions
from mocks.standards.xds.names import AssociationType, Availability, DocumentType, Status, StoredQuery
from mocks.standards.xds.objects_write import entry_xml
from mocks.standards.xds.records import Code, DocumentEntry
from mocks.standards.xds.stored_query import CodePattern, FindDocuments, meets, read_query
from mocks.standards.xds.values import cpr_of, sor_of
from tests.official import needs_official
from tests.standards.xds.samples import MASKED, body, shape

pytestmark = [needs_official, pytest.mark.official]
CONTENT = {"1@sample": b"<ClinicalDocument/>"}


def test_the_published_search_asks_for_approved_appointments_before_a_moment() -> None:
    request = queries.read_request(body("iti18-request"))
    assert request.query == StoredQuery.FIND_DOCUMENTS
    asked = read_query(request.query, request.parameters)
    assert isinstance(asked, FindDocuments)
    assert cpr_of(asked.patient_id) == MASKED
    assert asked.status == (Availability.APPROVED,)
    assert asked.type_code == (CodePattern("39289-4", "2.16.840.1.113883.6.1"),)
    assert asked.service_start == ("", "20170531133000")


def test_the_published_answer_holds_its_entries() -> None:
    answer = queries.read_response(body("iti18-response"))
    assert answer.status is Status.SUCCESS
    assert len(answer.entries) == 5
    entry = answer.entries[0]
    assert entry.type is DocumentType.STABLE
    assert entry.format_code == Code("urn:ad:dk:medcom:appointment", "1.2.208.184.14.1", "DK CDA APD")
    assert [sor_of(i) for i in entry.authors[0].institutions] == ["242621000016001"]
    assert entry.service_start == "2017053113"


def test_an_answer_of_ours_has_the_shape_of_the_published_one() -> None:
    official = body("iti18-response")
    entries = queries.read_response(official).entries
    ours = etree.fromstring(queries.write_found(entry_xml(e) for e in entries))
    assert shape(ours) == shape(official)
    assert queries.read_response(ours).entries == entries


def test_an_entry_that_was_handed_in_comes_out_in_the_shape_of_the_published_answer() -> None:
    submission, _ = submissions.read_provided(body("iti41-request"), _parts("iti41-request"))
    kept = _as_registered(submission.entries[0])
    ours = etree.fromstring(queries.write_found([entry_xml(kept)]))
    official = queries.read_response(body("iti18-response")).entries[0]
    assert shape(ours) == shape(etree.fromstring(queries.write_found([entry_xml(official)])))


@pytest.mark.parametrize("name", ["iti18-request"])
def test_the_published_search_is_written_in_its_shape(name: str) -> None:
    official = body(name)
    assert shape(etree.fromstring(queries.write_request(queries.read_request(official)))) == shape(official)


def test_retrieval_is_read_and_written_in_the_published_shape() -> None:
    official = body("iti43-request")
    wanted = retrieval.read_request(official)
    assert [w.repository for w in wanted] == ["1.2.208.176.43210.8.88.1.30"]
    assert shape(etree.fromstring(retrieval.write_request(wanted))) == shape(official)

    official = body("iti43-response")
    answer = retrieval.read_response(official, _parts("iti43-response"))
    assert answer.status is Status.SUCCESS
    assert answer.documents[0].unique_id == wanted[0].unique_id
    written, parts = retrieval.write_response(answer.status, answer.documents)
    assert shape(etree.fromstring(written)) == shape(official)
    assert list(parts.values()) == list(CONTENT.values())


@pytest.mark.parametrize("name", ["iti41-response", "iti41withreplacement-response", "iti57-response"])
def test_answers_to_submissions_have_the_published_shape(name: str) -> None:
    official = body(name)
    answer = responses.read_response(official)
    assert answer.status is Status.SUCCESS
    assert shape(etree.fromstring(responses.write_response(answer.status))) == shape(official)


def test_a_replacement_names_what_it_replaces() -> None:
    submission, documents = submissions.read_provided(
        body("iti41withreplacement-request"), _parts("iti41withreplacement-request")
    )
    replaces = [a for a in submission.associations if a.type is AssociationType.REPLACES]
    assert [a.source for a in replaces] == [submission.entries[0].id] == [documents[0].id]
    assert replaces[0].target.startswith("urn:uuid:")


def test_a_cancellation_changes_the_availability_of_one_entry() -> None:
    submission = submissions.read_submitted(body("iti57-request"))
    change = submission.associations[0]
    assert change.type is AssociationType.UPDATES_AVAILABILITY
    assert (change.original_status, change.new_status) == (Availability.APPROVED, Availability.DEPRECATED)
    assert not submission.entries


@pytest.mark.parametrize("name", ["iti41-request", "iti41withreplacement-request", "iti57-request"])
def test_a_submission_survives_being_written_again(name: str) -> None:
    listed = body(name)
    if name == "iti57-request":
        first = submissions.read_submitted(listed)
    else:
        first, _ = submissions.read_provided(listed, _parts(name))
    again = submissions.read_submitted(etree.fromstring(submissions.write_submission(first)))
    assert again.set == first.set
    assert [_unnumbered(e) for e in again.entries] == [_unnumbered(e) for e in first.entries]
    assert [(a.type, a.source, a.target) for a in again.associations] == [
        (a.type, a.source, a.target) for a in first.associations
    ]


def test_the_published_entry_is_found_by_the_published_search() -> None:
    entries = queries.read_response(body("iti18-response")).entries
    request = queries.read_request(body("iti18-request"))
    asked = read_query(request.query, request.parameters)
    assert isinstance(asked, FindDocuments)
    assert all(meets(entry, asked) for entry in entries)


def _unnumbered(entry: DocumentEntry) -> dict[str, object]:
    return asdict(entry) | {"mime_type": ""}  # samples leave it out, and the registry needs one


def _parts(name: str) -> dict[str, bytes]:
    return {
        unquote(e.get("href", "").removeprefix("cid:")): next(iter(CONTENT.values()))
        for e in body(name).iter("{http://www.w3.org/2004/08/xop/include}Include")
    }


def _as_registered(entry: DocumentEntry) -> DocumentEntry:
    """What the repository adds before the registry keeps an entry."""
    return replace(entry, hash="00", size="1", repository="1.2.3")
