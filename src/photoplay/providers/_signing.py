"""Proofs that a call is the vendor's: the ways vendors sign. Each raises `Forged`, which says what did not fit."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from photoplay.providers._errors import Forged

TOLERANCE_SECONDS: Final = 300.0
"""How old a call may be, or how far ahead the vendor's clock."""


def verify_standard(
    headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime, tolerance_seconds: float = TOLERANCE_SECONDS
) -> str:
    """Standard Webhooks (Replicate, OpenAI, Google): `webhook-signature` has `v1,` and base64. Returns the call's id.

    `secret` is `whsec_` and base64, or without that prefix a text. https://www.standardwebhooks.com, read 2026-11-21.
    """
    call_id, sent_at = _header(headers, "webhook-id"), _header(headers, "webhook-timestamp")
    check_age(sent_at, now, tolerance_seconds=tolerance_seconds)
    signed = b".".join((call_id.encode(), sent_at.encode(), body))
    expected = base64.b64encode(_digest(_standard_key(secret), signed))
    parts = (part.partition(",") for part in _header(headers, "webhook-signature").split(" "))
    given = [signature for version, _, signature in parts if version == "v1"]
    if not any(hmac.compare_digest(expected, one.encode()) for one in given):
        raise Forged("The signature does not fit.")
    return call_id


def verify_stamped_hex(
    header: str, body: bytes, *, secret: str, now: datetime, tolerance_seconds: float = TOLERANCE_SECONDS
) -> None:
    """A header `t=<unix>,v0=<hex>` over `<unix>.<body>` (ElevenLabs, 30 minutes)."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    sent_at = next((value for name, _, value in parts if name == "t"), "")
    check_age(sent_at, now, tolerance_seconds=tolerance_seconds)
    expected = _digest(secret.encode(), sent_at.encode() + b"." + body).hex()
    given = [value for name, _, value in parts if name == "v0"]
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
        raise Forged("The signature does not fit.")


def verify_hex(header: str, body: bytes, *, secret: str) -> None:
    """A header with the HMAC-SHA256 of the body in hex, with or without `sha256=` before it."""
    expected = _digest(secret.encode(), body).hex()
    if not hmac.compare_digest(expected.encode(), header.strip().lower().removeprefix("sha256=").encode()):
        raise Forged("The signature does not fit.")


def verify_shared(header: str, *, secret: str) -> None:
    """A header that repeats the secret which only the vendor was told."""
    if not secret or not hmac.compare_digest(secret.encode(), header.encode()):
        raise Forged("The secret does not fit.")


def verify_ed25519(message: bytes, signature: bytes, keys: Iterable[str]) -> None:
    """An Ed25519 signature by any of the vendor's public `keys`: the `x` of its JSON Web Keys."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(_unpadded(key)).verify(signature, message)
        except (InvalidSignature, ValueError):
            continue
        return
    raise Forged("The signature does not fit.")


def verify_fal(headers: Mapping[str, str], body: bytes, *, keys: Iterable[str], now: datetime) -> str:
    """A call of fal's queue; returns its request id. https://docs.fal.ai/model-endpoints/webhooks, read 2026-11-21."""
    names = ("request-id", "user-id", "timestamp")
    request_id, user_id, sent_at = (_header(headers, f"x-fal-webhook-{name}") for name in names)
    check_age(sent_at, now)
    message = "\n".join((request_id, user_id, sent_at, hashlib.sha256(body).hexdigest())).encode()
    try:
        signature = bytes.fromhex(_header(headers, "x-fal-webhook-signature"))
    except ValueError as error:
        raise Forged("The signature is no hex.") from error
    verify_ed25519(message, signature, keys)
    return request_id


def check_age(sent_at: str, now: datetime, *, tolerance_seconds: float = TOLERANCE_SECONDS) -> None:
    """Refuses a call whose time, in seconds since 1970, is too far from now: it may be an old one sent again."""
    if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) < 15):
        raise Forged("The time of the call cannot be read.")
    if abs(now.timestamp() - int(sent_at)) > tolerance_seconds:
        raise Forged("The call is too old, or its clock is wrong.")


def call_key(*parts: str | bytes) -> str:
    """A key for a vendor that gives its calls no id: the same for the same parts, such as the body."""
    return hashlib.sha256(b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)).hexdigest()


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise Forged(f"The header {name} is missing.")
    return value


def _standard_key(secret: str) -> bytes:
    encoded = secret.removeprefix("whsec_")
    if encoded == secret:
        return secret.encode()
    try:
        return base64.b64decode(encoded)
    except binascii.Error as error:
        raise Forged("Our own secret is not in base64: copy it anew from the vendor.") from error


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _digest(key: bytes, signed: bytes) -> bytes:
    return hmac.new(key, signed, hashlib.sha256).digest()
