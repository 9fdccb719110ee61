"""The certificate with which this installation signs what it makes: made at the first start or brought by the owner."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from photoplay.core import clock

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import CertificateBuilder, KeyUsage, Name

ROOT, CHAIN, KEY = "root.pem", "chain.pem", "key.pem"
VALID_DAYS = 30 * 365
"""Long, because without a time stamp a signature counts only as long as its certificate."""


@dataclass(frozen=True)
class Certificate:
    """PEM texts: the root that vouches for us, the chain that goes into files (leaf first), and its private key."""

    root: str
    chain: str
    key: str


def ensure_certificate(folder: Path) -> Certificate:
    """The certificate in `folder`, made if there is none: root and leaf, ES256; the key file has mode 0600.

    The root's own key is thrown away, so nobody can issue another leaf. An owner may put an own chain and key there.
    Of several processes that begin at once one makes it, and all have that one. Takes about 10 ms and loads
    `cryptography` when it makes one, else reads three files.
    """
    if not (folder / CHAIN).exists():
        _put_in_place(_make(), folder)
    root, chain, key = ((folder / name).read_text() for name in (ROOT, CHAIN, KEY))
    return Certificate(root, chain, key)


def _put_in_place(made: Certificate, folder: Path) -> None:
    """All three files at once, by the name of their folder, unless somebody has just done so."""
    from photoplay.core.files import write_atomically

    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        write_atomically(fresh / KEY, made.key.encode(), mode=0o600)
        write_atomically(fresh / ROOT, made.root.encode())
        write_atomically(fresh / CHAIN, made.chain.encode())
        with suppress(OSError):  # there is one with something in it
            fresh.rename(folder)
        if not (folder / CHAIN).exists():
            for file in fresh.iterdir():
                file.rename(folder / file.name)
    finally:
        rmtree(fresh, ignore_errors=True)


def _make() -> Certificate:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, leaf_name = _name("Photoplay, this installation"), _name("Photoplay, made here")
    root = _for_root(_begun(root_name, root_name, root_key)).sign(root_key, hashes.SHA256())
    leaf = _for_leaf(_begun(leaf_name, root_name, leaf_key), root).sign(root_key, hashes.SHA256())
    key = leaf_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    root_pem, leaf_pem = (one.public_bytes(serialization.Encoding.PEM).decode() for one in (root, leaf))
    return Certificate(root_pem, leaf_pem, key.decode())


def _name(common: str) -> "Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Photoplay")
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _begun(subject: "Name", issuer: "Name", key: "EllipticCurvePrivateKey") -> "CertificateBuilder":
    from cryptography import x509

    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _for_root(builder: "CertificateBuilder") -> "CertificateBuilder":
    from cryptography import x509

    usage = _usage(signs_certificates=True)
    return builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(
        usage, critical=True
    )


def _for_leaf(builder: "CertificateBuilder", root: "x509.Certificate") -> "CertificateBuilder":
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    root_id = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id)
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(issuer, critical=False)
    )


def _usage(*, signs_certificates: bool) -> "KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
