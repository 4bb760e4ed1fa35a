"""How the conversion service behaves. The wait for an attachment is MedCom's; the rest is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Missing(StrEnum):
    """What happens to a letter whose attachment never comes."""

    WITHOUT = "without"  # it goes on, and its text says what is missing
    REFUSE = "refuse"  # its sender gets NegativeVans


@dataclass(frozen=True, slots=True)
class ConversionSettings:
    """``wait_seconds``: how long a letter waits for its attachments, and an attachment for its letter.

    ``missing``: what happens to the letter then; an attachment without a letter is refused.
    ``file_receipts``: whether the letters of attachments that the service writes ask for a positive receipt; the
    acknowledgement then waits for these too. ``drop_duplicates``: a letter that comes again is not converted
    once more; its sender gets the answer again, if there was one. ``remember_seconds``: how long the content of
    a converted letter is kept for a resend. ``directory_hours``: how long a look-up in SOR is trusted.
    """

    wait_seconds: float = 3600.0
    missing: Missing = Missing.WITHOUT
    file_receipts: bool = True
    drop_duplicates: bool = False
    remember_seconds: float = 72 * 3600.0
    directory_hours: float = 24.0
