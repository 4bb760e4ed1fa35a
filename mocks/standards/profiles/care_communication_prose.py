"""What prose says of single elements: moments, location numbers, the identifiers of thread and episode."""

from __future__ import annotations

from collections.abc import Iterator

from mocks.identifiers import is_uuid
from mocks.standards.findings import Severity
from mocks.standards.profiles import codes
from mocks.standards.profiles.care_communication_thread import thread_of
from mocks.standards.profiles.fhir_context import Context
from mocks.standards.profiles.fhir_message import communications, gln_of, sor_of
from mocks.standards.profiles.fhir_message_rules import TIME_ZONE
from mocks.standards.profiles.fhir_rows import Note, broken
from mocks.standards.rule import Rule
from mocks.standards.topics import EXAMPLES

SHARED_GLN = Rule(
    id="tvaers-gln-shared",
    statement="One lokationsnummer stands with one SOR id in a message.",
    source="MedCom governance for FHIR messaging: a unit without a GLN sends from the unit that has one",
    mend="compare both with SOR",
    severity=Severity.WARNING,
)
THREAD = Rule(
    id="tvaers-thread-identifier",
    statement="The identifier of the thread is that of no segment.",
    source="MedCom governance for CareCommunication",
    mend="draw a UUID for the thread",
    severity=Severity.WARNING,
)
EPISODE = Rule(
    id="tvaers-episode-identifier",
    statement="The local identifier of an episode of care is a UUID, best with urn:uuid: before it.",
    source="MedCom governance for the identifier of an episode of care; test protocol examples",
    mend="write urn:uuid: and the UUID",
    # an official example has no UUID, two have no prefix
    readings=EXAMPLES.readings({"as-published": Severity.WARNING}),
)
RULES: tuple[Rule, ...] = (SHARED_GLN, THREAD, EPISODE)


def time_zones(context: Context) -> Iterator[Note]:
    """Moments of sending carry date, time and time zone."""
    for path, _, communication in communications(context):
        for position, payload in enumerate(communication.get("payload") or ()):
            for place, extension in enumerate(payload.get("extension") or ()):
                moment = extension.get("valueDateTime")
                if type(moment) is str and len(moment) <= 10 and extension.get("url") == codes.DATE_EXTENSION:
                    yield _zone(f"{path}.payload[{position}].extension[{place}].valueDateTime", moment)
    for number, step in context.of("Provenance"):
        moment = step.get("occurredDateTime")
        if type(moment) is str and len(moment) <= 10:
            yield _zone(f"Bundle.entry[{number}].resource.occurredDateTime", moment)


def _zone(path: str, moment: str) -> Note:
    return broken(TIME_ZONE, f"the moment {moment} has no time of day and no time zone", path)


def shared_glns(context: Context) -> Iterator[Note]:
    """A GLN that stands with two SOR ids: one of them is wrong."""
    units: dict[str, str] = {}
    for number, organisation in context.of("Organization"):
        gln, sor = gln_of(organisation), sor_of(organisation)
        if gln and sor and units.setdefault(gln, sor) != sor:
            said = f"the GLN {gln} stands with the SOR ids {units[gln]} and {sor}"
            yield broken(SHARED_GLN, said, f"Bundle.entry[{number}].resource.identifier")


def thread_identifier(context: Context) -> Iterator[Note]:
    """The thread and a segment are different things."""
    thread = thread_of(context)
    segments = {segment.identifier for segment in thread.segments}
    segments.update(value for step in thread.steps for _, value in step.sources)
    for path, _, communication in communications(context):
        for position, identifier in enumerate(communication.get("identifier") or ()):
            if identifier.get("value") in segments:
                said = "the thread has the identifier of one of its segments"
                yield broken(THREAD, said, f"{path}.identifier[{position}].value")


def episode_identifiers(context: Context) -> Iterator[Note]:
    """Identifiers of episodes that LPR3 did not give."""
    for number, encounter in context.of("Encounter"):
        for position, episode in enumerate(encounter.get("episodeOfCare") or ()):
            identifier = episode.get("identifier") or {}
            value = identifier.get("value")
            if identifier.get("system") == codes.LPR3 or type(value) is not str:
                continue
            if not value.startswith("urn:uuid:") or not is_uuid(value.removeprefix("urn:uuid:")):
                said = "has no urn:uuid: before it" if is_uuid(value) else "is no UUID"
                path = f"Bundle.entry[{number}].resource.episodeOfCare[{position}].identifier.value"
                yield broken(EPISODE, f"the identifier of the episode {said}", path, disputed=True)
