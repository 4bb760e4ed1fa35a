"""How the national service platform behaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mocks.drivers.keys import KeyRing
from mocks.nsp.access_settings import AccessSettings
from mocks.nsp.document_sharing.settings import SharingSettings
from mocks.signatures import Keys


@dataclass(frozen=True, slots=True)
class Settings:
    """``users_without_seb_role``: who is turned away at login, as ids or as a question about an id.

    ``token_hours``: how long a login holds (8 hours is an assumption: a working day).
    ``most_registrations``: MinLog takes 500 entries a request. ``most_registration_requests``: how many requests
    an hour it takes of one registrant; 20 are recommended, ``None`` counts none. ``access``: consents and blockings.
    ``keys``: where SEB and STS have theirs from, and whom the STS trusts. ``card_hours``: how long an id card
    holds at most, 24 as in the published sample; a user's no longer than the login (assumption).
    ``sharing``: document sharing. ``digital_consent``: citizens give their consent on a screen (a recommendation).
    """

    users_without_seb_role: frozenset[str] | Callable[[str], bool] = frozenset()
    token_hours: float = 8.0
    most_registrations: int = 500
    most_registration_requests: int | None = None
    most_bytes: int = 2_000_000
    digital_consent: bool = False
    access: AccessSettings = field(default_factory=AccessSettings)
    sharing: SharingSettings = field(default_factory=SharingSettings)
    keys: Keys = field(default_factory=KeyRing)
    card_hours: float = 24.0

    def lacks_seb_role(self, user: str) -> bool:
        """Whether this user has no role that SEB lets into the overviews."""
        lacking = self.users_without_seb_role
        return lacking(user) if callable(lacking) else user in lacking
