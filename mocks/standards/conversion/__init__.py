"""From the old correspondence to the new and back: XDIS91 with XBIN01, and CareCommunication.

VANS operators convert while units of both kinds write to each other. Here are the pure functions: records
in, records out, identifiers and what SOR knows handed in; ``mocks.vans`` has the service around them. What
does not come along is listed (``Lost``), and where anybody could miss it, it stands as a line in the text.
"""

from mocks.standards.conversion.records import (
    AttachedFile,
    LetterIds,
    Lost,
    MessageIds,
    NewMessage,
    NotConvertible,
    OldLetter,
    Registered,
    object_key,
)
from mocks.standards.conversion.to_care_communication import to_care_communication
from mocks.standards.conversion.to_clinical_email import to_clinical_email

__all__ = [
    "AttachedFile",
    "LetterIds",
    "Lost",
    "MessageIds",
    "NewMessage",
    "NotConvertible",
    "OldLetter",
    "Registered",
    "object_key",
    "to_care_communication",
    "to_clinical_email",
]
