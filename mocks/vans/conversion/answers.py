"""Receipts of what was converted, converted back: who sent a letter gets the receipt that letters have."""

from __future__ import annotations

import msgspec

from mocks.runtime import Runtime
from mocks.standards import acknowledgement, receipts
from mocks.standards.conversion.receipts import Answered, acknowledgement_of, receipts_of
from mocks.standards.findings import is_valid
from mocks.standards.profiles.xctl import RECEIPTS
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind
from mocks.vans.conversion.envelopes import Cover, enclose
from mocks.vans.conversion.pairs import Pairs
from mocks.vans.conversion.records import Answer, Outgoing, Pair
from mocks.vans.conversion.telling import tell
from mocks.vans.records import Transit

#: Name and version of the document, by kind of receipt.
_NAMES = {
    LetterReceiptKind.POSITIVE: RECEIPTS["PositiveReceipt"],
    LetterReceiptKind.NEGATIVE: RECEIPTS["NegativeReceipt"],
    LetterReceiptKind.NEGATIVE_VANS: RECEIPTS["NegativeVansReceipt"],
}


class Answers:
    """XCTL to Acknowledgement and back, for what the service has converted; other receipts pass."""

    def __init__(self, runtime: Runtime, pairs: Pairs) -> None:
        self._runtime, self._pairs = runtime, pairs

    def convert(self, transit: Transit, payload: bytes, *, is_old: bool) -> Outgoing | None:
        """``None`` for a receipt of something that was not converted, and for an acknowledgement that breaks a
        rule: whom it is for will say so. Errors: ``Malformed``."""
        return self._from_old(transit, payload) if is_old else self._from_new(transit, payload)

    # Acknowledgement -> XCTL

    def _from_new(self, transit: Transit, payload: bytes) -> Outgoing | None:
        if not is_valid(acknowledgement.check(payload)):
            return None
        answer = acknowledgement.read(payload)
        pair = self._pairs.of_message(answer.original_header_id)
        if pair is None or not pair.to_new or pair.gln != transit.receiver:
            return None
        letters = [
            Answered(pair.envelope, pair.letter, pair.version, pair.wants_receipt),
            *(Answered(f.envelope, f.letter, f.version, f.wants_receipt) for f in pair.files),
        ]
        found, lost = receipts_of(
            answer, letters, new_ids=self._pairs.receipt, sender=transit.sender, receiver=transit.receiver,
            at=self._runtime.clock.now(),
        )  # fmt: skip
        given = dict(pair.answers)
        for number, receipt in enumerate(found):
            original = receipt.letters[0].letter_id
            if original not in given:  # a repeated answer has the content of the first
                message = transit.message if number == 0 else self._runtime.ids.uuid("conversion message")
                given[original] = _answer(receipt, message)
        self._pairs.put(msgspec.structs.replace(pair, answers=given))
        made: list[Transit] = []
        for receipt in found:
            sent = given[receipt.letters[0].letter_id]
            self._runtime.trace.link(sent.message, pair.message)
            # Only the first carries the receipts of its envelope back: there was one acknowledgement.
            made.append(_enclosed(self._runtime, sent, transit, is_file=bool(made)))
        tell(self._runtime, transit, "XCTL", made, lost)
        return Outgoing(tuple(made), (transit.envelope,))

    # XCTL -> Acknowledgement

    def _from_old(self, transit: Transit, payload: bytes) -> Outgoing | None:
        receipt = receipts.read(payload)
        gln = transit.receiver
        number = receipt.letters[0].letter_id if receipt.letters else ""
        pair = self._pairs.of_letter(gln, number) if number else None
        pair = pair or self._pairs.of_emessage(gln, receipt.original_envelope_id)
        if pair is None or pair.to_new or pair.awaiting is None:
            return None
        number = number or self._letter_of(pair, receipt)
        given = dict(pair.receipts)
        if given.get(number) is None or given[number].kind is LetterReceiptKind.POSITIVE:
            given[number] = receipt
        self._runtime.trace.link(transit.message, pair.message)
        owing = [pair.letter, *(file.letter for file in pair.files if file.wants_receipt)]
        refused = any(each.kind is not LetterReceiptKind.POSITIVE for each in given.values())
        complete = refused or all(each in given for each in owing)
        header = pair.acknowledgement or (self._pairs.uuid() if complete else "")
        self._pairs.put(msgspec.structs.replace(pair, receipts=given, acknowledgement=header))
        if not complete:
            left = sum(each not in given for each in owing)
            self._runtime.trace.station(
                "waits", transit.message, envelope=transit.envelope, reason=f"for {left} receipts"
            )
            return Outgoing((), (transit.envelope,))
        answer, lost = acknowledgement_of(
            [given[each] for each in owing if each in given] + [r for n, r in given.items() if n not in owing],
            pair.awaiting, header=header, bundle=self._pairs.uuid(), at=self._runtime.clock.now(),
        )  # fmt: skip
        cover = Cover(
            acknowledgement.document_name(answer.code),
            acknowledgement.document_version(),
            header,
            transit.message,
        )
        made = enclose(
            self._runtime, acknowledgement.write(answer), cover, sender=transit.sender, receiver=gln,
            because_of=transit, origins=(transit,),
        )  # fmt: skip
        tell(self._runtime, transit, "FCTL", (made,), lost)
        return Outgoing((made,), (transit.envelope,))

    @staticmethod
    def _letter_of(pair: Pair, receipt: LetterReceipt) -> str:
        """Which letter a receipt answers that names the Emessage alone."""
        of = {file.envelope: file.letter for file in pair.files}
        return of.get(receipt.original_envelope_id, pair.letter)


def _answer(receipt: LetterReceipt, message: str) -> Answer:
    name, version = _NAMES[receipt.kind]
    return Answer(message, f"MCM:{name}", version, receipt.letter_id, receipts.write(receipt))


def _enclosed(runtime: Runtime, answer: Answer, transit: Transit, *, is_file: bool) -> Transit:
    cover = Cover(answer.name, answer.version, answer.letter, answer.message, is_file)
    return enclose(
        runtime, answer.payload, cover, sender=transit.sender, receiver=transit.receiver, because_of=transit,
        origins=(transit,),
    )  # fmt: skip


def answer_again(runtime: Runtime, transit: Transit, pair: Pair, letter: str) -> Outgoing:
    """A letter that came again and is not converted once more. Where it was answered, the answer goes again."""
    sent = pair.answers.get(letter)
    runtime.trace.station("dropped", transit.message, envelope=transit.envelope, answered=sent is not None)
    if sent is None:
        return Outgoing((), (transit.envelope,))
    cover = Cover(sent.name, sent.version, sent.letter, sent.message)
    again = enclose(runtime, sent.payload, cover, sender=pair.receiver, receiver=pair.gln, because_of=transit)
    return Outgoing((again,), (transit.envelope,))
