"""A vendor's document source, small: it shares appointments through the national platform, and looks them up.

It knows the wire and nothing of tvaers: lxml and signxml for its own id card, plain Python for the rest. Usage:

    python document_source.py KEYS NAME CVR NSP PORT REPOSITORY CPR SOR

KEYS is a folder with ``NAME.key.pem`` and ``NAME.crt.pem``. ``POST /book`` registers an on-demand entry (ITI-61),
``/move`` a replacement, ``/cancel`` deprecates the last one (ITI-57), ``/provide`` hands a document in (ITI-41),
``/search`` finds and retrieves what a consumer sees (ITI-18, ITI-43). All answer JSON. On ``/xds/iti43`` the
platform fetches what it shares.
"""

import email
import http.server
import json
import sys
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lxml import etree
from signxml import CanonicalizationMethod, SignatureMethod, XMLSigner

KEYS, NAME, CVR, NSP, PORT, REPOSITORY, CPR, SOR = sys.argv[1:9]
S12, S11 = "http://www.w3.org/2003/05/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
SAML, DS = "urn:oasis:names:tc:SAML:2.0:assertion", "http://www.w3.org/2000/09/xmldsig#"
MEDCOM, HSUID = (
    "http://www.medcom.dk/dgws/2006/04/dgws-1.0.xsd",
    "http://www.nsi.dk/hsuid/2016/08/hsuid-1.1.xsd",
)
WST = "http://schemas.xmlsoap.org/ws/2005/02/trust"
XDSB, XOP = "urn:ihe:iti:xds-b:2007", "http://www.w3.org/2004/08/xop/include"
LCM, RIM, QUERY = (f"urn:oasis:names:tc:ebxml-regrep:xsd:{n}:3.0" for n in ("lcm", "rim", "query"))
STATUS = "urn:oasis:names:tc:ebxml-regrep:StatusType"
ON_DEMAND = "urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248"
STABLE = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
PATIENT = f"{CPR}^^^&amp;1.2.208.176.1.2&amp;ISO"
APPOINTMENT = str(uuid.uuid4())  # stays over all versions
BOOKED = []  # entry id, unique id and start of each version
FETCHED = []


def now(**later):
    return (datetime.now(UTC) + timedelta(**later)).replace(microsecond=0)


def zulu(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def post(path, body, kind, headers=None):
    request = urllib.request.Request(NSP + path, body, {"Content-Type": kind, **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            kind, body = answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        kind, body = error.headers["Content-Type"], error.read()
    parts = []
    if kind.startswith("multipart/"):
        whole = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        body, *parts = [part.get_payload(decode=True) for part in whole.get_payload()]
    return etree.fromstring(body), parts


# The system's id card -------------------------------------------------------------------------------------


def attribute(name, value, more=""):
    return f'<saml:Attribute Name="{name}"{more}><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'


def header():
    return (
        f'<m:Header xmlns:m="{MEDCOM}"><m:SecurityLevel>3</m:SecurityLevel><m:Linking>'
        f"<m:MessageID>{uuid.uuid4()}</m:MessageID></m:Linking></m:Header>"
    )


def id_card():
    """The platform's STS signs the card that this system signed itself."""
    own = etree.fromstring(
        f'<saml:Assertion xmlns:saml="{SAML}" IssueInstant="{zulu(now())}" Version="2.0" id="IDCard">'
        f'<saml:Issuer>{NAME}</saml:Issuer><saml:Subject><saml:NameID Format="medcom:itsystemname">{NAME}'
        "</saml:NameID><saml:SubjectConfirmation><saml:ConfirmationMethod>urn:oasis:names:tc:SAML:2.0:cm:"
        f'holder-of-key</saml:ConfirmationMethod><saml:SubjectConfirmationData><ds:KeyInfo xmlns:ds="{DS}">'
        "<ds:KeyName>OCESSignature</ds:KeyName></ds:KeyInfo></saml:SubjectConfirmationData>"
        f'</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{zulu(now())}" '
        f'NotOnOrAfter="{zulu(now(hours=24))}"/><saml:AttributeStatement id="IDCardData">'
        + attribute("sosi:IDCardID", uuid.uuid4())
        + attribute("sosi:IDCardVersion", "1.0.1")
        + attribute("sosi:IDCardType", "system")
        + attribute("sosi:AuthenticationLevel", "3")
        + '</saml:AttributeStatement><saml:AttributeStatement id="SystemLog">'
        + attribute("medcom:ITSystemName", NAME)
        + attribute("medcom:CareProviderID", CVR, ' NameFormat="medcom:cvrnumber"')
        + attribute("medcom:CareProviderName", "Egen region")
        + "</saml:AttributeStatement></saml:Assertion>"
    )
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    key, certificate = (Path(KEYS, f"{NAME}.{kind}.pem").read_bytes() for kind in ("key", "crt"))
    signed = signer.sign(own, key=key, cert=certificate.decode(), reference_uri="#IDCard", id_attribute="id")
    body = (
        f'<w:RequestSecurityToken xmlns:w="{WST}" Context="www.sosi.dk"><w:TokenType>urn:oasis:names:tc:SAML:2.0:'
        f"assertion:</w:TokenType><w:RequestType>{WST}/Issue</w:RequestType><w:Claims>".encode()
        + etree.tostring(signed)
        + b"</w:Claims></w:RequestSecurityToken>"
    )
    message = (
        f'<s:Envelope xmlns:s="{S11}"><s:Header>{header()}</s:Header><s:Body>'.encode()
        + body
        + b"</s:Body></s:Envelope>"
    )
    path = "/sts/services/NewSecurityTokenService"
    answered, _ = post(path, message, "text/xml; charset=utf-8", {"SOAPAction": '"Issue"'})
    card = answered.find(f".//{{{SAML}}}Assertion")
    if card is None:
        raise SystemExit(etree.tostring(answered).decode())
    bare = etree.tostring(card, method="c14n", exclusive=True, with_tail=False)
    start = f'<o:Security xmlns:o="{WSSE}" xmlns:u="{WSU}"><u:Timestamp><u:Created>{zulu(now())}</u:Created>'
    return start.encode() + b"</u:Timestamp>" + bare + b"</o:Security>"


# Asking the platform --------------------------------------------------------------------------------------


def ask(path, action, body, about="", content=None):
    """Status, errors and the answer of one request; a fault's code in place of the status."""
    head = (
        f'<a:Action xmlns:a="{WSA}">{action}</a:Action><a:MessageID xmlns:a="{WSA}">urn:uuid:{uuid.uuid4()}'
        f"</a:MessageID>{header()}"
    )
    message = (
        f'<s:Envelope xmlns:s="{S12}"><s:Header>{head}'.encode()
        + CARD
        + f"{about}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()
    )
    kind = f'application/soap+xml; charset=utf-8; action="{action}"'
    if content is not None:
        mark = f"uuid:{uuid.uuid4()}"
        kind = 'multipart/related; type="application/xop+xml"; start="<r@own>"; start-info="application/soap+xml"'
        kind += f'; boundary="{mark}"'
        message = (
            f"--{mark}\r\nContent-Type: application/xop+xml\r\nContent-ID: <r@own>\r\n\r\n".encode()
            + message
            + f"\r\n--{mark}\r\nContent-Type: text/xml\r\nContent-ID: <d@own>\r\n\r\n".encode()
            + content
            + f"\r\n--{mark}--\r\n".encode()
        )
    root, parts = post(path, message, kind)
    body = root.find(f"{{{S12}}}Body")[0]
    status = next((e.get("status") for e in body.iter() if e.get("status")), None)
    said = (
        body.findtext(".//{*}FaultCode") or (status or body.findtext(".//{*}Text") or "").rpartition(":")[2]
    )
    errors = [e.get("errorCode") for e in body.iter("{*}RegistryError")]
    return {"status": said, "errors": errors}, body, parts


def coded(owner, scheme, code, system, text):
    return (
        f'<r:Classification classificationScheme="urn:uuid:{scheme}" classifiedObject="{owner}" '
        f'nodeRepresentation="{code}" id="urn:uuid:{uuid.uuid4()}">{slot("codingScheme", system)}<r:Name>'
        f'<r:LocalizedString value="{text}"/></r:Name></r:Classification>'
    )


def slot(name, *values):
    listed = "".join(f"<r:Value>{value}</r:Value>" for value in values)
    return f'<r:Slot name="{name}"><r:ValueList>{listed}</r:ValueList></r:Slot>'


def identified(owner, scheme, value, name):
    return (
        f'<r:ExternalIdentifier registryObject="{owner}" identificationScheme="urn:uuid:{scheme}" value="{value}" '
        f'id="urn:uuid:{uuid.uuid4()}"><r:Name><r:LocalizedString value="{name}"/></r:Name></r:ExternalIdentifier>'
    )


def entry(ident, unique, start, kind):
    """The metadata of one version of the appointment."""
    times = slot("serviceStartTime", f"{start:%Y%m%d%H%M%S}")
    where = (
        slot("repositoryUniqueId", REPOSITORY)
        if kind == ON_DEMAND
        else slot("creationTime", f"{now():%Y%m%d%H%M%S}")
    )
    unit = f"Egen afdeling^^^^^&amp;1.2.208.176.1.1&amp;ISO^^^^{SOR}"
    return (
        f'<r:ExtrinsicObject id="{ident}" mimeType="text/xml" objectType="{kind}" status="{STATUS}:Approved">'
        f"{times}{where}{slot('sourcePatientId', PATIENT)}"
        f'<r:Classification classificationScheme="urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d" '
        f'classifiedObject="{ident}" nodeRepresentation="" id="urn:uuid:{uuid.uuid4()}">'
        f"{slot('authorInstitution', unit)}</r:Classification>"
        + coded(ident, "41a5887f-8865-4c09-adf7-e362475b143a", "001", "1.2.208.184.100.9", "Klinisk rapport")
        + coded(ident, "a09d5840-386c-46f2-b5ad-9c3699a4309d", "urn:ad:dk:medcom:apd-v2.0.1:full",
                "1.2.208.184.100.10", "DK APD")
        + coded(ident, "f0306f51-975f-434e-a61c-c59651d33983", "39289-4", "2.16.840.1.113883.6.1", "Aftale")
        + identified(ident, "58a6f841-87b3-4a3e-92fd-a8ffeff98427", PATIENT, "XDSDocumentEntry.patientId")
        + identified(ident, "2e82c1f6-a085-4c72-9da3-8640a32e42ab", unique, "XDSDocumentEntry.uniqueId")
        + "</r:ExtrinsicObject>"
    )  # fmt: skip


def submission(inside, more):
    """A SubmitObjectsRequest with its submission set."""
    package = (
        f'<r:RegistryPackage id="set">{slot("submissionTime", f"{now():%Y%m%d%H%M%S}")}'
        '<r:Classification classifiedObject="set" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd" '
        f'id="urn:uuid:{uuid.uuid4()}"/>'
        + identified("set", "6b5aea1a-874d-4603-a4bc-96a0a7b38446", PATIENT, "XDSSubmissionSet.patientId")
        + identified(
            "set",
            "96fdda7c-d067-4183-912e-bf5ee74998a8",
            f"2.25.{uuid.uuid4().int}",
            "XDSSubmissionSet.uniqueId",
        )
        + identified("set", "554ac39e-e3fe-47fe-b233-965d2a147832", REPOSITORY, "XDSSubmissionSet.sourceId")
        + "</r:RegistryPackage>"
    )
    return (
        f'<l:SubmitObjectsRequest xmlns:l="{LCM}" xmlns:r="{RIM}"><r:RegistryObjectList>'
        f"{inside}{package}{more}</r:RegistryObjectList></l:SubmitObjectsRequest>"
    )


def linked(kind, source, target, inside=""):
    start = f'<r:Association associationType="{kind}" sourceObject="{source}" targetObject="{target}"'
    return f'{start} id="urn:uuid:{uuid.uuid4()}">{inside}</r:Association>'


MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"


def book(days):
    """Register a version of the appointment; it replaces the one before."""
    ident, unique, start = f"urn:uuid:{uuid.uuid4()}", f"2.25.{uuid.uuid4().int}", now(days=days)
    more = linked(MEMBER, "set", ident, slot("SubmissionSetStatus", "Original"))
    if BOOKED:
        more += linked("urn:ihe:iti:2007:AssociationType:RPLC", ident, BOOKED[-1][0])
    action = "urn:ihe:iti:2010:RegisterOnDemandDocumentEntry"
    said, _, _ = ask("/dros/iti61", action, submission(entry(ident, unique, start, ON_DEMAND), more))
    BOOKED.append((ident, unique, start))
    return said


def cancel():
    change = slot("OriginalStatus", f"{STATUS}:Approved") + slot("NewStatus", f"{STATUS}:Deprecated")
    kind = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"
    more = linked(kind, "set", BOOKED[-1][0], change)
    return ask("/dros/iti57", "urn:ihe:iti:2010:UpdateDocumentSet", submission("", more))[0]


def provide():
    """Hand a document in that lies at the platform from then on."""
    start = now(days=20)
    inside = entry("doc", f"2.25.{uuid.uuid4().int}", start, STABLE)
    body = (
        f'<x:ProvideAndRegisterDocumentSetRequest xmlns:x="{XDSB}">{submission(inside, linked(MEMBER, "set", "doc"))}'
        f'<x:Document id="doc"><i:Include xmlns:i="{XOP}" href="cid:d%40own"/></x:Document>'
        "</x:ProvideAndRegisterDocumentSetRequest>"
    )
    action = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
    return ask("/dros/iti41", action, body, content=document(start, str(uuid.uuid4())))[0]


def search():
    """What a consumer with a system's card sees of the citizen: the starts in the documents."""
    told = {
        "UserType": "nsi:HealthcareProfessional", "ActingUserCivilRegistrationNumber": "0408801111",
        "CitizenCivilRegistrationNumber": CPR, "OrgUsingID": SOR, "ConsentOverride": "false",
        "ResponsibleUserAuthorizationCode": "SRTTQ", "SystemOwnerName": NAME, "SystemName": NAME,
        "SystemVersion": "1", "OrgResponsibleName": "Egen region",
    }  # fmt: skip
    listed = "".join(
        f'<h:Attribute Name="nsi:{name}"{" NameFormat=" + chr(34) + "nsi:sor" + chr(34) if name == "OrgUsingID" else ""}>'
        f"<h:AttributeValue>{value}</h:AttributeValue></h:Attribute>"
        for name, value in told.items()
    )
    about = (
        f'<h:HsuidHeader xmlns:h="{HSUID}"><h:Assertion IssueInstant="{zulu(now())}" Version="2.0" id="HSUID"><h:Issuer>'
        f'{NAME}</h:Issuer><h:AttributeStatement id="HSUIDdata">{listed}</h:AttributeStatement>'
        "</h:Assertion></h:HsuidHeader>"
    )
    asked = (
        f'<q:AdhocQueryRequest xmlns:q="{QUERY}" xmlns:r="{RIM}"><q:ResponseOption returnType="LeafClass" '
        'returnComposedObjects="true"/><r:AdhocQuery id="urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d">'
        + slot("$XDSDocumentEntryPatientId", f"'{PATIENT}'")
        + slot("$XDSDocumentEntryStatus", f"('{STATUS}:Approved')")
        + slot("$XDSDocumentEntryType", f"('{STABLE}','{ON_DEMAND}')")
        + "</r:AdhocQuery></q:AdhocQueryRequest>"
    )
    said, body, _ = ask("/ddsregistry", "urn:ihe:iti:2007:RegistryStoredQuery", asked, about)
    wanted = ""
    for found in body.iter(f"{{{RIM}}}ExtrinsicObject"):
        place = found.findtext(f"{{{RIM}}}Slot[@name='repositoryUniqueId']//{{{RIM}}}Value")
        number = next(
            e.get("value")
            for e in found.iter(f"{{{RIM}}}ExternalIdentifier")
            if "2e82c1f6" in e.get("identificationScheme")
        )
        wanted += (
            f"<x:DocumentRequest><x:RepositoryUniqueId>{place}</x:RepositoryUniqueId>"
            f"<x:DocumentUniqueId>{number}</x:DocumentUniqueId></x:DocumentRequest>"
        )
    if not wanted:
        return {**said, "starts": []}
    fetch = f'<x:RetrieveDocumentSetRequest xmlns:x="{XDSB}">{wanted}</x:RetrieveDocumentSetRequest>'
    said, _, parts = ask("/ddsrepository", "urn:ihe:iti:2007:RetrieveDocumentSet", fetch, about)
    lows = [
        etree.fromstring(part).find(".//{*}encounter/{*}effectiveTime/{*}low").get("value") for part in parts
    ]
    return {**said, "starts": sorted(lows)}


# The document ---------------------------------------------------------------------------------------------


def document(start, ident):
    """A DK-APD 2.0.1 with no more than it needs."""

    def at(moment):
        return f"{moment:%Y%m%d%H%M%S}+0000"

    unit = f'<id root="1.2.208.176.1.1" extension="{SOR}" assigningAuthorityName="SOR"/>'
    address = "<addr><streetAddressLine>Egen Vej 1</streetAddressLine><postalCode>9000</postalCode>"
    address += "<city>Aalborg</city></addr>"
    named = "<name>Egen afdeling</name>"
    period = f'<effectiveTime><low value="{at(start)}"/><high nullFlavor="NI"/></effectiveTime>'

    def event(template, inside):
        return (
            f'<documentationOf typeCode="DOC"><serviceEvent classCode="MPROT" moodCode="EVN"><templateId root="{template}"/>'
            f"{inside}</serviceEvent></documentationOf>"
        )

    return (
        '<ClinicalDocument xmlns="urn:hl7-org:v3" classCode="DOCCLIN" moodCode="EVN"><realmCode code="DK"/>'
        '<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
        '<templateId root="1.2.208.184.14.1" extension="2019-09-10"/>'
        f'<id root="1.2.208.184" extension="{ident}" assigningAuthorityName="MedCom"/>'
        '<code code="39289-4" codeSystem="2.16.840.1.113883.6.1"/>'
        f'<title>Aftale for {CPR}</title><effectiveTime value="{at(now())}"/>'
        '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="da-DK"/>'
        f'<recordTarget><patientRole><id root="1.2.208.176.1.2" extension="{CPR}"/><patient><name><given>Freja</given>'
        '<family>Holm</family></name><administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>'
        f'</patient></patientRole></recordTarget><author><time value="{at(now())}"/><assignedAuthor>{unit}{address}'
        f"<representedOrganization>{named}</representedOrganization></assignedAuthor></author>"
        f"<custodian><assignedCustodian><representedCustodianOrganization>{unit}{named}"
        "</representedCustodianOrganization></assignedCustodian></custodian>"
        + event("1.2.208.184.10.1.11", period)
        + event("1.2.208.184.10.1.10", '<id root="1.2.208.184.100.10" extension="apd-v2.0.1"/>')
        + '<component><structuredBody><component><section><templateId root="1.2.208.184.14.11.1" extension="2019-09-10"/>'
        '<code code="18776-5" codeSystem="2.16.840.1.113883.6.1"/><title>Aftale</title><text>Aftale</text><entry>'
        '<encounter classCode="ENC" moodCode="APT"><templateId root="1.2.208.184.14.11.2" extension="2019-09-10"/>'
        f'<id root="1.2.208.184" extension="{APPOINTMENT if ident in [b[1] for b in BOOKED] else ident}"/>'
        '<code code="RegionalAppointment" codeSystem="1.2.208.184.100.1" codeSystemName="MedCom Message Codes"/>'
        f'<statusCode code="active"/>{period}<performer typeCode="PRF"><assignedEntity>{unit}{address}'
        f"<representedOrganization>{named}</representedOrganization></assignedEntity></performer>"
        f'<participant typeCode="LOC"><participantRole classCode="SDLOC">{unit}{address}<playingEntity>{named}'
        "</playingEntity></participantRole></participant></encounter></entry></section></component></structuredBody>"
        "</component></ClinicalDocument>"
    ).encode()


class Source(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.say(json.dumps({"fetched": FETCHED}).encode(), "application/json")

    def do_POST(self):
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        desk = {"/book": lambda: book(10), "/move": lambda: book(15), "/cancel": cancel, "/provide": provide}
        desk["/search"] = search
        if self.path in desk:
            self.say(json.dumps(desk[self.path]()).encode(), "application/json")
            return
        wanted = [e.text for e in etree.fromstring(data).iter(f"{{{XDSB}}}DocumentUniqueId")]
        FETCHED.extend(wanted)
        found = [b for b in BOOKED if b[1] in wanted]
        listed, parts = "", b""
        for number, (_, unique, start) in enumerate(found):
            listed += (
                f"<x:DocumentResponse><x:RepositoryUniqueId>{REPOSITORY}</x:RepositoryUniqueId><x:DocumentUniqueId>{unique}"
                f"</x:DocumentUniqueId><x:mimeType>text/xml</x:mimeType><x:Document>"
                f'<i:Include xmlns:i="{XOP}" href="cid:d{number}"/></x:Document></x:DocumentResponse>'
            )
            parts += (
                f"\r\n--B\r\nContent-Type: text/xml\r\nContent-ID: <d{number}>\r\n\r\n".encode()
                + document(start, unique)
            )
        body = (
            f'<s:Envelope xmlns:s="{S12}"><s:Body><x:RetrieveDocumentSetResponse xmlns:x="{XDSB}"><g:RegistryResponse '
            'xmlns:g="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0" '
            f'status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"/>{listed}'
            "</x:RetrieveDocumentSetResponse></s:Body></s:Envelope>"
        )
        whole = (
            b"--B\r\nContent-Type: application/xop+xml\r\nContent-ID: <r>\r\n\r\n"
            + body.encode()
            + parts
            + b"\r\n--B--\r\n"
        )
        self.say(
            whole,
            'multipart/related; type="application/xop+xml"; start="<r>"; start-info="application/soap+xml"; boundary="B"',
        )

    def say(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


CARD = id_card()
http.server.ThreadingHTTPServer(("127.0.0.1", int(PORT)), Source).serve_forever()
