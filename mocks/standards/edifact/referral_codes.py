"""The codes of a hospital referral in EDIFACT (REF01), and the words of OIOXML that they stand for.

Source: MedCom's converter.
"""

from __future__ import annotations

from types import MappingProxyType

PRIORITIES = MappingProxyType({"WA": "elektiv", "AC": "akut", "SA": "saerlige_forhold"})
STATUSES = MappingProxyType({"HA": "ambulant", "HS": "indlaeggelse"})
TRANSPORTS = MappingProxyType({"TX": "ingen", "ST": "liggende", "SI": "siddende"})
RELATIONS = MappingProxyType({"GU": "uspec_paaroerende", "MO": "mor", "FA": "far", "SD": "barn"})
PHONES = MappingProxyType({"CE": "mobil", "WO": "arbejde", "HO": "fastnet"})
#: The first diagnosis of a referral is the one with H; the others are additional.
DIAGNOSES = MappingProxyType(
    {
        "H": "henv_diagnose",
        "DI": "uspec_diagnose",
        "B": "bidiagnose",
        "DM": "tillaegsdiagnose",
        "A": "aktionsdiagnose",
        "G": "grundmorbus",
        "M": "midlertidig_diagnose",
        "S": "forloebsdiagnose",
        "TR": "operation",
        "IN": "roentgenundersoegelse",
    }
)
DIAGNOSIS_TYPES = MappingProxyType({"SKS": "SKSdiagnosekode", "USP": "uspecificeretkode", "ICP": "ICPCkode"})
VISITATIONS = MappingProxyType(
    {
        "US": "ustruktureret",
        "EL": "egen_laege",
        "HV": "henvisning_modtaget",
        "VI": "visitering",
        "IK": "indkaldt",
        "AF": "indlagt_paa",
        "UA": "udenamts_kaution",
    }
)
