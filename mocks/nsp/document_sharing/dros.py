"""DROS, the sources' side: documents and entries come in (ITI-41, ITI-61), and availabilities change (ITI-57)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from starlette.responses import Response

from mocks import soap
from mocks.nsp.document_sharing.dds import body_of
from mocks.nsp.document_sharing.gate import Cards
from mocks.nsp.document_sharing.registry import Registered, Registry
from mocks.nsp.document_sharing.repository import Repository
from mocks.nsp.document_sharing.settings import SharingSettings, ValidationLevel
from mocks.runtime import Runtime
from mocks.standards.dgws.id_card import IdCard
from mocks.standards.xds import responses, submissions
from mocks.standards.xds.metadata_rules import problems
from mocks.standards.xds.names import ERROR, WARNING, Action, DocumentType, ErrorCode, Status, response_action
from mocks.standards.xds.records import DocumentEntry, RegistryError, Submission, XdsProblem

#: The level of a system's id card; a person's is not needed (``require.person`` is false by default).
SYSTEM_LEVEL = 3


class Dros:
    """The three services of sources."""

    def __init__(
        self,
        runtime: Runtime,
        settings: SharingSettings,
        cards: Cards,
        registry: Registry,
        repository: Repository,
    ) -> None:
        self._runtime, self._settings, self._cards = runtime, settings, cards
        self._registry, self._repository = registry, repository

    async def provide(self, asked: soap.Received) -> Response:
        """``/dros/iti41``: documents with their entries."""
        card = self._admit(asked)
        try:
            body = body_of(asked, Action.ITI_41)
            submission, documents = submissions.read_provided(body, asked.parts)
            _require_type(submission.entries, DocumentType.STABLE, "ITI-41")
            warnings = self._validated(submission)
            contents = self._repository.contents(submission, documents)
            made = self._registry.prepare(submission, contents)
        except XdsProblem as problem:
            return self._refused(asked, Action.ITI_41, [problem.error])
        except _Invalid as invalid:
            return self._refused(asked, Action.ITI_41, invalid.errors)
        self._repository.keep(submission, documents)
        return self._kept(asked, Action.ITI_41, card, made, warnings)

    async def register_on_demand(self, asked: soap.Received) -> Response:
        """``/dros/iti61``: entries of documents that their source makes when somebody asks."""
        card = self._admit(asked)
        try:
            submission = submissions.read_submitted(body_of(asked, Action.ITI_61))
            _require_type(submission.entries, DocumentType.ON_DEMAND, "ITI-61")
            warnings = self._validated(submission)
            self._require_sources(submission.entries)
            made = self._registry.prepare(submission)
        except XdsProblem as problem:
            return self._refused(asked, Action.ITI_61, [problem.error])
        except _Invalid as invalid:
            return self._refused(asked, Action.ITI_61, invalid.errors)
        return self._kept(asked, Action.ITI_61, card, made, warnings)

    async def update(self, asked: soap.Received) -> Response:
        """``/dros/iti57``: entries become deprecated, or approved again."""
        card = self._admit(asked)
        try:
            submission = submissions.read_submitted(body_of(asked, Action.ITI_57))
            changed = self._registry.update(submission)
        except XdsProblem as problem:
            return self._refused(asked, Action.ITI_57, [problem.error])
        self._note(Action.ITI_57, card, len(changed), 0)
        return self._answer(asked, Action.ITI_57, Status.SUCCESS)

    # Steps

    def _admit(self, asked: soap.Received) -> IdCard:
        cvrs: Collection[str] | None = self._settings.source_cvrs
        return self._cards.check(asked.envelope, self._runtime.clock.now(), level=SYSTEM_LEVEL, cvrs=cvrs)

    def _validated(self, submission: Submission) -> list[RegistryError]:
        """Warnings for the answer. Errors: ``_Invalid`` where the level refuses."""
        level = self._settings.validation
        if level is ValidationLevel.OFF:
            return []
        severity = ERROR if level is ValidationLevel.REJECT else WARNING
        found = [error for entry in submission.entries for error in problems(entry, severity)]
        if not found:
            return []
        self._runtime.trace.note(
            "metadata_broken", system=self._runtime.system, rules=[error.location for error in found]
        )
        if level is ValidationLevel.REJECT:
            raise _Invalid(found)
        return found if level is ValidationLevel.WARNING else []

    def _require_sources(self, entries: Sequence[DocumentEntry]) -> None:
        if any(entry.repository not in self._settings.sources for entry in entries):
            raise XdsProblem(
                ErrorCode.UNKNOWN_REPOSITORY,
                "no on-demand source is known for this repositoryUniqueId; have it configured first",
                "repositoryUniqueId",
            )

    def _kept(
        self,
        asked: soap.Received,
        action: Action,
        card: IdCard,
        made: Sequence[Registered],
        warnings: Sequence[RegistryError],
    ) -> Response:
        self._registry.keep(made, card.cvr)
        self._note(action, card, len(made), sum(len(kept.replaces) for kept in made))
        return self._answer(asked, action, Status.SUCCESS, warnings)

    def _note(self, action: Action, card: IdCard, entries: int, replaced: int) -> None:
        self._runtime.trace.note(
            "documents_registered",
            system=self._runtime.system,
            action=action.value,
            cvr=card.cvr,
            entries=entries,
            replaced=replaced,
        )

    def _refused(self, asked: soap.Received, action: Action, errors: Sequence[RegistryError]) -> Response:
        self._runtime.trace.note(
            "documents_refused",
            system=self._runtime.system,
            action=action.value,
            reasons=[f"{error.code}: {error.context}" for error in errors],
        )
        return self._answer(asked, action, Status.FAILURE, errors)

    def _answer(
        self, asked: soap.Received, action: Action, status: Status, errors: Sequence[RegistryError] = ()
    ) -> Response:
        return soap.answer(
            asked.envelope,
            responses.write_response(status, errors),
            action=response_action(action),
            message_id="urn:uuid:" + self._runtime.ids.uuid("soap-message"),
        )


class _Invalid(Exception):
    """Entries that break rules, where the level refuses them."""

    def __init__(self, errors: list[RegistryError]) -> None:
        self.errors = errors
        super().__init__("metadata break rules")


def _require_type(entries: Sequence[DocumentEntry], wanted: DocumentType, transaction: str) -> None:
    if not entries:
        raise XdsProblem(ErrorCode.METADATA, "the submission has no document entry", "ExtrinsicObject")
    if any(entry.type is not wanted for entry in entries):
        raise XdsProblem(
            ErrorCode.METADATA, f"{transaction} takes entries of objectType {wanted} only", "objectType"
        )
