"""Money: quote, hold, settle, release, grant. The only room that turns dollars into credits or writes an entry."""

from photoplay.credits.errors import CeilingExceeded, CeilingUnit, InsufficientCredits, PriceChanged, QuoteExpired
from photoplay.credits.grant import grant
from photoplay.credits.hold import hold, raise_hold
from photoplay.credits.open_account import open_account
from photoplay.credits.queries import account_of, entries_of, receipt_of
from photoplay.credits.quote import Quoter, QuoteRequest, check_ceiling
from photoplay.credits.release import release
from photoplay.credits.schemas import AccountView, Ceiling, EntryView, QuoteItem, QuoteView, ReceiptView
from photoplay.credits.settle import settle

__all__ = [
    "AccountView",
    "Ceiling",
    "CeilingExceeded",
    "CeilingUnit",
    "EntryView",
    "InsufficientCredits",
    "PriceChanged",
    "QuoteExpired",
    "QuoteItem",
    "QuoteRequest",
    "QuoteView",
    "Quoter",
    "ReceiptView",
    "account_of",
    "check_ceiling",
    "entries_of",
    "grant",
    "hold",
    "open_account",
    "raise_hold",
    "receipt_of",
    "release",
    "settle",
]
