"""Certificates for tests: an authority of its own, and what it says of some names."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Certificates:
    """The authority, which `SSL_CERT_FILE` makes trusted; the site's certificate with its key."""

    authority: Path
    site: Path

    def context(self) -> ssl.SSLContext:
        """For a server that proves by it who it is."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.site)
        return made


def certify(folder: Path, names: Sequence[str]) -> Certificates:
    """Make both, for names such as `localhost` and `*.example.org`, in this folder."""
    authority, site = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    ours = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "An authority for tests")])
    root = _about(ours, ours, authority.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    theirs = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A site for tests")])
    leaf = _about(theirs, ours, site.public_key()).add_extension(
        x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
    )
    made = Certificates(folder / "authority.pem", folder / "site.pem")
    pem = serialization.Encoding.PEM
    made.authority.write_bytes(root.sign(authority, hashes.SHA256()).public_bytes(pem))
    key = site.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    made.site.write_bytes(leaf.sign(authority, hashes.SHA256()).public_bytes(pem) + key)
    return made


def _about(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
    )
