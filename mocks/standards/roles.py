"""What a breach weighs for whom: senders are judged strictly, receivers take what the field sends.

A rule that stands here weighs more for the sender of a message, or less for a receiver who has to decide
whether to take it. Everything else weighs the same for both.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache

import msgspec

from mocks.errors import BadInput
from mocks.standards.findings import Finding, Severity


class Role(StrEnum):
    """On whose behalf a message is judged."""

    SENDER = "sender"
    RECEIVER = "receiver"


def role(name: str) -> Role:
    """The role of a name. Errors: ``BadInput``."""
    try:
        return Role(name)
    except ValueError:
        raise BadInput(f"there is no role {name!r}; there are: {', '.join(Role)}") from None


class Leniency(msgspec.Struct, frozen=True, kw_only=True):
    """Rules (by id, ``*`` stands for anything), what a breach of them weighs at least for a sender and at
    most for a receiver (``None``: as the check says), and the reason."""

    rules: tuple[str, ...]
    sender: Severity | None = None
    receiver: Severity | None = None
    source: str


LENIENCIES: tuple[Leniency, ...] = (
    Leniency(
        rules=(
            "VANSEnvelope/VANSEnvelope/EnvelopeIdentifier",
            "VANSEnvelope/MetaInformation/Identifier",
            "VANSEnvelope/OriginalMessage/Identifier",
            "VANSEnvelope/*/OriginalEnvelopeIdentifier",
            "vans-uuid",
            "vans-name-prefix",
        ),
        sender=Severity.ERROR,
        receiver=Severity.WARNING,
        source="envelopes seen in production have identifiers of other forms, and names without MCM:",
    ),
    Leniency(
        rules=("gln-modulus-10",),
        sender=Severity.ERROR,  # for a receiver it is an error in FHIR, a warning elsewhere
        source="official OIOXML samples have location numbers with a wrong check digit",
    ),
    Leniency(
        rules=("sor-verhoeff", "tvaers-sor-check-digit", "ydernummer"),
        sender=Severity.WARNING,
        receiver=Severity.INFORMATION,
        source="who receives looks the number up in SOR, and need not judge its form",
    ),
    Leniency(
        rules=("oioxml-escaped-markup", "*-object-identifier", "xctl-direction", "xctl-refuse-code"),
        sender=Severity.ERROR,
        receiver=Severity.WARNING,
        source="systems in production send it so (OS2korrespondance's code and samples)",
    ),
    Leniency(
        rules=(
            "tvaers-provenance-*",
            "tvaers-segment-*",
            "tvaers-attachment-content",
            "tvaers-attachment-title",
            "tvaers-reply-attachment",
            "tvaers-forward-attachment",
            "tvaers-time-order",
            "tvaers-same-clock",
            "tvaers-letter-reference",
            "tvaers-thread-identifier",
            "tvaers-episode-identifier",
            "tvaers-gln-shared",
            "tvaers-acknowledgement-*",
            "medcom-narrative*",
        ),
        sender=Severity.ERROR,
        source="MedCom's governance asks for it in prose, and test protocols look at it by hand; "
        "receivers bear it, as official examples break it",
    ),
    Leniency(
        rules=("fhir-xml-order", "fhir-xml-text", "fhir-xml-attribute", "fhir-xml-encoding"),
        sender=Severity.ERROR,
        source="FHIR's XML representation; readers bear it",
    ),
    Leniency(
        rules=("vans-time-zone",),
        sender=Severity.WARNING,
        receiver=Severity.INFORMATION,
        source="the schema leaves the offset out, and official samples have none",
    ),
    Leniency(
        rules=("vans-version", "vans-name-postfix", "vans-name-category"),
        receiver=Severity.WARNING,
        source="a receiver of FHIR finds version and category in the message itself",
    ),
)


@lru_cache(4096)
def _leniency(rule: str) -> Leniency | None:
    for each in LENIENCIES:
        if any(fnmatchcase(rule, pattern) for pattern in each.rules):
            return each
    return None


def weigh_for(findings: Iterable[Finding], role: Role) -> list[Finding]:
    """The findings as they weigh for a role: never less for a sender, never more for a receiver."""
    order = list(Severity)
    out: list[Finding] = []
    for finding in findings:
        leniency = _leniency(finding.rule)
        weight = None
        if leniency is not None:
            weight = leniency.sender if role is Role.SENDER else leniency.receiver
        if weight is None or finding.severity is Severity.DISPUTED:
            out.append(finding)
            continue
        heavier = order.index(weight) < order.index(finding.severity)
        if heavier is (role is Role.SENDER):
            finding = msgspec.structs.replace(finding, severity=weight)
        out.append(finding)
    return out
