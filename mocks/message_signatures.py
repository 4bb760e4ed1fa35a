"""Signed SOAP messages: WS-Security with a certificate, as the token services ask for.

The sender's certificate stands in the header, and the signature covers the body, the timestamp, the
certificate, and whatever of WS-Addressing is there. Made and checked by signxml.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from mocks.signatures import DS, Key, Reason, SignatureRefused
from mocks.standards.dgws.fields import zulu
from mocks.standards.dgws.id_card import SECURITY, WSSE, WSU
from mocks.standards.safe_xml import escape
from mocks.standards.soap.envelope import ANONYMOUS, WSA, Envelope, SoapVersion

_ID = f"{{{WSU}}}Id"
_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
_X509 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
_EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
#: How long a signed message holds, and how far clocks may be apart.
SECONDS = 300


def write(
    version: SoapVersion, body: bytes, key: Key, *, action: str, message_id: str, to: str, now: datetime
) -> bytes:
    """A whole envelope around ``body``, signed by ``key``."""
    addressed = "".join(
        f'<wsa:{name} xmlns:wsa="{WSA}" wsu:Id="{name}">{value}</wsa:{name}>'
        for name, value in (
            ("Action", escape(action)),
            ("MessageID", escape(message_id)),
            ("To", escape(to)),
            ("ReplyTo", f"<wsa:Address>{ANONYMOUS}</wsa:Address>"),
        )
    )
    certificate = b64encode(key.certificate.public_bytes(Encoding.DER)).decode()
    head = (
        f'<soap:Envelope xmlns:soap="{version}" xmlns:wsu="{WSU}"><soap:Header>{addressed}'
        f'<wsse:Security xmlns:wsse="{WSSE}" soap:mustUnderstand="1"><wsu:Timestamp wsu:Id="Timestamp">'
        f"<wsu:Created>{zulu(now)}</wsu:Created>"
        f"<wsu:Expires>{zulu(now + timedelta(seconds=SECONDS))}</wsu:Expires></wsu:Timestamp>"
        f'<wsse:BinarySecurityToken wsu:Id="Certificate" EncodingType="{_BASE64}" ValueType="{_X509}">'
        f'{certificate}</wsse:BinarySecurityToken></wsse:Security></soap:Header><soap:Body wsu:Id="Body">'
    )
    root = etree.fromstring(head.encode() + body + b"</soap:Body></soap:Envelope>")
    reference = etree.fromstring(
        f'<ds:KeyInfo xmlns:ds="{DS}"><wsse:SecurityTokenReference xmlns:wsse="{WSSE}">'
        '<wsse:Reference URI="#Certificate"/></wsse:SecurityTokenReference></ds:KeyInfo>'
    )
    signer = XMLSigner(
        method=SignatureConstructionMethod.detached,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=_EXCLUSIVE,
    )
    signature = signer.sign(
        root,
        key=key.private,
        key_info=reference,
        reference_uri=[f"#{name}" for name in ("Body", "Timestamp", "Certificate", *_ADDRESSED)],
        id_attribute="Id",
    )
    security = root.find(f"{{{version}}}Header/{SECURITY}")
    assert security is not None
    security.append(signature)
    return etree.tostring(root)


_ADDRESSED = ("Action", "MessageID", "To", "ReplyTo")


def verify(envelope: Envelope, trusts: Callable[[x509.Certificate], bool], now: datetime) -> x509.Certificate:
    """The certificate of who signed this message.

    Errors: ``SignatureRefused`` for a message without signature, one whose signature does not hold or leaves
    a part out, one that is too old or too new, and for who is not trusted.
    """
    found = envelope.headers(SECURITY)
    if len(found) != 1:
        raise SignatureRefused(Reason.UNSIGNED, "the message has not exactly one wsse:Security header")
    security = found[0]
    certificate = _certificate(security)
    if not trusts(certificate):
        raise SignatureRefused(Reason.UNTRUSTED, "the message is signed by somebody who is not trusted here")
    root = security.getroottree().getroot()
    signature = security.find(f"{{{DS}}}Signature")
    if signature is None:
        raise SignatureRefused(Reason.UNSIGNED, "the message is not signed")
    references = [
        reference.get("URI", "") for reference in signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    ]
    if len(references) > _MOST_REFERENCES:
        raise SignatureRefused(Reason.BROKEN, "the signature of the message has too many references")
    config = SignatureConfiguration(
        location=f"./{{{envelope.version}}}Header/{SECURITY}/",
        expect_references=len(references),
        verification_time=now,
    )
    try:
        XMLVerifier().verify(
            etree.tostring(root),
            x509_cert=certificate,
            id_attribute="Id",
            expect_config=config,
            validate_schema=False,
        )
    except (
        SignXMLException,
        InvalidSignature,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        etree.LxmlError,
    ):
        raise SignatureRefused(Reason.BROKEN, "the signature of the message does not hold") from None
    _require_covered(envelope, security, root, set(references))
    _require_fresh(security, now)
    return certificate


_MOST_REFERENCES = 20


def _certificate(security: etree._Element) -> x509.Certificate:
    text = security.findtext(f"{{{WSSE}}}BinarySecurityToken")
    if not text:
        raise SignatureRefused(Reason.UNSIGNED, "the message holds no certificate of its sender")
    try:
        return x509.load_der_x509_certificate(b64decode(text))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SignatureRefused(Reason.BROKEN, "the certificate of the sender cannot be read") from None


def _require_covered(
    envelope: Envelope, security: etree._Element, root: etree._Element, references: set[str]
) -> None:
    """Every part that counts is signed, and not only something else with its id."""
    parts = [root.find(f"{{{envelope.version}}}Body"), security.find(f"{{{WSU}}}Timestamp")]
    parts.append(security.find(f"{{{WSSE}}}BinarySecurityToken"))
    for name in _ADDRESSED:
        parts += envelope.headers(f"{{{WSA}}}{name}")
    ids = [element.get(_ID) for element in root.iter() if element.get(_ID) is not None]
    for part in parts:
        own = None if part is None else part.get(_ID)
        if own is None or f"#{own}" not in references or ids.count(own) != 1:
            what = "the timestamp" if part is None else etree.QName(part).localname
            raise SignatureRefused(Reason.BROKEN, f"the signature of the message leaves out {what}")


def _require_fresh(security: etree._Element, now: datetime) -> None:
    leeway = timedelta(seconds=SECONDS)
    try:
        created, expires = (
            datetime.fromisoformat(security.findtext(f"{{{WSU}}}Timestamp/{{{WSU}}}{name}") or "")
            for name in ("Created", "Expires")
        )
        fresh = created - leeway <= now < expires and expires - created <= 2 * leeway
    except (ValueError, TypeError):
        raise SignatureRefused(Reason.BROKEN, "the timestamp of the message cannot be read") from None
    if not fresh:
        raise SignatureRefused(Reason.BROKEN, "the message is too old, or of a clock that is wrong")
