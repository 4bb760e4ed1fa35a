"""Test keys: an authority, and for each name a key with a certificate of it, made when first needed.

Nothing is read from disk and nothing outlives the process. The same name gives the same key in every ring of
one process, as making a key takes a tenth of a second and a test run has hundreds of rings.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from zlib import crc32

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mocks.errors import BadInput

#: Runs in virtual time may lie in any year; test certificates hold in all of them.
VALID_FROM = datetime(2000, 1, 1, tzinfo=UTC)
VALID_TO = datetime(2099, 12, 31, tzinfo=UTC)
KEY_BITS = 2048
#: For runs in virtual time, whose logins no stranger sees: signing costs a sixth, and nothing else differs.
SHORT_KEY_BITS = 1024
#: Making a pair takes up to a fifth of a second, and a country has hundreds of systems. They are told apart by
#: their certificates.
_SHARED_PAIRS = 2


@lru_cache(maxsize=1024)
def _private(authority: str, name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@lru_cache(maxsize=1024)
def _certificate(ring: str, name: str, cvr: str, issuer: str | None, bits: int) -> x509.Certificate:
    """A certificate; ``issuer`` is the name of the authority, ``None`` for the authority itself."""
    subject = _subject(name, cvr)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else _subject(issuer, ""))
        .public_key(_private(ring, _pair(name, cvr), bits).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_TO)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    return builder.sign(_private(ring, issuer or name, bits), hashes.SHA256())


def _pair(name: str, cvr: str) -> str:
    """Which key pair a key has: services have their own, systems with an owner share a few."""
    return f"pair {crc32(name.encode()) % _SHARED_PAIRS}" if cvr else name


class LazyKey:
    """``mocks.signatures.Key``: a private key and its certificate, both made when first asked for.

    ``issuer`` is ``None`` for an authority, which vouches for itself.
    """

    def __init__(
        self, ring: str, name: str, cvr: str = "", issuer: LazyKey | None = None, bits: int = KEY_BITS
    ) -> None:
        self._ring, self.name, self._cvr, self._issuer, self._bits = ring, name, cvr, issuer, bits

    def __repr__(self) -> str:
        return f"LazyKey({self.name!r})"  # and nothing of the key

    @cached_property
    def private(self) -> rsa.RSAPrivateKey:
        return _private(self._ring, _pair(self.name, self._cvr), self._bits)

    @cached_property
    def certificate(self) -> x509.Certificate:
        issuer = None if self._issuer is None else self._issuer.name
        return _certificate(self._ring, self.name, self._cvr, issuer, self._bits)

    def pem(self) -> tuple[bytes, bytes]:
        """Private key and certificate as PEM."""
        key = self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key, self.certificate.public_bytes(Encoding.PEM)


class KeyRing:
    """The keys of one ecosystem. ``authority`` is also the name of the ring: two rings with different names
    do not trust each other. ``bits``: how long its RSA keys are."""

    def __init__(self, authority: str = "tvaers test authority", bits: int = KEY_BITS) -> None:
        self.authority = LazyKey(authority, authority, bits=bits)
        self._name, self._bits = authority, bits
        self._keys: dict[tuple[str, str], LazyKey] = {}

    def key(self, name: str, cvr: str = "") -> LazyKey:
        """The key of a system or a service; ``cvr`` is that of its owner and stands in the certificate."""
        found = self._keys.get((name, cvr))
        if found is None:
            found = self._keys[name, cvr] = LazyKey(self._name, name, cvr, self.authority, self._bits)
        return found

    def write(self, folder: Path) -> list[str]:
        """Write what has been asked for so far into ``folder``, as PEM, for a system that runs elsewhere: of
        systems key and certificate (``name.key.pem``, ``name.crt.pem``), of services and the authority the
        certificate. Gives the names of the systems. Errors: ``BadInput`` for a folder that cannot be written.
        """
        systems = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for (name, cvr), held in [*self._keys.items(), (("authority", ""), self.authority)]:
                key, certificate = held.pem()
                (folder / f"{name}.crt.pem").write_bytes(certificate)
                if cvr:
                    systems.append(name)
                    (folder / f"{name}.key.pem").write_bytes(key)
        except OSError as problem:
            raise BadInput(
                f"cannot write keys to {folder}: {problem.strerror}; choose another folder"
            ) from None
        return sorted(systems)


def _subject(name: str, cvr: str) -> x509.Name:
    """A subject as OCES certificates of systems have it: the owner's CVR number in the serial number."""
    attributes = [
        x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "DK"),
        x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, (f"{name} // CVR:{cvr}" if cvr else name)[:64]),
        x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64]),
    ]
    if cvr:
        attributes.append(x509.NameAttribute(x509.NameOID.SERIAL_NUMBER, f"CVR:{cvr}-FID:{name}"[:64]))
    return x509.Name(attributes)
