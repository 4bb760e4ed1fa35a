"""Names on the wire of the case index: namespaces, operations, and the elements each one sends."""

from __future__ import annotations

from enum import StrEnum

SD = "urn:oio:sagdok:3.0.0"
SAG = "urn:oio:sts:sagdok:sag:6"
SI = "urn:oio:sts:sagdok:sagindeks:6"
SDI = "urn:oio:sts:sagdok:sagdokumentindeks:6"
GD = "urn:oio:sts:generelledefinitioner:6"
GO = "urn:oio:sts:generelleoperationer:6"
REQUEST_HEADER = "http://kombit.dk/xml/schemas/RequestHeader/1/"
#: What only this mock has: a worker's telephone number, which the real index leaves to the organisation
#: service. An importer may leave it out.
TV = "urn:tvaers:sagindeks:1"

#: Prefixes that this package writes; every operation's root element declares them.
PREFIXES = (
    f'xmlns:sdi="{SDI}" xmlns:sd="{SD}" xmlns:sag="{SAG}" xmlns:si="{SI}" xmlns:gd="{GD}" '
    f'xmlns:go="{GO}" xmlns:tv="{TV}"'
)

#: Where the service is reached, and the target namespace of its WSDL.
PATH = "/sagdokumentindeks/6"
SERVICE = "http://stoettesystemerne.dk/sagsogdokumentindeks"
ENTITY_ID = "http://entityid.kombit.dk/service/sdi/sagdokumentindeks/6"


class Operation(StrEnum):
    """The operations, by the last part of their SOAP actions."""

    IMPORTER = "importer"
    OPDATER = "opdater"
    FREMSOEG = "fremsoeg"
    FJERN = "fjern"

    @property
    def action(self) -> str:
        return f"http://kombit.dk/sts/sagdokumentindeks/{self.value}"

    @property
    def element(self) -> str:
        """The name of its input and output, without ``Input`` and ``Output``."""
        return f"{self.value.capitalize()}SagDokumentIndeks"

    @property
    def input(self) -> str:
        """``{namespace}name`` of what is sent."""
        return f"{{{SDI}}}{self.element}Input"

    @property
    def output(self) -> str:
        """``{namespace}name`` of what comes back."""
        return f"{{{SDI}}}{self.element}Output"


OPERATIONS = {operation.action: operation for operation in Operation}
