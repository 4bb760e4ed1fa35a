"""A vendor's system in some thirty lines: it knows the wire and nothing of tvaers.

usage: thirty_lines.py PORT VANS_URL [lose-ack] [duplicate] [late=SECONDS] [log=FILE]
"""

import base64
import re
import sys
import threading
import time
import urllib.request
import uuid
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, VANS, MODES = int(sys.argv[1]), sys.argv[2], dict(m.partition("=")[::2] for m in sys.argv[3:])
LETTERS = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2006/07/01/"
RECEIPTS = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas/2005/08/07/"


def one(tag, text):
    return re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", text, re.S)[1]


def envelope(sender, receiver, inside):
    return f"""<?xml version="1.0" encoding="UTF-8"?><VANSEnvelope xmlns="urn:oio:medcom:vans-envelope:1.0.4">
<SenderID EndPointType="EAN">{sender}</SenderID><ReceiverID EndPointType="EAN">{receiver}</ReceiverID>
<EnvelopeIdentifier>{uuid.uuid4()}</EnvelopeIdentifier><SentDateTime>{datetime.now():%Y-%m-%dT%H:%M:%S}</SentDateTime>
{inside}</VANSEnvelope>""".encode()


def message(sender, receiver, name, version, payload, times=1):
    meta = f"""<MetaInformation><Identifier>{uuid.uuid4()}</Identifier><Document><Format>XML</Format><Name>{name}</Name>
<Version>{version}</Version><SizeInBytes>{len(payload)}</SizeInBytes></Document></MetaInformation>"""
    body = envelope(
        sender, receiver, f"<Message>{meta}<Data>{base64.b64encode(payload).decode()}</Data></Message>"
    )
    for _ in range(times):
        urllib.request.urlopen(
            urllib.request.Request(VANS, body, {"Content-Type": "application/xml"}), timeout=10
        ).read()


def emessage(namespace, wants, inside):
    now, xml = datetime.now(), f'<?xml version="1.0" encoding="ISO-8859-1"?><Emessage xmlns="{namespace}">'
    head = f"<Envelope><Sent><Date>{now:%Y-%m-%d}</Date><Time>{now:%H:%M}</Time></Sent>"
    head += f"<Identifier>{uuid.uuid4().hex[:14]}</Identifier><AcknowledgementCode>{wants}</AcknowledgementCode></Envelope>"
    return f"{xml}{head}{inside}</Emessage>".encode("iso-8859-1")


def answer(me, them, letter):
    time.sleep(float(MODES.get("late", 0.05)))
    new, parties = uuid.uuid4().hex[:14].upper(), f"<EANIdentifier>{them}</EANIdentifier>"
    own = f"<EANIdentifier>{me}</EANIdentifier>"
    original = f"""<OriginalEmessage><OriginalEnvelopeIdentifier>{one("Identifier", one("Envelope", letter))}</OriginalEnvelopeIdentifier>
<OriginalSender>{parties}</OriginalSender><OriginalReceiver>{own}</OriginalReceiver><OriginalLetter><OriginalLetterIdentifier>
{one("Identifier", one("Letter", letter))}</OriginalLetterIdentifier><OriginalVersionCode>XD9134L</OriginalVersionCode>
</OriginalLetter></OriginalEmessage>""".replace("\n", "")
    ctl = f"""<PositiveReceipt><Letter><Identifier>{new}</Identifier><VersionCode>XC0330Q</VersionCode><StatisticalCode>XCTL03
</StatisticalCode></Letter><Sender>{own}</Sender><Receiver>{parties}</Receiver>{original}</PositiveReceipt>""".replace(
        "\n", ""
    )
    if "lose-ack" not in MODES:
        message(
            me,
            them,
            "MCM:XCTL03",
            "XC0330Q",
            emessage(RECEIPTS, "minuspositivkvitt", ctl),
            2 if "duplicate" in MODES else 1,
        )
    mine = f"<Identifier>{me}</Identifier><IdentifierCode>lokationsnummer</IdentifierCode><OrganisationName>Egen praksis</OrganisationName>"
    theirs = f"<Identifier>{them}</Identifier><IdentifierCode>lokationsnummer</IdentifierCode>"
    now, patient = datetime.now(), re.search(r"<Patient>.*?</Patient>", letter, re.S)[0]
    reply = f"""<ClinicalEmail><Letter><Identifier>R{new[1:]}</Identifier><VersionCode>XD9134L</VersionCode><StatisticalCode>XDIS91</StatisticalCode>
<Authorisation><Date>{now:%Y-%m-%d}</Date><Time>{now:%H:%M}</Time></Authorisation><TypeCode>XDIS91</TypeCode><StatusCode>nytbrev</StatusCode></Letter>
<Sender>{own}{mine}</Sender><Receiver>{parties}{theirs}</Receiver>{patient}<AdditionalInformation><Subject>SV: svar fra egen praksis</Subject>
</AdditionalInformation><ClinicalInformation><Text01>Tak for beskeden.</Text01></ClinicalInformation></ClinicalEmail>""".replace(
        "\n", ""
    )
    message(me, them, "MCM:XDIS91", "XD9134L", emessage(LETTERS, "pluspositivkvitt", reply))


class Clinic(BaseHTTPRequestHandler):
    known = set()

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        me, them = one("ReceiverID", text), one("SenderID", text)
        body = b""
        if "<Message>" in text:
            meta = one("MetaInformation", text)
            receipt = (
                f"<OriginalEnvelopeIdentifier>{one('EnvelopeIdentifier', text)}</OriginalEnvelopeIdentifier>"
            )
            receipt += f"<OriginalMessage>{meta}</OriginalMessage>"
            body = envelope(me, them, f"<Receipt><PositiveMessage>{receipt}</PositiveMessage></Receipt>")
            letter = base64.b64decode(one("Data", text)).decode("iso-8859-1")
            if "<ClinicalEmail>" in letter and one("Identifier", meta) not in self.known:
                self.known.add(one("Identifier", meta))
                threading.Thread(target=answer, args=(me, them, letter), daemon=True).start()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", PORT), Clinic).serve_forever()
