"""What was awaited and never came, and with whom that lies.

An acknowledgement can be missing because the letter never arrived, because the receiver did not write
one, or because it got lost on the way back. The bytes on the wire and the stations tell these apart, so
that nobody is blamed for another's fault.
"""

from __future__ import annotations

from datetime import datetime

from sim.journey import PATIENCE, Journey, Remark, Station, WireRecord


def remarks(journey: Journey) -> list[Remark]:
    """Everything out of the ordinary on this journey, in the order of time.

    Each names the party: the sender, VANS and the way, the receiver, or a fault that was injected.
    """
    found = [_cause(journey, s, "resend") for s in journey.stations if s.station == "resent"]
    found += _duplicates(journey)
    if late := _late(journey):
        found.append(late)
    if missing := awaited(journey):
        found.append(missing)
    return sorted(found, key=lambda remark: remark.at)


def awaited(journey: Journey) -> Remark | None:
    """What was still awaited at the end, since when, and what did come; ``None`` when nothing was."""
    if not journey.stations:
        return None
    if journey.acknowledged and journey.shown:
        return None
    last = journey.stations[-1]
    if journey.refused and not journey.accepted:
        refusal = next(s for s in journey.stations if s.station == "refused")
        reason = refusal.facts.get("reason", "")
        text = f"{refusal.system} refused the letter" + (f": {reason}" if reason else "")
        return Remark(refusal.at, "refused", _party(journey, refusal.system), text)
    if journey.negative_vans or journey.negative:
        report = next(s for s in journey.stations if s.station in ("negative_vans", "negative"))
        reason = report.facts.get("reason", "")
        what = (
            "VANS reported that it could not deliver"
            if report.station == "negative_vans"
            else "the receiver rejected the letter"
        )
        return Remark(
            report.at, "refused", _party(journey, report.system), what + (f": {reason}" if reason else "")
        )
    if journey.sent:
        cause = _cause(journey, last, "missing")
        tries = f" after {journey.resends} resends" if journey.resends else ""
        since = journey.at("sent") or journey.at("accepted") or last.at
        return cause._replace(
            text=f"an acknowledgement was awaited since {_clock(since)} and never came{tries}: {cause.text}"
        )
    return Remark(
        last.at, "missing", _party(journey, journey.sender), "the letter was written and never sent"
    )


def _cause(journey: Journey, when: Station, kind: str) -> Remark:
    """Why there was no acknowledgement up to that station."""
    until, key = when.at, journey.id
    seen = [s for s in journey.stations if s.at <= until and s.message == key]
    names = {s.station for s in seen}
    receiver, sender = journey.receiver, journey.sender
    faults = [s for s in journey.stations if s.station == "fault" and s.at <= until]
    if not names & {"delivered", "receipted", "shown"}:
        if "held" in names:
            text = f"VANS kept the letter because {receiver} was away"
            return Remark(until, kind, _party(journey, receiver), text)
        if "accepted" in names:
            text = f"VANS took the letter and had not delivered it to {receiver}"
            return Remark(until, kind, _blame(journey, faults, "vans"), _with(text, faults))
        text = f"the envelope of {sender} never reached VANS"
        return Remark(until, kind, _blame(journey, faults, "the way to VANS"), _with(text, faults))
    answer = next((w for w in _acknowledgements(journey) if w.at <= until), None)
    if answer is None:
        came = next(s for s in seen if s.station in ("shown", "receipted", "delivered"))
        text = f"{receiver} had the letter at {_clock(came.at)} and put no acknowledgement on the wire"
        return Remark(until, kind, _party(journey, receiver), text)
    on_way = {s.station for s in journey.stations if s.message == answer.message and s.at <= until}
    text = f"{receiver} put its acknowledgement on the wire at {_clock(answer.at)}"
    if "delivered" in on_way:
        text += f", VANS delivered it, and {sender} did not take it in"
        return Remark(until, kind, _party(journey, sender), text)
    text += (
        f", VANS had it and had not delivered it to {sender}"
        if "accepted" in on_way
        else ", and it never reached VANS"
    )
    where = "vans" if "accepted" in on_way else "the way to VANS"
    return Remark(until, kind, _blame(journey, faults, where), _with(text, faults))


def _duplicates(journey: Journey) -> list[Remark]:
    """One remark for each copy that the receiver recognised, or failed to recognise."""
    written = sum(1 for w in journey.messages if w.message == journey.id and not _is_receipt(w))
    surplus = written - 1 - journey.resends
    doubled = [
        s for s in journey.stations if s.station == "fault" and "dupl" in str(s.facts.get("action", ""))
    ]
    found = []
    for station in journey.stations:
        if station.station != "duplicate" or station.message != journey.id:
            continue
        if doubled:
            party, text = "injected fault", "the envelope was duplicated on the way, as injected"
        elif surplus > 0:
            party = _party(journey, journey.sender)
            text = f"{journey.sender} wrote the letter {written} times, {surplus} without a resend being due"
        elif journey.resends:
            party = _party(journey, station.system)
            text = f"the resend met a letter that was there already; {station.system} recognised it"
        else:
            party, text = "the way", "a second copy arrived that nobody had written"
        found.append(Remark(station.at, "duplicate", party, text))
    shown = [s for s in journey.stations if s.station == "shown"]
    for again in shown[1:]:
        text = f"{again.system} showed the letter once more to its users"
        found.append(Remark(again.at, "duplicate", _party(journey, again.system), text))
    return found


def _late(journey: Journey) -> Remark | None:
    arrived = journey.at("delivered") or journey.at("shown")
    answer = next(iter(_acknowledgements(journey)), None)
    if arrived is None or answer is None or answer.at - arrived <= PATIENCE:
        return None
    minutes = (answer.at - arrived).total_seconds() / 60
    limit = PATIENCE.total_seconds() / 60
    text = f"{journey.receiver} acknowledged {minutes:.0f} minutes after delivery; {limit:.0f} are allowed"
    return Remark(answer.at, "late", _party(journey, journey.receiver), text)


def _acknowledgements(journey: Journey) -> list[WireRecord]:
    """The wire records of XCTL receipts and FHIR Acknowledgements; VANS' own receipts are not meant."""
    return [
        w
        for w in journey.messages
        if w.message != journey.id and ("CTL" in w.standard or "cknowledgement" in w.standard)
    ]


def _is_receipt(wire: WireRecord) -> bool:
    return "eceipt" in wire.standard


def _party(journey: Journey, system: str) -> str:
    vendor = system in journey.vendors or any(
        s.system == system and s.facts.get("vendor") for s in journey.stations
    )
    return f"{system} (vendor's system)" if vendor else system


def _blame(journey: Journey, faults: list[Station], otherwise: str) -> str:
    return "injected fault" if faults else otherwise


def _with(text: str, faults: list[Station]) -> str:
    if not faults:
        return text
    rules = dict.fromkeys(str(s.facts.get("rule") or s.facts.get("action") or "fault") for s in faults)
    return f"{text} (injected: {', '.join(rules)})"


def _clock(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
