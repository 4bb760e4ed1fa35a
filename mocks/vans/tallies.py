"""What the VANS network counts: messages by month, type, sender and receiver."""

from __future__ import annotations

import msgspec

from mocks.runtime import Store
from mocks.vans.records import Tally, Transit


class Tallies:
    """The rows of the statistics."""

    def __init__(self, store: Store) -> None:
        self._rows = store.collection("statistics", Tally)

    def accepted(self, transit: Transit) -> None:
        """An envelope was accepted."""
        self._row(transit).accepted += 1
        self._keep(transit)

    def delivered(self, transit: Transit) -> None:
        """An envelope was delivered; what was converted counts as what it was made of."""
        for each in _counted(transit):
            self._row(each).delivered += 1
            self._keep(each)

    def refused(self, transit: Transit) -> None:
        """An envelope was accepted, and could not be delivered."""
        for each in _counted(transit):
            self._row(each).refused += 1
            self._keep(each)

    def _row(self, transit: Transit) -> Tally:
        found = self._rows.get(_key(transit))
        if found is None:
            month = transit.accepted.isoformat()[:7]
            found = Tally(month=month, type=transit.name, sender=transit.sender, receiver=transit.receiver)
            self._rows.put(_key(transit), found)
        return found

    def _keep(self, transit: Transit) -> None:
        self._rows.put(_key(transit), self._row(transit))

    def rows(self) -> list[Tally]:
        """All rows, by month, type, sender and receiver."""
        return [tally for _, tally in sorted(self._rows.items())]


def _key(transit: Transit) -> str:
    return f"{transit.accepted.isoformat()[:7]}|{transit.name}|{transit.sender}|{transit.receiver}"


def _counted(transit: Transit) -> list[Transit]:
    """The envelopes that an envelope stands for: of several letters made of one message, one counts."""
    if not transit.is_converted:
        return [transit]
    if transit.is_file:
        return []
    return [
        msgspec.structs.replace(transit, name=origin.meta.document.name, sender=origin.sender)
        for origin in transit.origins
    ]
