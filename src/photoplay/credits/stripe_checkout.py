"""Payment by Stripe Checkout, over plain HTTP: a session is set up, paid on Stripe's page, and told by a signed call.

Wire facts: docs.stripe.com/api/checkout/sessions/create and docs.stripe.com/webhooks (signatures, five minutes of tolerance).
"""

import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

import orjson
from pydantic import SecretStr

from photoplay.core import clock
from photoplay.core.calls import Call, CallFailed, make_call
from photoplay.core.http import Http
from photoplay.core.log import Log
from photoplay.credits.checkout import Begun, Paid, PurchaseView
from photoplay.credits.errors import PaymentForged, PaymentUnreachable

TOLERANCE_SECONDS: Final = 300
_PAID_BY: Final = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
_log = Log("credits")


class StripeCheckout:
    """An account at Stripe: its secret key, the secret that its calls are signed with, and where its API is."""

    name = "stripe"
    is_made_up = False

    def __init__(self, key: SecretStr, signing_secret: SecretStr, address: str) -> None:
        self._key, self._signing_secret, self._address = key, signing_secret, address.rstrip("/")

    async def begin(self, purchase: PurchaseView, http: Http, *, back_to: str) -> Begun:
        """A checkout session. Sent with the purchase as its key, so that twice is one."""
        form = {
            "mode": "payment",
            "client_reference_id": purchase.id,
            "success_url": f"{back_to}?bought={purchase.id}",
            "cancel_url": back_to,
            "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": "usd",
            "line_items[0][price_data][unit_amount]": str(_cents(purchase.price_usd)),
            "line_items[0][price_data][product_data][name]": f"{purchase.credits:,} credits",
        }
        headers = {
            "Authorization": f"Bearer {self._key.get_secret_value()}",
            "Idempotency-Key": purchase.id,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        url = f"{self._address}/v1/checkout/sessions"
        wanted = Call(
            "POST", url, headers=headers, body=urlencode(form).encode(), timeout_seconds=30, trusted=self._address
        )
        try:
            answer = await make_call(http, wanted)
        except CallFailed as error:
            _log.warning("payment.unreachable", purchase=purchase.id, reason=error.message)
            raise PaymentUnreachable("The payment provider did not answer. Nothing was paid; try again.") from error
        told = answer.json()
        if not answer.is_ok or not isinstance(told, dict) or not told.get("url"):
            why = (told or {}).get("error", {}).get("message", f"it answered {answer.status}.")
            raise PaymentUnreachable(f"The payment could not be set up: {why} Nothing was paid.")
        return Begun(str(told["id"]), str(told["url"]))

    def read_call(self, headers: Mapping[str, str], body: bytes) -> Paid | None:
        """A session that is paid. Delayed ways to pay complete first and are paid later: only the latter counts."""
        self._verify(headers.get("stripe-signature", ""), body)
        try:
            event = orjson.loads(body)
            about = event["data"]["object"]
            if event["type"] not in _PAID_BY or about["payment_status"] != "paid" or about["currency"] != "usd":
                return None
            return Paid(str(about["client_reference_id"]), str(about["id"]), Decimal(about["amount_total"]) / 100)
        except (ValueError, KeyError, TypeError) as error:
            raise PaymentForged("This call could not be read.") from error

    def _verify(self, header: str, body: bytes) -> None:
        """`t=1700000000,v1=HEX`: HMAC-SHA256 of "t.body"; while a secret is changed there are two signatures."""
        parts = [part.partition("=") for part in header.split(",")]
        at = next((value for name, _sep, value in parts if name.strip() == "t"), "")
        if not at.isascii() or not at.isdigit() or abs(clock.now().timestamp() - int(at[:12])) > TOLERANCE_SECONDS:
            raise PaymentForged("This call is not signed, or too old.")
        secret = self._signing_secret.get_secret_value().encode()
        wanted = hmac.new(secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
        given = [value.strip() for name, _sep, value in parts if name.strip() == "v1"]
        if not secret or not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given):
            raise PaymentForged("This call is not signed by the payment provider.")


def _cents(price_usd: Decimal) -> int:
    return int(price_usd * 100)
