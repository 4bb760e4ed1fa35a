"""The identifiers of the field: what they look like, how they are checked, how a synthetic one is made.

Each ``check_*`` returns ``None`` when the value is well formed and otherwise a sentence saying what is
wrong. Each ``make_*`` builds a value that no real person or organisation can have.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from hashlib import sha256

from mocks.errors import BadIdentifier

_DIGITS = re.compile(r"\d+", re.ASCII)
_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)

# Verhoeff's dihedral group D5: multiplication and the permutation applied at each position.
_D5 = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_D5_INVERSE = (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)
_VERHOEFF = [tuple(range(10)), (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)]
while len(_VERHOEFF) < 8:
    _VERHOEFF.append(tuple(_VERHOEFF[-1][i] for i in _VERHOEFF[1]))


# GLN (lokationsnummer) -------------------------------------------------------------------------------


def gln_check_digit(first_twelve: str) -> str:
    """The thirteenth digit: GS1 modulus 10, weights 1, 3, 1, 3 ... from the left."""
    odd = sum(map(int, first_twelve[0::2]))
    even = sum(map(int, first_twelve[1::2]))
    return str((10 - (odd + 3 * even) % 10) % 10)


@lru_cache(maxsize=4096)
def check_gln(value: str) -> str | None:
    """A GLN is 13 digits, the last one a GS1 modulus 10 check digit (dk-core ``gln-modulus-10``)."""
    if len(value) != 13 or not _DIGITS.fullmatch(value):
        return f"a GLN has 13 digits, this has {len(value)} characters: {value[:20]!r}"
    if value[12] != (right := gln_check_digit(value[:12])):
        return f"the check digit of GLN {value} is {value[12]} and should be {right}"
    return None


def make_gln(number: int) -> str:
    """A synthetic GLN, ``5790009nnnnn`` and its check digit. ``number`` is 0 to 99999."""
    if not 0 <= number <= 99_999:
        raise BadIdentifier(f"a synthetic GLN takes a number from 0 to 99999, not {number}")
    twelve = f"5790009{number:05d}"
    return twelve + gln_check_digit(twelve)


# SOR id ------------------------------------------------------------------------------------------------


def verhoeff(digits: str) -> int:
    """The Verhoeff checksum of a number that ends in its check digit; 0 when it is right."""
    check = 0
    for position, digit in enumerate(reversed(digits)):
        check = _D5[check][_VERHOEFF[position % 8][int(digit)]]
    return check


@lru_cache(maxsize=4096)
def check_sor(value: str) -> str | None:
    """A SOR id is at least 11 digits, ``<sequence>1000016<2-digit partition><Verhoeff digit>``.

    Official examples contain a dummy with a wrong digit, so a receiver warns and does not reject.
    """
    if len(value) < 11 or not _DIGITS.fullmatch(value):
        return f"a SOR id has at least 11 digits: {value[:24]!r}"
    if value[-10:-3] != "1000016":
        return f"SOR id {value} does not carry the SOR namespace 1000016"
    if verhoeff(value) != 0:
        return f"the check digit of SOR id {value} is wrong"
    return None


def make_sor(sequence: int) -> str:
    """A synthetic SOR id. Sequences from 90 000 000 stay clear of the real ones."""
    body = f"{90_000_000 + sequence}100001600"
    return body + str(_D5_INVERSE[verhoeff(body + "0")])


# CPR ---------------------------------------------------------------------------------------------------


def cpr_modulus_11(value: str) -> int:
    """The weighted sum modulo 11; 0 for the numbers that were issued by the old rule."""
    return sum(w * int(d) for w, d in zip(_CPR_WEIGHTS, value, strict=True)) % 11


def cpr_birth_date(value: str) -> date:
    """The date of birth that a CPR number says, century by its seventh digit (CPR office's table)."""
    day, month, year, seventh = int(value[0:2]), int(value[2:4]), int(value[4:6]), int(value[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    if day > 60:  # the replacement form with 60 added to the day
        day -= 60
    try:
        return date(century + year, month, day)
    except ValueError:
        raise BadIdentifier(f"a CPR number starts with a date; {mask_cpr(value)} does not") from None


def check_cpr(value: str) -> str | None:
    """A CPR number is 10 digits and starts with a date. Modulus 11 is not tested: it is no longer a rule."""
    if len(value) != 10:
        return f"a CPR number has 10 digits without a hyphen, this has {len(value)} characters"
    if not _DIGITS.fullmatch(value):
        return "a CPR number has 10 digits without a hyphen, this has something else among them"
    return None if _is_dated(value[:7]) else f"a CPR number starts with a date; {mask_cpr(value)} does not"


@lru_cache(maxsize=4096)
def _is_dated(first_seven: str) -> bool:
    """Whether a number that starts like this says a date. Without the last digits, so nobody is remembered."""
    try:
        cpr_birth_date(first_seven)
    except BadIdentifier:
        return False
    return True


def is_synthetic_cpr(value: str) -> bool:
    """Whether no real person can have this number: a date other than 1 January, and modulus 11 fails."""
    return check_cpr(value) is None and value[:4] != "0101" and cpr_modulus_11(value) != 0


@lru_cache(maxsize=4096)
def make_user_cpr(user: str) -> str:
    """A synthetic CPR number for an adult at a screen, always the same for a user id: the day of birth has 60
    added and modulus 11 fails, so nobody can have it. Registers of access know users by such a number only."""
    drawn = int.from_bytes(sha256(user.encode()).digest()[:8], "big")
    drawn, day = divmod(drawn, 28)
    drawn, month = divmod(drawn, 12)
    drawn, year = divmod(drawn, 40)
    serial = drawn % 4000  # 0000 to 3999: born 1900 to 1999
    start = f"{day + 61:02d}{month + 1:02d}{year + 60:02d}"
    while cpr_modulus_11(found := f"{start}{serial:04d}") == 0:
        serial = (serial + 1) % 4000
    return found


def mask_cpr(value: str) -> str:
    """For logs and error texts: the birth date stays, the serial number goes."""
    return f"{value[:6]}-****"


# CVR, ydernummer ---------------------------------------------------------------------------------------


def check_cvr(value: str) -> str | None:
    """A CVR number is 8 digits whose weighted sum is divisible by 11."""
    if len(value) != 8 or not _DIGITS.fullmatch(value):
        return f"a CVR number has 8 digits: {value[:20]!r}"
    if sum(w * int(d) for w, d in zip(_CVR_WEIGHTS, value, strict=True)) % 11:
        return f"the check digit of CVR number {value} is wrong"
    return None


def make_cvr(number: int) -> str:
    """A synthetic CVR number from 90 000 000 on; ``number`` is 0 to 400 000, and each gives another one."""
    if not 0 <= number <= 400_000:
        raise BadIdentifier(f"a synthetic CVR number takes a number from 0 to 400000, not {number}")
    start = 90_000_000 + 20 * number  # one ten in eleven has no check digit, and the next one then has
    return next(f"{start + n}" for n in range(20) if check_cvr(f"{start + n}") is None)


def check_ydernummer(value: str) -> str | None:
    """A ydernummer (provider number) is 6 digits, zero-padded; the registers allow up to 9 characters."""
    if not 1 <= len(value) <= 9 or not _DIGITS.fullmatch(value):
        return f"a ydernummer has at most 9 digits, normally 6: {value[:20]!r}"
    return None


# UUID --------------------------------------------------------------------------------------------------

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_uuid(value: str) -> bool:
    """Whether this is a UUID with dashes, of any version."""
    return _UUID.fullmatch(value) is not None
