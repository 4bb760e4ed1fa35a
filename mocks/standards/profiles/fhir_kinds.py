"""The rules under which the FHIR engine finds what a profile's rows forbid, and each row as a rule.

A finding names the kind of breach (``fhir-cardinality``), the profile (its source) and the place (its
path). The row that was broken stands in the rulebook as ``<profile>@<version>/<path>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mocks.standards.profiles.fhir_rows import Row
from mocks.standards.rule import Rule

_R4 = "FHIR R4 4.0.1"

TYPE = Rule(
    id="fhir-type",
    statement="Each element has the type that its profile names: an object, a list, text of a certain form.",
    source=_R4,
    mend="Send a value of the type that the finding names.",
)
CARDINALITY = Rule(
    id="fhir-cardinality",
    statement="Each element, and each slice of it, stands as often as its profile allows.",
    source=_R4,
    mend="Add what is missing, leave out what is too many.",
)
SLICING = Rule(
    id="fhir-slicing",
    statement="Where a profile closes the list of kinds of an element, each repetition is of one of them.",
    source=_R4,
    mend="Use one of the kinds that the finding lists.",
)
FIXED = Rule(
    id="fhir-fixed-value",
    statement="An element with a fixed value or a pattern in its profile has that value.",
    source=_R4,
    mend="Send the value that the finding names.",
)
BINDING = Rule(
    id="fhir-binding",
    statement="A code that is bound to a list with the strength 'required' stands on that list.",
    source=_R4,
    mend="Use a code of the list.",
)
REFERENCE = Rule(
    id="fhir-reference",
    statement="A reference that must be bundled leads to an entry of the same bundle, of the right type.",
    source=_R4,
    mend="Bundle the resource, with a fullUrl that the reference fits to.",
)
CHOICE = Rule(
    id="fhir-choice",
    statement="Of an element with a choice of types, as content[x], one stands.",
    source=_R4,
    mend="Leave all but one out.",
)
EMPTY = Rule(
    id="ele-1",
    statement="An element has a value or children.",
    source=_R4,
    mend="Fill it or leave it out.",
)
RULES: tuple[Rule, ...] = (TYPE, CARDINALITY, SLICING, FIXED, BINDING, REFERENCE, CHOICE, EMPTY)


def row_rules(profiles: Iterable[tuple[str, tuple[Row, ...]]]) -> tuple[Rule, ...]:
    """Each row of each profile as a rule; a profile is named with its version, ``medcom-core-patient 3.0.1``."""
    found: dict[str, Rule] = {}
    for source, rows in profiles:
        profile = source.replace(" ", "@")
        for row in rows:
            rule_id = f"{profile}/{row.path}"
            found[rule_id] = Rule(
                id=rule_id,
                statement="; ".join(_said(row)),
                source=source,
                mend="A breach is found as " + ", ".join(_kinds(row)) + ".",
            )
    return tuple(found.values())


def _said(row: Row) -> Iterator[str]:
    yield f"{row.path} {row.card}" + (f", {row.type}" if row.type else "")
    if row.fixed is not None:
        yield f"always {row.fixed}"
    if row.codes is not None:
        listed = sorted(row.codes)
        more = f" and {len(listed) - 8} more" if len(listed) > 8 else ""
        yield f"one of {', '.join(listed[:8])}{more}"
    if row.targets:
        yield f"leads to a {'bundled ' if row.bundled else ''}{' or '.join(row.targets)}"
    if row.slicing is not None:
        yield f"told apart by {row.slicing.by}" + (", no others" if row.slicing.closed else "")
    for test in row.tests:
        yield f"see {test.rule}"


def _kinds(row: Row) -> list[str]:
    found = [CARDINALITY.id]
    if row.type:
        found.append(TYPE.id)
    if row.fixed is not None:
        found.append(FIXED.id)
    if row.codes is not None:
        found.append(BINDING.id)
    if row.targets:
        found.append(REFERENCE.id)
    if row.slicing is not None and row.slicing.closed:
        found.append(SLICING.id)
    return [*found, *(test.rule for test in row.tests)]
