"""CareCommunication's rules over several elements, under MedCom's ids; all of them are errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mocks.standards.profiles import care_communication_statements as say
from mocks.standards.profiles import codes
from mocks.standards.profiles.care_communication_attachments import attachments
from mocks.standards.profiles.care_communication_history import HISTORY
from mocks.standards.profiles.care_communication_prose import (
    episode_identifiers,
    shared_glns,
    thread_identifier,
    time_zones,
)
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_message import (
    Invariant,
    communications,
    endpoints,
    extension_of,
    has_provenance,
    organisation_identifiers,
    same_clock,
)
from mocks.standards.profiles.fhir_rows import Note, broken


def _category(communication: dict[str, Any]) -> set[str]:
    return {
        coding.get("code", "")
        for category in communication.get("category") or ()
        for coding in category.get("coding") or ()
    }


def header_profile(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-1 (5.0.2): the first entry declares the profile of the header."""
    meta = context.resources[0].get("meta") or {} if context.resources else {}
    profiles = meta.get("profile") or []
    if len(profiles) != 1 or not profiles[0].startswith(codes.CC_HEADER):
        yield broken(
            say.HEADER_PROFILE,
            "the MessageHeader does not declare, as its only profile, that of CareCommunication",
            "Bundle.entry[0].resource.meta.profile",
        )


def one_patient(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-2: exactly one Patient."""
    if (count := len(context.of("Patient"))) != 1:
        yield broken(say.ONE_PATIENT, f"the message holds {count} patients", "Bundle.entry")


def provenance_profiles(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-3 (5.0): every Provenance declares its profile, historic ones too."""
    for number, step in context.of("Provenance"):
        profiles = (step.get("meta") or {}).get("profile") or []
        if len(profiles) != 1 or not profiles[0].startswith(codes.CC_PROVENANCE):
            yield broken(
                say.PROVENANCE_PROFILE,
                "the Provenance does not declare, as its only profile, that of CareCommunication",
                f"Bundle.entry[{number}].resource.meta.profile",
            )


def a_provenance_profile(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-3 (4.0): at least one Provenance declares its profile."""
    declared = (
        p for _, step in context.of("Provenance") for p in (step.get("meta") or {}).get("profile") or ()
    )
    if codes.CC_PROVENANCE not in declared:
        yield broken(
            say.PROVENANCE_PROFILE, "no Provenance declares the profile of CareCommunication", "Bundle.entry"
        )


def a_named_practitioner(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-4: at least one Practitioner has a name."""
    if not any(practitioner.get("name") for _, practitioner in context.of("Practitioner")):
        yield broken(say.NAMED_PRACTITIONER, "no Practitioner has a name", "Bundle.entry")


def priority_of_referrals(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-5: a priority only where the category is regarding-referral."""
    for path, _, communication in communications(context):
        if "priority" in communication and "regarding-referral" not in _category(communication):
            yield broken(
                say.PRIORITY,
                "a priority stands with a category other than regarding-referral",
                f"{path}.priority",
            )


def topic_of_other(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-6: the category other needs a topic."""
    for path, _, communication in communications(context):
        if "other" in _category(communication) and "topic" not in communication:
            yield broken(say.TOPIC, "the category is other and there is no topic", f"{path}.topic")


def _authors(context: Context) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path of a payload, and the PractitionerRole that its author extension leads to."""
    for path, number, communication in communications(context):
        for position, payload in enumerate(communication.get("payload") or ()):
            extension = extension_of(payload, codes.AUTHOR_EXTENSION)
            if extension:
                role = context.follow(number, extension.get("valueReference"))
                yield f"{path}.payload[{position}]", role


def _coded(role: dict[str, Any]) -> bool:
    return any(coding.get("code") for code in role.get("code") or () for coding in code.get("coding") or ())


def role_code_or_text(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-7 (5.0): an author's role has a code or a text, and not both."""
    for path, role in _authors(context):
        text = any(code.get("text") for code in role.get("code") or ())
        if role and _coded(role) == text:
            yield broken(
                say.ROLE,
                f"the author's role has {'both a code and a text' if text else 'neither a code nor a text'}",
                path,
            )


def role_code(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-7 (4.0): the author's role is coded."""
    authors = list(_authors(context))
    if authors and not any(_coded(role) for _, role in authors):
        yield broken(
            say.ROLE,
            "no author's role has a code, which version 4.0 asks for",
            authors[0][0],
            "send a code of MedCom's practitioner roles",
        )


def a_named_author(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-8: an author's PractitionerRole leads to a Practitioner with a name."""
    authors = list(_authors(context))
    bundled = {id(role): number for number, role in context.of("PractitionerRole")}
    for _, role in authors:
        if context.follow(bundled.get(id(role), 0), role.get("practitioner")).get("name"):
            return
    if authors:
        yield broken(say.NAMED_AUTHOR, "no author leads to a Practitioner with a name", authors[0][0])


def episode_of_care(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-9: an encounter is there to carry the identifier of an episode of care."""
    for path, number, communication in communications(context):
        if "encounter" not in communication:
            continue
        encounter = context.follow(number, communication["encounter"])
        if not any(episode.get("identifier") for episode in encounter.get("episodeOfCare") or ()):
            yield broken(
                say.EPISODE, "the encounter holds no identifier of an episode of care", f"{path}.encounter"
            )


def encounter_is_referred(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-15 (as of 5.0.4): a bundled Encounter is the one the message refers to."""
    for number, encounter in context.of("Encounter"):
        referred = [context.follow(n, c.get("encounter")) for n, c in context.of("Communication")]
        if not any(r is encounter for r in referred):
            yield broken(
                say.ENCOUNTER,
                "the Encounter is not the one that Communication.encounter refers to",
                f"Bundle.entry[{number}].resource",
                disputed=True,
            )


def _belongs(context: Context, number: int, party: Any, organisation: dict[str, Any]) -> bool:
    target = context.follow(number, party)
    managing = target.get("managingOrganization") or ()
    held = [*(managing if type(managing) is list else ()), target.get("organization")]
    at = next((n for kind in ("CareTeam", "PractitionerRole") for n, r in context.of(kind) if r is target), 0)
    return any(r is not None and context.follow(at, r) is organisation for r in held)


def specific_sender(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-11: a specific sender belongs to the sending organisation."""
    organisation = context.follow(0, context.first("MessageHeader").get("sender"))
    for path, number, communication in communications(context):
        extension = extension_of(communication, codes.SENDER_EXTENSION)
        if extension and not _belongs(context, number, extension.get("valueReference"), organisation):
            yield broken(
                say.SPECIFIC_SENDER,
                "the specific sender does not belong to the sending organisation",
                f"{path}.extension",
            )


def specific_recipient(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-12: a specific recipient belongs to the receiving organisation."""
    destinations = context.first("MessageHeader").get("destination") or [{}]
    organisation = context.follow(0, destinations[0].get("receiver"))
    for path, number, communication in communications(context):
        parties = communication.get("recipient") or ()
        if parties and not any(_belongs(context, number, party, organisation) for party in parties):
            yield broken(
                say.SPECIFIC_RECIPIENT,
                "the specific recipient does not belong to the receiving organisation",
                f"{path}.recipient",
            )


def a_practitioner_reference(context: Context) -> Iterator[Note]:
    """medcom-careCommunication-13: some PractitionerRole refers to a Practitioner."""
    roles = context.of("PractitionerRole")
    if not any((role.get("practitioner") or {}).get("reference") for _, role in roles):
        yield broken(
            say.PRACTITIONER_REFERENCE, "no PractitionerRole refers to a Practitioner", "Bundle.entry"
        )


_BOTH: tuple[Invariant, ...] = (
    has_provenance,
    organisation_identifiers,
    one_patient,
    a_named_practitioner,
    priority_of_referrals,
    topic_of_other,
    a_named_author,
    episode_of_care,
    specific_sender,
    specific_recipient,
    a_practitioner_reference,
    time_zones,
    same_clock,
    *HISTORY,
    attachments,
    shared_glns,
    thread_identifier,
    episode_identifiers,
    endpoints,
)
INVARIANTS_5: Final = (
    header_profile,
    provenance_profiles,
    role_code_or_text,
    encounter_is_referred,
    *_BOTH,
)
INVARIANTS_4: Final = (a_provenance_profile, role_code, *_BOTH)
