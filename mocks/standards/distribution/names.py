"""Names on the wire of the distribution component."""

from __future__ import annotations

from enum import StrEnum

V3 = "http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/3/types"
V2 = "http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/2/types"
PORT = "http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/3/port"
AUTHORITY = "http://serviceplatformen.dk/xml/schemas/AuthorityContext/1/"
CALL = "http://serviceplatformen.dk/xml/schemas/CallContext/1/"

#: Where the component is reached, and where systems take its calls (of our making).
PATH = "/service/SP/Distribution/3"
RECEIVER_PATH = "/distribution/modtager/2"
SENDER_PATH = "/distribution/anvender/2"
ENTITY_ID = "http://sp.serviceplatformen.dk/service/fordeling/3"


class Operation(StrEnum):
    """What a system may ask of the component."""

    AFSEND = "FordelingsobjektAfsend"
    KVITTERING = "FordelingskvitteringModtag"
    LIST = "FordelingsmodtagerList"
    VALIDER = "FordelingsmodtagerValider"

    @property
    def action(self) -> str:
        return f"{PORT}/{self.value}"

    @property
    def request(self) -> str:
        return f"{{{V3}}}{self.value}Request"

    @property
    def response(self) -> str:
        return f"{{{V3}}}{self.value}Response"


OPERATIONS = {operation.action: operation for operation in Operation}

#: What the component asks of systems. Its SOAP action is empty.
MODTAG_REQUEST, MODTAG_RESPONSE = (
    f"{{{V2}}}FordelingsobjektModtagRequest",
    f"{{{V2}}}FordelingsobjektModtagResponse",
)
ANVENDER_REQUEST = f"{{{V2}}}FordelingskvitteringModtagAnvenderRequest"
ANVENDER_RESPONSE = f"{{{V2}}}FordelingskvitteringModtagAnvenderResponse"
TRANSPORT = f"{{{V2}}}TransportKvittering"
