"""The case index on the wire, under every driver: what it is sent right, wrong, too deep, too large or by malice."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mocks.kombit import case_index
from mocks.kombit.case_index import CaseIndexClient, about
from mocks.kombit.request_header import transaction_of, written_header
from mocks.runtime import Response
from mocks.standards.sagdok.names import PATH, SD, Operation
from mocks.standards.sagdok.search import Fremsoeg, SoegSag, SoegUdtryk
from mocks.standards.sagdok.write import write_import
from mocks.standards.sagdok.write_search import write_fremsoeg
from mocks.standards.soap import envelope as envelopes
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import read_fault
from tests.drivers.harness import Driver
from tests.standards.sagdok.cases import CHILD, UUID, sag

TRANSACTION = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
HEADER = written_header(TRANSACTION)
SEARCH = write_fremsoeg(about(CHILD))
CPR_LIKE = re.compile(r"(?<!\d)\d{10}(?!\d)")


class Index:
    """The index with one case, and whoever sends it bytes."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        settings = case_index.Settings(most_bytes=100_000)
        driver.install("sagsindeks", lambda runtime: case_index.create_app(runtime, settings))
        outcome = driver.run(CaseIndexClient(driver.runtime("fagsystem")).importer([sag()]))
        assert [line.status for line in outcome.unik] == [20]

    def send(self, data: bytes, operation: str = "fremsoeg", **more: Any) -> Response:
        network = self._driver.runtime("somebody").network
        action = f'; action="http://kombit.dk/sts/sagdokumentindeks/{operation}"' if operation else ""
        kind = more.pop("content_type", f"application/soap+xml; charset=utf-8{action}")
        url = network.address("sagsindeks") + PATH

        async def work() -> Response:
            return await network.request("POST", url, body=data, content_type=kind, **more)

        return self._driver.run(work())

    def enveloped(self, body: bytes, headers: tuple[bytes, ...] = (HEADER,), **more: Any) -> Response:
        return self.send(envelopes.write(SoapVersion.SOAP12, body, headers=headers), **more)

    def is_quiet(self) -> None:
        """No harness error, and nobody's number in the trace."""
        events = [(event.kind, event.facts) for event in self._driver.trace.events()]
        assert [facts for kind, facts in events if kind == "harness_error"] == []
        assert not CPR_LIKE.search(str(events))


@pytest.fixture
def index(driver: Driver) -> Index:
    return Index(driver)


def fault(answer: Response) -> str:
    """The code of a fault, which gives away nothing of our inside and repeats nobody's number."""
    text = answer.body.decode()
    assert answer.status == 500, text
    assert "Traceback" not in text and ".py" not in text and not CPR_LIKE.search(text)
    found = read_fault(envelopes.read(answer.body))
    assert found is not None and found.reason
    return found.name


def status(answer: Response) -> tuple[int, str]:
    """Status and text of an answer without a fault."""
    assert answer.status == 200, answer.body.decode()
    assert "Traceback" not in answer.body.decode()
    body = envelopes.read(answer.body).body
    assert body is not None
    text = body.findtext(f".//{{{SD}}}FejlbeskedTekst") or ""
    assert not CPR_LIKE.search(text)
    return int(body.findtext(f".//{{{SD}}}StatusKode") or 0), text


@pytest.mark.parametrize("version", list(SoapVersion))
def test_a_search_is_answered_in_its_version_with_its_transaction(index: Index, version: SoapVersion) -> None:
    data = envelopes.write(version, SEARCH, headers=[HEADER])
    action = Operation.FREMSOEG.action
    if version is SoapVersion.SOAP11:
        answer = index.send(
            data, content_type="text/xml; charset=utf-8", headers={"SOAPAction": f'"{action}"'}
        )
    else:
        answer = index.send(data)
    found = envelopes.read(answer.body)
    assert (answer.status, found.version) == (200, version)
    assert transaction_of(found) == TRANSACTION
    assert answer.body.count(b"SagFiltreretOejebliksbillede>") == 2
    assert CHILD.encode() in answer.body
    index.is_quiet()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not XML",
        b"<a/>",
        b"<soap:Envelope",
        envelopes.write(SoapVersion.SOAP12, SEARCH)[:-20],
        b'<!DOCTYPE a [<!ENTITY x "y">]>' + envelopes.write(SoapVersion.SOAP12, SEARCH, headers=[HEADER]),
        envelopes.write(SoapVersion.SOAP12, SEARCH + SEARCH, headers=[HEADER]),
        envelopes.write(SoapVersion.SOAP12, b"", headers=[HEADER]),
        envelopes.write(SoapVersion.SOAP12, b"<a/>", headers=[HEADER]),
        envelopes.write(SoapVersion.SOAP12, b"<a>" * 200 + b"</a>" * 200, headers=[HEADER]),
        envelopes.write(SoapVersion.SOAP11, SEARCH, headers=[HEADER]),
    ],
)  # fmt: skip
def test_what_is_no_request_gets_a_fault(index: Index, data: bytes) -> None:
    assert fault(index.send(data)) == "Client"
    index.is_quiet()


def test_another_soap_gets_the_fault_for_that(index: Index) -> None:
    data = envelopes.write(SoapVersion.SOAP12, SEARCH, headers=[HEADER])
    assert fault(index.send(data.replace(SoapVersion.SOAP12.encode(), b"urn:soap:9"))) == "VersionMismatch"


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (HEADER, HEADER),
        (HEADER.replace(TRANSACTION.encode(), b""),),
        (HEADER.replace(TRANSACTION.encode(), CHILD.encode()),),
    ],
)
def test_a_request_without_its_transaction_gets_a_fault(index: Index, headers: tuple[bytes, ...]) -> None:
    assert fault(index.enveloped(SEARCH, headers)) == "Client"
    index.is_quiet()


def test_a_header_that_must_be_understood_and_is_not_gets_the_fault_for_that(index: Index) -> None:
    strange = f'<x xmlns="urn:x" xmlns:s="{SoapVersion.SOAP12}" s:mustUnderstand="true"/>'.encode()
    assert fault(index.enveloped(SEARCH, (HEADER, strange))) == "MustUnderstand"


@pytest.mark.parametrize("operation", ["", "kasser", "importer", CHILD])
def test_an_action_that_is_missing_unknown_or_another_than_the_body_gets_a_fault(
    index: Index, operation: str
) -> None:
    assert fault(index.enveloped(SEARCH, operation=operation)) == "Client"
    index.is_quiet()


def test_a_body_past_the_limit_gets_a_fault(index: Index) -> None:
    assert fault(index.enveloped(SEARCH + b" " * 110_000)) == "Client"


def deep(levels: int) -> bytes:
    made = SoegUdtryk(sager=(SoegSag(),))
    for _ in range(levels - 1):
        made = SoegUdtryk(udtryk=(made,))
    return write_fremsoeg(Fremsoeg(udtryk=made))


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (deep(11), "nested deeper"),
        (deep(60), "nested deeper"),
        (write_fremsoeg(Fremsoeg(udtryk=SoegUdtryk(sager=(SoegSag(),) * 101))), "terms"),
        (write_fremsoeg(Fremsoeg(sag_uuid=(UUID,) * 1001)), "at most 1000"),
        (write_fremsoeg(Fremsoeg()), "SoegUdtryk"),
        (SEARCH.replace(b"egenskaber", b"<![CDATA[//*]]>"), "Vis"),
        (SEARCH.replace(b"<sdi:Filter>", b"<sdi:Hvor>1=1</sdi:Hvor><sdi:Filter>"), "Hvor"),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_understood_gets_status_41(index: Index, body: bytes, part: str) -> None:
    code, text = status(index.enveloped(body))
    assert code == 41 and part in text
    index.is_quiet()


def test_an_expression_deeper_than_documents_are_read_gets_a_fault(index: Index) -> None:
    assert fault(index.enveloped(deep(150))) == "Client"


@pytest.mark.parametrize(
    "number", [CHILD[:9], CHILD + "1", "6105-150001", "9999999999", "' or '1'='1", "*", "", "&#48;" * 10]
)
def test_a_search_for_a_number_of_the_wrong_form_gets_status_41(index: Index, number: str) -> None:
    code, text = status(index.enveloped(SEARCH.replace(CHILD.encode(), number.encode())))
    assert code == 41 and "Sagspart/ReferenceID" in text
    index.is_quiet()


@pytest.mark.parametrize("number", [CHILD[:9], CHILD + "1", "6105-150001", "9999999999", ""])
def test_a_case_about_a_number_of_the_wrong_form_gets_status_41_and_is_not_repeated(
    index: Index, number: str
) -> None:
    data = write_import([sag(uuid=UUID.replace("1", "2"))]).replace(CHILD.encode(), number.encode())
    code, text = status(index.enveloped(data, operation="importer"))
    assert code == 41 and "PrimaerPart" in text
    index.is_quiet()


def test_what_was_kept_is_there_after_a_restart(driver: Driver, index: Index) -> None:
    driver.install("sagsindeks", lambda runtime: case_index.create_app(runtime, case_index.Settings()))
    assert CHILD.encode() in index.enveloped(SEARCH).body
