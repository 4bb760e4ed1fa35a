"""A world in which every row of the decision table happens, on any driver: one child a row.

The systems are those of ``tests.overview.world``; only what starts them differs.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from mocks import soap
from mocks.access.consents import SYDDJURS_FORM, ConsentMode, ConsentRules, JointCustody
from mocks.access.decisions import Decision, decision_table
from mocks.access.users import HealthPersonRules
from mocks.drivers.keys import KeyRing
from mocks.health_login import HealthLogin, LoginSettings
from mocks.identifiers import make_sor
from mocks.nordepj import entries_at_start
from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.seb import Login, Seb
from mocks.nsp.settings import Settings as NspSettings
from mocks.overview.cases import IndexAnswer, cases_about
from mocks.overview.lookup_log import User
from mocks.overview.session import Failure
from mocks.overview.settings import Settings as OverviewSettings
from mocks.people import CaseKind, Person
from mocks.runtime import Clock, start_of
from mocks.signatures import PLACE, sign
from mocks.standards.dgws import header, hsuid, id_card
from mocks.standards.dgws.fault_codes import fault_code_in
from mocks.standards.dgws.hsuid import Hsuid, UserType
from mocks.standards.xds import queries, retrieval
from mocks.standards.xds.names import Action, Availability, DocumentType
from mocks.standards.xds.records import DocumentRequest, Slot
from mocks.standards.xds.values import patient_cx, sor_of
from tests.drivers.harness import Driver
from tests.overview import world as places
from tests.overview.world import AALBORG, BUP, FAMILY, HOSPITAL, JAMMERBUGT, PPR, Rows, World

MOTHER, FATHER, NEW_HOLDER = "0201800000", "0202790001", "0303780003"
STRANGER = "0404770009"
OTHER_UNIT = PPR[JAMMERBUGT]
SYSTEMS = ("cpr", "stil", "sor", "sagsindeks", "nsp", "sagsoverblik", "nordepj", f"fagsystem-{AALBORG}")
ALL_SCOPES = ("appointments", "school", "family_case", "ppr_case")
CLINIC, OTHER_CLINIC = make_sor(98), make_sor(99)
PLACES = {
    "ppr": PPR[AALBORG],
    "family": FAMILY[AALBORG],
    "126a": PPR[AALBORG],
    "gp": CLINIC,
    "clinic": CLINIC,
    "another_gp": OTHER_CLINIC,
}


class Yesterday:
    """A clock that is a day late."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now() - timedelta(days=1)


class DecisionWorld(World):
    """The rows of one mode and one setting, on one driver. The citizens are those of all rows, so that worlds
    can follow each other on a driver that keeps what its systems stored."""

    def __init__(self, driver: Driver, mode: str, setting: str, rows: Sequence[Decision]) -> None:
        self.driver, self.rows = driver, rows
        self.now = driver.runtime("nsp").clock.now()
        self.today = self.now.date()
        self.children = {row.id: self._child(n, row) for n, row in enumerate(decision_table())}
        self.people = Rows({child.cpr: child for child in self.children.values()})
        self.placements = Rows({child.cpr: places.school(AALBORG) for child in self.children.values()})
        self.cases = tuple(
            case for n, child in enumerate(self.children.values()) for case in self._cases(n, child.cpr)
        )
        self.appointments = tuple(
            appointment
            for n, child in enumerate(self.children.values())
            for appointment in self._appointments(n, child.cpr)
        )
        mode_ = ConsentMode(mode)
        self.nsp_settings = NspSettings(
            users_without_seb_role=lambda user: user.endswith("-no-role"),
            access=AccessSettings(
                consent_mode=mode_,
                consent_rules=_rules(setting),
                health_persons=HealthPersonRules(
                    psychologists_from=self.today + timedelta(days=setting != "psychologists_authorised")
                ),
            ),
        )
        self.overview_settings = OverviewSettings(
            consent_mode=mode_,
            partial_consent=setting != "whole_consents_only",
            relation_check=setting == "own_gp_checked",
        )
        self.sapa_settings, self.viewer = places.SapaSettings(), None
        for name in SYSTEMS:
            driver.install(name, lambda runtime, name=name: self._app(name, runtime))  # type: ignore[misc]
        self._until_the_index_knows(self.cases[-1].cpr)
        for row in rows:
            self._consent(row)
            self._block(row)

    # Who and what is there

    def _child(self, number: int, row: Decision) -> Person:
        born = self._born(row.age)
        cpr = f"{born:%d%m%y}{'5' if born.year < 2037 else '9'}{100 + number:03d}"
        given = {"joint": (MOTHER, FATHER), "sole": (MOTHER,), "changed": (MOTHER, NEW_HOLDER), "unknown": ()}
        return Person(
            cpr=cpr, given="Freja", family="Holm", birth_date=born, sex="F", municipality=AALBORG,
            custody=given[row.custody], gp=CLINIC,
        )  # fmt: skip

    def _born(self, age: str) -> date:
        day = self.today + timedelta(days=1) if age == "day_before_15" else self.today
        years = 15 if age == "day_before_15" else int(age)
        if (day.month, day.day) == (2, 29):
            day -= timedelta(days=1)
        return day.replace(year=day.year - years)

    def _cases(self, number: int, cpr: str) -> list[Any]:
        opened = self.today - timedelta(days=100)
        return [
            msgspec.structs.replace(
                places.case(kind, AALBORG, opened, cpr=cpr),
                uuid=f"00000000-0000-4000-8000-{number:06d}{n:06d}", number=f"{number}-{n}",
            )
            for n, kind in enumerate((CaseKind.FAMILY, CaseKind.PPR))
        ]  # fmt: skip

    def _appointments(self, number: int, cpr: str) -> list[Any]:
        start = start_of(self.today + timedelta(days=30)) + timedelta(hours=9)
        return [
            places.Appointment(
                uuid=f"00000000-0000-4000-9000-{number:06d}{n:06d}", cpr=cpr, unit=unit,
                start=start + timedelta(hours=n), end=None,
            )
            for n, unit in enumerate((BUP, OTHER_UNIT))
        ]  # fmt: skip

    # What is registered

    def _consent(self, row: Decision) -> None:
        if row.consent == "none":
            return
        given = self.today - timedelta(days=400 if row.consent == "both_old" else 30)
        signers = {
            "mother_only": [[MOTHER]],
            "young_person": [[self.children[row.id].cpr]],
            "all_three": [[MOTHER, FATHER, self.children[row.id].cpr]],
            "a_form_each": [[MOTHER], [FATHER]],
        }.get(row.consent, [[MOTHER, FATHER]])
        more: dict[str, Any] = {
            "both_expired": {"until": self.today - timedelta(days=1)},
            "both_not_yet": {"from": self.today + timedelta(days=1)},
            "both_school_only": {"scopes": ["school"]},
            "both_ppr_only": {"scopes": ["ppr_case"]},
            "both_for_others": {"receivers": ["citizen"]},
            "both_unable": {"young_person_unable": True},
            "both_one_unit": {"departments": [BUP]},
            "both_family_department": {"departments": [FAMILY[AALBORG]]},
        }.get(row.consent, {})
        for group in signers:
            form = {
                "cpr": self.children[row.id].cpr, "scopes": ALL_SCOPES, "from": given,
                "givers": [{"cpr": giver, "on": given} for giver in group],
            }  # fmt: skip
            status, made = self.post("nsp", "/samtykke/registrer", form | more)
            assert status == 201, (row.id, made)
            if row.consent == "both_withdrawn":
                asked = {"consent": made["id"], "by": MOTHER}
                assert self.post("nsp", "/samtykke/tilbagekald", asked)[0] == 200

    def _block(self, row: Decision) -> None:
        day = timedelta(days=1)
        begun, later = self.now - day, self.now + day
        of_user = {"source": "authorisation", "value": authorisation(row)}
        data = {"whatItem": {"source": "sor", "value": BUP}}
        place = {"source": "sor", "value": PLACES.get(row.user, BUP)}
        above = {"source": "sor", "value": HOSPITAL}
        opening = {"consentType": 1, "validTo": later}
        items: list[dict[str, Any]] = {
            "none": [],
            "all": [{}],
            "this_user": [{"whoItem": of_user}],
            "another_user": [{"whoItem": of_user | {"value": "ZZZZZ"}}],
            "this_place": [{"whoItem": place}],
            "place_above_with_units": [{"whoItem": above | {"sub_units": True}}],
            "place_above_alone": [{"whoItem": above}],
            "all_but_this_user": [{}, opening | {"whoItem": of_user}],
            "all_but_one_units_data": [{}, opening | data],
            "one_units_data": [data],
            "ended": [{"validTo": self.now - day / 2}],
            "not_begun": [{"validFrom": later}],
            "lifted": [{}],
        }[row.block]
        for item in items:
            usual = {"citizenCpr": self.children[row.id].cpr, "consentType": 0, "validFrom": begun}
            status, made = self.post("nsp", "/minsp/registrer", usual | item)
            assert status == 201, (row.id, made)
            if row.block == "lifted":
                lift = {"id": made["id"], "by": "citizen"}
                assert self.post("nsp", "/minsp/ophaev", lift)[0] == 200

    def _until_the_index_knows(self, last: str) -> None:
        for _ in range(200):
            found = self.driver.run(cases_about(self.driver.runtime("sagsoverblik"), last, 30.0))
            if isinstance(found, IndexAnswer) and len(found.cases) == 2:
                return
            self.driver.advance(self.driver.unit)
        raise AssertionError("the case index never heard of the cases")

    # Asking

    def token(self, row: Decision) -> str | Failure:
        """The token of a row's user: of a login at SEB, or what is said in its place."""
        asked = self.login(row)
        if row.token == "none":
            return ""
        if row.token == "expired":
            runtime = self.driver.runtime("nsp")
            yesterday: Any = Yesterday(runtime.clock)
            session = Seb(replace(runtime, clock=yesterday), self.nsp_settings).log_in(Login(**asked))
            assert session is not None
            return session.token
        login = HealthLogin(self.driver.runtime("nordepj"), LoginSettings())
        found = self.driver.run(login.token(self.user(row)))
        if row.token == "tampered" and isinstance(found, str):
            return b64encode(b64decode(found).replace(asked["user"].encode(), b"somebody")).decode()
        return found

    def search(self, row: Decision) -> tuple[int, dict[str, Any]]:
        """What the row's user finds and gets in document sharing: HTTP status, and ``units`` or ``code``.

        Searches, and then asks for all documents of the child, whether or not they were found: who knows the
        number of a document must not get more than who searches for it.
        """
        headers = self._headers(row)
        if isinstance(headers, Failure):
            return headers.status, {"code": headers.code}
        cpr = self.children[row.id].cpr
        parameters = (
            Slot("$XDSDocumentEntryPatientId", (f"'{patient_cx(cpr)}'",)),
            Slot("$XDSDocumentEntryStatus", (f"('{Availability.APPROVED}')",)),
            Slot("$XDSDocumentEntryType", (f"('{DocumentType.ON_DEMAND}')",)),
        )
        query = queries.write_request(queries.QueryRequest(parameters=parameters))
        said = self._ask("/ddsregistry", Action.ITI_18, query, headers)
        there = {
            entry.unique_id: entry
            for entry in entries_at_start(self._book)
            if entry.patient_id == patient_cx(cpr)
        }
        wanted = [DocumentRequest(entry.repository, entry.unique_id) for entry in there.values()]
        got = self._ask("/ddsrepository", Action.ITI_43, retrieval.write_request(wanted), headers)
        if isinstance(said, str) or isinstance(got, str):
            assert said == got, (row.id, said, got)
            return 500, {"code": said}
        assert said.envelope.body is not None and got.envelope.body is not None
        answer = queries.read_response(said.envelope.body)
        assert not answer.errors, (row.id, answer.errors)
        found = {entry.unique_id for entry in answer.entries}
        documents = retrieval.read_response(got.envelope.body, got.parts).documents
        assert {document.unique_id for document in documents} == found, row.id
        return 200, {"units": [sor_of(there[unique].authors[0].institutions[0]) for unique in sorted(found)]}

    def _ask(self, path: str, action: Action, body: bytes, headers: list[bytes]) -> soap.SoapAnswer | str:
        """An answer of document sharing, or the code of its fault."""
        asked = soap.call(self.driver.runtime("nordepj"), "nsp", path, body, action=action, headers=headers)
        try:
            return self.driver.run(asked)
        except soap.SaidFault as error:
            return fault_code_in(error.fault)

    def _headers(self, row: Decision) -> list[bytes] | Failure:
        """The headers of the row's user: id card and HSUID, as the token state has them."""
        asked = self.login(row)
        user = self.user(row)
        card = self.driver.run(HealthLogin(self.driver.runtime("nordepj"), LoginSettings()).user_card(user))
        if isinstance(card, Failure):
            return card
        assert card.card.user is not None
        citizen = row.user in ("citizen", "mother", "father", "other_citizen")
        about = Hsuid(
            user_type=UserType.CITIZEN if citizen else UserType.HEALTHCARE_PROFESSIONAL,
            citizen=self.children[row.id].cpr,
            acting=card.card.user.cpr,
            organisation=asked["organisation"],
            authorisation=asked["authorisation"],
            override=row.override == "yes",
            relation="custody holder" if row.user in ("mother", "father") else "",
            system_owner="KL",
            system="SAPA",
            system_version="1",
            organisation_responsible="Aalborg Kommune",
        )
        security = card.security
        if row.token == "expired":
            old = msgspec.structs.replace(
                card.card,
                not_before=self.now - timedelta(hours=25),
                not_on_or_after=self.now - timedelta(hours=1),
            )
            key = KeyRing().key("sts")
            signed = sign(
                id_card.write(old, PLACE), key, id_attribute="id", signature_id=id_card.SIGNATURE_ID
            )
            security = id_card.write_security(self.now, signed)
        if row.token == "tampered":
            security = security.replace(b">4<", b">3<")
            assert security != card.security
        blocks = [header.write(header.Header(message_id="m-1")), hsuid.write(about, self.moment())]
        return blocks if row.token == "none" else [*blocks, security]

    def user(self, row: Decision) -> User:
        """Who sits at the screen in a row."""
        asked = self.login(row)
        return User(
            id=asked["user"], organisation=asked["organisation"], role=asked["roles"][0],
            cpr=asked["cpr"], authorisation=asked["authorisation"],
        )  # fmt: skip

    def login(self, row: Decision) -> dict[str, Any]:
        """What the user of a row logs in with."""
        kind = {
            "another_gp": "gp",
            "mother": "custody",
            "father": "custody",
            "other_citizen": "citizen",
            "unknown": "",
        }
        cprs = {
            "mother": MOTHER,
            "father": FATHER,
            "other_citizen": STRANGER,
            "citizen": self.children[row.id].cpr,
        }
        return {
            "user": row.id + ("-no-role" if row.role == "no" else ""),
            "system": "sapa" if row.data == "appointments" else "nordepj",
            "organisation": PLACES.get(row.user, BUP),
            "roles": [kind.get(row.user, row.user)],
            "cpr": cprs.get(row.user, ""),
            "authorisation": authorisation(row),
        }

    def post(self, system: str, path: str, body: Any) -> tuple[int, Any]:
        network = self.driver.runtime("person").network

        async def work() -> tuple[int, Any]:
            url = network.address(system) + path
            answer = await network.request(
                "POST", url, body=msgspec.json.encode(body), content_type="application/json", timeout=60.0
            )
            return answer.status, msgspec.json.decode(answer.body)

        return self.driver.run(work())

    def moment(self) -> datetime:
        return self.driver.runtime("nsp").clock.now()


def authorisation(row: Decision) -> str:
    """Doctors, nurses and GPs have an authorisation."""
    return "SRTTQ" if row.user in ("bup_doctor", "bup_nurse", "gp", "another_gp") else ""


def _rules(setting: str) -> ConsentRules | None:
    match setting:
        case "one_holder_suffices":
            return ConsentRules(joint_custody=JointCustody.ONE)
        case "one_year":
            return ConsentRules(longest_years=1)
        case "syddjurs_form":
            return SYDDJURS_FORM
    return None
