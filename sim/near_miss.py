"""What was awaited and never came, and with whom that lies.

An acknowledgement can be missing because the letter never arrived, because the receiver did not write
one, or because it got lost on the way back. The bytes on the wire and the stations tell these apart, so
that nobody is blamed for another's fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sim.journey import PATIENCE, Journey, Remark, Station, WireRecord

#: ``Remark.party`` where the trouble was put there on purpose.
INJECTED = "injected fault"
_ARRIVED = frozenset(("delivered", "shown"))


def remarks(journey: Journey) -> list[Remark]:
    """Everything out of the ordinary on this journey, in the order of time.

    Each names the party: the sender, VANS, the receiver, or a fault that was injected. A vendor's system
    is called by its location number and marked.
    """
    found = [
        _cause(journey, journey.stations[: journey.stations.index(station)], station.at, "resend")
        for station in (journey.resent() if "resent" in journey.first else ())
    ]
    found += _duplicates(journey)
    found += _surplus(journey)
    if late := _late(journey):
        found.append(late)
    if missing := awaited(journey):
        found.append(missing)
    return sorted(found, key=lambda remark: remark.at)


def awaited(journey: Journey) -> Remark | None:
    """What was still awaited at the end, since when, and what did come; ``None`` when nothing was."""
    if not journey.stations or (journey.acknowledged and (journey.shown or journey.to_vendor)):
        return None
    last = journey.stations[-1]
    for name, what in _REFUSALS:
        refusal = next((s for s in journey.stations if s.station == name), None)
        if refusal is not None:
            reason = refusal.facts.get("reason") or refusal.facts.get("rule") or "no reason given"
            by = journey.party(refusal) if name != "negative" else journey.receiver
            text = what.format(sender=journey.sender, receiver=journey.receiver, by=by)
            return Remark(refusal.at, "refused", _party(journey, by), f"{text}: {reason}")
    if journey.acknowledged:
        text = f"{journey.receiver} acknowledged the letter and never put it into an inbox"
        return Remark(last.at, "missing", _party(journey, journey.receiver), text)
    since = journey.at("sent") or journey.at("accepted")
    if since is None:
        return Remark(
            last.at, "missing", _party(journey, journey.sender), "the letter was written and never sent"
        )
    cause = _cause(journey, journey.stations, last.at, "missing")
    times = journey.resends
    tries = f" after {times} resend{'s' if times > 1 else ''}" if times else ""
    text = f"an acknowledgement was awaited since {_clock(since)} and never came{tries}: {cause.text}"
    return cause._replace(text=text)


_REFUSALS = (
    ("negative_vans", "VANS reported to {sender} that it could not deliver"),
    ("negative", "{receiver} rejected the letter"),
    ("refused", "{by} refused the letter"),
)


def _cause(journey: Journey, before: Sequence[Station], until: datetime, kind: str) -> Remark:
    """Why there was no acknowledgement after those stations."""
    receiver, sender = journey.receiver, journey.sender
    own = [s for s in before if s.message == journey.id]
    names = {s.station for s in own}
    if not names & _ARRIVED:
        mine = _envelopes(journey)
        faults = [s for s in own if s.station == "fault" and s.facts.get("envelope") in mine]
        if "held" in names:
            text = f"VANS kept the letter because {receiver} could not be reached"
            return Remark(until, kind, _party(journey, receiver), text)
        if waits := next((s for s in own if s.station == "waits"), None):
            text = f"VANS kept the letter, which had to wait {waits.facts.get('reason', '')}"
            return Remark(until, kind, _party(journey, sender), text)
        if "accepted" in names:
            text = f"VANS took the letter and had not delivered it to {receiver}"
            return Remark(until, kind, INJECTED if faults else "vans", _with(text, faults))
        turned_away = next((s for s in own if s.station == "not_taken"), None)
        reason = f": {turned_away.facts.get('reason', '')}" if turned_away else ""
        text = f"VANS did not take the envelope of {sender}{reason}"
        return Remark(until, kind, "vans" if turned_away else "the way to VANS", text)
    answers = [w for w in _acknowledgements(journey) if w.at <= until]
    if not answers:
        came = next(s for s in own if s.station in _ARRIVED)
        text = f"{receiver} had the letter at {_clock(came.at)} and put no acknowledgement on the wire"
        return Remark(until, kind, _party(journey, receiver), text)
    answer = answers[-1]
    on_way = [s for s in before if s.message == answer.message]
    passed = {s.station for s in on_way}
    faults = [s for s in on_way if s.station == "fault"]
    text = f"{receiver} put its acknowledgement on the wire at {_clock(answer.at)}"
    if passed & {"delivered", "receipt_arrived"}:
        text += f", VANS delivered it, and {sender} did not take it for one"
        return Remark(until, kind, _party(journey, sender), text)
    text += (
        f", VANS had it and had not delivered it to {sender}"
        if "accepted" in passed
        else ", and VANS had not taken it"
    )
    return Remark(until, kind, INJECTED if faults else "vans", _with(text, faults))


def _duplicates(journey: Journey) -> list[Remark]:
    """One remark for each copy that the receiver recognised, or failed to recognise."""
    written = _letters(journey)
    doubled = sum(
        1 for s in journey.stations if s.station == "fault" and "dupl" in str(s.facts.get("action", ""))
    )
    found = []
    for station in journey.stations:
        if station.station != "duplicate" or station.message != journey.id:
            continue
        by = journey.party(station)
        if doubled:
            doubled -= 1
            party, text = INJECTED, "the envelope was doubled on the way, as injected"
        elif journey.resends or (len(written) > 1 and written[-1].at - written[0].at >= PATIENCE):
            party, text = (
                _party(journey, journey.sender),
                f"a resend met a letter that was there; {by} recognised it",
            )
        elif len(written) > 1:
            party = _party(journey, journey.sender)
            text = f"{journey.sender} wrote the letter {often(len(written))} before a resend was due"
        else:
            party, text = "vans", "a second copy arrived that the sender had not written"
        found.append(Remark(station.at, "duplicate", party, text))
    shown = [s for s in journey.stations if s.station == "shown"]
    for again in shown[1:]:
        by = journey.party(again)
        found.append(
            Remark(
                again.at, "duplicate", _party(journey, by), f"{by} showed the letter to its users once more"
            )
        )
    return found


def _surplus(journey: Journey) -> list[Remark]:
    """What a vendor's system wrote too much: the same envelope twice, two receipts for one letter."""
    found = []
    seen: set[str] = set()
    for wire in _letters(journey) if journey.from_vendor else ():
        envelope = wire.ids.get("envelope", "")
        if envelope in seen:
            text = f"{journey.sender} put envelope {envelope} on the wire again; VANS answered as before"
            found.append(Remark(wire.at, "duplicate", _party(journey, journey.sender), text))
        seen.add(envelope)
    if journey.to_vendor:
        answers = _acknowledgements(journey)
        deliveries = sum(s.station == "delivered" and s.message == journey.id for s in journey.stations)
        for answer in answers[max(deliveries, 1) :]:
            text = f"{journey.receiver} acknowledged {often(len(answers))} what it got {often(deliveries)}"
            found.append(Remark(answer.at, "duplicate", _party(journey, journey.receiver), text))
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


def _letters(journey: Journey) -> list[WireRecord]:
    """Each time the letter itself was put on the wire; receipts of VANS bear its message identifier too."""
    made = _converted(journey)
    return [
        w
        for w in journey.messages
        if w.message == journey.id and w.standard != "VANSEnvelope" and w.ids.get("envelope") not in made
    ]


def _converted(journey: Journey) -> set[str]:
    """The envelopes that VANS wrote when it converted something: nobody sent these."""
    told = [str(s.facts.get("envelopes", "")) for s in journey.stations if s.station == "converted"]
    return {envelope for envelopes in told for envelope in envelopes.split()}


def _envelopes(journey: Journey) -> set[str]:
    return {w.ids.get("envelope", "") for w in _letters(journey)}


def _acknowledgements(journey: Journey) -> list[WireRecord]:
    """The wire records of XCTL receipts and FHIR Acknowledgements; VANS' own receipts are not meant."""
    made = _converted(journey)
    return [
        w
        for w in journey.messages
        if w.message != journey.id
        and ("CTL" in w.standard or "cknowledgement" in w.standard)
        and w.ids.get("envelope") not in made
    ]


def _party(journey: Journey, system: str) -> str:
    vendor = any(journey.party(s) == system for s in journey.vendor_stations)
    return f"{system} (vendor's system)" if vendor else system


def often(count: int) -> str:
    """``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _with(text: str, faults: Sequence[Station]) -> str:
    if not faults:
        return text
    rules = dict.fromkeys(str(s.facts.get("rule") or s.facts.get("action") or "fault") for s in faults)
    return f"{text} (injected: {', '.join(rules)})"


def _clock(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")
