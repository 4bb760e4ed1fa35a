"""XML signatures: made and checked by signxml, within what the field's services use.

Only enveloped signatures of one whole element, exclusive canonicalisation, RSA; what is read afterwards is
what was signed, and nothing beside it. A card that was verified before is known by the digest of its exact
bytes, so that every further look-up with it costs microseconds.
"""

from __future__ import annotations

import logging
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from mocks.errors import TvaersError

T = TypeVar("T")

DS = "http://www.w3.org/2000/09/xmldsig#"
#: Stands in a document where its signature belongs.
PLACE = f'<ds:Signature xmlns:ds="{DS}" Id="placeholder"></ds:Signature>'.encode()
#: Cards and tokens that are in use at one time by all users of a system.
MOST_KNOWN = 20_000

# signxml logs what it signs at the level DEBUG, and that holds citizens' and users' CPR numbers.
logging.getLogger("signxml").setLevel(logging.INFO)


class Certified(Protocol):
    """Whoever has a certificate; it may be made when it is first asked for."""

    @property
    def certificate(self) -> x509.Certificate: ...


class Key(Certified, Protocol):
    """A private key and the certificate that goes with it."""

    @property
    def private(self) -> RSAPrivateKey: ...


class Keys(Protocol):
    """Where keys come from: one authority, and a key for each name."""

    @property
    def authority(self) -> Certified: ...

    def key(self, name: str, cvr: str = "") -> Key: ...


class Digest(StrEnum):
    """The hash of a signature. The published schemas of DGWS 1.0.1 know SHA-1 only."""

    SHA1 = "sha1"
    SHA256 = "sha256"


class Reason(StrEnum):
    """Why a signature is refused."""

    UNSIGNED = "unsigned"
    BROKEN = "broken"
    UNTRUSTED = "untrusted"


class SignatureRefused(TvaersError):
    """What was signed cannot be trusted. The text repeats nothing of it."""

    def __init__(self, reason: Reason, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class _Signer(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """SHA-1 is what DGWS prescribes; the keys are test keys."""


_METHODS = {
    Digest.SHA1: (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1),
    Digest.SHA256: (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256),
}
_EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0


def sign(
    document: bytes, key: Key, *, id_attribute: str, digest: Digest = Digest.SHA256, signature_id: str = ""
) -> bytes:
    """The document with its signature at ``PLACE``, over its root, whose id stands in ``id_attribute``.

    ``document`` is XML that we wrote. ``signature_id`` is the ``id`` that DGWS wants on the signature.
    """
    root = etree.fromstring(document)
    method, hashed = _METHODS[digest]
    signer = _Signer(signature_algorithm=method, digest_algorithm=hashed, c14n_algorithm=_EXCLUSIVE)
    signed = signer.sign(
        root,
        key=key.private,
        cert=[key.certificate],
        reference_uri=f"#{root.get(id_attribute)}",
        id_attribute=id_attribute,
    )
    if signature_id:
        found = signed.find(f"{{{DS}}}Signature")
        assert found is not None
        found.set("id", signature_id)
    written: bytes = etree.tostring(signed)
    return written


def cvr_of(certificate: x509.Certificate) -> str:
    """The CVR number in the serial number of a certificate's subject (``CVR:12345678-FID:...``), or ''."""
    for attribute in certificate.subject.get_attributes_for_oid(x509.NameOID.SERIAL_NUMBER):
        owner, _, _ = str(attribute.value).partition("-")
        if owner.startswith("CVR:"):
            return owner[4:]
    return ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature vouches for: the element as it was signed, and whose signature it is."""

    element: etree._Element
    certificate: x509.Certificate


class Verifier(Generic[T]):
    """Verified reading of one kind of signed element: a card, an assertion, a token.

    ``trusts`` decides about certificates; ``read`` makes a record of what was signed, and may raise errors
    of its own. What was verified before is read no second time. Records must not be changed by who gets them.
    """

    def __init__(
        self,
        trusts: Callable[[x509.Certificate], bool],
        read: Callable[[Signed], T],
        *,
        id_attribute: str,
        most_known: int = MOST_KNOWN,
    ) -> None:
        self._trusts, self._read, self._id = trusts, read, id_attribute
        self._most = most_known
        self._known: dict[bytes, tuple[T, datetime]] = {}

    def __call__(self, element: etree._Element, now: datetime) -> T:
        """The record of a signed element. Errors: ``SignatureRefused``, and those of ``read``."""
        # Not the canonical form, which costs three times as much: equal bytes are equal in it too.
        data = etree.tostring(element, with_tail=False)
        mark = sha256(data).digest()
        known = self._known.get(mark)
        if known is not None and now < known[1]:
            return known[0]
        certificate = self._certificate(element)
        try:  # an assertion in another message has other namespaces around it, and the same canonical form
            canonical = etree.tostring(element, method="c14n", exclusive=True, with_tail=False)
        except etree.C14NError:  # a namespace that is a relative address
            raise SignatureRefused(Reason.BROKEN, "it cannot be put into canonical form") from None
        holds = (sha256(canonical).digest(), certificate.fingerprint(SHA256()), self._id)
        signed = _HOLDS.get(holds) if now < certificate.not_valid_after_utc else None
        if signed is None:
            signed = self._signed(element, data, certificate, now)
            if len(_HOLDS) >= _MOST_HELD:
                del _HOLDS[next(iter(_HOLDS))]
            _HOLDS[holds] = signed
        found = self._read(Signed(signed, certificate))
        if len(self._known) >= self._most:  # the oldest have expired, or soon will
            for oldest in list(self._known)[: self._most // 10 + 1]:
                del self._known[oldest]
        self._known[mark] = (found, certificate.not_valid_after_utc)
        return found

    def _certificate(self, element: etree._Element) -> x509.Certificate:
        signatures = element.findall(f"{{{DS}}}Signature")
        if not signatures:
            raise SignatureRefused(Reason.UNSIGNED, "it is not signed")
        if len(signatures) > 1:
            raise SignatureRefused(Reason.BROKEN, "it has more than one signature")
        held = signatures[0].findtext(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
        if not held:
            raise SignatureRefused(Reason.BROKEN, "its signature names no certificate")
        try:
            certificate = x509.load_der_x509_certificate(b64decode(held))
            trusted = self._trusts(certificate)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise SignatureRefused(Reason.BROKEN, "the certificate of its signature cannot be read") from None
        if not trusted:
            raise SignatureRefused(Reason.UNTRUSTED, "it is signed by somebody who is not trusted here")
        return certificate

    def _signed(
        self, element: etree._Element, data: bytes, certificate: x509.Certificate, now: datetime
    ) -> etree._Element:
        """The element as it was signed."""
        config = SignatureConfiguration(
            location="./", signature_methods=_ACCEPTED, digest_algorithms=_HASHED, verification_time=now
        )
        try:
            result = XMLVerifier().verify(
                data,
                x509_cert=certificate,
                id_attribute=self._id,
                expect_config=config,
                validate_schema=False,  # DGWS writes the id of a signature otherwise than the schema
            )
        except _REFUSED:
            raise SignatureRefused(Reason.BROKEN, "its signature does not hold") from None
        assert isinstance(result, VerifyResult)
        reference: Any = result.signature_xml.find(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
        own = element.get(self._id)
        signed = result.signed_xml
        if (
            not own
            or reference is None
            or reference.get("URI") != f"#{own}"
            or signed is None
            or signed.tag != element.tag
            or signed.get(self._id) != own
        ):
            raise SignatureRefused(Reason.BROKEN, "its signature is over something else")
        return signed


#: What was signed, for (digest of the bytes, certificate, name of the id). Whether a signature holds depends on
#: nothing else, so the systems of one process need not compute it each for itself; whom they trust is their own.
_HOLDS: dict[tuple[bytes, bytes, str], etree._Element] = {}
_MOST_HELD = 256


_ACCEPTED = frozenset(
    (
        SignatureMethod.RSA_SHA1,
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
    )
)
_HASHED = frozenset(
    (DigestAlgorithm.SHA1, DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512)
)
#: What signxml raises on what is no signature; it takes base64 and algorithms on trust.
_REFUSED = (
    SignXMLException,
    InvalidSignature,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    etree.LxmlError,
)


def only(*trusted: Certified) -> Callable[[x509.Certificate], bool]:
    """Trust in exactly these, by their certificates."""
    return lambda certificate: any(certificate == one.certificate for one in trusted)


def issued_by(authority: Certified) -> Callable[[x509.Certificate], bool]:
    """Trust in whoever has a certificate of this authority."""

    def trusts(certificate: x509.Certificate) -> bool:
        try:
            certificate.verify_directly_issued_by(authority.certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    return trusts
