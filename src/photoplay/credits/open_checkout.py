"""Says who takes the money, from the settings."""

from photoplay.core.settings import Settings
from photoplay.credits.checkout import Checkout
from photoplay.credits.made_up_checkout import MadeUpCheckout
from photoplay.credits.stripe_checkout import StripeCheckout


def open_checkout(settings: Settings) -> Checkout | None:
    """Made-up money in a sandbox, Stripe where its keys are set, else None: credits are not sold."""
    if settings.sandbox is not None:
        return MadeUpCheckout()
    if not (settings.stripe_key.get_secret_value() and settings.stripe_signing_secret.get_secret_value()):
        return None
    return StripeCheckout(settings.stripe_key, settings.stripe_signing_secret, settings.stripe_url)
