"""Privileges as OIO Basic Privilege Profile carries them: who may do what, in whose name, within which limits.

The attribute of an assertion holds a ``PrivilegeList`` in base64. KOMBIT's job-function roles come this way,
with their data limits as constraints; SEB's national roles too, without limits.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable

import msgspec

from mocks.errors import Malformed
from mocks.standards import safe_xml
from mocks.standards.dgws.fields import text_of
from mocks.standards.safe_xml import escape, escape_attribute
from mocks.standards.saml.assertion import BadAssertion

BPP = "http://digst.dk/oiosaml/basic_privilege_profile"
SCOPE = "urn:dk:gov:saml:cvrNumberIdentifier:"
#: Data limits of KOMBIT's job-function roles.
KLE = "http://sts.kombit.dk/constraints/KLE/1"
ORGANISATION = "http://sts.kombit.dk/constraints/orgenhed/1"
IT_SYSTEM = "http://sts.kombit.dk/constraints/itsystem/1"
SENSITIVITY = "http://sts.kombit.dk/constraints/foelsomhed/1"
MAX_BYTES = 200_000


class PrivilegeGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Privileges in the name of one organisation (``cvr``), within ``limits`` (constraint name -> value)."""

    cvr: str
    privileges: tuple[str, ...]
    limits: tuple[tuple[str, str], ...] = ()

    def limit(self, name: str) -> tuple[str, ...]:
        """The values of a limit, which stand in one text with commas between; empty where there is none."""
        return tuple(
            part
            for key, value in self.limits
            if key == name
            for part in value.replace(" ", "").split(",")
            if part
        )


def read(value: str) -> tuple[PrivilegeGroup, ...]:
    """The groups in an attribute's value. Errors: ``BadAssertion``."""
    if len(value) > MAX_BYTES:
        raise BadAssertion("the privileges are too long")
    try:
        root = safe_xml.parse(b64decode("".join(value.split()), validate=True)).root
    except (binascii.Error, ValueError, Malformed):
        raise BadAssertion("the privileges are no PrivilegeList in base64") from None
    if root.tag != f"{{{BPP}}}PrivilegeList":
        raise BadAssertion("the privileges are no PrivilegeList of the OIO Basic Privilege Profile")
    return tuple(
        PrivilegeGroup(
            cvr=group.get("Scope", "").removeprefix(SCOPE),
            privileges=tuple(text_of(privilege) for privilege in group.findall("{*}Privilege")),
            limits=tuple((limit.get("Name", ""), text_of(limit)) for limit in group.findall("{*}Constraint")),
        )
        for group in root.findall("{*}PrivilegeGroup")
    )


def write(groups: Iterable[PrivilegeGroup]) -> str:
    """The attribute's value."""
    inner = "".join(
        f'<PrivilegeGroup xmlns="" Scope="{SCOPE}{escape_attribute(group.cvr)}">'
        + "".join(f"<Privilege>{escape(privilege)}</Privilege>" for privilege in group.privileges)
        + "".join(
            f'<Constraint Name="{escape_attribute(name)}">{escape(value)}</Constraint>'
            for name, value in group.limits
        )
        + "</PrivilegeGroup>"
        for group in groups
    )
    text = f'<bpp:PrivilegeList xmlns:bpp="{BPP}">{inner}</bpp:PrivilegeList>'
    return b64encode(text.encode()).decode()
