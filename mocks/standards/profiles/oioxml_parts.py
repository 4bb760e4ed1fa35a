"""What the letters of OIOXML have in common: our own table of codes, parties, patients and formatted text.

Each standard has a namespace of its own for each year's schemas, and the same words in it. The tables of the
letters (``xdis91.py``, ``xctl.py``, ``xbin.py``, ``xref01.py``) are put together from these.
"""

from __future__ import annotations

from mocks.standards.profiles.xml_engine import Choice, Element, Mixed, optional
from mocks.standards.profiles.xml_types import DATE, POSITIVE, TIME, Kind, matching, one_of, text, words

#: The longest text of one element that survives conversion to EDIFACT.
BLOCK_LENGTH = 3150

IDENTIFIER_CODES = ("sygehusafdelingsnummer", "ydernummer", "lokationsnummer", "kommunenummer", "sorkode")
#: Some schemas kept the county (amt), which others had dropped before.
IDENTIFIER_CODES_WITH_AMT = (*IDENTIFIER_CODES[:4], "amt", "sorkode")
LETTER_STATUSES = ("nytbrev", "rettetbrev")
OBJECT_CODES = (
    "tekstfil",
    "billede",
    "program",
    "vektor_grafik",
    "biosignaler",
    "multimedie",
    "proprietaert_indhold",
)
#: File extensions of attachments. The schemas of 2005, 2015, 2017 and 2019 add ``plo``, those of 2012 and
#: 2016 ``fnx`` too.
OBJECT_EXTENSIONS = words(
    """
    pcx tiff jpeg gif bmp png mpg dcm scp txt rtf doc xls wpd
    exe pdf wav avi mid rmi com zip bin inh
    """
)
OBJECT_EXTENSIONS_PLO = (*OBJECT_EXTENSIONS, "plo")
OBJECT_EXTENSIONS_FNX = (*OBJECT_EXTENSIONS_PLO, "fnx")
#: Specialities: hospital ones, then practice ones. The spelling is the schema's, slips included.
SPECIALITIES = frozenset(
    words("""
    ikkeklassificeret intern_medicin_sygehus geriatri hepatologi haematologi infektionsmedicin kardiologi
    med_allergologi med_endokrinologi med_gastroenterologi med_lungesygdomme nefrologi reumatologi
    dermato_venerologi_sygehus neurologi onkologi kirurgi_sygehus karkirurgi kir_gastroenterologi
    plastikkirurgi thoraxkirurgi urologi gynaekologi_obstetrik_sygehus neurokirurgi
    ortopaedisk_kirurgi_sygehus oftalmologi oto_rhino_laryngologi hospitalsodontologi psykiatri_sygehus
    boerne_ungdomspsykiatri klin_biokemi klin_fys_nuklearmedicin klin_immunologi klin_mikrobiologi
    klin_neurofysiologi patologisk_anatomi diagnostisk_radiologi klin_farmakologi klin_genetik
    anaestesiologi_sygehus arbejdsmedicin almen_medicin samfundsmedicin almenlaege_laegevagt oejenlaege
    oere_naese_halslaege anaestesiologi_praksis roentgen_kbh dermato_venerologi_praksis roentgen
    reumatologi_fysiurgi gynaekologi_obstetrik_praksis intern_medicin_praksis kirurgi_praksis klinisk_kemi
    neuromedicin ortopaedisk_kirurgi_praksis patologi plastkirurgi psykiatri_praksis paediatri
    boernepsykiatri tropemedicin tandlaege fysioterapi kiropraktor briller fodterapi fodbehandlking
    med_laboratorier omegnslaboratorier psykolog akut almenlaege_vagtkoersel almenlaege_vagtlaegehjaelp
    blandet fodterapi_leddegigt fodterapi_radioaktiv fysioterapi_sygehus fysioterapi_vederlagsfri
    kiropraktor_64 med_laboratorier_kpll med_laboratorier_ssi neurokirurgi_praksis paediatri_sygehus
    palliativ retsmedicin ridefysioterapi ridefysioterapi_vederlagsfri sexologi tandplejere teddy vagtlaege
    vagtlaegehjaelp vagtlaegehjaelp_kbh
    """)
)

TEXT_35 = text(1, 35)
_EMPTY = Mixed(text=False)
#: Text with Space and Break only.
BREAKABLE = Mixed((("Space", _EMPTY), ("Break", _EMPTY)))
_SIMPLE = Mixed(
    BREAKABLE.markup + tuple((tag, BREAKABLE) for tag in ("Right", "Center", "Bold", "Italic", "Underline"))
)
#: Text with the five kinds of markup, none inside another, and all of them inside FixedFont.
FORMATTED = Mixed((*_SIMPLE.markup, ("FixedFont", _SIMPLE)))
MOMENT = (Element("Date", DATE), Element("Time", TIME))

ENVELOPE = Element(
    "Envelope",
    (
        Element("Sent", MOMENT),
        Element("Identifier", text(1, 14)),
        Element("AcknowledgementCode", one_of("minuspositivkvitt", "pluspositivkvitt")),
    ),
)
#: A CPR number, or a replacement number.
PERSON_NUMBER = Choice(
    (
        Element("CivilRegistrationNumber", matching("[0-9]{10}", "a CPR number of ten digits", secret=True)),
        Element("AlternativeIdentifier", text(10, 10)),
    )
)
#: How a person's name stands.
NAME = (Element("PersonSurnameName", text(1, 70)), optional("PersonGivenName", text(1, 70)))
PHONE = optional("TelephoneSubscriberIdentifier", text(1, 25))
SPECIALITY = one_of(*sorted(SPECIALITIES))


def post_code(least: int) -> Kind:
    """A post code. Only the schemas of 2006 want at least one character."""
    return text(least, 9)


def address(*, post_code_least: int = 0, required: bool = False) -> tuple[Element, ...]:
    """Street, suburb, district and post code; with ``required`` only the suburb may be left out."""
    least = 1 if required else 0
    return (
        Element("StreetName", TEXT_35, least),
        optional("SuburbName", TEXT_35),
        Element("DistrictName", TEXT_35, least),
        Element("PostCodeIdentifier", post_code(post_code_least), least),
    )


def identity(codes: tuple[str, ...]) -> tuple[Element, ...]:
    """GLN of a party, its number in some register, and which register that is."""
    return (Element("EANIdentifier", TEXT_35), *number(codes))


def number(codes: tuple[str, ...]) -> tuple[Element, ...]:
    """The number of a party in some register, and which register that is."""
    return (Element("Identifier", text(1, 17)), Element("IdentifierCode", one_of(*codes)))


BELOW = (optional("DepartmentName", TEXT_35), optional("UnitName", TEXT_35))


def sender(
    codes: tuple[str, ...], *more: Element, post_code_least: int = 0, required: bool = False
) -> Element:
    """The sender. ``required`` makes address and speciality mandatory; ``more`` stands at the end."""
    return Element(
        "Sender",
        (
            *identity(codes),
            Element("OrganisationName", TEXT_35),
            *BELOW,
            *address(post_code_least=post_code_least, required=required),
            PHONE,
            Element("MedicalSpecialityCode", SPECIALITY, 1 if required else 0),
            *more,
        ),
    )


def receiver(codes: tuple[str, ...], *, post_code_least: int = 0) -> Element:
    """The receiver: no phone, no speciality, and its organisation need not be named."""
    return Element(
        "Receiver",
        (
            *identity(codes),
            optional("OrganisationName", TEXT_35),
            *BELOW,
            *address(post_code_least=post_code_least),
        ),
    )


def letter(version: str, kind: str, statuses: tuple[str, ...], *more: Element) -> Element:
    """The head of a letter; ``more`` is what says to which episode of care it belongs."""
    return Element(
        "Letter",
        (
            Element("Identifier", text(1, 14)),
            Element("VersionCode", one_of(version)),
            Element("StatisticalCode", text(1, 8)),
            Element("Authorisation", MOMENT),
            Element("TypeCode", one_of(kind)),
            Element("StatusCode", one_of(*statuses)),
            *more,
        ),
    )


EPISODE = optional("EpisodeOfCareIdentifier", TEXT_35)


def reference(extensions: tuple[str, ...]) -> Element:
    """References to what lies outside the letter: a web address, an attachment, or something by post."""
    binary = (
        Element("ObjectIdentifier", TEXT_35),
        Element("ObjectCode", one_of(*OBJECT_CODES)),
        Element("ObjectExtensionCode", one_of(*extensions)),
        Element("OriginalObjectSize", POSITIVE),
    )
    where = Choice((Element("URL", text(1, 350)), Element("SUP", one_of("true")), Element("BIN", binary)))
    return Element("Reference", (Element("RefDescription", text(1, 70)), where), 0, 10)


def emessage(content: Element) -> Element:
    """The root: an envelope, and letters of one kind. What systems add for themselves is not looked into."""
    return Element("Emessage", (ENVELOPE, Choice((content, Element("Local_Elements", None)), 1, None)))
