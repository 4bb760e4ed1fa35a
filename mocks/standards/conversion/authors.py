"""Who wrote: two lines under the text of a letter, or a practitioner with a role.

MedCom's example of a conversion writes the lines ``Forfatter`` and ``Stilling``. A letter without them names
nobody: then the organisation stands as the author, with the null flavor for a role that is not available.
"""

from __future__ import annotations

from types import MappingProxyType

from mocks.standards.care_communication_records import Author, Person, Team
from mocks.standards.conversion.notes import Label, Line

#: HL7's word for something that is not available; MedCom's list of roles has it.
NO_ROLE = "NAVU"
#: Stands where a phone number is mandatory and nobody gave one. It is what the rule for numbers just allows.
NO_PHONE = "-"

#: Codes of MedCom's practitioner roles whose Danish title is not the code with a capital letter.
_TITLES = MappingProxyType(
    {
        "laege": "Læge",
        "speciallaege": "Speciallæge",
        "speciallaegeipraksis": "Speciallæge i praksis",
        "cheflaege": "Cheflæge",
        "overlaege": "Overlæge",
        "afdelingslaege": "Afdelingslæge",
        "sygehuslaege": "Sygehuslæge",
        "socialogsundhedsassistent": "Social- og sundhedsassistent",
        "socialogsundhedsmedhjaelper": "Social- og sundhedsmedhjælper",
        "sygehjaelper": "Sygehjælper",
        "tandlaege": "Tandlæge",
        "klinisktandtekniker": "Klinisk tandtekniker",
        "diaetist": "Diætist",
        "diaetistassistent": "Diætistassistent",
        "audiologopaed": "Audiologopæd",
        "laegesekretaer": "Lægesekretær",
        "ledendelaegesekretaer": "Ledende lægesekretær",
        "sygeplejesekretaer": "Sygeplejesekretær",
        "socialraadgiver": "Socialrådgiver",
        "ledendesocialraadgiver": "Ledende socialrådgiver",
        "laerer": "Lærer",
        "paedagog": "Pædagog",
        "beskaeftigelsesvejleder": "Beskæftigelsesvejleder",
    }
)
_CODES = {title.casefold(): code for code, title in _TITLES.items()}
_PLAIN = frozenset(
    (
        *(
            "ambulancebehandler",
            "osteopat",
            "sygeplejerske",
            "sundhedsplejerske",
            "plejer",
            "plejehjemsassistent",
        ),
        *("tandplejer", "farmaceut", "apoteker", "psykolog", "jordemoder", "fysioterapeut", "ergoterapeut"),
        *("bioanalytiker", "radiograf", "neurofysiologassistent", "kiropraktor", "zoneterapeut"),
        *("psykoterapeut", "fodterapeut", "bandagist", "skomager", "optiker"),
    )
)


def author_of(lines: list[Line], organisation: str, phone: str) -> Author:
    """Whom the lines name; without them the organisation itself."""
    told = dict(lines)
    name = told.get(Label.AUTHOR, "")
    if not name:
        return Author("", organisation, phone or NO_PHONE, role_code=NO_ROLE)
    given, _, family = name.rpartition(" ")
    title = told.get(Label.ROLE, "")
    code = role_code(title)
    text = title if title and code is None else None
    return Author(given, family, phone or NO_PHONE, code or (None if text else NO_ROLE), text)


def lines_of(author: Author | None, organisation: str) -> list[Line]:
    """The lines that name an author; none where it is the organisation that ``author_of`` put there."""
    if author is None:
        return []
    name = f"{author.given} {author.family}".strip()
    nobody = not author.given and author.role_code == NO_ROLE and organisation.startswith(author.family)
    if not name or nobody:
        return []
    lines = [(Label.AUTHOR, name)]
    title = author.role_text or role_title(author.role_code)
    return [*lines, (Label.ROLE, title)] if title else lines


def role_title(code: str | None) -> str:
    """The Danish title of a role code; empty for one that says nothing."""
    if not code or code == NO_ROLE:
        return ""
    return _TITLES.get(code) or code[:1].upper() + code[1:]


def role_code(title: str) -> str | None:
    """The code that has that Danish title."""
    folded = title.casefold()
    return _CODES.get(folded) or (folded if folded in _PLAIN else None)


def party_name(party: Team | Person) -> str:
    """A specific sender or recipient in words."""
    if isinstance(party, Team):
        return party.name
    author = party.author
    title = author.role_text or role_title(author.role_code)
    return ", ".join(filter(None, (f"{author.given} {author.family}".strip(), title)))
