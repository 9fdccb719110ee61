"""Payment with made-up money, for trying the studio out: a page of its own on which one presses "Pay"."""

from collections.abc import Mapping

from photoplay.core.http import Http
from photoplay.credits.checkout import Begun, Paid, PurchaseView


class MadeUpCheckout:
    """No money moves, and nobody outside is asked."""

    name = "made-up"
    is_made_up = True

    async def begin(self, purchase: PurchaseView, http: Http, *, back_to: str) -> Begun:
        """The page of the studio where one pays."""
        return Begun(reference_of(purchase.id), f"/settings/credits/pay/{purchase.id}")

    def read_call(self, headers: Mapping[str, str], body: bytes) -> Paid | None:
        """Nobody calls: the page itself says that it was paid."""
        return None


def reference_of(purchase_id: str) -> str:
    """How this provider calls a payment."""
    return f"made-up-{purchase_id}"
