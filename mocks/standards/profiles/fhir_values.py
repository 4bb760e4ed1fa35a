"""The form of single values in MedCom's FHIR messages: UUIDs, SOR ids, GLNs, CPR numbers and their replacements.

Each rule comes with the test that tells a breach; the rows of the profiles name them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from mocks.identifiers import check_cvr, check_gln, check_sor
from mocks.standards.findings import Severity
from mocks.standards.profiles import codes
from mocks.standards.profiles.fhir_rows import ValueRule, value_rule
from mocks.standards.profiles.oioxml_rules import GLN
from mocks.standards.rule import Rule
from mocks.standards.topics import PHONE

DK_CORE = "dk-core 3.4.0"
CORE = "medcom-core 3.0.1"

_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_UUID_5 = re.compile(
    r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
)
_DATE_PART = (
    r"(((0[1-9]|1[0-9]|2[0-9]|3[0-1])(01|03|05|07|08|10|12))"
    r"|((0[1-9]|1[0-9]|2[0-9]|30)(04|06|09|11))|((0[1-9]|1[0-9]|2[0-9])(02)))"
)
_CPR = re.compile(_DATE_PART + r"[0-9]{6}")
_X_ECPR = re.compile(_DATE_PART + r"[0-9]{2}[17][A-Z]{2}[0-9]")
_D_ECPR = re.compile(_DATE_PART + r"[0-9]{2}[056][A-Z]{2}[0-9]")
_CONTACT = re.compile(r"[+]?[-0-9]")
_PHONE = re.compile(r"[+]?[-0-9]+")


def _uuid_wrong(value: str) -> str | None:
    # MedCom's pattern is not anchored, and FHIRPath's matches() searches
    if _UUID.search(value):
        return None
    return f"{value[:80]!r} is not urn:uuid: and a lower-case UUID"


def _uuid_5_wrong(value: str) -> str | None:
    return None if _UUID_5.fullmatch(value) else f"{value[:80]!r} is not urn:uuid: and a version 5 UUID"


def _sor_short(value: str) -> str | None:
    if len(value) >= 11 and value.isascii() and value.isdigit():
        return None
    return f"a SOR id has at least 11 digits: {value[:24]!r}"


@lru_cache(4096)
def _sor_doubtful(value: str) -> str | None:
    return None if _sor_short(value) else check_sor(value)


def _gln_length(value: str) -> str | None:
    if len(value) == 13 and value.isascii() and value.isdigit():
        return None
    return f"a GLN has 13 digits: {value[:20]!r}"


@lru_cache(4096)
def _gln_check_digit(value: str) -> str | None:
    return None if _gln_length(value) else check_gln(value)


def _cpr_wrong(value: str) -> str | None:
    # the number itself stays out of the sentence: findings are logged
    return None if _CPR.fullmatch(value) else "a CPR number is ten digits and starts with a date, ddmmyy"


def _x_ecpr_wrong(value: str) -> str | None:
    if _X_ECPR.fullmatch(value):
        return None
    return "a national replacement number is ddmmyy, 1 or 7, two capital letters, a digit"


def _d_ecpr_wrong(value: str) -> str | None:
    if _D_ECPR.fullmatch(value):
        return None
    return "a decentral replacement number is ddmmyy, 0, 5 or 6, two capital letters, a digit"


def _kombit_wrong(value: str) -> str | None:
    return None if _UUID.fullmatch(value) else f"{value[:80]!r} is not urn:uuid: and a lower-case UUID"


def _marital_wrong(value: Any) -> str | None:
    codings = value.get("coding") if type(value) is dict else None
    for coding in codings if type(codings) is list else ():
        if (
            type(coding) is dict
            and coding.get("system") == codes.MARITAL_STATUS
            and coding.get("code") in ("P", "A")
        ):
            return f"the marital status has HL7's code {coding['code']}"
    return None


def _contact_wrong(value: str) -> str | None:
    if _PHONE.fullmatch(value):
        return None
    return "this phone number holds more than a +, digits and hyphens"


_UUID_V4 = Rule(
    id="medcom-uuidv4",
    statement="The identifier of a thread or a segment is urn:uuid: and a UUID in lower case.",
    source=CORE,
    mend="write urn:uuid: and the UUID in lower case",
    example="urn:uuid:0d5b3c18-fab6-4d93-9d88-c9c8abf1f18c",
)
_UUID_V5 = Rule(
    id="uuidv5",
    statement="The identifier of an LPR3 episode of care is urn:uuid: and a UUID of version 5.",
    source=CORE,
    mend="write urn:uuid: and the UUID that LPR3 gave",
)
_MIN_DIGITS_SOR = Rule(
    id="min-digits-sor",
    statement="A SOR id has at least 11 digits.",
    source=DK_CORE,
    mend="take the id from SOR",
)
_SOR_CHECK_DIGIT = Rule(
    id="tvaers-sor-check-digit",
    statement="A SOR id in a FHIR message has a right check digit.",
    source="SOR (Verhoeff check digit)",
    mend="compare with SOR",
    severity=Severity.WARNING,
)
_GLN_13 = Rule(
    id="gln-length", statement="A GLN has 13 digits.", source=DK_CORE, mend="take the GLN from SOR"
)
_CVR_RULE = Rule(
    id="cvr",
    statement="A CVR number has eight digits and a right check digit.",
    source=DK_CORE,
    mend="take the number from the CVR register",
)
_CPR_RULE = Rule(
    id="cpr",
    statement="A CPR number is ten digits that start with a date, ddmmyy; no check digit is asked for.",
    source=DK_CORE,
    mend="send the ten digits, without a hyphen",
    example="ddmm, two digits of the year, four digits, without a hyphen",
)
_X_ECPR_RULE = Rule(
    id="x-ecpr",
    statement="A national replacement CPR number is ddmmyy, 1 or 7, two capital letters, a digit.",
    source=DK_CORE,
    mend="send the number as the issuer wrote it",
    example="0703921VJ5 (a test person of MedCom)",
)
_D_ECPR_RULE = Rule(
    id="d-ecpr",
    statement="A decentral replacement CPR number is ddmmyy, 0, 5 or 6, two capital letters, a digit.",
    source=DK_CORE,
    mend="send the number as the issuer wrote it",
    example="1206550VK9 (a test person of MedCom)",
)
_CONTACT_RULE = Rule(
    id="medcom-core-contact",
    statement="An author's contact is a phone number: a + perhaps, then digits and hyphens.",
    source=CORE,
    mend="send digits without blanks, as 38683868 or +4538683868",
    readings=PHONE.readings({"as-published": Severity.INFORMATION}),
    example="38683868 or +4538683868",
)

_KOMBIT = Rule(
    id="tvaers-kombit-uuid",
    statement="An organisation of KOMBIT is identified by urn:uuid: and a UUID in lower case.",
    source="dk-core-kombit-org-identifier",
    mend="write urn:uuid: and the UUID that KOMBIT's organisation service lists",
)
_MARITAL = Rule(
    id="marital-status-unknown-usage",
    statement="Marital status is not told by HL7's codes P and A, which no Danish register knows.",
    source=DK_CORE,
    mend="leave the code out, or use another",
    severity=Severity.WARNING,
)

UUID_V4 = value_rule(_UUID_V4, _uuid_wrong)
UUID_V5 = value_rule(_UUID_V5, _uuid_5_wrong)
SOR_DIGITS = value_rule(_MIN_DIGITS_SOR, _sor_short)
SOR_DOUBT = value_rule(_SOR_CHECK_DIGIT, _sor_doubtful)
GLN_LENGTH = value_rule(_GLN_13, _gln_length)
GLN_MODULUS = ValueRule(GLN.id, _gln_check_digit, "take the GLN from SOR", DK_CORE)
CVR_DIGITS = value_rule(_CVR_RULE, check_cvr)
CPR_FORM = value_rule(_CPR_RULE, _cpr_wrong)
X_ECPR_FORM = value_rule(_X_ECPR_RULE, _x_ecpr_wrong)
D_ECPR_FORM = value_rule(_D_ECPR_RULE, _d_ecpr_wrong)
KOMBIT_UUID = value_rule(_KOMBIT, _kombit_wrong)
MARITAL_STATUS = value_rule(_MARITAL, _marital_wrong)
CONTACT_FORM = value_rule(_CONTACT_RULE, _contact_wrong, lambda value: _CONTACT.search(value) is not None)

RULES: tuple[Rule, ...] = (
    _UUID_V4,
    _UUID_V5,
    _MIN_DIGITS_SOR,
    _SOR_CHECK_DIGIT,
    _GLN_13,
    _CVR_RULE,
    _CPR_RULE,
    _X_ECPR_RULE,
    _D_ECPR_RULE,
    _CONTACT_RULE,
    _KOMBIT,
    _MARITAL,
)
