"""Cases as searches show them, written once and kept until they change."""

from __future__ import annotations

from mocks.kombit.case_index.searching import Hit
from mocks.standards.sagdok.search import SagVis
from mocks.standards.sagdok.write import registrering
from mocks.standards.sagdok.write_search import oejebliksbillede

#: A picture has some 8,000 characters.
_MOST = 1_000


class Pictures:
    """The newest ones; when there are too many, all are forgotten."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Hit, frozenset[SagVis], str]] = {}

    def of(self, hit: Hit, blocks: frozenset[SagVis]) -> str:
        """The picture of a hit with these blocks."""
        kept = self._kept.get(hit.uuid)
        if kept is not None and kept[1] == blocks and _same(kept[0], hit):
            return kept[2]
        made = oejebliksbillede(hit.uuid, [registrering(w, blocks) for w in hit.registreringer])
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[hit.uuid] = hit, blocks, made
        return made


def _same(one: Hit, other: Hit) -> bool:
    """Whether two hits are the very same records."""
    return len(one.registreringer) == len(other.registreringer) and all(
        mine is theirs for mine, theirs in zip(one.registreringer, other.registreringer, strict=True)
    )
