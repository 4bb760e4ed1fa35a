"""A vendor's own SAPA, small: it logs a user in at SEB, gets the id card, and shows appointments and school.

It knows the wire and nothing of our code: lxml and signxml for the signed XML, urllib for the rest.

    own_sapa.py KEYS NSP STIL OWN CPR USER [ROLE]

KEYS is a folder with ``sapa.key.pem`` and ``sapa.crt.pem``; NSP, STIL and OWN are base URLs, OWN the one that
stands in SAPA's place. It prints one JSON object, with ``denied`` where SEB or the platform says no.
"""

from __future__ import annotations

import base64
import email
import json
import re
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from lxml import etree
from signxml import (  # type: ignore[attr-defined]
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
    XMLSigner,
)

DS = "http://www.w3.org/2000/09/xmldsig#"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
LIBERTY = "urn:liberty:security:2006-08"
SOAP11, SOAP12 = "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
TOKEN = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
ENCODING = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
WSA = "http://www.w3.org/2005/08/addressing"
WST13, WST14 = (f"http://docs.oasis-open.org/ws-sx/ws-trust/{v}" for v in ("200512", "200802"))
AUTH = "http://docs.oasis-open.org/wsfed/authorization/200706"
MEDCOM = "http://www.medcom.dk/dgws/2006/04/dgws-1.0.xsd"
HSUID = "http://www.nsi.dk/hsuid/2016/08/hsuid-1.1.xsd"
QUERY, RIM = (f"urn:oasis:names:tc:ebxml-regrep:xsd:{name}:3.0" for name in ("query", "rim"))
XDSB = "urn:ihe:iti:xds-b:2007"
CDA = "{urn:hl7-org:v3}"
FIND_DOCUMENTS = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
ON_DEMAND = "urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248"
STABLE = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0


class Denied(Exception):
    """SEB or the platform said no."""


class OwnSapa:
    def __init__(self, keys: Path, nsp: str, stil: str, own: str) -> None:
        self.key = (keys / "sapa.key.pem").read_bytes()
        self.certificate = (keys / "sapa.crt.pem").read_text()
        self.nsp, self.stil, self.own = nsp, stil, own

    # The user's login and id card

    def log_in(self, user: str, role: str) -> etree._Element:
        """The user's assertion from SEB, by SAML's POST binding."""
        place = f'<ds:Signature xmlns:ds="{DS}" Id="placeholder"/>'
        wanted = f"_{uuid.uuid4()}"
        request = etree.fromstring(
            f'<samlp:AuthnRequest xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="{wanted}" Version="2.0" '
            f'IssueInstant="{now()}" Destination="{self.nsp}/seb/sso" '
            f'AssertionConsumerServiceURL="{self.own}/saml/acs"><saml:Issuer>https://saml.sapa</saml:Issuer>'
            f"{place}</samlp:AuthnRequest>"
        )
        signer = XMLSigner(signature_algorithm=SignatureMethod.RSA_SHA256, c14n_algorithm=EXCLUSIVE)
        signed = signer.sign(
            request, key=self.key, cert=self.certificate, reference_uri=f"#{wanted}", id_attribute="ID"
        )
        form = {"SAMLRequest": encoded(etree.tostring(signed)), "RelayState": "1", "user": user, "role": role}
        form |= {"name": "Vera Vendor", "cvr": "29190941", "organisation": "0851"}
        page = post(f"{self.nsp}/seb/sso", urlencode(form).encode(), "application/x-www-form-urlencoded")[1]
        answer = re.search(rb'name="SAMLResponse" value="([^"]*)"', page)
        if answer is None:
            raise Denied("SEB answered no SAMLResponse")
        response = etree.fromstring(base64.b64decode(answer[1]))
        assertion = response.find(f"{{{SAML}}}Assertion")
        if response.get("InResponseTo") != wanted or assertion is None:
            raise Denied(response.findtext(f".//{{{SAMLP}}}StatusMessage") or "no login")
        return assertion

    def card(self, assertion: etree._Element, role: str) -> tuple[bytes, str]:
        """The id card that the STS makes of the login's bootstrap token, and the user's CPR number in it."""
        value = next(
            a.findtext(f"{{{SAML}}}AttributeValue")
            for a in assertion.iter(f"{{{SAML}}}Attribute")
            if "DiscoveryEPR" in (a.get("Name") or "")
        )
        reference = etree.fromstring(base64.b64decode(value or ""))
        bootstrap = bare(reference.find(f".//{{{LIBERTY}}}Token/{{{SAML}}}Assertion"))
        body = (
            f'<wst:RequestSecurityToken xmlns:wst="{WST13}"><wst:TokenType>urn:oasis:names:tc:SAML:2.0:assertion:'
            f"</wst:TokenType><wst:RequestType>{WST13}/Issue</wst:RequestType>"
            f'<w14:ActAs xmlns:w14="{WST14}">'.encode()
            + bootstrap
            + b'</w14:ActAs><wsp:AppliesTo xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy">'
            + f'<wsa:EndpointReference xmlns:wsa="{WSA}"><wsa:Address>http://sosi.dk</wsa:Address>'
            f'</wsa:EndpointReference></wsp:AppliesTo><wst:Claims Dialect="{AUTH}/authclaims" xmlns:a="{AUTH}">'
            '<a:ClaimType Uri="medcom:ITSystemName"><a:Value>Own SAPA</a:Value></a:ClaimType>'
            f'<a:ClaimType Uri="medcom:UserRole"><a:Value>{role}</a:Value></a:ClaimType></wst:Claims>'
            "</wst:RequestSecurityToken>".encode()
        )
        path, action = "/sts/services/BST2SOSI", f"{WST13}/RST/Issue"
        sent = self.signed_message(body, f"{self.nsp}{path}", action)
        kind = "text/xml; charset=utf-8"
        answered = self.soap(path, sent, kind, {"SOAPAction": f'"{action}"'})[0]
        card = answered.find(f".//{{{SAML}}}Assertion")
        assert card is not None
        security = (
            f'<wsse:Security xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}"><wsu:Timestamp><wsu:Created>{now()}'
            "</wsu:Created></wsu:Timestamp>".encode()
            + bare(card)
            + b"</wsse:Security>"
        )
        return security, card.findtext(f"{{{SAML}}}Subject/{{{SAML}}}NameID") or ""

    def signed_message(self, body: bytes, to: str, action: str) -> bytes:
        """A SOAP 1.1 message with certificate, timestamp and body signed."""
        der = "".join(self.certificate.split("-----")[2].split())
        expires = (datetime.now(UTC) + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        head = (
            f'<s:Envelope xmlns:s="{SOAP11}" xmlns:wsu="{WSU}" xmlns:wsa="{WSA}"><s:Header>'
            f'<wsa:Action wsu:Id="A">{action}</wsa:Action><wsa:MessageID wsu:Id="M">urn:uuid:{uuid.uuid4()}'
            f'</wsa:MessageID><wsa:To wsu:Id="T">{to}</wsa:To><wsse:Security xmlns:wsse="{WSSE}">'
            f'<wsu:Timestamp wsu:Id="S"><wsu:Created>{now()}</wsu:Created><wsu:Expires>{expires}</wsu:Expires>'
            f'</wsu:Timestamp><wsse:BinarySecurityToken wsu:Id="C" EncodingType="{ENCODING}" ValueType="{TOKEN}">'
            f'{der}</wsse:BinarySecurityToken></wsse:Security></s:Header><s:Body wsu:Id="B">'
        )
        root = etree.fromstring(head.encode() + body + b"</s:Body></s:Envelope>")
        signer = XMLSigner(
            method=SignatureConstructionMethod.detached,
            signature_algorithm=SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=EXCLUSIVE,
        )
        info = etree.fromstring(
            f'<ds:KeyInfo xmlns:ds="{DS}"><wsse:SecurityTokenReference xmlns:wsse="{WSSE}"><wsse:Reference '
            'URI="#C"/></wsse:SecurityTokenReference></ds:KeyInfo>'
        )
        signature = signer.sign(
            root, key=self.key, key_info=info, reference_uri=[f"#{n}" for n in "BSCAMT"], id_attribute="Id"
        )
        root.find(f".//{{{WSSE}}}Security").append(signature)
        return etree.tostring(root)

    # Document sharing

    def appointments(self, cpr: str, security: bytes, user: str) -> list[dict[str, str | None]]:
        """The citizen's appointments from half a year back: one search, one retrieval."""
        earliest = (datetime.now(UTC) - timedelta(days=183)).strftime("%Y%m%d%H%M%S")
        slots = {
            "$XDSDocumentEntryPatientId": f"'{cpr}^^^&1.2.208.176.1.2&ISO'",
            "$XDSDocumentEntryStatus": f"('{APPROVED}')",
            "$XDSDocumentEntryType": f"('{STABLE}','{ON_DEMAND}')",
            "$XDSDocumentEntryServiceStartTimeFrom": earliest,
        }
        listed = "".join(
            f'<r:Slot name="{n}"><r:ValueList><r:Value>{v.replace("&", "&amp;")}</r:Value></r:ValueList></r:Slot>'
            for n, v in slots.items()
        )
        search = (
            f'<q:AdhocQueryRequest xmlns:q="{QUERY}" xmlns:r="{RIM}"><q:ResponseOption returnType="LeafClass" '
            f'returnComposedObjects="true"/><r:AdhocQuery id="{FIND_DOCUMENTS}">{listed}</r:AdhocQuery>'
            "</q:AdhocQueryRequest>"
        )
        found, _ = self.ask(
            "/ddsregistry", "urn:ihe:iti:2007:RegistryStoredQuery", search, cpr, security, user
        )
        wanted = [self.document(entry) for entry in found.iter(f"{{{RIM}}}ExtrinsicObject")]
        if not wanted:
            return []
        fetch = (
            f'<x:RetrieveDocumentSetRequest xmlns:x="{XDSB}">{"".join(wanted)}</x:RetrieveDocumentSetRequest>'
        )
        _, parts = self.ask(
            "/ddsrepository", "urn:ihe:iti:2007:RetrieveDocumentSet", fetch, cpr, security, user
        )
        shown = [appointment(part) for part in parts]
        return sorted(shown, key=lambda row: row["start"] or "", reverse=True)

    def document(self, entry: etree._Element) -> str:
        """What the repository wants to know of one entry that was found."""
        values = {
            slot.get("name"): slot.findtext(f".//{{{RIM}}}Value") for slot in entry.iter(f"{{{RIM}}}Slot")
        }
        unique = next(
            e.get("value")
            for e in entry.iter(f"{{{RIM}}}ExternalIdentifier")
            if e.get("identificationScheme") == "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
        )
        return (
            f"<x:DocumentRequest><x:HomeCommunityId>{entry.get('home', '')}</x:HomeCommunityId>"
            f"<x:RepositoryUniqueId>{values['repositoryUniqueId']}</x:RepositoryUniqueId>"
            f"<x:DocumentUniqueId>{unique}</x:DocumentUniqueId></x:DocumentRequest>"
        )

    def ask(
        self, path: str, action: str, body: str, cpr: str, security: bytes, user: str
    ) -> tuple[etree._Element, list[bytes]]:
        """A question to document sharing: id card, message header, and on whose behalf about whom."""
        attributes = {
            "nsi:UserType": "nsi:HealthcareProfessional",
            "nsi:ActingUserCivilRegistrationNumber": user,
            "nsi:CitizenCivilRegistrationNumber": cpr,
            "nsi:OrgUsingID": "0851",
            "nsi:ConsentOverride": "false",
            "nsi:SystemOwnerName": "Own",
            "nsi:SystemName": "Own SAPA",
            "nsi:SystemVersion": "1",
            "nsi:OrgResponsibleName": "Aalborg Kommune",
        }
        told = "".join(
            f'<h:Attribute Name="{name}"'
            + (' NameFormat="nsi:communalnumber"' if name == "nsi:OrgUsingID" else "")
            + f"><h:AttributeValue>{value}</h:AttributeValue></h:Attribute>"
            for name, value in attributes.items()
        )
        hsuid = (
            f'<h:HsuidHeader xmlns:h="{HSUID}"><h:Assertion IssueInstant="{now()}" Version="2.0" id="HSUID">'
            f'<h:Issuer>Own SAPA</h:Issuer><h:AttributeStatement id="HSUIDdata">{told}</h:AttributeStatement>'
            "</h:Assertion></h:HsuidHeader>"
        )
        header = (
            f'<m:Header xmlns:m="{MEDCOM}"><m:SecurityLevel>4</m:SecurityLevel><m:Linking><m:MessageID>'
            f"{uuid.uuid4()}</m:MessageID></m:Linking></m:Header>"
        )
        addressed = (
            f'<a:Action xmlns:a="{WSA}">{action}</a:Action><a:MessageID xmlns:a="{WSA}">urn:uuid:{uuid.uuid4()}'
            f'</a:MessageID><a:To xmlns:a="{WSA}">{self.nsp}{path}</a:To>'
        )
        message = (
            f'<s:Envelope xmlns:s="{SOAP12}"><s:Header>{addressed}{header}'.encode()
            + security
            + f"{hsuid}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()
        )
        return self.soap(path, message, f'application/soap+xml; charset=utf-8; action="{action}"', {})

    def soap(
        self, path: str, message: bytes, kind: str, headers: dict[str, str]
    ) -> tuple[etree._Element, list[bytes]]:
        """The envelope of the answer, and the parts beside it (MTOM)."""
        said, body = post(f"{self.nsp}{path}", message, kind, headers)
        parts = []
        if said.startswith("multipart/"):
            whole = email.message_from_bytes(b"Content-Type: " + said.encode() + b"\r\n\r\n" + body)
            payloads: list[Any] = [part.get_payload(decode=True) for part in whole.get_payload()]  # type: ignore[union-attr]
            body, parts = payloads[0], payloads[1:]
        root = etree.fromstring(body)
        if root.find(".//{*}Fault") is not None:
            code = root.findtext(".//{*}FaultCode") or root.findtext(".//{*}faultcode") or "fault"
            raise Denied(code)
        return root, parts

    # The institution register

    def school(self, cpr: str) -> dict[str, Any] | None:
        try:
            raw = post(f"{self.stil}/stil/placering", json.dumps({"cpr": cpr}).encode(), "application/json")[
                1
            ]
        except Denied:
            return None
        found: dict[str, Any] = json.loads(raw)
        return found


def appointment(document: bytes) -> dict[str, str | None]:
    """Start, end and unit of an appointment document (CDA)."""
    root = etree.fromstring(document)
    encounter = root.find(f".//{CDA}entry//{CDA}encounter")
    assert encounter is not None
    low, high = (encounter.find(f"{CDA}effectiveTime/{CDA}{name}") for name in ("low", "high"))
    unit = encounter.find(f".//{CDA}performer//{CDA}assignedEntity/{CDA}id")
    return {
        "start": None if low is None else low.get("value"),
        "end": None if high is None else high.get("value"),
        "unit": None if unit is None else unit.get("extension"),
        "name": encounter.findtext(f".//{CDA}performer//{CDA}representedOrganization/{CDA}name"),
    }


def post(url: str, body: bytes, kind: str, headers: dict[str, str] | None = None) -> tuple[str, bytes]:
    request = Request(url, body, {"Content-Type": kind, **(headers or {})}, method="POST")
    try:
        with urlopen(request, timeout=20) as answer:
            return answer.headers["Content-Type"], answer.read()
    except HTTPError as error:
        said = error.read()
        if b"Fault" in said:
            return error.headers["Content-Type"], said
        raise Denied(f"HTTP {error.code}") from None


def bare(element: etree._Element | None) -> bytes:
    assert element is not None
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def main(keys: str, nsp: str, stil: str, own: str, cpr: str, user: str, role: str = "ppr") -> None:
    sapa = OwnSapa(Path(keys), nsp, stil, own)
    try:
        security, acting = sapa.card(sapa.log_in(user, role), role)
        shown = {"appointments": sapa.appointments(cpr, security, acting), "school": sapa.school(cpr)}
        print(json.dumps(shown))
    except Denied as error:
        print(json.dumps({"denied": str(error)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
