"""A vendor's case system in some eighty lines: it feeds the case index over SOAP, and takes what is distributed.

It knows the wire (SF1470, SF2900) and nothing of tvaers: plain Python, XML from templates. Usage:

    python case_feed.py PORT INDEX_URL CVR SOR_ID CPR

imports one PPR case about the child, closes it when asked to (``POST /close``), and answers journal notes with
ACCEPTERET. ``GET /`` shows what it did.
"""

import http.server
import json
import re
import sys
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime

PORT, INDEX, CVR, UNIT, CPR = int(sys.argv[1]), *sys.argv[2:6]
CASE = str(uuid.uuid4())
SYSTEM = str(uuid.uuid4())
SEEN = {"case": CASE, "answers": [], "notes": []}
NAMES = (
    'xmlns:sdi="urn:oio:sts:sagdok:sagdokumentindeks:6" xmlns:sd="urn:oio:sagdok:3.0.0" '
    'xmlns:sag="urn:oio:sts:sagdok:sag:6" xmlns:si="urn:oio:sts:sagdok:sagindeks:6" '
    'xmlns:gd="urn:oio:sts:generelledefinitioner:6"'
)
ORGANISATION, ORG_UNIT = "bc6972cd-8f2b-4b9d-8d37-62916d6a71aa", "c5fc3b3b-5197-49ee-92e6-ae6ba1957174"
PERSON, CLASS = "c189ba35-de4b-4363-a8b7-67f1456cf56f", "267235ea-526d-4a18-8001-f2a0e563eba1"
IT_SYSTEM = "29fe1da2-897a-46cd-b635-b9be8e0bffd6"


def now():
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def time(name, start, end=None):
    until = (
        f"<sd:TidsstempelDatoTid>{end}</sd:TidsstempelDatoTid>"
        if end
        else "<sd:GraenseIndikator>true</sd:GraenseIndikator>"
    )
    return (
        f"<{name}:Virkning><sd:FraTidspunkt><sd:TidsstempelDatoTid>{start}</sd:TidsstempelDatoTid></sd:FraTidspunkt>"
        f"<sd:TilTidspunkt>{until}</sd:TilTidspunkt></{name}:Virkning>"
    )


def relation(element, role, kind, reference, extra="", urn=True):
    inner = "URNIdentifikator" if urn else "UUIDIdentifikator"
    more = f"<gd:LokalUdvidelseListe>{extra}</gd:LokalUdvidelseListe>" if extra else ""
    return (
        f"<{element}>{time('gd', OPENED)}<gd:Rolle><sd:UUIDIdentifikator>{role}</sd:UUIDIdentifikator></gd:Rolle>"
        f"<gd:Type><sd:UUIDIdentifikator>{kind}</sd:UUIDIdentifikator></gd:Type>"
        f"<gd:ReferenceID><sd:{inner}>{reference}</sd:{inner}></gd:ReferenceID>{more}</{element}>"
    )


def key(extension, value):
    name = f"si:{extension}LokalUdvidelse"
    return f"<{name}><si:BrugervendtNoegle>{value}</si:BrugervendtNoegle></{name}>"


OPENED = now()


def new_case(municipality):
    own = "<sag:BrugervendtNoegle>V-1</sag:BrugervendtNoegle><sag:Sagsnummer>V-1</sag:Sagsnummer><sag:Titel>PPR</sag:Titel>"
    relations = (
        relation("sag:Sagsaktoer", "9e979b84-b846-4472-8622-58007dc63c7e", ORGANISATION, f"urn:oio:cvr-nr:{CVR}",
                 key("Sagsaktoer", municipality))
        + relation("sag:Sagsaktoer", "a1263342-d348-44ba-a566-233f37c4cb67", ORG_UNIT, f"urn:tvaers:sor-id:{UNIT}")
        + relation("sag:Sagsklasse", "a86c6581-ec85-412d-a655-31a1f1d5b14f", CLASS, str(uuid.uuid4()),
                   key("Sagsklasse", "17.00.00"), urn=False)
        + relation("sag:Sagsklasse", "05ef7011-11a7-4e4c-a46b-3de6aa457fc3", CLASS, str(uuid.uuid4()),
                   key("Sagsklasse", "G01"), urn=False)
        + relation("sag:Sagspart", "d839f26a-d4d1-4441-b2d6-3dbbb12a9404", PERSON, f"urn:oio:cpr-nr:{CPR}")
    )  # fmt: skip
    systems = "".join(
        relation("si:SagsitsystemRelation", role, IT_SYSTEM, SYSTEM, urn=False)
        for role in ("251c24fd-57b0-4afc-9d73-b063d1957eb3", "1b3c6a6d-e977-4491-9bf8-b41ee6999f39")
    )
    return (
        f"<sdi:ImporterSagDokumentIndeksInput {NAMES}><sdi:SagIndeks>"
        f"<sd:UUIDIdentifikator>{CASE}</sd:UUIDIdentifikator><sag:Registrering><sd:Tidspunkt>{now()}</sd:Tidspunkt>"
        f"<sd:LivscyklusKode>Importeret</sd:LivscyklusKode><sag:AttributListe>"
        f"<sag:Egenskaber>{time('sag', OPENED)}{own}</sag:Egenskaber><gd:LokalUdvidelseListe><si:SagIndeksEgenskaber>"
        f"<si:Foelsomhed>FOELSOMME_PERSONOPLYSNINGER</si:Foelsomhed></si:SagIndeksEgenskaber></gd:LokalUdvidelseListe>"
        f"</sag:AttributListe><sag:TilstandListe><sag:Fremdrift>{time('sag', OPENED)}"
        f"<sag:FremdriftStatusKode>Opstaaet</sag:FremdriftStatusKode></sag:Fremdrift></sag:TilstandListe>"
        f"<sag:RelationListe>{relations}<gd:LokalUdvidelseListe>{systems}</gd:LokalUdvidelseListe></sag:RelationListe>"
        f"</sag:Registrering></sdi:SagIndeks></sdi:ImporterSagDokumentIndeksInput>"
    )


def closing():
    return (
        f"<sdi:OpdaterSagDokumentIndeksInput {NAMES}><sdi:OpdaterSagIndeks>"
        f"<sd:UUIDIdentifikator>{CASE}</sd:UUIDIdentifikator>"
        f"<sag:TilstandListe><sag:Fremdrift>{time('sag', now())}<sag:FremdriftStatusKode>Afsluttet</sag:FremdriftStatusKode>"
        f"</sag:Fremdrift></sag:TilstandListe><sdi:Tidspunkt>{now()}</sdi:Tidspunkt></sdi:OpdaterSagIndeks>"
        f"</sdi:OpdaterSagDokumentIndeksInput>"
    )


def ask(operation, body):
    """One call of the index; the status codes it answered."""
    header = (
        '<h:RequestHeader xmlns:h="http://kombit.dk/xml/schemas/RequestHeader/1/">'
        f"<h:TransactionUUID>{uuid.uuid4()}</h:TransactionUUID></h:RequestHeader>"
    )
    envelope = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
        f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
    kind = f'application/soap+xml; charset=utf-8; action="http://kombit.dk/sts/sagdokumentindeks/{operation}"'
    request = urllib.request.Request(INDEX, envelope.encode(), {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        text = error.read().decode()
    SEEN["answers"].append([operation, re.findall(r"StatusKode>(\d+)<", text) or text[:400]])


class Desk(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.say(json.dumps(SEEN), "application/json")

    def do_POST(self):
        data = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/close":
            ask("opdater", closing())
            self.say(json.dumps(SEEN), "application/json")
            return
        note = re.search(r"<t:Notat>(.*?)</t:Notat>", data, re.DOTALL)
        SEEN["notes"].append(note.group(1) if note else data[:400])
        space = "http://serviceplatformen.dk/xml/wsdl/soap11/DistributionService/2/types"
        self.say(
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f'<FordelingsobjektModtagResponse xmlns="{space}"><ForretningsKvittering>'
            "<ForretningsValideringsKode>ACCEPTERET</ForretningsValideringsKode><Kvitteringstype>Forretning</Kvitteringstype>"
            "</ForretningsKvittering></FordelingsobjektModtagResponse></s:Body></s:Envelope>",
            "text/xml",
        )

    def say(self, text, kind):
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", PORT), Desk)
ask("importer", new_case(sys.argv[6] if len(sys.argv) > 6 else ""))
server.serve_forever()
