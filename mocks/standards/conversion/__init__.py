"""From the old correspondence to the new and back: XDIS91 with XBIN01, and CareCommunication.

VANS operators convert while units of both kinds write to each other. Here are the pure functions: records
in, records out, identifiers and what SOR knows handed in; ``mocks.vans`` has the service around them. What
does not come along is listed (``Lost``), and where anybody could miss it, it stands as a line in the text.
"""

from mocks.standards.conversion.records import (
    LetterIds,
    Lost,
    MessageIds,
    NewMessage,
    NotConvertible,
    OldLetter,
    Registered,
)
from mocks.standards.conversion.to_care_communication import to_care_communication
from mocks.standards.conversion.to_clinical_email import binary_letters, to_clinical_email

__all__ = [
    "LetterIds",
    "Lost",
    "MessageIds",
    "NewMessage",
    "NotConvertible",
    "OldLetter",
    "Registered",
    "binary_letters",
    "to_care_communication",
    "to_clinical_email",
]
