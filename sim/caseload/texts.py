"""What the letters say: short Danish texts of the kinds that the pilot's users described. All invented."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Wording(NamedTuple):
    subject: str
    text: str


#: By writer: what a new letter is about. ``{given}`` is the child's first name.
_NEW: dict[str, tuple[Wording, ...]] = {
    "ppr": (
        Wording(
            "Spørgsmål før samtale om henvisning",
            "Vi er i gang med en vurdering af {given} i PPR. Familien har sagt ja til, at jeg skriver.\n"
            "Er der noget i den fysiske helbredsundersøgelse, som vi skal tage hensyn til?",
        ),
        Wording(
            "Orientering om forløb i PPR",
            "{given} har været til tre samtaler hos os. Skolen beskriver tiltagende fravær.\n"
            "Vi foreslår, at familien kommer til en samtale hos dig, og at vi taler sammen bagefter.",
        ),
        Wording(
            "Fordeling af opgaver",
            "Kan vi aftale, hvem der henviser {given}, hvis det bliver aktuelt?\n"
            "Vi har en pædagogisk-psykologisk vurdering klar i næste uge.",
        ),
        Wording(
            "Mulig somatisk årsag",
            "Ved den indledende samtale fortalte forældrene om hovedpine og dårlig søvn gennem længere tid.\n"
            "Jeg har bedt dem gå til egen læge, før vi fortsætter med {given}.",
        ),
    ),
    "family": (
        Wording(
            "Orientering om støtte i hjemmet",
            "Familien omkring {given} får fra denne måned støtte af en familiebehandler.\n"
            "Skriv gerne, hvis I ser noget, der har betydning for indsatsen.",
        ),
        Wording(
            "Spørgsmål til igangværende behandling",
            "Er der planlagt opfølgning på {given}s behandling? Vi skal tale med familien om næste skridt.",
        ),
    ),
    "bup": (
        Wording(
            "Status på udredning",
            "Udredningen af {given} forventes afsluttet om seks uger. Vi vil gerne vide, hvilke tiltag skolen har i gang.",
        ),
    ),
    "clinic": (
        Wording(
            "Mistrivsel hos barn i skolealder",
            "Jeg har set {given} sammen med en forælder. Der er bekymring for trivsel og søvn.\n"
            "Kender I familien, og er der noget i gang hos jer?",
        ),
        Wording(
            "Før henvisning til børne- og ungdomspsykiatrien",
            "Familien ønsker henvisning af {given}. Har I en vurdering, som kan indgå?",
        ),
    ),
    "department": (
        Wording(
            "Orientering efter ambulant kontrol",
            "{given} er set til kontrol. Der er ikke fundet en somatisk forklaring på mavesmerterne.",
        ),
    ),
}
_NEW_FALLBACK = _NEW["ppr"]
_REPLIES = (
    "Tak for din besked. Der er ikke noget i journalen, der taler imod jeres plan for {given}.",
    "Tak for henvendelsen. Jeg ser {given} i næste uge og skriver igen bagefter.",
    "Vi har talt med forældrene. De er indforståede med det videre forløb for {given}.",
    "Det passer fint. Vi afventer jeres vurdering, før der tages stilling til henvisning.",
    "Jeg kan supplere med, at {given} tidligere har været undersøgt for det samme uden særlige fund.",
    "Vi har desværre ikke set {given} siden sidste år, men indkalder til en samtale.",
)


def new_letter(actor: str, given: str, random: Random) -> Wording:
    """A subject and a text for a new letter by that kind of writer."""
    wording = random.choice(_NEW.get(actor, _NEW_FALLBACK))
    return Wording(wording.subject, wording.text.format(given=given))


def reply(subject: str, given: str, random: Random) -> Wording:
    """An answer to a letter with that subject. Subjects hold at most 70 characters."""
    text = random.choice(_REPLIES).format(given=given)
    return Wording(subject if subject.startswith("SV: ") else f"SV: {subject}"[:70], text)
