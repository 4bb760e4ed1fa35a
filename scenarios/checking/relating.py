"""``--together``: the files of a run as one exchange, and what its messages owe each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from mocks.errors import BadInput, Malformed
from mocks.standards.exchange.together import Related, relate
from mocks.standards.findings import Severity, is_valid
from scenarios.checking.items import Item
from scenarios.checking.judging import bytes_of, unwrapped
from scenarios.checking.options import Options
from scenarios.checking.results import Result
from scenarios.verdict import Verdict, combine

#: The messages of an exchange are held in memory at once.
MOST_BYTES = 256_000_000


def relations(items: Sequence[Item], options: Options) -> dict[str, Related]:
    """What each readable message has to do with the others, by the name of its item.

    Errors: ``BadInput`` where the messages together are too large to be held at once.
    """
    messages: list[tuple[str, bytes]] = []
    held = 0
    for item in items:
        if item.skipped or item.fault or item.refused:
            continue
        try:
            raw = unwrapped(bytes_of(item, options.most_bytes))[1]
        except (OSError, Malformed):
            continue  # a result of the item alone
        held += len(raw)
        if held > MOST_BYTES:
            raise BadInput(
                f"--together holds {MOST_BYTES} bytes at most: check fewer or smaller files at once"
            )
        messages.append((item.name, raw))
    return {each.name: each for each in relate(messages)}


def related(result: Result, found: Mapping[str, Related], options: Options) -> Result:
    """The result of a file with what it owes to the others."""
    relation = found.get(result.file)
    if relation is None or result.verdict in (Verdict.SKIPPED, Verdict.ERROR, Verdict.NOT_EXERCISED):
        return result
    more = options.weigh(relation.findings)
    verdict = Verdict.PASS if is_valid(more) else Verdict.FAIL
    if verdict is Verdict.PASS and any(each.severity is Severity.DISPUTED for each in more):
        verdict = Verdict.DISPUTED
    order = list(Severity)
    findings = sorted([*result.findings, *more], key=lambda each: order.index(each.severity))
    return msgspec.structs.replace(
        result, verdict=combine((result.verdict, verdict)), relation=relation.relation, findings=findings
    )
