"""Correspondence as it was in the pilot: XDIS91 letters, acknowledged by XCTL receipts."""

from __future__ import annotations

from datetime import datetime

from mocks.errors import Malformed
from mocks.messaging.records import Answer, Composed, Draft, Inbound, ReceivedLetter
from mocks.runtime import Ids
from mocks.standards import clinical_email, receipts, safe_xml
from mocks.standards.clinical_email import ClinicalEmail, Party, Patient
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from mocks.units import XDIS91, Unit, UnitKind

_LETTER_VERSION = "XD9134L"
_RECEIPTS = {
    LetterReceiptKind.POSITIVE: ("MCM:XCTL03", "XC0330Q"),
    LetterReceiptKind.NEGATIVE: ("MCM:XCTL02", "XC0230Q"),
    LetterReceiptKind.NEGATIVE_VANS: ("MCM:XCTL01", "XC0130Q"),
}


class Xdis91:
    """``Format`` for XDIS91 version XD9134L."""

    capability = XDIS91
    letter_name = "MCM:XDIS91"
    receipt_name = "MCM:XCTL"

    def __init__(self) -> None:
        # Letter -> envelope identifier of what came in, until it is acknowledged a moment later.
        self._origins: dict[str, str] = {}

    def compose(
        self,
        draft: Draft,
        sender: Unit,
        receiver: Unit,
        ids: Ids,
        now: datetime,
        replied: ReceivedLetter | None,
    ) -> Composed:
        """The standard has no field for the letter that is answered: the subject and the desk keep the tie."""
        author = draft.author
        signature = f"\n\nVenlig hilsen\n{author.given} {author.family}, {author.role}"
        if author.phone:
            signature += f"\nTlf. {author.phone}"
        letter = ClinicalEmail(
            envelope_id=ids.letters("emessage"),
            sent=now,
            wants_receipt=True,
            letter_id=ids.letters("letter"),
            authorised=now,
            sender=_party(sender, phone=True),
            receiver=_party(receiver, phone=False),
            patient=Patient(
                cpr=draft.cpr,
                surname=draft.family[:70],
                given=draft.given[:70],
                episode_status=draft.care_status,
            ),
            subject=draft.subject[:70] or None,
            text=draft.text + signature,
        )
        return Composed(
            key=letter.letter_id,
            payload=clinical_email.write(letter),
            format="XML",
            name="MCM:XDIS91",
            version=_LETTER_VERSION,
        )

    def resend(self, payload: bytes, ids: Ids, now: datetime) -> bytes:
        """The same bytes: only the VANS envelope around them is new."""
        return payload

    def interpret(self, payload: bytes) -> Inbound:
        letter = clinical_email.read_checked(payload)
        if len(self._origins) >= 256:
            self._origins.clear()
        self._origins[f"{letter.sender.gln}/{letter.letter_id}"] = letter.envelope_id
        return Inbound(
            key=letter.letter_id,
            subject=letter.subject or "",
            text=letter.text,
            cpr=letter.patient.cpr or letter.patient.alternative or "",
            patient=" ".join(filter(None, (letter.patient.given, letter.patient.surname))),
            wants_receipt=letter.wants_receipt,
        )

    def key_of(self, payload: bytes) -> str:
        return _labels(payload)[1]

    def acknowledge(
        self, letter: ReceivedLetter, sender: Unit, receiver: Unit | None, ids: Ids, now: datetime
    ) -> Composed:
        """XCTL03 for a letter that was taken in, XCTL02 with the reason for one that was not."""
        kind = LetterReceiptKind.POSITIVE if letter.accepted else LetterReceiptKind.NEGATIVE
        version = _LETTER_VERSION
        if not (original_envelope := self._origins.pop(f"{letter.sender_gln}/{letter.key}", "")):
            original_envelope, _, version = _labels(letter.payload)
        receipt = LetterReceipt(
            kind=kind,
            envelope_id=ids.letters("emessage"),
            sent=now,
            letter_id=ids.letters("letter"),
            sender_gln=sender.gln or "",
            receiver_gln=letter.sender_gln,
            original_envelope_id=original_envelope or letter.key,
            original_sender_gln=letter.sender_gln,
            original_receiver_gln=sender.gln or "",
            letters=(
                OriginalLetter(
                    letter_id=letter.key,
                    version=version or _LETTER_VERSION,
                    refuse_code=None if letter.accepted else _refuse_code(letter),
                    refuse_text=None if letter.accepted else letter.refusal[:350],
                ),
            ),
        )
        name, code = _RECEIPTS[kind]
        return Composed(
            key=receipt.letter_id, payload=receipts.write(receipt), format="XML", name=name, version=code
        )

    def answer(self, payload: bytes) -> Answer:
        receipt = receipts.read(payload)
        first = receipt.letters[0] if receipt.letters else None
        reason = (first.refuse_text or first.refuse_code) if first else None
        return Answer(
            key=first.letter_id if first else "",
            code="ok" if receipt.kind is LetterReceiptKind.POSITIVE else "fatal-error",
            reason=reason or receipt.refuse_text or receipt.refuse_code or "",
            from_vans=receipt.kind is LetterReceiptKind.NEGATIVE_VANS,
        )


def _labels(payload: bytes) -> tuple[str, str, str]:
    """Identifier of the Emessage, identifier and version of the letter, of whatever version it is.

    Empty for what is not there, or is longer than a receipt can repeat.
    """
    try:
        root = safe_xml.parse(payload).root
    except Malformed:
        return "", "", ""
    paths = ("{*}Envelope/{*}Identifier", "{*}*/{*}Letter/{*}Identifier", "{*}*/{*}Letter/{*}VersionCode")
    envelope, letter, version = (" ".join((root.findtext(path) or "").split()) for path in paths)
    return _at_most(14, envelope), _at_most(14, letter), _at_most(7, version)


def _at_most(length: int, text: str) -> str:
    return text if len(text) <= length else ""


def _refuse_code(letter: ReceivedLetter) -> str:
    """MedCom has five reasons; ours fall into two of them."""
    of_version = letter.refusal_code.endswith(("/VersionCode", "/namespace"))
    return "problem_med_version" if of_version else "syntaksfejl"


def _party(unit: Unit, phone: bool) -> Party:
    gln = unit.gln or ""
    identifier, code = gln, "lokationsnummer"
    if unit.kind is UnitKind.CLINIC and unit.ydernummer:
        identifier, code = unit.ydernummer, "ydernummer"
    elif unit.kind in (UnitKind.BUP, UnitKind.DEPARTMENT) and len(unit.sor_id) <= 17:
        identifier, code = unit.sor_id, "sorkode"
    return Party(
        gln=gln,
        id=identifier,
        id_code=code,
        organisation=(unit.owner or unit.name)[:35],
        department=unit.name[:35] if unit.owner else "",
        street=unit.street[:35],
        district=unit.city[:35],
        post_code=unit.post_code,
        phone=unit.phone if phone else "",
    )
