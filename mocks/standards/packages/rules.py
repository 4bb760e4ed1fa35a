"""The rules under which official profiles find breaches, beside those of ``fhir_kinds``.

Invariants have the ids that their profile gives them; each finding's source is the profile with its
version.
"""

from __future__ import annotations

from mocks.standards.findings import Severity
from mocks.standards.rule import Rule

_R4 = "FHIR R4 4.0.1"
_OWN = "tvaers: official packages"

EXTENSIBLE = Rule(
    id="fhir-binding-extensible",
    statement="A code is of the list that an extensible binding names, if that list has one for the meaning.",
    source=_R4,
    mend="Use a code of the list, unless none fits.",
    severity=Severity.WARNING,
)
PREFERRED = Rule(
    id="fhir-binding-preferred",
    statement="A code is preferably of the list that the binding names.",
    source=_R4,
    mend="Use a code of the list if you can.",
    severity=Severity.INFORMATION,
)
ORDER = Rule(
    id="fhir-slice-order",
    statement="Slices stand in the order of their profile where it asks so.",
    source=_R4,
    mend="Put them into the order that the finding names.",
)
LENGTH = Rule(
    id="fhir-length",
    statement="A text is not longer than its profile allows, and a number lies within its bounds.",
    source=_R4,
    mend="Send a value within the bounds.",
)
UNKNOWN = Rule(
    id="fhir-unknown-element",
    statement="An element that no profile knows is ignored by receivers; it may be a misspelt one.",
    source=_R4,
    mend="Compare the name with the profile.",
    severity=Severity.WARNING,
)
PROFILE = Rule(
    id="fhir-profile",
    statement="What a reference leads to keeps one of the profiles that the reference asks for.",
    source=_R4,
    mend="Let it keep one of them.",
)
DEPTH = Rule(
    id="tvaers-depth",
    statement="Elements nested deeper than a hundred levels are not looked into.",
    source=_OWN,
    mend="Send the message flatter.",
)
NO_PACKAGE = Rule(
    id="tvaers-no-package",
    statement="A message is checked by a profile of the packages at hand.",
    source=_OWN,
    mend="Name the folder of the packages that its profiles are published in.",
    severity=Severity.INFORMATION,
)
CHECKED_BY = Rule(
    id="tvaers-package",
    statement="A finding of this id tells by which package and version a message was checked.",
    source=_OWN,
    severity=Severity.INFORMATION,
)
NOT_CHECKED = Rule(
    id="tvaers-not-checked",
    statement="What profiles ask for and could not be checked is told, and is neither right nor wrong.",
    source=_OWN,
    mend="Put the package that is missing into the folder.",
    severity=Severity.INFORMATION,
)
RULES: tuple[Rule, ...] = (
    EXTENSIBLE,
    PREFERRED,
    ORDER,
    LENGTH,
    UNKNOWN,
    PROFILE,
    DEPTH,
    NO_PACKAGE,
    CHECKED_BY,
    NOT_CHECKED,
)
