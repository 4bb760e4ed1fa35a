"""Rights as KOMBIT's tokens carry them, and back: the same limits on both sides of a token.

Names of roles follow KOMBIT's pattern; that of the constraint on sensitivity, and ``*`` for every owner, are ours.
"""

from __future__ import annotations

from collections.abc import Iterable

from mocks.kombit.access_settings import EDIT, EVERYTHING
from mocks.kombit.case_index.restriction import Rights
from mocks.standards.saml.privileges import KLE, ORGANISATION, SENSITIVITY, PrivilegeGroup

_ROLE = "http://sagsindeks.tvaers/roles/systemrole/"
EVERY_OWNER = "*"


def granted(
    owners: Iterable[str] | None,
    roles: Iterable[str],
    subjects: tuple[str, ...] | None,
    level: int,
    units: tuple[str, ...] | None = None,
) -> list[PrivilegeGroup]:
    """The privilege groups that grant these roles within these limits, one for each owner."""
    limits = [(KLE, ",".join(subjects))] if subjects is not None else []
    limits += [(ORGANISATION, ",".join(units))] if units is not None else []
    limits += [(SENSITIVITY, str(level))] if level < EVERYTHING else []
    privileges = tuple(f"{_ROLE}{role.lower()}/1" for role in roles)
    return [
        PrivilegeGroup(cvr=owner, privileges=privileges, limits=tuple(limits))
        for owner in (sorted(owners) if owners is not None else (EVERY_OWNER,))
    ]


def rights_of(groups: Iterable[PrivilegeGroup]) -> Rights:
    """What all groups together let see; where they differ, the narrower limit counts.

    Without a group there is no right: no owner's cases are there.
    """
    found = list(groups)
    owners = frozenset(group.cvr for group in found)
    limits = [group.limit(KLE) for group in found if any(name == KLE for name, _ in group.limits)]
    levels = [int(text) if text.isdecimal() else 0 for group in found for text in group.limit(SENSITIVITY)]
    return Rights(
        cvrs=None if EVERY_OWNER in owners else owners,
        subjects=tuple(dict.fromkeys(part for limit in limits for part in limit)) if limits else None,
        level=min(levels, default=EVERYTHING),
        writes=bool(found) and all(f"{_ROLE}{EDIT.lower()}/1" in group.privileges for group in found),
    )
