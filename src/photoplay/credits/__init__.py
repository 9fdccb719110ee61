"""Money: quote, hold, settle, release, grant. The only room that turns dollars into credits or writes an entry."""

from photoplay.credits.adjust import adjust
from photoplay.credits.admit import Charge, admit
from photoplay.credits.budgets import budgets_of, drop_budget, set_budget
from photoplay.credits.change_account import change_account
from photoplay.credits.errors import (
    BudgetExceeded,
    CeilingExceeded,
    CeilingUnit,
    InsufficientCredits,
    PaymentRequired,
    PriceChanged,
    QuotaExceeded,
    QuoteExpired,
    RateExceeded,
)
from photoplay.credits.grant import grant
from photoplay.credits.hold import hold, raise_hold
from photoplay.credits.open_account import open_account
from photoplay.credits.plans import Plan, PlanChange, change_plan, plans
from photoplay.credits.price import BatchPrice, Costs, batch_price, price_billed
from photoplay.credits.pricing import Pricing, PricingChange, change_pricing, pricing
from photoplay.credits.queries import account_details_of, account_of, entries_of, receipt_of
from photoplay.credits.quote import ABOVE_WARNING, Quoter, QuoteRequest, check_ceiling
from photoplay.credits.release import release
from photoplay.credits.schemas import (
    AccountChange,
    AccountDetails,
    AccountView,
    BudgetView,
    Ceiling,
    EntryView,
    MemberChange,
    NewBudget,
    QuoteItem,
    QuoteView,
    ReceiptView,
)
from photoplay.credits.settle import settle
from photoplay.credits.terms import Terms, Threshold, terms_of

__all__ = [
    "ABOVE_WARNING",
    "AccountChange",
    "AccountDetails",
    "AccountView",
    "BatchPrice",
    "BudgetExceeded",
    "BudgetView",
    "Ceiling",
    "CeilingExceeded",
    "CeilingUnit",
    "Charge",
    "Costs",
    "EntryView",
    "InsufficientCredits",
    "MemberChange",
    "NewBudget",
    "PaymentRequired",
    "Plan",
    "PlanChange",
    "PriceChanged",
    "Pricing",
    "PricingChange",
    "QuotaExceeded",
    "QuoteExpired",
    "QuoteItem",
    "QuoteRequest",
    "QuoteView",
    "Quoter",
    "RateExceeded",
    "ReceiptView",
    "Terms",
    "Threshold",
    "account_details_of",
    "account_of",
    "adjust",
    "admit",
    "batch_price",
    "budgets_of",
    "change_account",
    "change_plan",
    "change_pricing",
    "check_ceiling",
    "drop_budget",
    "entries_of",
    "grant",
    "hold",
    "open_account",
    "plans",
    "price_billed",
    "pricing",
    "raise_hold",
    "receipt_of",
    "release",
    "set_budget",
    "settle",
    "terms_of",
]
