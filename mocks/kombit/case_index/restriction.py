"""Who may see and write what: by the owner's CVR number, the primary class and the sensitivity of a case.

The calling system *and* the person behind it must each pass all three. What somebody may not see is not
there for them: it is neither shown nor counted, and nothing hints at it. The list of who has access to a case
(Sikkerhedsprofil) is kept and handed out, and not enforced here: that is the receiver's to do.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mocks.standards.sagdok import roles
from mocks.standards.sagdok.case import URN_CVR, Foelsomhed, Registrering


class Rights(msgspec.Struct, frozen=True):
    """What one party to a request may see. ``None`` is no limit.

    ``cvrs``: owners. ``subjects``: KLE numbers, where ``27.*`` stands for all that start so. ``level``: up to
    this sensitivity. ``writes``: may import, update and remove cases of these owners (role *Rediger*).
    """

    cvrs: frozenset[str] | None = None
    subjects: tuple[str, ...] | None = None
    level: int = Foelsomhed.VIP_SAGER.level
    writes: bool = True


def may_see(rights: Iterable[Rights], written: Registrering) -> bool:
    """Whether all parties to a request may see the case as it was last written."""
    for right in rights:
        if not _owner(right, written) or not _subject(right, written):
            return False
        if any(
            extra.foelsomhed and extra.foelsomhed.level > right.level for extra in written.indeks_egenskaber
        ):
            return False
    return True


def may_write(rights: Iterable[Rights], written: Registrering) -> bool:
    """Whether all parties to a request may write a case of this owner and class."""
    return all(right.writes and _owner(right, written) and _subject(right, written) for right in rights)


def _owner(right: Rights, written: Registrering) -> bool:
    if right.cvrs is None:
        return True
    owners = written.all(roles.EJER)
    return bool(owners) and all(owner.reference.removeprefix(URN_CVR) in right.cvrs for owner in owners)


def _subject(right: Rights, written: Registrering) -> bool:
    if right.subjects is None:
        return True
    found = written.all(roles.PRIMAER_KLASSE)
    return bool(found) and all(
        any(covers(subject, klasse.noegle) for subject in right.subjects) for klasse in found
    )


def covers(pattern: str, subject: str) -> bool:
    """Whether a KLE pattern such as ``27.24.00``, ``27.*`` or ``*`` covers a subject."""
    if pattern.endswith("*"):
        return subject.startswith(pattern[:-1])
    return subject == pattern
