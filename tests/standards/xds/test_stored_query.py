"""The parameters of a stored query: their small grammar, and everything that tries to be more."""

from __future__ import annotations

import pytest

from mocks.standards.xds.names import Availability, DocumentType, ErrorCode, StoredQuery
from mocks.standards.xds.records import Author, Code, DocumentEntry, Slot, XdsProblem
from mocks.standards.xds.stored_query import (
    CodePattern,
    FindDocuments,
    GetDocuments,
    meets,
    read_query,
)

APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
PATIENT = Slot("$XDSDocumentEntryPatientId", ("'2512489996^^^&1.2.208.176.1.2&ISO'",))
STATUS = Slot("$XDSDocumentEntryStatus", (f"('{APPROVED}')",))
EVENTS = "$XDSDocumentEntryEventCodeList"


def find(*more: Slot) -> FindDocuments:
    asked = read_query(StoredQuery.FIND_DOCUMENTS, (PATIENT, STATUS, *more))
    assert isinstance(asked, FindDocuments)
    return asked


def refused(*slots: Slot, query: str = StoredQuery.FIND_DOCUMENTS) -> ErrorCode:
    with pytest.raises(XdsProblem) as raised:
        read_query(query, slots)
    assert "2512489996" not in str(raised.value)
    return raised.value.error.code


def entry(**changes: object) -> DocumentEntry:
    fields = {
        "id": "urn:uuid:1",
        "unique_id": "1.2.3",
        "patient_id": "2512489996^^^&1.2.208.176.1.2&ISO",
        "service_start": "20250401100000",
        "event_codes": (Code("ALAL03", "1.2.208.176.2.4"), Code("ALAL02", "1.2.208.176.2.4")),
        **changes,
    }
    return DocumentEntry(**fields)  # type: ignore[arg-type]


def test_texts_numbers_and_lists_are_values() -> None:
    asked = find(
        Slot(
            "$XDSDocumentEntryTypeCode",
            ("('39289-4^^2.16.840.1.113883.6.1', '39290-2^^2.16.840.1.113883.6.1')",),
        ),
        Slot("$XDSDocumentEntryServiceStartTimeFrom", ("2025",)),
        Slot("$XDSDocumentEntryServiceStartTimeTo", ("'20251001'",)),
    )
    assert [c.code for c in asked.type_code] == ["39289-4", "39290-2"]
    assert asked.service_start == ("20250101000000", "20251001000000")


def test_a_doubled_quote_is_a_quote() -> None:
    assert find(Slot("$XDSDocumentEntryAuthorPerson", ("'O''Hara%'",))).author_person == ("O'Hara%",)


def test_who_does_not_ask_for_on_demand_entries_gets_stable_ones_only() -> None:
    assert find().types == (DocumentType.STABLE,)
    both = Slot("$XDSDocumentEntryType", (f"('{DocumentType.STABLE}','{DocumentType.ON_DEMAND}')",))
    assert find(both).types == (DocumentType.STABLE, DocumentType.ON_DEMAND)


def test_codes_in_one_slot_are_alternatives_and_slots_add_up() -> None:
    both = find(
        Slot(EVENTS, ("('ALAL03^^1.2.208.176.2.4')",)), Slot(EVENTS, ("('ALAL02^^1.2.208.176.2.4')",))
    )
    one_of = find(Slot(EVENTS, ("('ALAL03^^1.2.208.176.2.4','ALAL99^^1.2.208.176.2.4')",)))
    neither = find(
        Slot(EVENTS, ("('ALAL03^^1.2.208.176.2.4')",)), Slot(EVENTS, ("('ALAL99^^1.2.208.176.2.4')",))
    )
    assert meets(entry(), both)
    assert meets(entry(), one_of)
    assert not meets(entry(), neither)
    assert both.event_codes == (
        (CodePattern("ALAL03", "1.2.208.176.2.4"),),
        (CodePattern("ALAL02", "1.2.208.176.2.4"),),
    )


def test_a_code_of_another_scheme_is_another_code() -> None:
    assert not meets(entry(), find(Slot(EVENTS, ("('ALAL03^^1.2.3')",))))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("20250401100000", True),
        ("20250401100001", False),
        ("202504011", False),
        ("2025040110", True),
        ("2025", True),
    ],
)
def test_a_span_starts_at_its_first_moment(value: str, found: bool) -> None:
    slot = Slot("$XDSDocumentEntryServiceStartTimeFrom", (value,))
    if len(value) % 2:
        assert refused(PATIENT, STATUS, slot) is ErrorCode.REGISTRY
    else:
        assert meets(entry(), find(slot)) is found


def test_a_span_ends_before_its_last_moment() -> None:
    assert not meets(entry(), find(Slot("$XDSDocumentEntryServiceStartTimeTo", ("20250401100000",))))
    assert meets(entry(), find(Slot("$XDSDocumentEntryServiceStartTimeTo", ("20250401100001",))))


def test_an_entry_without_the_moment_is_in_no_span() -> None:
    assert not meets(entry(service_start=""), find(Slot("$XDSDocumentEntryServiceStartTimeFrom", ("2000",))))


def test_deprecated_entries_are_found_only_when_asked_for() -> None:
    old = entry(status=Availability.DEPRECATED)
    assert not meets(old, find())
    both = Slot("$XDSDocumentEntryStatus", (f"('{Availability.APPROVED}','{Availability.DEPRECATED}')",))
    asked = read_query(StoredQuery.FIND_DOCUMENTS, (PATIENT, both))
    assert isinstance(asked, FindDocuments)
    assert meets(old, asked)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("%Jensen%", True), ("^Jensen^Jens", True), ("%Hansen%", False), ("_Jensen%", True), ("Jensen%", False),
     ("%Jens", True), ("%Jensen", False), ("%en%en%en%en%", False)],
)  # fmt: skip
def test_authors_are_found_by_pattern(pattern: str, found: bool) -> None:
    by = entry(authors=(Author(persons=("^Jensen^Jens",)),))
    assert meets(by, find(Slot("$XDSDocumentEntryAuthorPerson", (f"'{pattern}'",)))) is found


def test_a_pattern_of_many_wildcards_is_answered_at_once() -> None:
    by = entry(authors=(Author(persons=("a" * 2000,)),))
    assert not meets(by, find(Slot("$XDSDocumentEntryAuthorPerson", ("'" + "%a" * 1000 + "%b'",))))


@pytest.mark.parametrize(
    "value",
    [
        "'x' OR '1'='1'",
        "'x'; DROP TABLE entries; --'",
        "('a','b') OR 1=1",
        "'a' UNION SELECT",
        "('a'",
        "'a",
        "a'",
        "()",
        "('a' 'b')",
        "('a',)",
        "''; --",
        "'%' OR patientId LIKE '%",
        "1 OR 1=1",
        "-1",
        "*",
        "",
        "'a'\x00",
        "('a','b'))",
        "concat('a','b')",
        "١٢",  # digits, but not ours
    ],
)
def test_what_is_more_than_a_value_is_refused(value: str) -> None:
    for name in ("$XDSDocumentEntryTypeCode", "$XDSDocumentEntryAuthorPerson"):
        assert refused(PATIENT, STATUS, Slot(name, (value,))) is ErrorCode.REGISTRY
    assert refused(Slot(PATIENT.name, (value,)), STATUS) in (ErrorCode.REGISTRY, ErrorCode.PARAMETER_NUMBER)


def test_a_quoted_attack_is_a_text_like_any_other() -> None:
    asked = find(Slot("$XDSDocumentEntryAuthorPerson", ("'x'' OR ''1''=''1'",)))
    assert asked.author_person == ("x' OR '1'='1",)
    assert not meets(entry(authors=(Author(persons=("^Jensen",)),)), asked)


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ((STATUS,), ErrorCode.MISSING_PARAMETER),
        ((PATIENT,), ErrorCode.MISSING_PARAMETER),
        ((PATIENT, PATIENT, STATUS), ErrorCode.PARAMETER_NUMBER),
        ((Slot(PATIENT.name, PATIENT.values * 2), STATUS), ErrorCode.PARAMETER_NUMBER),
        ((PATIENT, STATUS, Slot("$XDSDocumentEntryServiceStartTimeFrom", ("2025", "2026"))), ErrorCode.PARAMETER_NUMBER),
        ((PATIENT, STATUS, Slot("$XDSDocumentEntryServiceStartTimeFrom", ("'tomorrow'",))), ErrorCode.REGISTRY),
        ((PATIENT, STATUS, Slot("$XDSDocumentEntryTypeCode", ("'39289-4'",))), ErrorCode.REGISTRY),
        ((PATIENT, Slot(STATUS.name, ("('Approved')",))), ErrorCode.REGISTRY),
        ((PATIENT, STATUS, Slot("$XDSDocumentEntryType", ("('urn:uuid:other')",))), ErrorCode.REGISTRY),
        ((PATIENT, STATUS, *(Slot(f"$X{i}", ("1",)) for i in range(60))), ErrorCode.REGISTRY),
        ((PATIENT, STATUS, Slot(EVENTS, ("'x'",) * 600)), ErrorCode.REGISTRY),
        ((PATIENT, STATUS, Slot("$XDSDocumentEntryAuthorPerson", ("'" + "x" * 5000 + "'",))), ErrorCode.REGISTRY),
    ],
)  # fmt: skip
def test_a_query_that_asks_too_little_or_too_much_is_refused(
    slots: tuple[Slot, ...], code: ErrorCode
) -> None:
    assert refused(*slots) is code


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    slots = (
        Slot("$XDSDocumentEntryServiceStartTimeFrom", ("2026",)),
        Slot("$XDSDocumentEntryServiceStartTimeTo", ("2025",)),
    )
    assert refused(PATIENT, STATUS, *slots) is ErrorCode.REGISTRY


def test_documents_are_asked_for_by_one_kind_of_id() -> None:
    by_entry = Slot("$XDSDocumentEntryEntryUUID", ("('urn:uuid:1','urn:uuid:2')",))
    by_document = Slot("$XDSDocumentEntryUniqueId", ("('1.2.3')",))
    assert read_query(StoredQuery.GET_DOCUMENTS, (by_entry,)) == GetDocuments(
        entry_ids=("urn:uuid:1", "urn:uuid:2")
    )
    assert refused(query=StoredQuery.GET_DOCUMENTS) is ErrorCode.MISSING_PARAMETER
    assert refused(by_entry, by_document, query=StoredQuery.GET_DOCUMENTS) is ErrorCode.PARAMETER_NUMBER


def test_an_unknown_query_is_named_so() -> None:
    assert refused(PATIENT, query="urn:uuid:00000000") is ErrorCode.UNKNOWN_QUERY


def test_a_parameter_name_that_is_none_is_not_repeated() -> None:
    with pytest.raises(XdsProblem) as raised:
        read_query(StoredQuery.FIND_DOCUMENTS, (PATIENT, STATUS, Slot("$<script>2512489996", ("x",))))
    assert "script" not in str(raised.value)
