"""Money: quote, hold, settle, release, grant. The only room that turns dollars into credits or writes an entry."""

from photoplay.credits.adjust import adjust
from photoplay.credits.admit import Charge, admit
from photoplay.credits.audit import audit
from photoplay.credits.budgets import budgets_of, drop_budget, drop_budgets_on, month_budget_of, set_budget
from photoplay.credits.campaign_spending import CampaignSpent, spent_by_campaign, spent_on
from photoplay.credits.change_account import change_account
from photoplay.credits.checkout import (
    Begun,
    Checkout,
    Paid,
    PurchaseView,
    buy,
    complete,
    give,
    purchase_of,
    purchases_of,
)
from photoplay.credits.errors import (
    BudgetExceeded,
    BudgetUnit,
    CeilingExceeded,
    CeilingUnit,
    InsufficientCredits,
    NoCheckout,
    PackageUnfinished,
    PaymentRequired,
    PlanInUse,
    PriceChanged,
    QuotaExceeded,
    QuoteExpired,
    RateExceeded,
    UnknownPackage,
    UnknownPlan,
)
from photoplay.credits.grant import grant
from photoplay.credits.hold import hold, raise_hold
from photoplay.credits.made_up_checkout import MadeUpCheckout, reference_of
from photoplay.credits.open_account import open_account
from photoplay.credits.open_checkout import open_checkout
from photoplay.credits.packages import (
    Package,
    PackageChange,
    PackageDetails,
    all_packages,
    change_package,
    drop_package,
    packages,
)
from photoplay.credits.plans import Plan, PlanChange, PlanDetails, change_plan, drop_plan, plans, plans_in_use
from photoplay.credits.price import BatchPrice, Costs, batch_price, price_billed
from photoplay.credits.pricing import Pricing, PricingChange, change_pricing, pricing
from photoplay.credits.queries import account_details_of, account_of, entries_of, receipt_of
from photoplay.credits.quote import ABOVE_WARNING, Quoter, QuoteRequest, check_ceiling
from photoplay.credits.release import release
from photoplay.credits.schemas import (
    AccountChange,
    AccountDetails,
    AccountView,
    BudgetScope,
    BudgetView,
    Ceiling,
    EntryView,
    MemberChange,
    NewBudget,
    QuoteItem,
    QuoteView,
    ReceiptView,
)
from photoplay.credits.settle import Settlement, settle
from photoplay.credits.statement import entries_after, month_bounds, months_of, statement_of
from photoplay.credits.stripe_checkout import StripeCheckout
from photoplay.credits.terms import Terms, Threshold, terms_of

__all__ = [
    "ABOVE_WARNING",
    "AccountChange",
    "AccountDetails",
    "AccountView",
    "BatchPrice",
    "Begun",
    "BudgetExceeded",
    "BudgetScope",
    "BudgetUnit",
    "BudgetView",
    "CampaignSpent",
    "Ceiling",
    "CeilingExceeded",
    "CeilingUnit",
    "Charge",
    "Checkout",
    "Costs",
    "EntryView",
    "InsufficientCredits",
    "MadeUpCheckout",
    "MemberChange",
    "NewBudget",
    "NoCheckout",
    "Package",
    "PackageChange",
    "PackageDetails",
    "PackageUnfinished",
    "Paid",
    "PaymentRequired",
    "Plan",
    "PlanChange",
    "PlanDetails",
    "PlanInUse",
    "PriceChanged",
    "Pricing",
    "PricingChange",
    "PurchaseView",
    "QuotaExceeded",
    "QuoteExpired",
    "QuoteItem",
    "QuoteRequest",
    "QuoteView",
    "Quoter",
    "RateExceeded",
    "ReceiptView",
    "Settlement",
    "StripeCheckout",
    "Terms",
    "Threshold",
    "UnknownPackage",
    "UnknownPlan",
    "account_details_of",
    "account_of",
    "adjust",
    "admit",
    "all_packages",
    "audit",
    "batch_price",
    "budgets_of",
    "buy",
    "change_account",
    "change_package",
    "change_plan",
    "change_pricing",
    "check_ceiling",
    "complete",
    "drop_budget",
    "drop_budgets_on",
    "drop_package",
    "drop_plan",
    "entries_after",
    "entries_of",
    "give",
    "grant",
    "hold",
    "month_bounds",
    "month_budget_of",
    "months_of",
    "open_account",
    "open_checkout",
    "packages",
    "plans",
    "plans_in_use",
    "price_billed",
    "pricing",
    "purchase_of",
    "purchases_of",
    "raise_hold",
    "receipt_of",
    "reference_of",
    "release",
    "set_budget",
    "settle",
    "spent_by_campaign",
    "spent_on",
    "statement_of",
    "terms_of",
]
