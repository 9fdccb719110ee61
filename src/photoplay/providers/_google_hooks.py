"""Proof that a call is Google's: a token signed by RS256, by a key that Google shows to everybody."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel, ValidationError

from photoplay.providers._contract import Callback
from photoplay.providers._errors import Forged
from photoplay.providers._signing import TOLERANCE_SECONDS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

KEYS_PATH: Final = "/.well-known/jwks.json"


class _Key(BaseModel):
    kid: str
    n: str
    e: str


class _KeySet(BaseModel):
    keys: list[_Key] = []


class _Data(BaseModel):
    id: str


class _Call(BaseModel):
    type: str
    timestamp: str = ""
    data: _Data


def read_keys(told: Any) -> dict[str, "RSAPublicNumbers"]:
    """Public keys by their names; none where the answer cannot be read."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    try:
        keys = _KeySet.model_validate(told).keys
        return {key.kid: RSAPublicNumbers(_number(key.e), _number(key.n)) for key in keys}
    except (ValidationError, binascii.Error):
        return {}


def verify_token(
    headers: Mapping[str, str], body: bytes, *, keys: Mapping[str, "RSAPublicNumbers"], now: datetime
) -> Callback:
    """What the call is about: the interaction's id. Raises `Forged`.

    The token binds no body, so a call is worth no more than a hint to look: what it says of the result is not used.
    """
    claims = _claims(headers.get("webhook-signature", ""), keys)
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or expires < now.timestamp() - TOLERANCE_SECONDS:
        raise Forged("The call is too old.")
    try:
        call = _Call.model_validate_json(body)
    except ValidationError as error:
        raise Forged("The call is not about an interaction.") from error
    return Callback(key=f"{call.data.id} {call.type} {call.timestamp}", reference=call.data.id)


def _claims(token: str, keys: Mapping[str, "RSAPublicNumbers"]) -> Mapping[str, Any]:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        head, claims, signature = token.split(".")
        about, said = orjson.loads(_bytes(head)), orjson.loads(_bytes(claims))
        key = keys[about["kid"]].public_key() if about["alg"] == "RS256" else None
        if key is None or not isinstance(said, dict):
            raise Forged("The call is not signed as Google signs.")
        key.verify(_bytes(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise Forged("The signature does not fit.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Forged("The call is not signed by a key of Google's that is known here.") from error
    return said


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
