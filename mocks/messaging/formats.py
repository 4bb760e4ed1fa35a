"""The kinds of correspondence that a system can speak, behind one face.

A format turns a draft into a payload, a payload into what a person reads, and a letter into its receipt.
It knows bytes and records only; sending, waiting and repeating are ``sender`` and ``receiver``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from mocks.messaging.records import Answer, Composed, Draft, Inbound, ReceivedLetter
from mocks.runtime import Ids
from mocks.units import Unit


class Format(Protocol):
    """One standard for correspondence and its receipts."""

    #: How SOR's EDI table names it, ``type/version``.
    capability: str
    #: Start of the VANS document name of its letters (``MCM:XDIS91``) and of its receipts (``MCM:XCTL``).
    letter_name: str
    receipt_name: str

    def compose(
        self,
        draft: Draft,
        sender: Unit,
        receiver: Unit,
        ids: Ids,
        now: datetime,
        replied: ReceivedLetter | None,
    ) -> Composed:
        """A new letter, or a reply where ``replied`` is the letter that it answers."""
        ...

    def resend(self, payload: bytes, ids: Ids, now: datetime) -> bytes:
        """The payload for another try: the same letter, and new only what must be new."""
        ...

    def interpret(self, payload: bytes) -> Inbound:
        """Read a letter and check its rules. Raises ``Malformed`` with what is wrong."""
        ...

    def key_of(self, payload: bytes) -> str:
        """The letter's own identifier, of a payload that breaks a rule; empty where there is none."""
        ...

    def acknowledge(
        self, letter: ReceivedLetter, sender: Unit, receiver: Unit | None, ids: Ids, now: datetime
    ) -> Composed:
        """The receipt for a letter, positive or (``letter.accepted`` false) negative."""
        ...

    def answer(self, payload: bytes) -> Answer:
        """What a receipt says, and of which letter. Raises ``Malformed``."""
        ...


def choose(
    formats: dict[str, Format], prefer: tuple[str, ...], sender: Unit, receiver: Unit
) -> Format | None:
    """The first format of ``prefer`` that SOR lists for both; ``None`` where they share none."""
    for capability in prefer:
        if (
            capability in sender.capabilities
            and capability in receiver.capabilities
            and capability in formats
        ):
            return formats[capability]
    return None


def choose_own(
    formats: dict[str, Format], prefer: tuple[str, ...], sender: Unit, receiver: Unit
) -> Format | None:
    """The first format of ``prefer`` that SOR lists for the sender, for a receiver who takes another one: VANS
    converts it. ``None`` where the receiver takes no correspondence at all."""
    if not any(capability in receiver.capabilities for capability in formats):
        return None
    return next((formats[c] for c in prefer if c in sender.capabilities and c in formats), None)


def of_document(formats: dict[str, Format], name: str, version: str) -> tuple[Format | None, bool]:
    """The format that a VANS document name belongs to, and whether it is a receipt of that format.

    Names may lack the ``MCM:`` prefix in real traffic. FHIR letters are told apart by version.
    """
    plain = name if name.startswith("MCM:") else f"MCM:{name}"
    candidates = []
    for fmt in formats.values():
        if plain.startswith(fmt.receipt_name):
            return fmt, True
        if plain.startswith(fmt.letter_name):
            candidates.append(fmt)
    for fmt in candidates:
        if fmt.capability.endswith("/" + version):
            return fmt, False
    return (candidates[0] if len(candidates) == 1 else None), False
