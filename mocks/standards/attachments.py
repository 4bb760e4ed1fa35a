"""Joins letters with the attachments that they point at, in whatever order they arrive.

A letter names an attachment by its identifier; the bytes come in a letter of their own (``binary_letter``),
before or after. What nobody points at yet is held; what came once is not shown again; and nothing is shown
with a letter about somebody else.

``Attachments`` keeps what it knows in two collections, so a receiver that keeps those goes on after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from mocks.errors import BadInput
from mocks.runtime import Collection
from mocks.standards.binary_letter import BinaryObject, unpacked
from mocks.standards.binary_letter_records import object_key
from mocks.standards.findings import Finding, Severity
from mocks.standards.oioxml_references import BinaryReference, Reference
from mocks.standards.rule import Rule

_SOURCE = "tvaers: joining letters with attachments"
_PATIENT = Rule(
    id="attachment-patient",
    statement="A letter and the attachments that it points at are about the same person.",
    source=_SOURCE,
    mend="Send the attachment anew, with an identifier of its own and the right person.",
)
_CHANGED = Rule(
    id="attachment-changed",
    statement="An attachment that comes again under the same identifier is the same, byte for byte.",
    source="OIOXML schemas: the identifier of an attachment is a UUID",
    mend="Give each attachment its own UUID.",
)
_SIZE = Rule(
    id="attachment-size",
    statement="An attachment has the size that the letter which points at it gives, packed or unpacked.",
    source=_SOURCE,
    mend="Give the number of bytes of the file in letter and attachment alike.",
    severity=Severity.WARNING,
)
_KIND = Rule(
    id="attachment-kind",
    statement="An attachment has the extension that the letter which points at it gives.",
    source=_SOURCE,
    mend="Give the same extension in letter and attachment.",
    severity=Severity.WARNING,
)
RULES: tuple[Rule, ...] = (_PATIENT, _CHANGED, _SIZE, _KIND)


class Pointing(msgspec.Struct, frozen=True):
    """A letter that came: whom it is about, what it points at, and the attachments that it got by key."""

    person: str
    references: tuple[Reference, ...]
    got: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys of the attachments that have not come."""
        return tuple(key for key in _wanted(self.references) if key not in self.got)


class Held(msgspec.Struct, frozen=True):
    """An attachment that came: whom it is about, and the letters that it was shown with."""

    person: str
    object: BinaryObject
    letters: tuple[str, ...] = ()


class Joined(msgspec.Struct, frozen=True):
    """Show ``object`` with the letter ``letter``, under the description that the letter gives it."""

    letter: str
    description: str
    object: BinaryObject


class Step(msgspec.Struct, frozen=True):
    """What to do after an arrival: what to show with which letter, and which letters have all they point at
    now. ``copies`` came before (the letter, or attachments by key), and are to be ignored."""

    joined: tuple[Joined, ...] = ()
    complete: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class Attachments:
    """The letters and attachments of one receiver.

    Letters go by a key of the caller's (their identifiers are unique for a sender only); ``person`` is the
    number of the citizen, empty where there is none.
    """

    def __init__(self, letters: Collection[Pointing], objects: Collection[Held]) -> None:
        self._letters, self._objects = letters, objects
        self._waiting: dict[str, list[str]] = {}  # key of an attachment -> the letters that lack it
        for letter, pointing in letters.items():
            self._wait(letter, pointing)

    def letter_came(self, letter: str, person: str, references: Iterable[Reference]) -> Step:
        """A letter with what it points at; references to anything but attachments are ignored."""
        if letter in self._letters:
            return Step(copies=(letter,))
        pointing = Pointing(person, tuple(each for each in references if each.binary is not None))
        joined, findings = list[Joined](), list[Finding]()
        for key in pointing.missing:
            if key in self._objects:
                self._join(letter, pointing, key, joined, findings)
        got = tuple(each.object.key for each in joined)
        pointing = msgspec.structs.replace(pointing, got=got)
        self._letters.put(letter, pointing)
        self._wait(letter, pointing)
        complete = () if pointing.missing else (letter,)
        return Step(tuple(joined), complete, (), tuple(findings))

    def objects_came(self, person: str, objects: Iterable[BinaryObject]) -> Step:
        """The attachments of one binary letter."""
        joined, findings = list[Joined](), list[Finding]()
        complete, copies = list[str](), list[str]()
        for item in objects:
            key = item.key
            before = self._objects.get(key)
            if before is not None:
                copies.append(key)
                if before.object.content != item.content or _differ(before.person, person):
                    message = f"the attachment {key[:40]} came before with another content or person"
                    findings.append(_CHANGED.at("BinaryObject/ObjectIdentifier", message))
                continue
            self._objects.put(key, Held(person, item))
            for letter in self._waiting.pop(key, []):
                pointing = self._letters.get(letter)
                assert pointing is not None
                if not self._join(letter, pointing, key, joined, findings):
                    continue
                pointing = msgspec.structs.replace(pointing, got=(*pointing.got, key))
                self._letters.put(letter, pointing)
                if not pointing.missing:
                    complete.append(letter)
        return Step(tuple(joined), tuple(complete), tuple(copies), tuple(findings))

    def orphans(self) -> Iterator[BinaryObject]:
        """The attachments that no letter points at yet, in the order in which they came."""
        for _, held in self._objects.items():
            if not held.letters:
                yield held.object

    def incomplete(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The letters that wait for attachments, and the keys of those."""
        for letter, pointing in self._letters.items():
            if missing := pointing.missing:
                yield letter, missing

    def _wait(self, letter: str, pointing: Pointing) -> None:
        for key in pointing.missing:
            if key not in self._objects:
                self._waiting.setdefault(key, []).append(letter)

    def _join(
        self,
        letter: str,
        pointing: Pointing,
        key: str,
        joined: list[Joined],
        findings: list[Finding],
    ) -> bool:
        """Notes that the attachment belongs to the letter, unless it is about somebody else."""
        held = self._objects.get(key)
        reference = next(each for each in pointing.references if _key(each) == key)
        assert held is not None and reference.binary is not None
        if _differ(pointing.person, held.person):
            message = f"the attachment {key[:40]} is about another person than the letter that points at it"
            findings.append(_PATIENT.at("BinaryObject/ObjectIdentifier", message))
            return False
        findings += check_pair(reference.binary, held.object)
        joined.append(Joined(letter, reference.description, held.object))
        self._objects.put(key, msgspec.structs.replace(held, letters=(*held.letters, letter)))
        return True


def check_pair(reference: BinaryReference, item: BinaryObject) -> list[Finding]:
    """What a letter says of an attachment, and what the attachment is."""
    findings = list[Finding]()
    if reference.extension != item.extension:
        message = f"the letter says {reference.extension[:20]!r}, the attachment is {item.extension[:20]!r}"
        findings.append(_KIND.at("Reference/BIN/ObjectExtensionCode", message))
    if reference.size not in (len(item.content), _unpacked_size(item.content)):
        message = f"the letter says {reference.size} bytes, the attachment has {len(item.content)}"
        findings.append(_SIZE.at("Reference/BIN/OriginalObjectSize", message))
    return findings


def _unpacked_size(content: bytes) -> int:
    try:
        return len(unpacked(content))
    except BadInput:  # larger than anybody unpacks
        return -1


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _key(reference: Reference) -> str:
    return object_key(reference.binary.id) if reference.binary is not None else ""


def _wanted(references: tuple[Reference, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_key(each) for each in references))
