"""DDS, the consumers' side: searching the registry (ITI-18) and retrieving documents (ITI-43).

The order of each call: id card and HSUID; legal basis and MinSpærring; the treatment relation, where that is
switched on; the search or retrieval; the citizen's log. What a citizen has blocked is answered exactly as if
it did not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec
from lxml import etree
from starlette.responses import Response

from mocks import soap
from mocks.access.users import AccessUser
from mocks.errors import Unreachable
from mocks.identifiers import check_cpr
from mocks.nsp.access_check import AccessCheck, NotAuthorized, Permit
from mocks.nsp.blocking import DataItem
from mocks.nsp.document_sharing.gate import Asker, Gate
from mocks.nsp.document_sharing.lookup_log import RETRIEVED, SEARCHED, LookupTrail
from mocks.nsp.document_sharing.registry import Found, Registry
from mocks.nsp.document_sharing.repository import Repository, unknown_document
from mocks.nsp.document_sharing.settings import SharingSettings
from mocks.runtime import Runtime
from mocks.standards.dgws.fault_codes import DgwsFault, FaultCode
from mocks.standards.soap.envelope import SoapVersion
from mocks.standards.soap.faults import CLIENT, VERSION_MISMATCH, SoapRefusal
from mocks.standards.xds import queries, retrieval
from mocks.standards.xds.names import Action, DocumentType, ErrorCode, Status, response_action
from mocks.standards.xds.records import (
    DocumentEntry,
    DocumentRequest,
    RegistryError,
    RetrievedDocument,
    XdsProblem,
)
from mocks.standards.xds.stored_query import FindDocuments, GetDocuments, read_query
from mocks.standards.xds.values import cpr_of, sor_of


class Relations(Protocol):
    """The treatment relation service, as far as it is asked: a category as evidence for later."""

    async def category(self, cpr: str, user: AccessUser, at: datetime) -> str: ...


class Dds:
    """The two services of consumers."""

    def __init__(
        self,
        runtime: Runtime,
        settings: SharingSettings,
        gate: Gate,
        check: AccessCheck,
        registry: Registry,
        repository: Repository,
        trail: LookupTrail,
        relations: Relations | None = None,
    ) -> None:
        self._runtime, self._settings, self._gate, self._check = runtime, settings, gate, check
        self._registry, self._repository, self._trail = registry, repository, trail
        self._relations = relations if settings.invoke_treatment_relation else None

    # ITI-18

    async def search(self, asked: soap.Received) -> Response:
        """``/ddsregistry``. Errors: ``SoapRefusal``; what is wrong with the query is in the answer."""
        now = self._runtime.clock.now()
        asker = self._gate.admit(asked.envelope, now)
        permit = await self._permit("ITI-18", asker, now)
        body = body_of(asked, Action.ITI_18)
        try:
            request = queries.read_request(body)
            query = read_query(request.query, request.parameters)
            if isinstance(query, FindDocuments):
                _require_patient(query.patient_id, asker)
        except XdsProblem as problem:
            self._trail.noted("ITI-18", asker, "error", rule=permit.rule)
            return self._answer(asked, Action.ITI_18, queries.write_failure([problem.error]))
        if permit.blocked:
            self._trail.noted("ITI-18", asker, "blocked", rule=permit.rule)
            return self._answer(asked, Action.ITI_18, queries.NOTHING)
        relation = await self._relation(asker, now)
        found = self._find(query, asker)
        shown = await self._shown(permit, asker, found, now)
        if len(shown) > self._settings.most_results and request.returns is queries.ReturnType.LEAF:
            self._trail.noted("ITI-18", asker, "error", found=len(found), rule=permit.rule)
            many = RegistryError(
                ErrorCode.TOO_MANY, f"the query finds more than {self._settings.most_results} documents"
            )
            return self._answer(asked, Action.ITI_18, queries.write_failure([many]))
        minlog = self._trail.logged(asker, now, SEARCHED, permit.addition)
        outcome = "filtered" if permit.filtered else "shown" if shown else "empty"
        self._trail.noted(
            "ITI-18", asker, outcome, found=len(found), shown=len(shown), minlog=minlog,
            addition=permit.addition, rule=permit.rule, relation=relation,
        )  # fmt: skip
        if request.returns is queries.ReturnType.REFERENCE:
            written = queries.write_found(queries.reference_xml(f.entry.id) for f in shown)
        else:
            written = queries.write_found(f.xml for f in shown)
        return self._answer(asked, Action.ITI_18, written)

    def _find(self, query: FindDocuments | GetDocuments, asker: Asker) -> list[Found]:
        if isinstance(query, FindDocuments):
            return self._registry.find(query)
        # Whoever asks by id may only see the documents of the citizen that the HSUID header is about.
        citizen = asker.hsuid.citizen
        return [f for f in self._registry.get(query) if cpr_of(f.entry.patient_id) == citizen]

    # ITI-43

    async def retrieve(self, asked: soap.Received) -> Response:
        """``/ddsrepository``. Errors: ``SoapRefusal``; what cannot be retrieved is in the answer."""
        now = self._runtime.clock.now()
        asker = self._gate.admit(asked.envelope, now)
        permit = await self._permit("ITI-43", asker, now)
        body = body_of(asked, Action.ITI_43)
        try:
            wanted = retrieval.read_request(body)
        except XdsProblem as problem:
            self._trail.noted("ITI-43", asker, "error", rule=permit.rule)
            return self._retrieved(asked, [], [problem.error])
        relation = "" if permit.blocked else await self._relation(asker, now)
        entries, errors = self._entries(wanted, asker)
        allowed = await self._allowed(permit, asker, entries, now)
        errors += [unknown_document() for _ in range(len(entries) - len(allowed))]
        documents, failed = await self._documents(allowed)
        # An answer names the community where the question did, as the published pairs have it.
        homes = {request.unique_id: request.home_community for request in wanted}
        documents = [msgspec.structs.replace(d, home_community=homes[d.unique_id]) for d in documents]
        minlog = self._trail.logged(asker, now, RETRIEVED, permit.addition) if documents else ""
        outcome = "blocked" if permit.blocked else "filtered" if permit.filtered else "shown"
        if outcome != "blocked" and not documents:
            outcome = "error"
        self._trail.noted(
            "ITI-43", asker, outcome, found=len(entries), shown=len(documents), minlog=minlog,
            addition=permit.addition if documents else "", rule=permit.rule, relation=relation,
        )  # fmt: skip
        return self._retrieved(asked, documents, [*errors, *failed])

    def _entries(
        self, wanted: Sequence[DocumentRequest], asker: Asker
    ) -> tuple[list[DocumentEntry], list[RegistryError]]:
        """The entries of the documents that are asked for, each once, and what is wrong with the others."""
        found: dict[str, DocumentEntry] = {}
        errors: list[RegistryError] = []
        for request in wanted:
            entry = self._registry.of_document(request.unique_id)
            if not self._repository.serves(request.repository):
                errors.append(
                    RegistryError(
                        ErrorCode.UNKNOWN_REPOSITORY,
                        "this repository is not known here",
                        "RepositoryUniqueId",
                    )
                )
            elif (
                entry is None
                or entry.repository != request.repository
                or cpr_of(entry.patient_id) != asker.hsuid.citizen
            ):
                errors.append(unknown_document())
            else:
                found[entry.unique_id] = entry
        return list(found.values()), errors

    async def _documents(
        self, entries: Sequence[DocumentEntry]
    ) -> tuple[list[RetrievedDocument], list[RegistryError]]:
        documents: list[RetrievedDocument] = []
        errors: list[RegistryError] = []
        by_source: dict[str, list[DocumentRequest]] = {}
        for entry in entries:
            if entry.type is DocumentType.ON_DEMAND:
                request = DocumentRequest(entry.repository, entry.unique_id)
                by_source.setdefault(entry.repository, []).append(request)
            elif (stored := self._repository.stored(entry)) is not None:
                documents.append(stored)
            else:
                errors.append(unknown_document())
        for repository, requests in by_source.items():
            made, failed = await self._repository.on_demand(repository, requests)
            documents += made
            errors += failed
        return documents, errors

    def _retrieved(
        self, asked: soap.Received, documents: Sequence[RetrievedDocument], errors: Sequence[RegistryError]
    ) -> Response:
        status = Status.SUCCESS if not errors else Status.PARTIAL if documents else Status.FAILURE
        body, parts = retrieval.write_response(status, documents, errors)
        return self._answer(asked, Action.ITI_43, body, parts)

    # Both

    async def _permit(self, transaction: str, asker: Asker, now: datetime) -> Permit:
        hsuid = asker.hsuid
        try:
            return await self._check.permit(hsuid.citizen, asker.user, now, override=hsuid.override)
        except NotAuthorized as error:
            self._trail.noted(transaction, asker, "denied", rule=error.reason)
            raise DgwsFault(FaultCode.NOT_AUTHORIZED, "the user has no basis for this look-up") from None
        except Unreachable:
            self._trail.noted(transaction, asker, "error", rule="register_did_not_answer")
            raise DgwsFault(
                FaultCode.PROCESSING_PROBLEM,
                "a register that decides on access did not answer; try again later",
            ) from None

    async def _relation(self, asker: Asker, now: datetime) -> str:
        if self._relations is None:
            return ""
        return await self._relations.category(asker.hsuid.citizen, asker.user, now)

    async def _shown(self, permit: Permit, asker: Asker, found: list[Found], now: datetime) -> list[Found]:
        if not permit.filtered:
            return found
        kept = {e.id for e in await self._allowed(permit, asker, [f.entry for f in found], now)}
        return [f for f in found if f.entry.id in kept]

    async def _allowed(
        self, permit: Permit, asker: Asker, entries: Sequence[DocumentEntry], now: datetime
    ) -> list[DocumentEntry]:
        """The entries that the citizen lets this user see."""
        items = [DataItem(entry.unique_id, _organisation(entry)) for entry in entries]
        try:
            kept = await self._check.shown(permit, asker.hsuid.citizen, asker.user, items, now)
        except Unreachable:
            raise DgwsFault(
                FaultCode.PROCESSING_PROBLEM,
                "a register that decides on access did not answer; try again later",
            ) from None
        documents = {item.document for item in kept}
        return [entry for entry in entries if entry.unique_id in documents]

    def _answer(
        self, asked: soap.Received, action: Action, body: bytes, parts: dict[str, bytes] | None = None
    ) -> Response:
        return soap.answer(
            asked.envelope,
            body,
            action=response_action(action),
            message_id="urn:uuid:" + self._runtime.ids.uuid("soap-message"),
            parts=parts,
        )


def body_of(asked: soap.Received, action: Action) -> etree._Element:
    """What stands in the body of a message with this action. Errors: ``SoapRefusal``."""
    if asked.envelope.version is not SoapVersion.SOAP12:
        raise SoapRefusal(VERSION_MISMATCH, "document sharing is spoken to by SOAP 1.2")
    if asked.action and asked.action != action:
        raise SoapRefusal(CLIENT, f"this service answers {action} only")
    if asked.envelope.body is None:
        raise SoapRefusal(CLIENT, "the Body is empty")
    return asked.envelope.body


def _require_patient(patient_id: str, asker: Asker) -> None:
    """The patient of a query is a citizen by CPR number, and the one that the HSUID header is about."""
    cpr = cpr_of(patient_id)
    if cpr is None or check_cpr(cpr) is not None:
        raise XdsProblem(
            ErrorCode.UNKNOWN_PATIENT,
            "the patient is no CPR number with its OID: send 'CPR^^^&1.2.208.176.1.2&ISO'",
            "$XDSDocumentEntryPatientId",
        )
    if cpr != asker.hsuid.citizen:
        raise DgwsFault(FaultCode.NOT_AUTHORIZED, "the query is about another citizen than the HSUID header")


def _organisation(entry: DocumentEntry) -> str:
    """The SOR id of the unit that is responsible for a document; empty where none is named."""
    return next((sor for author in entry.authors for xon in author.institutions if (sor := sor_of(xon))), "")
