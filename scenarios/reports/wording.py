"""The plain words of the reports: one place, so that terminal and page say the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from mocks.identifiers import check_cpr, mask_cpr
from scenarios.lookup_result import SolutionTruth
from scenarios.result import FAIL, PASS, InjectedFault, RunResult
from sim.journal import CPR_NUMBER
from sim.journey import Journey
from sim.near_miss import often, remarks

VERDICT_WORDS = {
    "pass": "pass",
    "fail": "fail",
    "not_exercised": "not exercised",
    "disputed": "disputed",
}

COUNT_NAMES = {
    "children": "Children in the pilot municipalities",
    "cases": "Cases",
    "messages_sent": "Correspondence messages sent",
    "messages_delivered": "… delivered",
    "acknowledged": "… acknowledged",
    "negative_acknowledgements": "Negative acknowledgements",
    "resends": "Resends",
    "lost": "Lost",
    "duplicates_shown": "Shown twice",
    "lookups": "Look-ups in the overviews",
    "lookups_logged": "… found in the log",
    "lookups_denied": "… denied",
    "lookups_without_valid_consent": "… without a valid consent, let in or not",
}


def number(value: float) -> str:
    """12345 as 12,345."""
    return f"{value:,}"


def masked(text: str) -> str:
    """The text with the serial number of every CPR number covered."""

    def cover(match: re.Match[str]) -> str:
        whole = match[1] + match[2]
        return match[0] if check_cpr(whole) else mask_cpr(whole)

    return CPR_NUMBER.sub(cover, text)


def counted(count: int, noun: str) -> str:
    """``1 letter``, ``1,234 letters``."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


#: How keys of what was observed are written, word by word.
_KEY_WORDS = {"ppr": "PPR", "bup": "BUP", "gp": "GP", "gps": "GPs", "lae": "LÆ"}


def key_text(key: str) -> str:
    """``ppr_correspondence_to_gps`` as a reader calls it."""
    return " ".join(_KEY_WORDS.get(word, word) for word in key.split("_"))


def headline(result: RunResult) -> str:
    """What the run says, in one sentence."""
    counts = result.counts
    if result.verdict == PASS:
        lost = number(counts.lost) if counts.lost else "none"
        twice = number(counts.duplicates_shown) if counts.duplicates_shown else "none"
        said = [f"{number(counts.messages_sent)} messages sent", f"{lost} lost", f"{twice} shown twice"]
        if counts.lookups and counts.lookups == counts.lookups_logged:
            said.append("every look-up in the log")
        elif counts.lookups:
            said.append(f"{number(counts.lookups_logged)} of {number(counts.lookups)} look-ups in the log")
        saved = counts.resends and result.faults and not counts.lost
        return ", ".join(said) + "." + (" Resending saved what the network lost." if saved else "")
    if result.verdict == FAIL:
        every = (*result.checks, *result.figures)
        bad = [row for row in every if row.verdict == FAIL]
        if not bad:
            return "The run did not keep its promises."
        begun = f"{number(len(bad))} of {counted(len(every), 'expectation')} did not hold: "
        if len(bad) == 1:
            (row,) = bad
            return f"{begun}{row.what}. Expected: {row.expected}. Seen: {observed_text(row.observed)}."
        more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
        return f"{begun}{'; '.join(row.what for row in bad[:3])}{more}."
    return "The run gave no opportunity to judge anything."


def observed_text(value: Any) -> str:
    """What was observed, for people: shares stay numbers, tables become ``key value`` lists."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, int):
        return number(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{key_text(str(k))} {_nested(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(observed_text(v) for v in value)
    return str(value)


def _nested(value: Any) -> str:
    return f"({observed_text(value)})" if isinstance(value, Mapping) else observed_text(value)


def span_text(seconds: float) -> str:
    """A span of time as people say it: ``40 s``, ``30 min``, ``5 h``, ``3 days``."""
    if seconds < 1:
        return "at once" if seconds <= 0 else "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.0f} h"
    days = timedelta(seconds=seconds).days or 1
    return f"{days} day" if days == 1 else f"{days} days"


#: What a reader calls the states of a look-up and the parts of an overview.
STATE_WORDS = {
    "complete": "complete",
    "missing": "something missing",
    "stale": "something stale",
    "forbidden": "shown though it must not be",
    "cancelled": "shown though cancelled",
    "unfounded": "shown and never true",
    "disordered": "in the wrong order",
}
ACCESS_WORDS = {
    "allowed": "allowed, as the rules say",
    "denied": "denied, as the rules say",
    "allowed_against_rules": "allowed against the rules",
    "denied_against_rules": "denied against the rules",
    "unanswered": "no answer",
}


def state_text(word: str) -> str:
    """A state of a look-up, or what came of access, as a reader calls it."""
    return STATE_WORDS.get(word) or ACCESS_WORDS.get(word) or word.replace("_", " ")


def lookup_lines(row: SolutionTruth) -> list[str]:
    """The look-ups of one solution in words: access, what was shown, how stale, the worst case."""

    def told(counts: Mapping[str, int]) -> str:
        return ", ".join(f"{number(n)} {state_text(word)}" for word, n in counts.items())

    lines = [f"{counted(row.attempts, 'look-up')}: {told(row.access)}"]
    if row.shown:
        lines.append(f"what was shown: {told(row.shown)}")
    if row.without_consent:
        lines.append(f"{number(row.without_consent)} allowed without a valid consent, and counted")
    if row.partial:
        lines.append(f"{number(row.partial)} with a partial consent, and shown in part")
    if row.old_custody:
        lines.append(
            f"{number(row.old_custody)} decided by custody that the CPR replica had not yet passed on"
        )
    if row.waits.count:
        lines.append(
            f"{number(row.waits.count)} users waited for the screen: half of them up to "
            f"{span_text(row.waits.median)}, at most {span_text(row.waits.longest)}"
        )
    if row.staleness.count:
        lines.append(
            f"stale in {number(row.staleness.count)}, counted from the change itself: half of them up to "
            f"{span_text(row.staleness.median)}, "
            f"the longest {span_text(row.staleness.longest)}"
        )
    lines += (
        f"{w.at[:16].replace('T', ' ')} {w.system}: {state_text(w.state)}: {w.text}" for w in row.worst[:2]
    )
    if (rest := len(row.worst) - 2) > 0:
        lines.append(f"{counted(rest, 'more case')} of the worst in report.html")
    return lines


def effect_text(fault: InjectedFault) -> str:
    """Whom a trouble hit and what it cost, after a colon; empty where nobody counted."""
    hit = [counted(fault.letters, "letter")] if fault.letters else []
    hit += [counted(fault.lookups, "look-up")] if fault.lookups else []
    if not hit:
        return ""
    cost = f", {span_text(fault.seconds)} in all" if fault.seconds else ""
    if fault.seconds and not fault.lookups:
        cost = f", {span_text(fault.seconds / fault.letters)} each on average"
    return f": {' and '.join(hit)}{cost}"


def trouble_lines(result: RunResult) -> list[str]:
    """The pilot's own troubles, and what each did."""
    return [
        f"{fault.rule}, {often(fault.times)}{effect_text(fault)}. {fault.what}"
        for fault in result.faults
        if fault.what
    ]


def rescue_lines(result: RunResult, journeys: Sequence[Journey]) -> list[str]:
    """What went wrong on the way, and what put it right. Empty when nothing went wrong."""
    lines = [
        f"Injected: {fault.rule} ({fault.action}), {often(fault.times)}"
        for fault in result.faults
        if not fault.what
    ]
    resent = [j for j in journeys if j.resends]
    saved = sum(1 for j in resent if j.acknowledged)
    recognised = sum(j.duplicates for j in journeys)
    held = sum(1 for j in journeys if "held" in j.first)
    if resent:
        lines.append(
            f"{counted(len(resent), 'letter')} sent again, {number(saved)} of them then acknowledged"
        )
        causes = Counter(r.party for j in resent for r in remarks(j) if r.kind == "resend")
        for party, n in causes.most_common(6):
            name = "VANS" if party == "vans" else party
            lines.append(f"Why a letter had to be sent again: {name}, {often(n)}")
    if recognised:
        twice = sum(1 for j in journeys if j.shown > 1)
        seen = f"{counted(twice, 'letter')} shown twice" if twice else "nobody saw a letter twice"
        copies = "1 copy" if recognised == 1 else f"{number(recognised)} copies"
        lines.append(f"{copies} arrived and recognised; {seen}")
    if held:
        lines.append(f"{counted(held, 'letter')} waited at VANS until the receiver was back")
    return lines
