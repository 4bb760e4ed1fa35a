"""A CareCommunication (korrespondancemeddelelse) as records, free of FHIR's references and entries.

A message carries its whole thread: every earlier text stays in it as a segment, and every earlier
message as a step of the history.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from mocks.errors import BadInput
from mocks.standards.fhir_bundle import Organisation, Step
from mocks.standards.profiles import codes


class Address(msgspec.Struct, frozen=True):
    """Where the citizen lives, as far as the sender says. ``lines`` holds street and number, maybe more."""

    lines: tuple[str, ...] = ()
    city: str = ""
    postal_code: str = ""


class Telecom(msgspec.Struct, frozen=True):
    """A way to reach somebody: ``system`` is phone, email and the like, ``use`` home, work, mobile."""

    system: str
    value: str
    use: str | None = None


class PatientIdentity(msgspec.Struct, frozen=True):
    """The citizen. ``identifiers`` are (system, value) pairs: CPR number and replacement numbers.

    ``given`` holds all given names, with blanks between them. A reply carries every identifier received.
    ``died`` is FHIR's dateTime, where the sender says when; ``deceased`` is true then, too.
    """

    identifiers: tuple[tuple[str, str], ...]
    family: str
    given: str = ""
    deceased: bool = False
    address: Address | None = None
    died: str | None = None
    telecoms: tuple[Telecom, ...] = ()

    @classmethod
    def of_cpr(cls, cpr: str, family: str, given: str = "") -> PatientIdentity:
        """Somebody with a CPR number."""
        return cls(((codes.CPR, cpr),), family, given)

    @property
    def cpr(self) -> str | None:
        """The CPR number, where there is one."""
        return next((value for system, value in self.identifiers if system == codes.CPR), None)


class Author(msgspec.Struct, frozen=True):
    """Who signs a segment. Version 5.0 takes a role code or a role text, never both; 4.0 takes a code.

    ``role_system`` is only given where the code is of a foreign list.
    """

    given: str
    family: str
    phone: str = ""
    role_code: str | None = None
    role_text: str | None = None
    role_system: str | None = None


class Team(msgspec.Struct, frozen=True, tag=True):
    """A specific sender or recipient that is a team of the organisation."""

    name: str


class Person(msgspec.Struct, frozen=True, tag=True):
    """A specific sender or recipient that is a person of the organisation."""

    author: Author


class Attachment(msgspec.Struct, frozen=True):
    """A file (``data`` and ``content_type``) or a link (``url``).

    In replies both are gone and the title remains. ``creation`` is FHIR's dateTime: maybe only a date.
    """

    title: str
    content_type: str | None = None
    data: bytes | None = None
    url: str | None = None
    creation: str | None = None


class Segment(msgspec.Struct, frozen=True):
    """One text or one attachment: ``identifier`` is a UUID that never changes, as the rest does not.

    ``sent`` is when its author pressed send. A text has an author with a phone number; an attachment
    may have one.
    """

    identifier: str
    sent: datetime
    organisation: Organisation
    author: Author | None = None
    text: str | None = None
    attachment: Attachment | None = None


class Encounter(msgspec.Struct, frozen=True):
    """The contact that the message belongs to: ``episodes`` are (system, value) pairs, kept as received.

    The value for LPR3 is ``urn:uuid:`` and a version 5 UUID. ``class_code`` is a code of HL7's ActCode,
    ``provider`` the organisation that has the contact.
    """

    episodes: tuple[tuple[str, str], ...]
    status: str = "unknown"
    class_code: str = "AMB"
    provider: Organisation | None = None


class CareCommunication(msgspec.Struct, frozen=True, kw_only=True):
    """One message. ``version`` is ``"5.0"`` or ``"4.0.0"``; ``thread`` is the UUID of the thread.

    ``steps`` holds one step for each message of the thread that this one carries, its own among them.
    ``timestamp`` is when the bundle was put together. ``further_recipients`` stand beside the specific
    recipient in version 4.0 only; 5.0 knows one.
    """

    version: str
    bundle_id: str
    timestamp: datetime
    header_id: str
    thread: str
    category: str
    sender: Organisation
    receiver: Organisation
    patient: PatientIdentity
    segments: tuple[Segment, ...]
    steps: tuple[Step, ...]
    topic: str | None = None
    priority: str | None = None
    encounter: Encounter | None = None
    specific_sender: Team | Person | None = None
    specific_recipient: Team | Person | None = None
    further_recipients: tuple[Team | Person, ...] = ()

    @property
    def step(self) -> Step:
        """The step that tells of this message itself."""
        for step in self.steps:
            if step.header_id == self.header_id:
                return step
        raise BadInput(f"no step of the history tells of message {self.header_id}: add it to steps")

    @property
    def activity(self) -> str:
        """``new-message``, ``reply-message`` or ``forward-message``."""
        return self.step.activity

    @property
    def own_segments(self) -> tuple[Segment, ...]:
        """What this message added to the thread."""
        sources = self.step.sources
        return tuple(s for s in self.segments if s.identifier in sources)

    @property
    def text(self) -> str:
        """The text that this message added."""
        return "\n".join(s.text for s in self.own_segments if s.text is not None)
