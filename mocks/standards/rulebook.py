"""Every rule of every standard, by its id: what ``tvaers rules`` lists and explains.

Checks hold their rules themselves and say in ``RULES`` which those are; here they are gathered, with the
standards in whose messages a breach of them can be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

import msgspec

from mocks.errors import HarnessFault
from mocks.standards import attachments, fhir_form, fhir_xml_form, look, receipt_match, recognise, safe_xml
from mocks.standards.edifact import check as edifact_check
from mocks.standards.exchange import answer_rules, copy_rules, registers, thread_rules
from mocks.standards.packages import rules as official_packages
from mocks.standards.profiles import (
    acknowledgement,
    acknowledgement_rules,
    apd_rules,
    care_communication,
    care_communication_attachments,
    care_communication_history,
    care_communication_prose,
    care_communication_statements,
    fhir_base,
    fhir_datatypes,
    fhir_kinds,
    fhir_message,
    fhir_narratives,
    fhir_values,
    oioxml_rules,
    vans_content,
    vans_envelope,
    vans_rules,
    xbin,
    xbin_rules,
    xctl,
    xctl_rules,
    xdis91,
    xdis91_rules,
    xref01,
    xref01_rules,
)
from mocks.standards.rule import Rule
from mocks.standards.sagdok import rules as sagdok_rules
from mocks.standards.xds import metadata_rules as xds_metadata

_FHIR = ("CareCommunication", "Acknowledgement")
_OIOXML = ("XDIS91", "XCTL", "XBIN", "XREF01")
_XML = ("VANSEnvelope", *_OIOXML, "APD")


class Entry(msgspec.Struct, frozen=True):
    """A rule, and the standards in whose messages a breach of it can be found."""

    rule: Rule
    standards: tuple[str, ...]


def _books() -> Iterator[tuple[tuple[str, ...], tuple[Rule, ...]]]:
    yield (*_XML, *_FHIR), (*safe_xml.RULES, *look.RULES, *recognise.RULES)
    yield ("VANSEnvelope",), (*vans_envelope.RULES, *vans_rules.RULES, *vans_content.RULES)
    yield ("APD",), apd_rules.RULES
    yield (*_OIOXML, "VANSEnvelope", *_FHIR), (oioxml_rules.GLN,)
    yield _OIOXML, oioxml_rules.RULES
    yield ("XDIS91",), (*xdis91.RULES, *xdis91_rules.RULES)
    yield ("XDIS91", "XREF01", "XBIN"), attachments.RULES
    yield ("XBIN",), (*xbin.RULES, *xbin_rules.RULES)
    yield ("XREF01",), (*xref01.RULES, *xref01_rules.RULES)
    yield ("XCTL",), (*xctl.RULES, *xctl_rules.RULES)
    yield ("EDIFACT",), edifact_check.RULES
    yield ("XCTL", "EDIFACT"), receipt_match.RULES
    yield ("CareCommunication",), thread_rules.RULES
    yield ("VANSEnvelope", "Acknowledgement"), answer_rules.RULES
    yield (*_XML, *_FHIR), (*copy_rules.RULES, *registers.RULES)
    yield (
        _FHIR,
        (
            *fhir_form.RULES,
            *fhir_kinds.RULES,
            *fhir_base.RULES,
            *fhir_xml_form.RULES,
            *fhir_values.RULES,
            *fhir_datatypes.RULES,
            *fhir_message.RULES,
            *fhir_narratives.RULES,
            *official_packages.RULES,
        ),
    )
    yield (
        ("CareCommunication",),
        (
            *care_communication.RULES,
            *care_communication_statements.RULES,
            *care_communication_history.RULES,
            *care_communication_attachments.RULES,
            *care_communication_prose.RULES,
        ),
    )
    yield ("Acknowledgement",), (*acknowledgement.RULES, *acknowledgement_rules.RULES)
    yield ("SagIndeks",), sagdok_rules.RULES
    yield ("XDS",), xds_metadata.RULES


@lru_cache(1)
def rulebook() -> Mapping[str, Entry]:
    """All rules by id, in the order of the standards. One id is one rule; else it is a fault of ours."""
    found: dict[str, Entry] = {}
    for standards, rules in _books():
        for rule in rules:
            held = found.get(rule.id)
            if held is not None and held.rule != rule:
                raise HarnessFault(f"two rules have the id {rule.id}")
            before = held.standards if held is not None else ()
            found[rule.id] = Entry(rule, (*before, *(s for s in standards if s not in before)))
    return MappingProxyType(found)


def standards() -> tuple[str, ...]:
    """The standards that have rules."""
    return tuple(dict.fromkeys(name for entry in rulebook().values() for name in entry.standards))
