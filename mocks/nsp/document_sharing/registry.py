"""The registry: what is known of each document, found by citizen, and how entries replace each other.

Everything is in the store; the indexes, and the bytes in which an entry is answered, are made again at start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from mocks.runtime import Runtime, fresh
from mocks.standards.xds.names import AssociationType, Availability, ErrorCode
from mocks.standards.xds.objects_write import entry_xml
from mocks.standards.xds.records import (
    Association,
    DocumentEntry,
    Submission,
    XdsProblem,
)
from mocks.standards.xds.stored_query import FindDocuments, GetDocuments, meets

_UUID = "urn:uuid:"


class Registered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry as the registry keeps it. ``replaces`` and ``replaced_by`` are ids of other entries; ``owner``
    is the CVR number of whoever registered it."""

    entry: DocumentEntry
    replaces: tuple[str, ...] = ()
    replaced_by: str = ""
    owner: str = ""


class Found:
    """An entry in memory, with its answer bytes as soon as they were needed once."""

    __slots__ = ("_xml", "entry")

    def __init__(self, entry: DocumentEntry) -> None:
        self.entry = entry
        self._xml: bytes | None = None

    @property
    def xml(self) -> bytes:
        if self._xml is None:
            self._xml = entry_xml(self.entry)
        return self._xml


class Registry:
    """All entries of one platform. ``given`` are there from the start."""

    def __init__(self, runtime: Runtime, given: Iterable[DocumentEntry] = ()) -> None:
        self._runtime = runtime
        self._kept = runtime.store.collection("xds_entries", Registered)
        for entry in given:
            if entry.id not in self._kept:
                self._kept.put(entry.id, Registered(entry=entry))
        self._by_id: dict[str, Found] = {}
        self._by_patient: dict[str, dict[str, Found]] = {}
        self._by_document: dict[str, str] = {}
        for _, kept in self._kept.items():
            self._index(kept.entry)
        for key, kept in list(self._kept.items()):
            for target in kept.replaces:  # a stop between two steps left the old one approved
                self._replaced(target, key)

    def __len__(self) -> int:
        return len(self._kept)

    # Searching

    def find(self, asked: FindDocuments) -> list[Found]:
        """What a search finds, in the order of registration."""
        mine = self._by_patient.get(asked.patient_id, {})
        return [found for found in mine.values() if meets(found.entry, asked)]

    def get(self, asked: GetDocuments) -> list[Found]:
        """The entries that are asked for by an id, whatever their status."""
        ids = asked.entry_ids or tuple(
            self._by_document[u] for u in asked.unique_ids if u in self._by_document
        )
        return [found for i in dict.fromkeys(ids) if (found := self._by_id.get(i)) is not None]

    def of_document(self, unique_id: str) -> DocumentEntry | None:
        """The entry of a document."""
        found = self._by_id.get(self._by_document.get(unique_id, ""))
        return None if found is None else found.entry

    # Registering

    def prepare(
        self, submission: Submission, contents: Mapping[str, Mapping[str, str]] | None = None
    ) -> list[Registered]:
        """The submission as it would be kept: ids given, statuses set. Nothing is changed yet.

        ``contents``: what a repository adds to an entry, by the entry's id in the submission.
        Errors: ``XdsProblem``.
        """
        # Before all else: a source that got no answer asks again, and must hear that it was heard.
        if any(entry.unique_id in self._by_document for entry in submission.entries):
            raise XdsProblem(
                ErrorCode.DUPLICATE_DOCUMENT, "a document with this uniqueId is registered already"
            )
        ids = self._new_ids(submission)
        replaces: dict[str, list[str]] = {}
        for association in submission.associations:
            if association.type is AssociationType.REPLACES:
                target = self._replaceable(association, submission, ids)
                replaces.setdefault(ids[association.source], []).append(target)
        made = []
        taken: set[str] = set()
        for entry in submission.entries:
            if entry.patient_id != submission.set.patient_id:
                raise XdsProblem(
                    ErrorCode.PATIENT_DIFFERS, "the entry is about another patient than its submission set"
                )
            if entry.unique_id in taken:
                raise XdsProblem(
                    ErrorCode.DUPLICATE_DOCUMENT, "two entries of the submission have the same uniqueId"
                )
            taken.add(entry.unique_id)
            new = ids[entry.id]
            added = dict((contents or {}).get(entry.id, {}))
            kept = msgspec.structs.replace(
                entry,
                id=new,
                logical_id=entry.logical_id if entry.logical_id.startswith(_UUID) else new,
                status=Availability.APPROVED,
                **added,
            )
            made.append(Registered(entry=kept, replaces=tuple(replaces.get(new, ()))))
        return made

    def keep(self, made: Iterable[Registered], owner: str = "") -> None:
        """Register what was prepared, and deprecate what it replaces."""
        for kept in made:
            self._kept.put(kept.entry.id, msgspec.structs.replace(kept, owner=owner))
            self._index(kept.entry)
            for target in kept.replaces:
                self._replaced(target, kept.entry.id)

    def update(self, submission: Submission) -> list[str]:
        """Change availabilities (ITI-57); the ids of the entries. Errors: ``XdsProblem``, nothing is changed."""
        changes = [self._change(a, submission) for a in submission.associations if _is_update(a)]
        if not changes:
            raise XdsProblem(
                ErrorCode.UPDATE_FAILED, "the submission holds no change of availability", "Association"
            )
        for key, status in changes:
            self._set_status(key, status)
        return [key for key, _ in changes]

    # Steps

    def _new_ids(self, submission: Submission) -> dict[str, str]:
        """For each entry of a submission the id it gets: its own UUID, or a new one in place of a symbol."""
        ids: dict[str, str] = {}
        for entry in submission.entries:
            if entry.id in ids:
                raise XdsProblem(ErrorCode.METADATA, "two entries of the submission have the same id")
            own = entry.id.lower() if entry.id.lower().startswith(_UUID) else ""
            if own and own in self._by_id:
                raise XdsProblem(ErrorCode.METADATA, "an entry with this id is registered already")
            ids[entry.id] = own or self._fresh()
        return ids

    def _fresh(self) -> str:
        while (made := _UUID + fresh(self._runtime.ids, "xds-entry", ())) in self._by_id:
            pass
        return made

    def _replaceable(self, association: Association, submission: Submission, ids: Mapping[str, str]) -> str:
        """The id of an entry that may be replaced as the association says."""
        if association.source not in ids:
            raise XdsProblem(
                ErrorCode.REPLACE_FAILED, "the replacing document is not in the submission", "Association"
            )
        old = self._by_id.get(association.target.lower())
        if old is None:
            raise XdsProblem(
                ErrorCode.REPLACE_FAILED, "the document to be replaced is not registered", "Association"
            )
        if old.entry.status is not Availability.APPROVED:
            raise XdsProblem(
                ErrorCode.REPLACE_FAILED, "the document to be replaced is deprecated already", "Association"
            )
        if old.entry.patient_id != submission.set.patient_id:
            raise XdsProblem(
                ErrorCode.PATIENT_DIFFERS,
                "the document to be replaced is about another patient",
                "Association",
            )
        return old.entry.id

    def _change(self, association: Association, submission: Submission) -> tuple[str, Availability]:
        found = self._by_id.get(association.target.lower())
        if found is None:
            raise XdsProblem(ErrorCode.UPDATE_FAILED, "the entry is not registered", "Association")
        entry = found.entry
        if entry.patient_id != submission.set.patient_id:
            raise XdsProblem(
                ErrorCode.PATIENT_DIFFERS, "the entry is about another patient than the submission set"
            )
        if association.original_status != entry.status:
            raise XdsProblem(
                ErrorCode.UPDATE_FAILED, "OriginalStatus is not the status of the entry", "OriginalStatus"
            )
        try:
            status = Availability(association.new_status)
        except ValueError:
            raise XdsProblem(
                ErrorCode.UPDATE_FAILED, "NewStatus is neither Approved nor Deprecated", "NewStatus"
            ) from None
        kept = self._kept.get(entry.id)
        if status is Availability.APPROVED and kept is not None and kept.replaced_by:
            raise XdsProblem(
                ErrorCode.UPDATE_FAILED, "the document was replaced; approve its successor", "NewStatus"
            )
        return entry.id, status

    def _replaced(self, target: str, by: str) -> None:
        old = self._kept.get(target)
        if old is not None and not old.replaced_by:
            self._kept.put(target, msgspec.structs.replace(old, replaced_by=by))
            self._set_status(target, Availability.DEPRECATED)

    def _set_status(self, key: str, status: Availability) -> None:
        kept = self._kept.get(key)
        if kept is None or kept.entry.status is status:
            return
        entry = msgspec.structs.replace(kept.entry, status=status)
        self._kept.put(key, msgspec.structs.replace(kept, entry=entry))
        self._index(entry)

    def _index(self, entry: DocumentEntry) -> None:
        found = Found(entry)
        self._by_id[entry.id] = found
        self._by_patient.setdefault(entry.patient_id, {})[entry.id] = found
        self._by_document[entry.unique_id] = entry.id


def _is_update(association: Association) -> bool:
    return association.type is AssociationType.UPDATES_AVAILABILITY
