"""The shared registers behind the case index, under every driver: classes, organisations and units, looked up."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from lxml import etree

from mocks import soap
from mocks.errors import BadInput, Unreachable
from mocks.kombit import case_index, support
from mocks.kombit.case_index import CaseIndexClient
from mocks.kombit.request_header import written_header
from mocks.kombit.support import SupportClient, class_uuid, unit_uuid
from mocks.kombit.support.settings import organisation_uuid
from mocks.overview.cases import IndexAnswer, cases_about
from mocks.soap import SaidFault
from mocks.standards import oio_objects
from mocks.standards.oio_objects import ENHED, KLASSE, ORGANISATION, SD, Service
from mocks.standards.sagdok import roles
from mocks.units import Unit, UnitKind
from tests.drivers.harness import Driver
from tests.standards.sagdok.cases import CHILD, RELATIONS, UUID, sag

PPR = Unit(sor_id="900000001000016001", name="PPR", kind=UnitKind.PPR, system="os2")
SETTINGS = support.Settings(organisations={"12345674": "Rebild Kommune"}, units=((PPR, "12345674"),))
TRANSACTION = written_header(UUID)


@pytest.fixture
def registers(driver: Driver) -> Driver:
    driver.install("stoettesystemer", lambda runtime: support.create_app(runtime, SETTINGS))
    return driver


def client(driver: Driver) -> SupportClient:
    return SupportClient(driver.runtime("asker"))


def ask(driver: Driver, service: Service, operation: str, body: bytes, **more: Any) -> etree._Element:
    given = {"action": service.actions + operation, "headers": [TRANSACTION], **more}
    call = soap.call(driver.runtime("asker"), "stoettesystemer", service.path, body, **given)
    found = driver.run(call).envelope.body
    assert found is not None
    return found


def status(output: etree._Element) -> str:
    return output.findtext(f"{{{SD}}}StandardRetur/{{{SD}}}StatusKode") or ""


def test_a_class_is_found_by_its_number_and_read_by_its_uuid(registers: Driver) -> None:
    asker = client(registers)
    uuid = registers.run(asker.class_of("27.24.00"))
    assert uuid == class_uuid("27.24.00")
    assert registers.run(asker.subject(uuid)) == "27.24.00"
    with pytest.raises(BadInput, match="no class"):
        registers.run(asker.class_of("99.99.99"))


def test_a_unit_leads_to_its_sor_id_and_is_remembered_for_a_day(registers: Driver) -> None:
    asker = client(registers)
    assert registers.run(asker.sor_id(unit_uuid(PPR.sor_id))) == PPR.sor_id
    registers.install("stoettesystemer", lambda runtime: support.create_app(runtime, support.Settings()))
    assert registers.run(asker.sor_id(unit_uuid(PPR.sor_id))) == PPR.sor_id
    with pytest.raises(BadInput, match="status 44"):
        registers.run(client(registers).sor_id(unit_uuid(PPR.sor_id)))


def test_a_unit_and_an_organisation_say_what_they_belong_to(registers: Driver) -> None:
    unit = ask(registers, ENHED, "laes", oio_objects.write_laes(ENHED, unit_uuid(PPR.sor_id)))
    owner = unit.findtext(f".//{{{SD}}}Tilhoerer/{{{SD}}}ReferenceID/{{{SD}}}UUIDIdentifikator")
    assert owner == organisation_uuid("12345674")
    found = ask(registers, ORGANISATION, "laes", oio_objects.write_laes(ORGANISATION, owner or ""))
    assert oio_objects.read_key_and_name(ORGANISATION, found) == ("12345674", "Rebild Kommune")
    assert found.findtext(f".//{{{SD}}}URNIdentifikator") == "urn:oio:cvr-nr:12345674"


def test_several_objects_are_listed_and_the_unknown_left_out(registers: Driver) -> None:
    body = oio_objects.write_laes(KLASSE, class_uuid("G01")).replace(b"LaesInput", b"ListInput")
    more = f"<sd:UUIDIdentifikator>{UUID}</sd:UUIDIdentifikator></o:ListInput>".encode()
    found = ask(registers, KLASSE, "list", body.replace(b"</o:ListInput>", more))
    assert status(found) == "20"
    assert len(found.findall(KLASSE.element("FiltreretOejebliksbillede"))) == 1


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("laes", oio_objects.write_laes(KLASSE, UUID), "44"),
        ("laes", oio_objects.write_laes(KLASSE, "' or 1=1"), "44"),
        ("laes", b'<o:LaesInput xmlns:o="http://stoettesystemerne.dk/klassifikation/klasse/7/"/>', "41"),
        ("soeg", oio_objects.write_soeg(KLASSE, ""), "41"),
        ("soeg", oio_objects.write_soeg(KLASSE, "27.*"), "20"),
    ],
)
def test_what_is_not_there_or_not_asked_rightly_gets_a_status(
    registers: Driver, operation: str, body: bytes, code: str
) -> None:
    found = ask(registers, KLASSE, operation, body)
    assert status(found) == code
    assert found.findall(f".//{{{SD}}}IdListe/{{{SD}}}UUIDIdentifikator") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": KLASSE.actions + "slet"},
        {"action": KLASSE.actions + "soeg"},
        {"action": ENHED.actions + "laes"},
        {"headers": []},
    ],
)
def test_what_is_no_request_gets_a_fault(registers: Driver, wrong: dict[str, Any]) -> None:
    with pytest.raises(SaidFault):
        ask(registers, KLASSE, "laes", oio_objects.write_laes(KLASSE, UUID), **wrong)


def test_a_case_that_names_its_department_by_uuid_is_shown_with_its_sor_id(registers: Driver) -> None:
    registers.install("sagsindeks", lambda runtime: case_index.create_app(runtime, case_index.Settings()))
    named = tuple(
        msgspec.structs.replace(r, reference=unit_uuid(PPR.sor_id)) if r.rolle == roles.ANSVARLIG.uuid else r
        for r in RELATIONS
    )
    registers.run(CaseIndexClient(registers.runtime("fagsystem")).importer([sag(relationer=named)]))

    def units() -> list[str]:
        found = registers.run(cases_about(registers.runtime("sagsoverblik"), CHILD, 5.0))
        assert isinstance(found, IndexAnswer)
        return [case.unit for case in found.cases]

    assert units() == [PPR.sor_id]
    registers.install("stoettesystemer", lambda runtime: support.create_app(runtime, support.Settings()))
    assert units() == [unit_uuid(PPR.sor_id)], "shown all the same, without its contact details"
    with pytest.raises((BadInput, Unreachable)):
        registers.run(client(registers).subject(UUID))
