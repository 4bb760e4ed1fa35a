"""Document sharing under every driver: what sources register consumers find, in the order of checks, and
what is wrong gets the prescribed code."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from lxml import etree
from starlette.applications import Starlette

from mocks import sor
from mocks.access.consents import Consent, ConsentMode, Giver, Scope
from mocks.kombit import cpr
from mocks.nsp.blocking import BlockingItem, WhatItem, WhoItem
from mocks.nsp.document_sharing.registry import Registered
from mocks.nsp.document_sharing.routes import PATHS
from mocks.nsp.document_sharing.settings import REPOSITORY, ValidationLevel
from mocks.people import Person
from mocks.runtime import Runtime
from mocks.standards.dgws import id_card
from mocks.standards.dgws.id_card import CardType
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap import mtom
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import Fault, read_fault
from mocks.standards.xds import queries
from mocks.standards.xds.names import Action, Availability, DocumentType, Status
from mocks.standards.xds.records import Author, QueryAnswer, RegistryAnswer, RetrieveAnswer, Slot
from mocks.standards.xds.values import organisation_xon
from tests.contract.sharing_platform import (
    CHILD,
    DOCTOR_CPR,
    NANCY,
    OTHER,
    OTHER_UNIT,
    People,
    Platform,
    code,
    entry,
    errors,
    found,
    on_demand,
    signed,
    submission,
)
from tests.drivers.harness import Driver
from tests.official import needs_official
from tests.standards.xds import samples

OK = RegistryAnswer(status=Status.SUCCESS)


def _no_sor(runtime: Runtime) -> Starlette:
    return sor.create_app(runtime, sor.Settings(entries=()))


@pytest.fixture
def platform(driver: Driver) -> Platform:
    return Platform(driver, entries=[entry(1), on_demand(2), entry(3, OTHER)])


def block(cpr: str = NANCY, **fields: Any) -> BlockingItem:
    return BlockingItem(
        id="b-1", citizen_cpr=cpr, consent_type=0, valid_from=datetime(2020, 1, 1, tzinfo=UTC), **fields
    )


# Life of a document ----------------------------------------------------------------------------------------


def test_a_document_is_handed_in_found_and_retrieved(driver: Driver) -> None:
    platform = Platform(driver)
    assert platform.provide(submission(entry(1)), b"<ClinicalDocument/>") == OK
    said = platform.search()
    assert found(said) == ["1.2.208.184.9.1"]
    assert isinstance(said, QueryAnswer)
    (kept,) = said.entries
    assert (kept.size, kept.repository) == ("19", REPOSITORY)
    got = platform.retrieve(kept)
    assert isinstance(got, RetrieveAnswer) and got.status is Status.SUCCESS
    assert [d.content for d in got.documents] == [b"<ClinicalDocument/>"]


def test_an_entry_without_an_own_id_gets_one(driver: Driver) -> None:
    platform = Platform(driver)
    symbolic = entry(1, id="Document01")
    assert platform.provide(submission(symbolic), b"<x/>") == OK
    said = platform.search()
    assert isinstance(said, QueryAnswer) and said.entries[0].id.startswith("urn:uuid:")


def test_a_replacement_takes_the_place_of_the_old_version(driver: Driver) -> None:
    platform = Platform(driver)
    platform.provide(submission(entry(1)), b"<old/>")
    assert platform.provide(submission(entry(2), replaces=entry(1).id), b"<new/>") == OK
    assert found(platform.search()) == [entry(2).unique_id]
    old = platform.search(NANCY, Slot("$XDSDocumentEntryStatus", (f"('{Availability.DEPRECATED}')",)))
    assert found(old) == [entry(1).unique_id]
    again = platform.provide(submission(entry(3), replaces=entry(1).id), b"<third/>")
    assert errors(again) == ["XDSReplaceFailed"]
    assert errors(platform.update(submission(deprecates=entry(1).id))) == ["XDSMetadataUpdateError"]


def test_what_was_cancelled_can_be_approved_again_but_not_what_was_replaced(platform: Platform) -> None:
    def approve(number: int) -> Any:
        made = submission(deprecates=entry(number).id)
        (change,) = made.associations
        back = msgspec.structs.replace(
            change, original_status=Availability.DEPRECATED, new_status=Availability.APPROVED
        )
        return platform.update(msgspec.structs.replace(made, associations=(back,)))

    platform.update(submission(deprecates=entry(1).id))
    assert approve(1) == OK
    assert platform.provide(submission(entry(5), replaces=entry(1).id), b"<x/>") == OK
    assert errors(approve(1)) == ["XDSMetadataUpdateError"]


def test_a_stop_between_registering_and_deprecating_is_made_good_at_the_next_start(driver: Driver) -> None:
    kept = driver.runtime("nsp").store.collection("xds_entries", Registered)
    kept.put(entry(1).id, Registered(entry=entry(1)))
    kept.put(entry(2).id, Registered(entry=entry(2), replaces=(entry(1).id,)))
    assert found(Platform(driver).search()) == [entry(2).unique_id]


def test_a_cancellation_makes_the_entry_disappear_also_after_a_restart(platform: Platform) -> None:
    assert platform.update(submission(deprecates=entry(1).id)) == OK
    assert found(platform.search()) == [on_demand(2).unique_id]
    platform.start()
    assert found(platform.search()) == [on_demand(2).unique_id]


def test_an_entry_on_demand_is_made_by_its_source_when_it_is_asked_for(driver: Driver) -> None:
    platform = Platform(driver)
    assert platform.register(submission(on_demand(1))) == OK
    assert platform.register(submission(on_demand(2), replaces=on_demand(1).id)) == OK
    assert platform.register(submission(on_demand(3))) == OK
    said = platform.search()
    assert isinstance(said, QueryAnswer) and found(said) == [on_demand(2).unique_id, on_demand(3).unique_id]
    assert platform.source.asked == []
    got = platform.retrieve(*said.entries)
    assert isinstance(got, RetrieveAnswer) and got.status is Status.SUCCESS
    assert [d.content for d in got.documents] == [
        f"<made for='{e.unique_id}'/>".encode() for e in said.entries
    ]
    assert [d.new_unique_id for d in got.documents] == [f"{e.unique_id}.1" for e in said.entries]
    assert len(platform.source.asked) == 1  # one request for both


def test_who_does_not_ask_for_entries_on_demand_does_not_get_them(platform: Platform) -> None:
    stable = Slot("$XDSDocumentEntryType", (f"('{DocumentType.STABLE}')",))
    assert found(platform.search(NANCY, stable)) == [entry(1).unique_id]


def test_searches_narrow_by_time_code_and_return_ids_alone(platform: Platform) -> None:
    later = Slot("$XDSDocumentEntryServiceStartTimeFrom", ("20250502",))
    assert found(platform.search(NANCY, later)) == [on_demand(2).unique_id]
    other = Slot("$XDSDocumentEntryTypeCode", ("('56446-8^^2.16.840.1.113883.6.1')",))
    assert found(platform.search(NANCY, other)) == []
    ids = platform.search(returns=queries.ReturnType.REFERENCE)
    assert isinstance(ids, QueryAnswer) and ids.references == (entry(1).id, on_demand(2).id)
    assert not ids.entries


def test_documents_are_found_by_id_but_only_those_of_the_citizen_in_question(platform: Platform) -> None:
    asked = platform.by_id(entry(1).unique_id, entry(3).unique_id)
    assert found(asked) == [entry(1).unique_id]


# What sources do wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "contents", "expected"),
    [
        (submission(entry(1)), (b"<x/>",), "XDSDuplicateUniqueIdInRegistry"),  # the same once more
        (submission(entry(1, unique_id="1.2.3")), (b"<x/>",), "XDSRegistryMetadataError"),  # id taken
        (submission(entry(5, unique_id=entry(1).unique_id)), (b"<x/>",), "XDSDuplicateUniqueIdInRegistry"),
        (submission(entry(5)), (), "XDSMissingDocument"),
        (submission(entry(5), cpr=OTHER), (b"<x/>",), "XDSPatientIdDoesNotMatch"),
        (submission(entry(5), replaces="urn:uuid:nowhere"), (b"<x/>",), "XDSReplaceFailed"),
        (submission(entry(5, OTHER), replaces=entry(1).id, cpr=OTHER), (b"<x/>",), "XDSPatientIdDoesNotMatch"),
        (submission(entry(5, hash="00")), (b"<x/>",), "XDSRegistryMetadataError"),
        (submission(on_demand(5)), (b"<x/>",), "XDSRegistryMetadataError"),
        (submission(entry(5, type_code=None)), (b"<x/>",), "XDSRegistryMetadataError"),
        (submission(entry(5, service_start="20250530")), (b"<x/>",), "XDSRegistryMetadataError"),
        (submission(), (), "XDSRegistryMetadataError"),
    ],
)  # fmt: skip
def test_a_submission_that_is_wrong_changes_nothing_and_says_why(
    platform: Platform, made: Any, contents: tuple[bytes, ...], expected: str
) -> None:
    assert set(errors(platform.provide(made, *contents))) == {expected}
    assert found(platform.search()) == [entry(1).unique_id, on_demand(2).unique_id]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (submission(entry(5)), "XDSRegistryMetadataError"),
        (submission(on_demand(5, repository="1.2.3")), "XDSUnknownRepositoryId"),
        (submission(on_demand(5, repository="")), "XDSRegistryMetadataError"),
        (submission(on_demand(5, size="7")), "XDSRegistryMetadataError"),
    ],
)
def test_entries_on_demand_need_a_source_that_is_known(platform: Platform, made: Any, expected: str) -> None:
    assert expected in errors(platform.register(made))


def test_an_update_of_the_unknown_or_of_another_citizens_entry_is_refused(platform: Platform) -> None:
    assert errors(platform.update(submission(deprecates="urn:uuid:nowhere"))) == ["XDSMetadataUpdateError"]
    assert errors(platform.update(submission())) == ["XDSMetadataUpdateError"]
    wrong = submission(deprecates=entry(3).id)
    assert errors(platform.update(wrong)) == ["XDSPatientIdDoesNotMatch"]


@pytest.mark.parametrize(
    ("level", "status", "warned"),
    [
        (ValidationLevel.OFF, Status.SUCCESS, False),
        (ValidationLevel.LOG, Status.SUCCESS, False),
        (ValidationLevel.WARNING, Status.SUCCESS, True),
        (ValidationLevel.REJECT, Status.FAILURE, True),
    ],
)
def test_metadata_are_checked_at_the_configured_level(
    driver: Driver, level: ValidationLevel, status: Status, warned: bool
) -> None:
    platform = Platform(driver, validation=level)
    said = platform.provide(submission(entry(1, class_code=None)), b"<x/>")
    assert isinstance(said, RegistryAnswer)
    assert said.status is status and bool(said.errors) is warned
    noted = driver.trace.events(name="metadata_broken")
    assert bool(noted) is (level is not ValidationLevel.OFF)
    assert all(event.facts["rules"] == ["xds-class-code"] for event in noted)


# Who may ask -----------------------------------------------------------------------------------------------


def test_who_is_not_let_in_is_told_by_the_prescribed_code(platform: Platform) -> None:
    now = platform.now
    old = platform.card(not_before=now - timedelta(hours=25), not_on_or_after=now - timedelta(hours=1))
    assert code(platform.search(headers=[])) == "missing_required_header"
    assert code(platform.search(headers=platform.headers(about=False))) == "missing_required_header"
    assert code(platform.search(card=old)) == "expired_idcard"
    assert code(platform.search(card=platform.card(level=2))) == "security_level_failed"
    assert code(platform.search(acting=OTHER)) == "not_authorized"
    assert code(platform.provide(submission(entry(9)), b"<x/>", card=old)) == "expired_idcard"
    assert platform.logged() == []


def test_a_card_that_was_changed_or_that_somebody_else_signed_opens_nothing(platform: Platform) -> None:
    good = platform.headers()
    changed = [block.replace(b"bup_doctor", b"bup_nurse ") for block in good]
    assert changed != good
    assert code(platform.search(headers=changed)) == "invalid_signature"
    own = id_card.write_security(platform.now, signed(platform.card(), "somebody"))
    assert code(platform.search(headers=[own, *good[1:]])) == "invalid_idcard"
    bare = id_card.write_security(platform.now, id_card.write(platform.card()))
    assert code(platform.search(headers=[bare, *good[1:]])) in ("invalid_idcard", "invalid_signature")
    assert code(platform.search(headers=[good[0], *good])) == "syntax_error"
    assert platform.logged() == []


def test_only_listed_organisations_are_let_in(driver: Driver) -> None:
    platform = Platform(driver, consumer_cvrs=frozenset({"1"}), source_cvrs=frozenset({"2"}))
    assert code(platform.search()) == "not_authorized"
    assert code(platform.register(submission(on_demand(1)))) == "not_authorized"


def test_a_query_about_another_citizen_than_the_header_is_not_authorized(platform: Platform) -> None:
    said = platform.search(OTHER, headers=platform.headers(NANCY))
    assert code(said) == "not_authorized"
    got = platform.retrieve(entry(3, OTHER))
    assert errors(got) == ["XDSDocumentUniqueIdError"]


def test_nobody_gets_another_citizens_document_by_its_number(driver: Driver) -> None:
    platform = Platform(driver)
    platform.provide(submission(entry(1, OTHER), cpr=OTHER), b"<x/>")
    assert errors(platform.retrieve(entry(1, OTHER))) == ["XDSDocumentUniqueIdError"]
    got = platform.retrieve(entry(1, OTHER), cpr=OTHER)
    assert isinstance(got, RetrieveAnswer) and len(got.documents) == 1


def test_a_source_cannot_slip_in_a_document_that_nobody_asked_for(driver: Driver) -> None:
    platform = Platform(driver)
    platform.register(submission(on_demand(1)))
    platform.source.adds = on_demand(2).unique_id
    got = platform.retrieve(on_demand(1))
    assert isinstance(got, RetrieveAnswer)
    assert [d.unique_id for d in got.documents] == [on_demand(1).unique_id]


def test_each_allowed_look_up_is_in_the_citizens_log(platform: Platform) -> None:
    said = platform.search(responsible=OTHER)
    assert isinstance(said, QueryAnswer)
    platform.retrieve(*said.entries[1:])
    searched, shown = platform.logged()
    assert searched.UserPersonIdentifier.value == DOCTOR_CPR
    assert searched.OnBehalfOfPersonIdentifier is not None
    assert searched.OnBehalfOfPersonIdentifier.value == OTHER
    assert searched.Source is not None and searched.Source.SystemName == "SAPA"
    assert (searched.Addition, shown.Addition) == ("Ingen", "Ingen")
    assert [n["minlog"] for n in platform.lookups()] == [searched.SequenceNumber, shown.SequenceNumber]


def test_what_is_blocked_looks_as_if_there_were_nothing_and_is_in_no_log(driver: Driver) -> None:
    platform = Platform(driver, entries=[entry(1)], blockings=[block()])
    nobody = Platform(driver, entries=[])
    empty, blocked = nobody.search(OTHER), None
    platform.start()
    blocked = platform.search()
    assert blocked == empty
    assert found(blocked) == []
    got, unknown = platform.retrieve(entry(1)), platform.retrieve(entry(8))
    assert got == unknown
    assert errors(got) == ["XDSDocumentUniqueIdError"]
    assert platform.logged() == []
    outcomes = [n["outcome"] for n in platform.lookups()]
    assert outcomes[1:] == ["blocked", "blocked", "blocked"]


def test_an_override_shows_everything_and_says_so_in_the_log(driver: Driver) -> None:
    platform = Platform(driver, entries=[entry(1)], blockings=[block()])
    assert found(platform.search(override=True)) == [entry(1).unique_id]
    assert [row.Addition for row in platform.logged()] == ["Værdispring"]


def test_a_block_on_one_unit_filters_its_documents_and_is_logged(driver: Driver) -> None:
    other = (Author(institutions=(organisation_xon("Røntgen", OTHER_UNIT),)),)
    kept = [entry(1), entry(2, authors=other)]
    what = WhatItem(source="sor", value=OTHER_UNIT)
    driver.install("sor", _no_sor)
    platform = Platform(driver, blockings=[block(what_item=what)])
    for one in kept:
        platform.provide(submission(one), b"<x/>")
    assert found(platform.search()) == [entry(1).unique_id]
    got = platform.retrieve(*kept)
    assert isinstance(got, RetrieveAnswer) and got.status is Status.PARTIAL
    assert [d.unique_id for d in got.documents] == [entry(1).unique_id]
    assert [error.code for error in got.errors] == ["XDSDocumentUniqueIdError"]
    assert len(platform.logged()) == 2


def test_the_treatment_relation_is_asked_where_that_is_switched_on_and_never_blocks(driver: Driver) -> None:
    for switched_on in (False, True):
        platform = Platform(driver, entries=[entry(1)], invoke_treatment_relation=switched_on)
        assert found(platform.search()) == [entry(1).unique_id]
    grades = [n["relation"] for n in platform.lookups()]
    assert grades[0] == "" and grades[1] in ("D", "E")


def test_a_block_for_somebody_else_blocks_nothing(driver: Driver) -> None:
    who = WhoItem(source="cpr", value=OTHER)
    platform = Platform(driver, entries=[entry(1)], blockings=[block(who_item=who)])
    assert found(platform.search()) == [entry(1).unique_id]


def test_a_municipal_worker_needs_a_consent_where_consents_are_registered(driver: Driver) -> None:
    child = Person(
        cpr=CHILD, given="Freja", family="Holm", birth_date=date(2013, 3, 14), sex="F", municipality="0851",
        custody=(NANCY,),
    )  # fmt: skip
    driver.install("cpr", lambda r: cpr.create_app(r, cpr.Settings(register=People([child]))))
    consent = Consent(
        id="c", cpr=CHILD, scopes=(Scope.APPOINTMENTS,), givers=(Giver(NANCY, date(2025, 1, 1)),),
        from_=date(2025, 1, 1), until=date(2999, 1, 1),
    )  # fmt: skip
    for mode, consents, expected in (
        (ConsentMode.REGISTERED, [], "not_authorized"),
        (ConsentMode.REGISTERED, [consent], "Samtykke"),
        (ConsentMode.DECLARED, [], "Samtykke"),
    ):
        platform = Platform(driver, entries=[entry(1, CHILD)], mode=mode, consents=consents)
        said = platform.search(CHILD, card=platform.worker())
        if expected == "not_authorized":
            assert code(said) == expected and platform.logged(CHILD) == []
        else:
            assert found(said) == [entry(1).unique_id]
            assert platform.logged(CHILD)[-1].Addition == expected


# What consumers do wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        ((Slot("$XDSDocumentEntryStatus", ()),), "XDSStoredQueryMissingParam"),
        ((Slot("$XDSDocumentEntryTypeCode", ("'x' OR '1'='1'",)),), "XDSRegistryError"),
        ((Slot("$XDSDocumentEntryServiceStartTimeFrom", ("2025", "2026")),), "XDSStoredQueryParamNumber"),
        ((Slot("$XDSDocumentEntryPatientId", ("'251248999X^^^&1.2.208.176.1.2&ISO'",)),), "XDSUnknownPatientId"),
        ((Slot("$XDSDocumentEntryPatientId", ("'2512489996^^^&1.2.3&ISO'",)),), "XDSUnknownPatientId"),
    ],
)  # fmt: skip
def test_a_query_that_is_wrong_fails_with_the_code_for_it(
    platform: Platform, slots: tuple[Slot, ...], expected: str
) -> None:
    said = platform.search(NANCY, *slots)
    assert errors(said) == [expected]
    assert NANCY not in repr(said)
    assert platform.logged() == []


def test_too_many_results_are_refused_but_their_ids_are_not(driver: Driver) -> None:
    platform = Platform(driver, entries=[entry(n) for n in range(1, 6)], most_results=4)
    assert errors(platform.search()) == ["XDSTooManyResults"]
    ids = platform.search(returns=queries.ReturnType.REFERENCE)
    assert isinstance(ids, QueryAnswer) and len(ids.references) == 5


def test_an_unknown_query_repository_or_document_is_named(platform: Platform) -> None:
    request = queries.QueryRequest(query="urn:uuid:1")
    assert errors(platform.query(request, headers=platform.headers())) == ["XDSUnknownStoredQuery"]
    assert errors(platform.retrieve(entry(1), repository="1.2.3")) == ["XDSUnknownRepositoryId"]
    assert errors(platform.retrieve(entry(8))) == ["XDSDocumentUniqueIdError"]
    assert errors(platform.retrieve()) == ["XDSRepositoryError"]


def test_a_source_that_is_away_fails_its_documents_and_no_others(driver: Driver) -> None:
    platform = Platform(driver)
    platform.provide(submission(entry(1)), b"<x/>")
    platform.register(submission(on_demand(2)))
    platform.source.away = True
    got = platform.retrieve(entry(1), on_demand(2))
    assert isinstance(got, RetrieveAnswer) and got.status is Status.PARTIAL
    assert [d.unique_id for d in got.documents] == [entry(1).unique_id]
    assert [error.code for error in got.errors] == ["XDSUnavailableCommunity"]


SOAP12 = "application/soap+xml; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/ddsregistry", "/ddsrepository", "/dros/iti41", "/dros/iti57", "/dros/iti61"]
)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml 2512489996",
        b"<a>" * 300 + b"</a>" * 300,
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        envelopes.write(SoapVersion.SOAP12, b""),
        envelopes.write(SoapVersion.SOAP12, b"<x>2512489996</x>"),
        envelopes.write(SoapVersion.SOAP11, b"<x/>"),
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/></s:Envelope>',
    ],
)
def test_what_is_no_proper_message_gets_a_fault_that_gives_nothing_away(
    platform: Platform, path: str, body: bytes
) -> None:
    answer = platform.raw(path, body, SOAP12)
    assert answer.status == 500
    fault = read_fault(envelopes.read(answer.body))
    assert fault is not None and fault.name in ("Client", "VersionMismatch")
    assert b"Traceback" not in answer.body and b".py" not in answer.body and NANCY.encode() not in answer.body
    assert platform.driver.trace.events(name="harness_error") == []


def test_a_body_that_is_too_large_is_refused_before_it_is_read(platform: Platform) -> None:
    for path in PATHS:
        answer = platform.raw(path, b"x" * 1_000_001, SOAP12)
        fault = read_fault(envelopes.read(answer.body))
        assert fault is not None and (answer.status, fault.name) == (500, "Client")
        assert "larger than 1000000 bytes" in fault.reason


def test_a_wrong_action_or_a_header_that_nobody_understands_is_a_fault(platform: Platform) -> None:
    said = platform.call("/ddsregistry", Action.ITI_43, b"<x/>", platform.headers())
    assert isinstance(said, Fault) and "only" in said.reason
    strange = (
        b'<p:Pay xmlns:p="urn:p" xmlns:s="http://www.w3.org/2003/05/soap-envelope" s:mustUnderstand="true"/>'
    )
    said = platform.call("/ddsregistry", Action.ITI_18, b"<x/>", [*platform.headers(), strange])
    assert isinstance(said, Fault) and said.name == "MustUnderstand"


def test_no_trace_of_all_this_holds_a_cpr_number(platform: Platform) -> None:
    platform.search()
    platform.search(NANCY, Slot("$XDSDocumentEntryTypeCode", (f"'{NANCY}",)))
    platform.retrieve(entry(1))
    platform.update(submission(deprecates=entry(1).id))
    told = msgspec.json.encode([event.facts for event in platform.driver.trace.events()]).decode()
    assert all(cpr not in told for cpr in (NANCY, OTHER, DOCTOR_CPR))


def test_a_system_with_a_system_card_may_ask_where_the_level_allows_it(driver: Driver) -> None:
    platform = Platform(driver, entries=[entry(1)])
    system = platform.card(type=CardType.SYSTEM, level=3, user=None)
    assert found(platform.search(card=system, authorisation="SRTTQ")) == [entry(1).unique_id]
    strict = Platform(driver, entries=[entry(1)], consumer_level=4)
    assert code(strict.search(card=system, authorisation="SRTTQ")) == "security_level_failed"


# The published messages -------------------------------------------------------------------------------------


def published(name: str, **replaced: str) -> bytes:
    """A published message as it stands, with a citizen in the place of the letters that hide one."""
    raw = samples.envelope_bytes(name).replace(samples.MASKED.encode(), NANCY.encode())
    for old, new in replaced.items():
        raw = raw.replace(old.encode(), new.encode())
    return raw


def sent(platform: Platform, path: str, raw: bytes, *, about: bool, part: bytes = b"") -> etree._Element:
    """What the platform answers to a published message, with the headers that were left out of it."""
    card = None if about else platform.card(type=CardType.SYSTEM, level=3, user=None)
    headers = b"".join(platform.headers(card=card, about=about))
    raw = raw.replace(b"</soap:Header>", headers + b"</soap:Header>")
    kind = SOAP12
    if part:
        cid = raw.partition(b'href="cid:')[2].partition(b'"')[0].decode()
        kind, raw = mtom.write(raw, {unquote(cid): part})
    answer = platform.raw(path, raw, kind)
    root, _ = mtom.read(answer.headers["content-type"], answer.body)
    said = envelopes.read(root)
    assert (answer.status, read_fault(said)) == (200, None)
    assert said.body is not None
    return said.body


@needs_official
@pytest.mark.official
def test_the_published_requests_get_answers_of_the_published_shape(driver: Driver) -> None:
    platform = Platform(driver)

    def expect(name: str, answer: etree._Element) -> None:
        assert samples.shape(answer) == samples.shape(samples.body(name))

    content = b"<ClinicalDocument/>"
    provided = sent(platform, "/dros/iti41", published("iti41-request"), about=False, part=content)
    expect("iti41-response", provided)

    found = sent(platform, "/ddsregistry", published("iti18-request"), about=True)
    assert len(found[0]) == 1
    official = samples.body("iti18-response")
    assert samples.shape(found[0][0]) == samples.shape(official[0][0])
    (entry_,) = queries.read_response(found).entries

    unique = "8259842395306321041.4480078910598656356.1506062797976"
    own = {"1.2.208.176.43210.8.88.1.30": REPOSITORY}
    assert entry_.unique_id == unique
    expect("iti43-response", sent(platform, "/ddsrepository", published("iti43-request", **own), about=True))

    old = {"urn:uuid:4016976a-8b7c-4410-9d3b-c8ef081fca1d": entry_.id}
    moved = published("iti41withreplacement-request", **old)
    expect("iti41withreplacement-response", sent(platform, "/dros/iti41", moved, about=False, part=content))
    (newer,) = queries.read_response(
        sent(platform, "/ddsregistry", published("iti18-request", **{"20170531133000": "2018"}), about=True)
    ).entries
    assert newer.unique_id != unique

    cancelled = published("iti57-request", **{"urn:uuid:194ff3d4-a77a-4067-b721-6716ed2f43f7": newer.id})
    expect("iti57-response", sent(platform, "/dros/iti57", cancelled, about=False))
    assert (
        queries.read_response(sent(platform, "/ddsregistry", published("iti18-request"), about=True)).entries
        == ()
    )
