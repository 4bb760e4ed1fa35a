"""MedCom's header and the HSUID header are read as they were written, and refused with the right code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from lxml import etree

from mocks.errors import BadInput
from mocks.standards.dgws import header as headers
from mocks.standards.dgws import hsuid as hsuids
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode, fault_code_in
from mocks.standards.dgws.header import Header
from mocks.standards.dgws.hsuid import Hsuid, UserType
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import read_fault, write_fault
from tests.standards.dgws.records import HEADERS, HSUIDS

HSUID = Hsuid(
    user_type=UserType.HEALTHCARE_PROFESSIONAL,
    citizen="2512489996",
    acting="0408801111",
    organisation="261471000016001",
    system_owner="KOMBIT",
    system="SAPA",
    system_version="1",
    organisation_responsible="Thisted Kommune",
)


@settings(deadline=None)
@given(HEADERS)
def test_a_message_header_is_read_as_it_was_written(header: Header) -> None:
    assert headers.read(etree.fromstring(headers.write(header))) == header


@settings(deadline=None)
@given(HSUIDS)
def test_an_hsuid_header_is_read_as_it_was_written(hsuid: Hsuid) -> None:
    assert hsuid.issued is not None
    assert hsuids.read(etree.fromstring(hsuids.write(hsuid, hsuid.issued))) == hsuid


def envelope(*blocks: bytes) -> envelopes.Envelope:
    return envelopes.read(envelopes.write(SoapVersion.SOAP11, b"<a/>", headers=blocks))


HEADER = headers.write(Header(message_id="m-1", security_level="3"))
NOW = datetime(2025, 4, 1, 8, tzinfo=UTC)
WRITTEN = hsuids.write(HSUID, NOW)


def test_a_message_without_its_headers_lacks_them_and_with_two_is_wrong() -> None:
    for of, block in ((headers.header_of, HEADER), (hsuids.hsuid_of, WRITTEN)):
        assert of(envelope(block))  # type: ignore[operator]
        for blocks, code in (
            ((), FaultCode.MISSING_REQUIRED_HEADER),
            ((block, block), FaultCode.SYNTAX_ERROR),
        ):
            with pytest.raises(DgwsFault) as caught:
                of(envelope(*blocks))  # type: ignore[operator]
            assert caught.value.fault_code is code


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (HEADER.replace(b"Linking", b"Link"), "Linking"),
        (HEADER.replace(b">m-1<", b"> <"), "MessageID"),
        (HEADER.replace(b">3<", b">7<"), "SecurityLevel"),
        (headers.write(Header(message_id="m", priority="SOON")), "Priority"),
        (headers.write(Header(message_id="m", flow_status="flow_finalized_successfully")), "FlowStatus"),
    ],
)
def test_a_message_header_outside_of_the_schema_is_a_syntax_error(data: bytes, says: str) -> None:
    with pytest.raises(DgwsFault, match=says) as caught:
        headers.read(etree.fromstring(data))
    assert caught.value.fault_code is FaultCode.SYNTAX_ERROR


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        (b"hsuid:Assertion", b"hsuid:Statement", "Assertion"),
        (b"nsi:HealthcareProfessional", b"nsi:Robot", "nsi:UserType"),
        (b">2512489996<", b"><", "nsi:CitizenCivilRegistrationNumber"),
        (b">2512489996<", b">9912489996<", "no CPR number"),
        (b">0408801111<", b">040880-1111<", "no CPR number"),
        (b"nsi:ActingUser", b"nsi:Acting", "nsi:ActingUserCivilRegistrationNumber"),
        (b"nsi:OrgUsingID", b"nsi:Org", "nsi:OrgUsingID"),
        (b">false<", b">perhaps<", "nsi:ConsentOverride"),
        (b"nsi:ConsentOverride", b"nsi:Override", "nsi:ConsentOverride"),
        (b"nsi:SystemOwnerName", b"nsi:SystemName", "more than once"),
        (b"nsi:OrgResponsibleName", b"nsi:Other", "nsi:OrgResponsibleName"),
        (b'IssueInstant="2025', b'IssueInstant="once', "IssueInstant"),
    ],
)
def test_an_hsuid_header_that_lacks_something_is_a_syntax_error(
    was: bytes, becomes: bytes, says: str
) -> None:
    assert was in WRITTEN
    with pytest.raises(DgwsFault) as caught:
        hsuids.read(etree.fromstring(WRITTEN.replace(was, becomes)))
    assert caught.value.fault_code is FaultCode.SYNTAX_ERROR and says in caught.value.reason
    for number in ("2512489996", "0408801111", "9912489996"):
        assert number not in str(caught.value)


def test_a_citizen_needs_no_organisation_and_no_override() -> None:
    own = Hsuid(
        user_type=UserType.CITIZEN,
        citizen="2512489996",
        acting="2512489996",
        organisation_format="",
        system_owner="Sundhed.dk",
        system="sundhed.dk",
        system_version="1",
        organisation_responsible="Sundhed.dk",
        relation="",
    )
    read = hsuids.read(etree.fromstring(hsuids.write(own, NOW)))
    assert (read.user_type, read.organisation, read.override) == (UserType.CITIZEN, "", False)


@pytest.mark.parametrize(("old", "new"), [(b"nsi:sorcode", "nsi:sor"), (b"nsi:skscode", "nsi:skskode")])
def test_the_older_names_of_formats_are_read_as_the_new_ones(old: bytes, new: str) -> None:
    assert hsuids.read(etree.fromstring(WRITTEN.replace(b"nsi:sor", old))).organisation_format == new


@pytest.mark.parametrize("version", list(SoapVersion))
@pytest.mark.parametrize("code", list(FaultCode))
def test_a_fault_carries_its_dgws_code(code: FaultCode, version: SoapVersion) -> None:
    fault = DgwsFault(code, "why").fault(version)
    read = read_fault(envelopes.read(envelopes.write(version, write_fault(fault))))
    assert read is not None and fault_code_in(read) == code
    server = code in (FaultCode.NONREPUDIATION_NOT_SUPPORTED, FaultCode.PROCESSING_PROBLEM)
    assert read.code == ("Server" if server else "Client")
    assert isinstance(DgwsFault(code, "why"), BadInput)


def test_a_fault_of_another_kind_carries_none() -> None:
    fault = DgwsFault(FaultCode.SYNTAX_ERROR, "why").fault(SoapVersion.SOAP11)
    assert fault_code_in(type(fault)(fault.version, "Client", "r", b"<other/>")) == ""
    assert fault_code_in(type(fault)(fault.version, "Client", "r")) == ""
