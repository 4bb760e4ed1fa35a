"""What the case index answers: a status for the whole, one for each case, and the cases found."""

from __future__ import annotations

import msgspec

from mocks.errors import BadInput
from mocks.standards.sagdok.case import Sag

#: Status codes. 20 is the service's own; of the others only 41 (wrong input) was seen, in a sample of a
#: neighbouring service. The rest are of this mock: 4x for what the sender can mend.
OK, WRONG_INPUT, NOT_ALLOWED, UNKNOWN, NOT_KEPT, CONFLICT = 20, 41, 43, 44, 45, 49

SAG, DOKUMENT = "Sag", "Dokument"


class SagdokProblem(BadInput):
    """What was sent cannot be understood. ``where`` is the element, ``what`` the trouble, without its value."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what = where, what


class Unreadable(msgspec.Struct, frozen=True):
    """One case of an import that could not be understood; the others can."""

    uuid: str
    text: str
    kind: str = SAG
    status: int = WRONG_INPUT


class StandardRetur(msgspec.Struct, frozen=True):
    """What became of a request as a whole."""

    status: int = OK
    text: str = ""
    detail: str = ""


class UnikRetur(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one case of a request."""

    status: int
    uuid: str
    kind: str = SAG
    text: str = ""
    detail: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """Answer of ``importer``, ``opdater`` and ``fjern``: a line for each case, or one for the whole."""

    unik: tuple[UnikRetur, ...] = ()
    standard: StandardRetur | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of ``fremsoeg``. ``antal`` counts all hits, of which ``sager`` are the ones wanted."""

    retur: StandardRetur
    antal: int = 0
    sager: tuple[Sag, ...] = ()
