"""What OpenAI tells about a bill: tokens used, counted by the rates of the data file. And what its refusals mean."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from photoplay.core.calls import Answer
from photoplay.providers._data import rates_of
from photoplay.providers._errors import ContentRefused, NotConfigured, ProviderError, Throttled, Unavailable
from photoplay.providers._openai_cards import VENDOR
from photoplay.providers._wire import refusal_by_status, retry_after

NO_CREDIT: Final = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "billing_hard_limit_reached",
    }
)
BLOCKED: Final = frozenset({"moderation_blocked", "image_content_policy_violation", "content_policy_violation"})


def billed_for_picture(model: str, usage: Any) -> Decimal | None:
    """The bill of a picture, in dollars, from the `usage` of its answer; None where it tells none."""
    rates = rates_of(model)
    if not isinstance(usage, Mapping) or "image_out" not in rates:
        return None
    given = _part(usage, "input_tokens_details")
    made = _part(usage, "output_tokens_details")
    words_out = _count(made, "text_tokens")
    return (
        rates["text_in"] * _count(given, "text_tokens")
        + rates["image_in"] * _count(given, "image_tokens")
        + rates["image_out"] * (_count(usage, "output_tokens") - words_out)
        + rates.get("text_out", Decimal(0)) * words_out
    )


def billed_for_response(model: str, response: Mapping[str, Any]) -> Decimal | None:
    """The bill of a response in the background: the picture's tokens, and those of the language model around it."""
    picture = billed_for_picture(model, _part(response, "tool_usage").get("image_gen"))
    words, rates = _part(response, "usage"), rates_of(model)
    if picture is None or not words:
        return None
    return (
        picture
        + rates["words_in"] * _count(words, "input_tokens")
        + rates["words_out"] * _count(words, "output_tokens")
    )


def billed_for_speech(model: str, usage: Any) -> Decimal | None:
    """The bill of a spoken text that tells its tokens; None where it tells none."""
    rates = rates_of(model)
    if not isinstance(usage, Mapping) or "audio_out" not in rates:
        return None
    return rates["text_in"] * _count(usage, "input_tokens") + rates["audio_out"] * _count(usage, "output_tokens")


def refusal(answer: Answer) -> ProviderError:
    """What an answer without success means. Status 429 alone does not tell "wait" from "out of money"."""
    body = answer.json()
    error = _part(body, "error") if isinstance(body, Mapping) else {}
    code, kind = str(error.get("code") or ""), str(error.get("type") or "")
    message = str(error.get("message") or "")
    if code in BLOCKED:
        return blocked(message)
    if code in NO_CREDIT or kind == "insufficient_quota":
        return NotConfigured(f"The account at {VENDOR} has no credit left, or reached its limit: {message[:200]}")
    if answer.status == 429:
        return Throttled(f"{VENDOR} is busy: {message[:200]}", retry_after_seconds=_wait(answer))
    if answer.status == 503 and "slow down" in message.lower():
        return Unavailable(f"{VENDOR} asks for fewer orders and did not take it.")
    return refusal_by_status(VENDOR, answer, message)


def blocked(message: str) -> ContentRefused:
    """The vendor's filter stopped it. It bills tokens of finished answers only, and a blocked one tells none."""
    return ContentRefused(f"{VENDOR}'s filter stopped it: {message.strip()[:300] or 'no reason was given'}")


def _wait(answer: Answer) -> float | None:
    exact = answer.header("retry-after-ms")
    if exact and exact.isdecimal():
        return int(exact) / 1000
    return retry_after(answer)


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, Mapping) else {}


def _count(value: Mapping[str, Any], name: str) -> int:
    count = value.get(name)
    return count if isinstance(count, int) else 0
