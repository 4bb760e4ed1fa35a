"""What a correspondence letter of the old standard may hold: our own table of XDIS91, version XD9134L."""

from __future__ import annotations

from mocks.standards.profiles.xml_engine import Choice, Element, Mixed, ShortNames, compile_table, optional
from mocks.standards.profiles.xml_types import DATE, POSITIVE, TIME, matching, one_of, text, words

NAMESPACE = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"
VERSION = "XD9134L"
SOURCE = "XDIS91 XD9134L (schema 2006/07/01)"

#: The longest text of one ClinicalInformation that survives conversion to EDIFACT, and how many there may be.
BLOCK_LENGTH = 3150
MOST_BLOCKS = 10

IDENTIFIER_CODES = (
    "sygehusafdelingsnummer",
    "ydernummer",
    "lokationsnummer",
    "kommunenummer",
    "amt",
    "sorkode",
)
EPISODE_STATUSES = ("inaktiv", "indlagt", "ambulant", "doed", "ambulant_roentgen")
LETTER_STATUSES = ("nytbrev", "rettetbrev")
PRIORITIES = ("rutine", "høj_prioritet")
OBJECT_CODES = (
    "tekstfil",
    "billede",
    "program",
    "vektor_grafik",
    "biosignaler",
    "multimedie",
    "proprietaert_indhold",
)
OBJECT_EXTENSIONS = words(
    """
    pcx tiff jpeg gif bmp png mpg dcm scp txt rtf doc xls wpd
    exe pdf wav avi mid rmi com zip bin inh
    """
)
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

_35 = text(1, 35)
_EMPTY = Mixed(text=False)
_BREAKABLE = Mixed((("Space", _EMPTY), ("Break", _EMPTY)))
_SIMPLE = Mixed(
    _BREAKABLE.markup + tuple((tag, _BREAKABLE) for tag in ("Right", "Center", "Bold", "Italic", "Underline"))
)
_FORMATTED = Mixed((*_SIMPLE.markup, ("FixedFont", _SIMPLE)))
_MOMENT = (Element("Date", DATE), Element("Time", TIME))

ENVELOPE = Element(
    "Envelope",
    (
        Element("Sent", _MOMENT),
        Element("Identifier", text(1, 14)),
        Element("AcknowledgementCode", one_of("minuspositivkvitt", "pluspositivkvitt")),
    ),
)
_ADDRESS = (
    optional("StreetName", _35),
    optional("SuburbName", _35),
    optional("DistrictName", _35),
    optional("PostCodeIdentifier", text(1, 9)),
)
_IDENTITY = (
    Element("EANIdentifier", _35),
    Element("Identifier", text(1, 17)),
    Element("IdentifierCode", one_of(*IDENTIFIER_CODES)),
)
_BELOW = (optional("DepartmentName", _35), optional("UnitName", _35), *_ADDRESS)

_LETTER = Element(
    "ClinicalEmail",
    (
        Element(
            "Letter",
            (
                Element("Identifier", text(1, 14)),
                Element("VersionCode", one_of(VERSION)),
                Element("StatisticalCode", text(1, 8)),
                Element("Authorisation", _MOMENT),
                Element("TypeCode", one_of("XDIS91")),
                Element("StatusCode", one_of(*LETTER_STATUSES)),
                optional("EpisodeOfCareIdentifier", _35),
            ),
        ),
        Element(
            "Sender",
            (
                *_IDENTITY,
                Element("OrganisationName", _35),
                *_BELOW,
                optional("TelephoneSubscriberIdentifier", text(1, 25)),
                optional("MedicalSpecialityCode", one_of(*sorted(SPECIALITIES))),
            ),
        ),
        Element("Receiver", (*_IDENTITY, optional("OrganisationName", _35), *_BELOW)),
        Element(
            "Patient",
            (
                Choice(
                    (
                        Element(
                            "CivilRegistrationNumber",
                            matching("[0-9]{10}", "a CPR number of ten digits", secret=True),
                        ),
                        Element("AlternativeIdentifier", text(10, 10)),
                    )
                ),
                Element("PersonSurnameName", text(1, 70)),
                optional("PersonGivenName", text(1, 70)),
                *_ADDRESS,
                optional("OccupancyText", _35),
                Element("EpisodeOfCareStatusCode", one_of(*EPISODE_STATUSES)),
            ),
        ),
        optional(
            "AdditionalInformation",
            (optional("Priority", one_of(*PRIORITIES)), optional("Subject", text(1, 70))),
        ),
        Element("ClinicalInformation", (Element("Text01", _FORMATTED),), 0, MOST_BLOCKS),
        Element(
            "Reference",
            (
                Element("RefDescription", text(1, 70)),
                Choice(
                    (
                        Element("URL", text(1, 350)),
                        Element("SUP", one_of("true")),
                        Element(
                            "BIN",
                            (
                                Element("ObjectIdentifier", _35),
                                Element("ObjectCode", one_of(*OBJECT_CODES)),
                                Element("ObjectExtensionCode", one_of(*OBJECT_EXTENSIONS)),
                                Element("OriginalObjectSize", POSITIVE),
                            ),
                        ),
                    )
                ),
            ),
            0,
            10,
        ),
    ),
    1,
    None,
)

_EMESSAGE = Element("Emessage", (ENVELOPE, Choice((_LETTER, Element("Local_Elements", None)), 1, None)))

#: Checks a document whose root is ``Emessage`` and whose letters are ClinicalEmails.
walk = compile_table(VERSION, NAMESPACE, _EMESSAGE, SOURCE)

#: For readers: the elements by their short names.
NAMES = ShortNames(NAMESPACE, _EMESSAGE)
