"""Letters of the old standard for units that take only the new one; attachments are waited for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from mocks.errors import BadInput
from mocks.runtime import Runtime
from mocks.standards import binary_letter, care_communication, clinical_email, fhir_bundle
from mocks.standards.binary_letter import BinaryLetter, BinaryObject, object_key
from mocks.standards.clinical_email import ClinicalEmail
from mocks.standards.conversion import Lost, MessageIds, Registered, to_care_communication
from mocks.standards.conversion.files import TYPES
from mocks.standards.findings import Finding, Severity
from mocks.units import Unit
from mocks.vans.conversion.answers import answer_again
from mocks.vans.conversion.envelopes import Cover, content_of, enclose
from mocks.vans.conversion.pairs import Pairs
from mocks.vans.conversion.records import (
    Content,
    FilePair,
    Held,
    Outcome,
    Outgoing,
    Pair,
    Pointer,
    Refused,
    Waiting,
)
from mocks.vans.conversion.settings import ConversionSettings, Missing
from mocks.vans.conversion.telling import tell
from mocks.vans.records import Transit


class ToNew:
    """XDIS91 with its XBIN01 letters becomes one CareCommunication."""

    def __init__(
        self,
        runtime: Runtime,
        settings: ConversionSettings,
        pairs: Pairs,
        transits: Callable[[str], Transit | None],
    ) -> None:
        self._runtime, self._settings, self._pairs, self._transits = runtime, settings, pairs, transits
        store = runtime.store
        self._held = store.collection("conversion_held", Held)
        self._joined = store.collection("conversion_joined", Pointer)  # object -> header of the message
        self._contents = store.collection("conversion_contents", Content)
        self._wanting: dict[str, set[str]] = {}  # object -> envelopes of letters that wait for it
        self._claimed: dict[str, datetime] = {}  # object -> until when its letter waits for others

    # Letters

    def convert(
        self, transit: Transit, payload: bytes, sender: Unit, receiver: Unit, version: str
    ) -> Outcome:
        """The letter as a message, or a wait for its attachments. Errors: ``BadInput``, ``Malformed``."""
        letter = clinical_email.read(payload)
        pair = self._pairs.of_letter(transit.sender, letter.letter_id)
        if pair is not None and not pair.to_new:
            raise BadInput(
                "its number is that of a letter which this service wrote: numbers are never used again"
            )
        if pair is not None and (again := self._again(transit, letter, pair)) is not None:
            return again
        now = self._runtime.clock.now()
        wanted = [
            object_key(r.binary.id)
            for r in letter.references
            if r.binary is not None and r.binary.extension in TYPES
        ]
        found = {key: held for key in wanted if (held := self._file(transit.sender, key)) is not None}
        missing = [key for key in wanted if key not in found]
        if missing and (transit.waits_until is None or now < transit.waits_until):
            return self._wait(transit, wanted, missing)
        if missing and self._settings.missing is Missing.REFUSE:
            return Refused(f"{len(missing)} of its attachments did not come in time")
        files = {each.envelope: each for each in found.values()}
        letters = {envelope: binary_letter.read(content_of(each)) for envelope, each in files.items()}
        objects = {o.key: o for each in letters.values() for o in each.objects}
        pair = self._paired(transit, letter, pair, letters, files)
        ids = MessageIds(
            pair.header, self._pairs.bundle(pair.gln, letter.envelope_id), pair.thread, pair.text
        )
        made = to_care_communication(
            letter, ids=ids, sender=registered(sender), receiver=registered(receiver), version=version,
            objects={key: objects[key] for key in wanted if key in objects},
        )  # fmt: skip
        content = care_communication.write(made.message)
        sound("the message would break a rule", care_communication.check(content))
        self._pairs.put(pair)
        self._remember(pair.header, content)
        for key in objects:
            self._claimed.pop(f"{pair.gln}/{key}", None)
            self._held.drop(f"{pair.gln}/{key}")
            self._joined.put(f"{pair.gln}/{key}", Pointer(pair.header))
        for file in pair.files:
            self._runtime.trace.link(file.message, transit.message)
        return self._send(transit, tuple(files.values()), content, made.message, made.lost, version)

    def _paired(
        self,
        transit: Transit,
        letter: ClinicalEmail,
        known: Pair | None,
        letters: dict[str, BinaryLetter],
        files: dict[str, Transit],
    ) -> Pair:
        fresh = self._pairs.uuid
        pair = known or Pair(
            header=fresh(), thread=fresh(), text=fresh(), gln=transit.sender, receiver=transit.receiver,
            letter=letter.letter_id, envelope=letter.envelope_id, version=letter.version, to_new=True,
            message=transit.message, wants_receipt=letter.wants_receipt,
        )  # fmt: skip
        carried = tuple(
            FilePair(
                tuple(o.key for o in each.objects), files[envelope].message, each.envelope_id, each.letter_id,
                each.version, each.wants_receipt,
            )
            for envelope, each in letters.items()
        )  # fmt: skip
        return msgspec.structs.replace(pair, envelope=letter.envelope_id, files=carried or pair.files)

    def _send(
        self,
        transit: Transit,
        files: tuple[Transit, ...],
        content: bytes,
        message: care_communication.CareCommunication,
        lost: tuple[Lost, ...],
        version: str,
    ) -> Outgoing:
        cover = Cover(
            care_communication.document_name(message.category), care_communication.document_version(version),
            message.header_id, transit.message,
        )  # fmt: skip
        made = enclose(
            self._runtime, content, cover, sender=transit.sender, receiver=transit.receiver,
            because_of=transit, origins=(transit, *files),
        )  # fmt: skip
        tell(self._runtime, transit, f"FDIS91/{version}", (made,), lost)
        return Outgoing((made,), (transit.envelope, *(file.envelope for file in files)))

    def _again(self, transit: Transit, letter: ClinicalEmail, pair: Pair) -> Outcome | None:
        """A letter that was converted before: the same message, in the bundle that its Emessage has."""
        if self._settings.drop_duplicates:
            return answer_again(self._runtime, transit, pair, letter.letter_id)
        kept = self._contents.get(pair.header)
        if kept is None:
            return None
        bundle = self._pairs.bundle(pair.gln, letter.envelope_id)
        message = care_communication.read(kept.payload)
        content = kept.payload
        if message.bundle_id != bundle:
            content = fhir_bundle.resent(content, bundle, max(message.timestamp, letter.sent))
        self._pairs.put(msgspec.structs.replace(pair, envelope=letter.envelope_id))
        return self._send(transit, (), content, message, (), message.version)

    def _remember(self, header: str, content: bytes) -> None:
        now = self._runtime.clock.now()
        old = now - timedelta(seconds=self._settings.remember_seconds)
        stale = []
        for key, kept in self._contents.items():
            if kept.at > old:
                break
            stale.append(key)
        for key in stale:
            self._contents.drop(key)
        self._contents.put(header, Content(now, content))

    # Attachments

    def take_file(self, transit: Transit, payload: bytes) -> Outcome:
        """An attachment: it wakes the letter that waits for it, or waits for its letter."""
        letter = binary_letter.read(payload)
        if all(each.extension not in TYPES for each in letter.objects):
            return Refused(f"its receiver takes no files of type {letter.objects[0].extension}")
        gln = transit.sender
        for each in letter.objects:
            joined = self._joined.get(f"{gln}/{each.key}")
            pair = self._pairs.of_message(joined.to) if joined else None
            if pair is not None and pair.header in self._contents:
                return answer_again(self._runtime, transit, pair, letter.letter_id)
        now = self._runtime.clock.now()
        if transit.waits_until is not None and now >= transit.waits_until:
            claimed = [self._claimed.get(f"{gln}/{each.key}", now) for each in letter.objects]
            if max(claimed) > now:
                return Waiting(max(claimed) + timedelta(seconds=1))
            for each in letter.objects:
                self._forget(gln, each, transit)
            return Refused("no letter came in time that refers to this attachment")
        for each in letter.objects:
            self._held.put(f"{gln}/{each.key}", Held(transit.envelope))
        woken = {e for each in letter.objects for e in self._wanting.pop(f"{gln}/{each.key}", ())}
        return self._waiting(transit, tuple(sorted(woken)), "its letter")

    def _forget(self, gln: str, file: BinaryObject, transit: Transit) -> None:
        key = f"{gln}/{file.key}"
        if self._held.get(key) == Held(transit.envelope):
            self._held.drop(key)

    def _file(self, gln: str, key: str) -> Transit | None:
        held = self._held.get(f"{gln}/{key}")
        return self._transits(held.envelope) if held else None

    def _wait(self, transit: Transit, wanted: list[str], missing: list[str]) -> Waiting:
        waiting = self._waiting(transit, (), f"{len(missing)} attachments")
        for key in wanted:
            if key in missing:
                self._wanting.setdefault(f"{transit.sender}/{key}", set()).add(transit.envelope)
            elif waiting.until is not None:
                self._claimed[f"{transit.sender}/{key}"] = waiting.until + timedelta(seconds=1)
        return waiting

    def _waiting(self, transit: Transit, woken: tuple[str, ...], what: str) -> Waiting:
        first = transit.waits_until is None
        until = transit.waits_until or self._runtime.clock.now() + timedelta(
            seconds=self._settings.wait_seconds
        )
        if first:
            self._runtime.trace.station(
                "waits", transit.message, envelope=transit.envelope, reason=f"for {what}"
            )
        return Waiting(until, woken)


def sound(what: str, findings: list[Finding]) -> None:
    """Errors: ``BadInput`` where a finding is an error."""
    wrong = [f for f in findings if f.severity is Severity.ERROR]
    if wrong:
        raise BadInput(f"{what} ({wrong[0].rule} at {wrong[0].path})")


def registered(unit: Unit) -> Registered:
    """A unit as the conversion knows it."""
    name = ", ".join(filter(None, (unit.owner, unit.name)))
    return Registered(unit.sor_id, name, unit.phone)
