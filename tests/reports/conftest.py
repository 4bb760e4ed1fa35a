"""A small journal as the systems would write it, for the tests of joins and reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from mocks.runtime import COPENHAGEN
from scenarios.reports.data import Child, Contact, Lookup, ReportData
from scenarios.result import (
    Assumption,
    Conclusion,
    Figure,
    InjectedFault,
    RunResult,
    count,
    overall,
    standing_checks,
)
from sim.journal import Journal

START = datetime(2025, 4, 8, 9, 0, tzinfo=COPENHAGEN)


class Script:
    """Writes journeys into a journal, station by station, with a clock that it moves itself."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.now = START
        self.sender, self.receiver = "os2-thisted", "lps-03"
        self._traces = {
            name: self.journal.trace_for(name, lambda: self.now) for name in ("os2-thisted", "lps-03", "vans")
        }
        self._envelopes = 0

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def at(self, system: str, station: str, message: str, **facts: str | int | bool) -> None:
        self._traces[system].station(station, message, **facts)

    def put(self, system: str, message: str, standard: str, body: bytes | None = None) -> str:
        """An envelope on the wire; its identifier comes back."""
        self._envelopes += 1
        envelope = f"e{self._envelopes}"
        self._traces[system].wire(
            message,
            sender="5790009000017",
            receiver="5790009000024",
            standard=standard,
            ids={"envelope": envelope, "message": message},
            content_type="application/xml",
            body=body if body is not None else f"<{standard} {message} {envelope}/>".encode(),
        )
        return envelope

    def send(self, message: str, again: bool = False, arrives: bool = True, **facts: str) -> str:
        """Written (unless again), sent and taken by VANS; then delivered or dropped by a fault."""
        if not again:
            self.at(self.sender, "composed", message, **facts)
        envelope = self.put(self.sender, message, "MCM:XDIS91")
        self.at(self.sender, "resent" if again else "sent", message, envelope=envelope)
        self.put("vans", message, "VANSEnvelope")
        self.at("vans", "accepted", message, envelope=envelope)
        self.wait(seconds=20)
        if arrives:
            self.at("vans", "forwarded", message, envelope=envelope)
            self.at(self.receiver, "delivered", message, envelope=envelope)
        else:
            self.at("vans", "fault", message, envelope=envelope, action="drop", rule="lost")
        return envelope

    def show(self, message: str) -> None:
        self.at(self.receiver, "shown", message)

    def acknowledge(self, message: str, receipt: str, arrives: bool = True) -> None:
        self._traces[self.receiver].link(receipt, message)
        envelope = self.put(self.receiver, receipt, "MCM:XCTL03")
        self.at(self.receiver, "acknowledging", receipt, envelope=envelope)
        self.put("vans", receipt, "VANSEnvelope")
        self.at("vans", "accepted", receipt, envelope=envelope)
        if not arrives:
            return
        self.wait(seconds=20)
        self.at(self.sender, "receipt_arrived", receipt, envelope=envelope)
        self.at(self.sender, "acknowledged", message)

    def read(self, message: str) -> None:
        self.wait(hours=3)
        self.at(self.receiver, "read", message)
        self.at(self.receiver, "filed", message)

    def note(self, kind: str, **facts: object) -> None:
        self._traces["lps-03"].note(kind, **facts)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def told() -> Script:
    """A plain letter, one that a resend saved, one that came twice, one refused by VANS, one to a vendor."""
    s = Script()
    s.send("plain")
    s.show("plain")
    s.acknowledge("plain", "plain-receipt")
    s.read("plain")

    s.wait(days=1)
    s.send("saved", arrives=False)
    s.wait(minutes=30)
    s.send("saved", again=True)
    s.show("saved")
    s.acknowledge("saved", "saved-receipt")
    s.read("saved")

    s.wait(days=1)
    envelope = s.send("twice")
    s.show("twice")
    s.at("vans", "fault", "twice", envelope=envelope, action="duplicate", rule="twice")
    s.at("lps-03", "delivered", "twice", envelope=envelope)
    s.at("lps-03", "duplicate", "twice", envelope=envelope)
    s.acknowledge("twice", "twice-receipt")

    s.wait(days=1)
    s.at("os2-thisted", "composed", "nowhere")
    envelope = s.put("os2-thisted", "nowhere", "MCM:XDIS91")
    s.at("os2-thisted", "sent", "nowhere", envelope=envelope)
    s.put("vans", "nowhere", "VANSEnvelope")
    s.at("vans", "negative_vans", "nowhere", envelope=envelope, reason="nobody receives there")

    s.wait(days=1)
    s.at("os2-thisted", "composed", "to-vendor")
    envelope = s.put("os2-thisted", "to-vendor", "MCM:XDIS91")
    s.at("os2-thisted", "sent", "to-vendor", envelope=envelope)
    s.at("vans", "accepted", "to-vendor", envelope=envelope)
    s.wait(seconds=20)
    s.at("vans", "delivered", "to-vendor", envelope=envelope, vendor=True, party="5790009000174")
    s._traces["vans"].link("vendor-receipt", "to-vendor")
    s.put("vans", "vendor-receipt", "MCM:XCTL03")
    s.at("os2-thisted", "acknowledged", "to-vendor")

    s.note("lookup", solution="sagsoverblik", outcome="shown", consent=True, rows=2)
    s.note("lookup", solution="sagsoverblik", outcome="denied", consent=False, rows=0)
    return s


def at_least_two(observed: int) -> bool:
    """Two is enough."""
    return observed >= 2


@pytest.fixture
def make_result() -> Callable[[Journal], RunResult]:
    def make(journal: Journal) -> RunResult:
        counts = count(journal, children=71_000, cases=12, lookups=2, lookups_logged=2)
        figures = tuple(
            Figure(
                id=name,
                what=f"Figure {name} <b>",
                source="evaluation",
                expected="at least 2",
                observe=lambda _, value=value: value,
                holds=at_least_two,
            ).judge(None)
            for name, value in (("A4", 3), ("A6", 1), ("A7", None))
        )
        checks = standing_checks(counts, len(journal.leaks()))
        return RunResult(
            scenario="nordjylland",
            seed=1,
            from_=date(2025, 4, 1),
            to=date(2025, 9, 30),
            verdict=overall((*figures, *checks)),
            digest=journal.digest(),
            counts=counts,
            figures=figures,
            checks=checks,
            assumptions=(
                Assumption(
                    id="volume",
                    what="letters a week",
                    value=7,
                    reason="none published",
                    low=1,
                    base=7,
                    high=40,
                ),
                Assumption(id="consent", what="share", value=0.9, reason="unverified"),
            ),
            conclusions=(Conclusion(what="nothing is lost", low="pass", base="pass", high="fail"),),
            faults=(InjectedFault(rule="lost", action="drop", times=1),),
            parameters={"volume": "base"},
            versions={"tvaers": "0.1.0"},
        )

    return make


@pytest.fixture
def data() -> ReportData:
    def contact(message: str, days: int, actor: str, channel: str, **more: object) -> Contact:
        return Contact(
            at=START + timedelta(days=days),
            municipality="Thisted" if actor == "ppr" else "Aalborg",
            actor=actor,
            receiver_kind="clinic",
            receiver_pilot=days == 0,
            channel=channel,
            message_id=message or None,
            child="17",
            **more,  # type: ignore[arg-type]
        )

    return ReportData(
        contacts=[
            contact("plain", 0, "ppr", "correspondence", subject="<script>alert(1)</script> 2512489996"),
            contact("saved", 1, "ppr", "correspondence", replied_at=START + timedelta(days=3)),
            contact("twice", 2, "family", "correspondence"),
            contact("", 9, "bup", "digital_post"),
        ],
        lookups=[
            Lookup(START, "sagsoverblik", "Thisted", "shown", True, child="17", rows=2),
            Lookup(START + timedelta(days=20), "aftaleoverblik", "Thisted", "denied", False, child="17"),
        ],
        potential_users={"Thisted": 40, "Aalborg": 40},
        children={
            "17": Child("Ida $x$ <i>Prøve", date(2015, 12, 25), "Thisted", "Skolen & co", "2512489996")
        },
        system_names={"lps-03": "Clinic <3>", "vans": "VANS"},
        command="tvaers rehearse nordjylland --seed 1",
    )
