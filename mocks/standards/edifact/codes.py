"""The codes of MedCom's EDIFACT messages, and the words that stand for them in OIOXML.

Source: MedCom's converter. Where its two directions disagree (dermatology in practice, spreadsheets), the
one that reads EDIFACT is taken for dermatology, and ``xls`` for spreadsheets as the schemas write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mocks.standards.profiles.xml_types import words

#: How IdentifierCode stands in NAD, as qualifier and agency.
IDENTIFIER_CODES = MappingProxyType(
    {
        "sygehusafdelingsnummer": ("SKS", "SST"),
        "ydernummer": ("YNR", "SFU"),
        "lokationsnummer": ("", "9"),
        "kommunenummer": ("KOM", "IM"),
        "sorkode": ("SOR", "SST"),
    }
)
LETTER_STATUSES = MappingProxyType({"nytbrev": "N", "rettetbrev": "M"})
EPISODE_STATUSES = MappingProxyType(
    {"inaktiv": "POT", "indlagt": "HS", "ambulant": "HA", "doed": "DA", "ambulant_roentgen": "REQ"}
)
#: Qualifier of the RFF that says the priority; its value is always NC.
PRIORITIES = MappingProxyType({"høj_prioritet": "HI", "rutine": "NO"})
OBJECT_CODES = MappingProxyType(
    {
        "tekstfil": "TXT",
        "billede": "IMG",
        "program": "PRG",
        "vektor_grafik": "VGR",
        "biosignaler": "BSG",
        "multimedie": "MUL",
        "proprietaert_indhold": "PRP",
    }
)
OBJECT_EXTENSIONS = MappingProxyType(
    {"tiff": "TIF", "jpeg": "JPG"}
    | {
        extension.lower(): extension
        for extension in words(
            "PCX GIF BMP PNG MPG DCM SCP TXT RTF DOC XLS WPD EXE PDF WAV AVI MID RMI COM ZIP BIN INH PLO FNX"
        )
    }
)
REFUSE_CODES = MappingProxyType(
    {
        "ikke_specificeret": "NC",
        "ukendt_lokationsnummer": "LOK",
        "problem_med_modtagerID": "MID",
        "problem_med_version": "VER",
        "syntaksfejl": "SYN",
    }
)
#: The message type that a version code of MedCom belongs to, by the first letter of the code.
KINDS = MappingProxyType(
    {"D": "MEDDIS", "H": "MEDREF", "B": "MEDBIN", "R": "MEDRPT", "Q": "MEDREQ", "U": "MEDRUC"}
)

_SPECIALITIES = """
99 ikkeklassificeret, 1 intern_medicin_sygehus, 2 geriatri, 3 hepatologi, 4 haematologi, 5 infektionsmedicin,
6 kardiologi, 7 med_allergologi, 8 med_endokrinologi, 9 med_gastroenterologi, 10 med_lungesygdomme,
11 nefrologi, 12 reumatologi, 18 dermato_venerologi_sygehus, 20 neurologi, 22 onkologi, 30 kirurgi_sygehus,
31 karkirurgi, 32 kir_gastroenterologi, 33 plastikkirurgi, 34 thoraxkirurgi, 35 urologi,
38 gynaekologi_obstetrik_sygehus, 40 neurokirurgi, 42 ortopaedisk_kirurgi_sygehus, 44 oftalmologi,
46 oto_rhino_laryngologi, 48 hospitalsodontologi, 50 psykiatri_sygehus, 52 boerne_ungdomspsykiatri,
60 klin_biokemi, 61 klin_fys_nuklearmedicin, 62 klin_immunologi, 63 klin_mikrobiologi,
64 klin_neurofysiologi, 65 patologisk_anatomi, 66 diagnostisk_radiologi, 67 klin_farmakologi,
68 klin_genetik, 80 paediatri_sygehus, 84 anaestesiologi_sygehus, 86 arbejdsmedicin, 90 almen_medicin,
91 samfundsmedicin, 580 almenlaege_laegevagt, 1519 oejenlaege, 2021 oere_naese_halslaege,
2501 anaestesiologi_praksis, 2503 roentgen_kbh, 2504 dermato_venerologi_praksis, 2505 roentgen,
2506 reumatologi_fysiurgi, 2507 gynaekologi_obstetrik_praksis, 2508 intern_medicin_praksis,
2509 kirurgi_praksis, 2511 klinisk_kemi, 2518 neuromedicin, 2520 ortopaedisk_kirurgi_praksis, 2522 patologi,
2523 plastkirurgi, 2524 psykiatri_praksis, 2525 paediatri, 2526 boernepsykiatri, 2528 tropemedicin,
4050 tandlaege, 4551 fysioterapi, 5053 kiropraktor, 5552 briller, 6054 fodterapi, 6055 fodbehandlking,
7045 med_laboratorier, 7046 omegnslaboratorier, 9463 psykolog, 00 blandet, 14 palliativ, 15 akut,
39 sexologi, 92 retsmedicin, 98 fysioterapi_sygehus, 0581 almenlaege_vagtkoersel,
0582 almenlaege_vagtlaegehjaelp, 1080 vagtlaege, 1083 vagtlaegehjaelp, 1082 vagtlaegehjaelp_kbh,
2517 neurokirurgi_praksis, 4049 tandplejere, 4557 ridefysioterapi, 4562 fysioterapi_vederlagsfri,
4565 ridefysioterapi_vederlagsfri, 4658 teddy, 5064 kiropraktor_64, 6059 fodterapi_radioaktiv,
6060 fodterapi_leddegigt, 7044 med_laboratorier_kpll, 7048 med_laboratorier_ssi
"""
#: Speciality -> the number in SPR.
SPECIALITIES = MappingProxyType(
    {name: number for number, name in (pair.split() for pair in _SPECIALITIES.split(","))}
)
#: What stands in SPR where no speciality is known.
UNCLASSIFIED = "ikkeklassificeret"


def backwards(words: Mapping[str, str]) -> Mapping[str, str]:
    """From the codes to the words."""
    return MappingProxyType({code: word for word, code in words.items()})


STATUS_OF = backwards(LETTER_STATUSES)
EPISODE_STATUS_OF = backwards(EPISODE_STATUSES)
PRIORITY_OF = backwards(PRIORITIES)
OBJECT_CODE_OF = MappingProxyType({**backwards(OBJECT_CODES), "SND": "multimedie"})
EXTENSION_OF = backwards(OBJECT_EXTENSIONS)
REFUSE_CODE_OF = backwards(REFUSE_CODES)
SPECIALITY_OF = backwards(SPECIALITIES)
IDENTIFIER_CODE_OF = MappingProxyType(
    {"": "lokationsnummer", "EAN": "lokationsnummer"}
    | {qualifier: word for word, (qualifier, _) in IDENTIFIER_CODES.items()}
)
