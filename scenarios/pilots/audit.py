"""What was left behind by every look-up, proven from the journal alone.

Three kinds of notes are held against each other, each written by somebody else: what people tried (``attempt``, at
their desks), what the looking systems' own logs have (``lookup``), what document sharing did (``document_lookup``),
and what stands in the citizens' log (``minlog_entry``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scenarios.result import Figure, FigureResult
from sim.journal import Journal, Note

#: Outcomes of a look-up after which the citizen's log must have an entry. Of a card that is empty or has gaps, only
#: what it claims is held against the log: nobody is shown on the card of an adult.
_MUST = {"document_lookup": frozenset({"shown", "filtered", "empty"}), "card_lookup": frozenset({"shown"})}
_MUST_NOT = {
    "document_lookup": frozenset({"blocked", "denied", "error"}),
    "card_lookup": frozenset({"denied"}),
}
#: Under which name each stands in the citizen's log.
_DESTINATION = {"document_lookup": "Dokumentdelingsservice", "card_lookup": "Sags- og kontaktoverblik"}


@dataclass(frozen=True, slots=True)
class Entries:
    """The citizens' log beside the look-ups of one kind. ``allowed``: those that must stand there; ``entered``: those
    of them that do, once each; ``silent``: blocked, denied or failed ones that must not; ``broken``: silent ones with
    an entry, claimed entries that are not there, and entries that belong to no look-up."""

    allowed: int
    entered: int
    silent: int
    broken: int


@dataclass(frozen=True, slots=True)
class Audit:
    """``attempts`` and ``logged``: by whom and how they ended. ``blocked``: look-ups of citizens who blocked something;
    ``leaked``: blocked documents in answers."""

    attempts: Counter[tuple[str, ...]]
    logged: Counter[tuple[str, ...]]
    documents: Entries
    cards: Entries
    blocked: int
    leaked: int


def audit(journal: Journal) -> Audit:
    """Read the journal once."""
    attempts = journal.notes("attempt")
    shared = journal.notes("document_lookup")
    blocked = [n for n in shared if n.facts["outcome"] == "blocked"]
    return Audit(
        attempts=_by_whom(attempts),
        logged=_by_whom(journal.notes("lookup")),
        documents=_entries(journal, "document_lookup"),
        cards=_entries(journal, "card_lookup"),
        blocked=len(blocked) + sum(n.facts["outcome"] == "filtered" for n in shared),
        leaked=sum(n.facts["shown"] for n in blocked)
        + sum(max(0, n.facts["did"] - n.facts["should"]) for n in attempts if n.facts["hidden"]),
    )


def _entries(journal: Journal, kind: str) -> Entries:
    looked = journal.notes(kind)
    stands = Counter(
        str(n.facts["sequence"])
        for n in journal.notes("minlog_entry")
        if n.facts["destination"] == _DESTINATION[kind]
    )
    claimed = Counter(str(n.facts["minlog"]) for n in looked if n.facts["minlog"])
    allowed = [n for n in looked if n.facts["outcome"] in _MUST[kind]]
    silent = [n for n in looked if n.facts["outcome"] in _MUST_NOT[kind]]
    entered = (str(n.facts["minlog"]) for n in allowed)
    return Entries(
        allowed=len(allowed),
        entered=sum(stands[sequence] == 1 == claimed[sequence] for sequence in entered),
        silent=len(silent),
        broken=sum(bool(n.facts["minlog"]) for n in silent)
        + (stands - claimed).total()
        + (claimed - stands).total(),
    )


def _by_whom(notes: list[Note]) -> Counter[tuple[str, ...]]:
    keys = ("solution", "system", "user_kind", "outcome")
    return Counter(tuple(str(note.facts[key]) for key in keys) for note in notes)


def same_attempts(observed: dict[str, int]) -> bool:
    """The same people tried the same as the logs tell, with the same end."""
    return observed["attempts"] == observed["logged"] and observed["otherwise"] == 0


def each_in_the_citizens_log(observed: dict[str, int]) -> bool:
    """Each allowed look-up of documents has its entry, and nothing else has one."""
    return observed["allowed"] == observed["entered"] and observed["without_cause"] == 0


def nothing_blocked_shown(observed: dict[str, int]) -> bool:
    """No answer holds a blocked document."""
    return observed["documents"] == 0


def _told(found: Entries) -> dict[str, int] | None:
    if not found.allowed and not found.silent:
        return None
    return {
        "allowed": found.allowed, "entered": found.entered, "silent": found.silent, "without_cause": found.broken
    }  # fmt: skip


_PROMISES: tuple[Figure[Audit], ...] = (
    Figure(
        "audit_attempts", "What people tried, and what the looking systems' logs tell",
        "A16; read from the journal alone", "the same attempts, by user and outcome",
        lambda a: {
            "attempts": a.attempts.total(), "logged": a.logged.total(),
            "otherwise": (a.attempts - a.logged).total() + (a.logged - a.attempts).total(),
        } if a.attempts or a.logged else None,
        same_attempts,
    ),
    Figure(
        "audit_minlog", "Look-ups of documents, and their entries in the citizens' log",
        "NSP: every delivered document is logged, a blocked attempt is not",
        "one entry for each that was allowed; none for a blocked, denied or failed one",
        lambda a: _told(a.documents), each_in_the_citizens_log,
    ),
    Figure(
        "audit_cards", "Cards that were shown, and their entries in the citizens' log",
        "A16; MinLog", "one entry for each that was shown; none for a denied one",
        lambda a: _told(a.cards), each_in_the_citizens_log,
    ),
    Figure(
        "audit_blocked", "Blocked documents in answers",
        "MinSpærring", "0",
        lambda a: {"look_ups": a.blocked, "documents": a.leaked} if a.blocked else None,
        nothing_blocked_shown,
    ),
)  # fmt: skip


def judge(journal: Journal) -> tuple[FigureResult, ...]:
    """The three promises, for the checks of a run."""
    found = audit(journal)
    return tuple(promise.judge(found) for promise in _PROMISES)
