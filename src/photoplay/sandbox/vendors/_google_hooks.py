"""How simulated Google signs its calls to customers: an RS256 token whose key anybody can read."""

import base64
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import orjson
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from photoplay.sandbox.webhooks import Signer

KEY: Final = "sandbox-1"
VALID_SECONDS: Final = 300
FORGED: Final = b"{}"
"""What is signed for a call that is to be a forged one; here its token is spoilt instead, as it binds no body."""


class Signing:
    """One key, made when it is first needed."""

    def public_keys(self) -> dict[str, Any]:
        """The key set, as at `/.well-known/jwks.json`."""
        numbers = self._key.public_key().public_numbers()
        n, e = (_base64(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (numbers.n, numbers.e))
        return {"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY, "n": n, "e": e}]}

    def for_address(self, address: str) -> Signer:
        """Signs calls to this address."""

        def _sign(body: bytes) -> Mapping[str, str]:
            now = int(time.time())  # noqa: TID251 - the vendor's own clock
            digest = Hash(SHA256())
            digest.update(body)
            claims = {
                "iss": "https://generativelanguage.googleapis.com",
                "aud": address,
                "iat": now,
                "exp": now + VALID_SECONDS,
                "jti": _base64(digest.finalize()[:12]),
            }
            token = self._token(claims)
            return {"Webhook-Signature": token if body != FORGED else token[:-8] + token[-8:].swapcase()}

        return _sign

    def _token(self, claims: Mapping[str, Any]) -> str:
        head = {"alg": "RS256", "typ": "JWT", "kid": KEY}
        signed = f"{_base64(orjson.dumps(head))}.{_base64(orjson.dumps(claims))}"
        return f"{signed}.{_base64(self._key.sign(signed.encode(), PKCS1v15(), SHA256()))}"

    @cached_property
    def _key(self) -> RSAPrivateKey:
        return generate_private_key(65537, 2048)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
