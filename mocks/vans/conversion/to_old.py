"""Messages of the new standard for units that take only the old one; attachments go in letters of their own."""

from __future__ import annotations

import msgspec

from mocks.runtime import Runtime
from mocks.standards import binary_letter, care_communication, clinical_email
from mocks.standards.binary_letter import BinaryLetter, BinaryObject
from mocks.standards.care_communication import CareCommunication
from mocks.standards.conversion import LetterIds, OldLetter, binary_letters, to_clinical_email
from mocks.standards.conversion.receipts import Awaiting
from mocks.units import XDIS91, Unit
from mocks.vans.conversion.envelopes import Cover, enclose
from mocks.vans.conversion.pairs import Pairs
from mocks.vans.conversion.records import FilePair, Outgoing, Pair
from mocks.vans.conversion.settings import ConversionSettings
from mocks.vans.conversion.telling import tell
from mocks.vans.conversion.to_new import registered, sound
from mocks.vans.records import Transit


class ToOld:
    """A CareCommunication becomes one XDIS91 letter, and one XBIN01 letter for each file in it."""

    def __init__(self, runtime: Runtime, settings: ConversionSettings, pairs: Pairs) -> None:
        self._runtime, self._settings, self._pairs = runtime, settings, pairs

    def convert(self, transit: Transit, payload: bytes, sender: Unit, receiver: Unit) -> Outgoing:
        """The letter and what follows it. Errors: ``BadInput``, ``Malformed``."""
        sound(
            "the message breaks a rule", care_communication.check(payload)
        )  # its receiver could not see that
        message = care_communication.read(payload)
        known = self._pairs.of_message(message.header_id)
        number = known.letter if known else self._pairs.letter()
        ids = LetterIds(self._pairs.emessage(message.bundle_id, "letter"), number)
        old = to_clinical_email(
            message, ids=ids, sender=registered(sender), receiver=registered(receiver),
            answers=self._answers(message),
        )  # fmt: skip
        files = self._files(message, old, known)
        following = binary_letters(
            old, [LetterIds(f.envelope, f.letter) for f in files], self._settings.file_receipts
        )
        contents = [clinical_email.write(old.letter), *map(binary_letter.write, following)]
        sound("the letter would break a rule", clinical_email.check(contents[0]))
        step = message.step
        pair = known or Pair(
            header=message.header_id, thread=message.thread, text="", gln=transit.sender,
            receiver=transit.receiver, letter=number, envelope=ids.envelope, version=old.letter.version,
            to_new=False, message=transit.message,
            awaiting=Awaiting(message.header_id, step, message.sender, message.receiver),
        )  # fmt: skip
        self._pairs.put(msgspec.structs.replace(pair, envelope=ids.envelope, files=files))
        covers = [
            Cover("MCM:XDIS91", old.letter.version, number, transit.message),
            *(Cover("MCM:XBIN01", f.version, f.letter, f.message, is_file=True) for f in files),
        ]
        for file in files:
            self._runtime.trace.link(file.message, transit.message)
        made = tuple(
            enclose(
                self._runtime, content, cover, sender=transit.sender, receiver=transit.receiver,
                because_of=transit, origins=(transit,),
            )
            for content, cover in zip(contents, covers, strict=True)
        )  # fmt: skip
        tell(self._runtime, transit, XDIS91, made, old.lost)
        return Outgoing(made, (transit.envelope,))

    def _answers(self, message: CareCommunication) -> str:
        """The older letter that this message answers, where the message knows it by a converted message's id."""
        previous = message.step.previous
        pair = self._pairs.of_message(previous) if previous and "#" not in previous else None
        return f"{pair.gln}#{pair.letter}" if pair else ""

    def _files(self, message: CareCommunication, old: OldLetter, known: Pair | None) -> tuple[FilePair, ...]:
        """The numbers of the letters for the files: those of the first time, where this is a resend."""
        before = {file.keys: file for file in known.files} if known else {}
        return tuple(self._file(message.bundle_id, file, before.get((file.key,))) for file in old.files)

    def _file(self, bundle: str, file: BinaryObject, before: FilePair | None) -> FilePair:
        envelope = self._pairs.emessage(bundle, file.key)
        if before is not None:
            return msgspec.structs.replace(before, envelope=envelope)
        version = BinaryLetter.__struct_defaults__[0]
        return FilePair(
            (file.key,), self._runtime.ids.uuid("conversion message"), envelope, self._pairs.letter(),
            version, self._settings.file_receipts,
        )  # fmt: skip
