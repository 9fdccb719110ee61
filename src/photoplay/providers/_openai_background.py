"""Pictures made in the background by OpenAI's Responses API: taken at once, asked for later, stopped on demand."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from photoplay.core.calls import Answer
from photoplay.providers._contract import Delivery, Order, Ticket, Waiting
from photoplay.providers._errors import Failed, Unreadable
from photoplay.providers._files import data_url, inputs_of, json_of, save_base64
from photoplay.providers._openai_bill import BLOCKED, billed_for_response, blocked
from photoplay.providers._openai_cards import BACKGROUND, VENDOR
from photoplay.providers._wire import Wire

CREATE_SECONDS: Final = 60.0
_NOT_SENT: Final = frozenset({"prompt", "aspect", "seed", "size"})


async def begin(order: Order, wire: Wire, *, size: str, words_model: str) -> Ticket:
    """Sends the order; the ticket is the response's id. Our order id travels along in its metadata."""
    answer = await wire.submit(
        "POST", "/responses", json=await _body(order, size, words_model), timeout_seconds=CREATE_SECONDS
    )
    taken = answer.json()
    if not isinstance(taken, Mapping) or not isinstance(taken.get("id"), str):
        raise Unreadable(f"{VENDOR} took the order and gave no id.")
    return Ticket({"id": taken["id"]})


async def look(ticket: Ticket, order: Order, wire: Wire) -> Waiting | Delivery:
    """One look. Raises `ContentRefused` and `Failed` with what was billed, and `Forgotten`."""
    path = order.spool / "response.json"
    answer = await wire.look("GET", f"/responses/{ticket.reference['id']}", large=path, timeout_seconds=120)
    response = await json_of(answer)
    if not isinstance(response, Mapping):
        raise Unreadable(f"{VENDOR} answered something that we cannot read.")
    match response.get("status"):
        case "queued":
            return Waiting(word="Waiting for its turn")
        case "in_progress":
            return Waiting(word="Painting")
        case "completed":
            return await _delivery(response, order)
        case "cancelled":
            raise Failed(f"Cancelled at {VENDOR}.", billed_usd=_billed(order, response) or Decimal(0))
        case _:
            raise _failure(response, order)


async def stop(ticket: Ticket, wire: Wire) -> Answer:
    """Asks to stop; what is over already stays as it is."""
    return await wire.ask("POST", f"/responses/{ticket.reference['id']}/cancel", also_ok=(400, 404, 409))


async def _body(order: Order, size: str, words_model: str) -> dict[str, Any]:
    params = {name: value for name, value in order.params.items() if value is not None and name not in _NOT_SENT}
    tool: dict[str, Any] = {
        **params,
        "type": "image_generation",
        "model": order.model.partition(":")[2].removesuffix(BACKGROUND),
        "size": size,
        "action": "edit" if order.inputs else "generate",
    }
    if params.get("output_format") not in ("jpeg", "webp"):
        tool.pop("output_compression", None)
    pictures = (*inputs_of(order, "source"), *inputs_of(order, "reference"))
    content: list[Any] = [
        {"type": "input_text", "text": str(order.params.get("prompt", ""))},
        *[
            {"type": "input_image", "detail": "auto", "image_url": await data_url(given, order.spool)}
            for given in pictures
        ],
    ]
    for mask in inputs_of(order, "mask"):
        tool["input_image_mask"] = {"image_url": await data_url(mask, order.spool)}
    return {
        "model": words_model,
        "background": True,
        "store": True,
        "input": [{"role": "user", "content": content}],
        "tools": [tool],
        "tool_choice": {"type": "image_generation"},
        "metadata": {"order": order.id},
    }


async def _delivery(response: Mapping[str, Any], order: Order) -> Delivery:
    call = _call_of(response)
    if call is None:
        words = f"{VENDOR} answered in words instead of a picture."
        raise Failed(words, billed_usd=_billed(order, response))
    if not isinstance(call.get("result"), str):
        raise _failure(response, order)
    mime = f"image/{call.get('output_format') or order.params.get('output_format') or 'png'}"
    file = await save_base64(order, call["result"], mime)
    noted = {name: call[name] for name in ("revised_prompt", "size", "quality") if isinstance(call.get(name), str)}
    return Delivery((file,), _billed(order, response), noted)


def _failure(response: Mapping[str, Any], order: Order) -> Exception:
    call = _call_of(response) or {}
    error = call.get("error") or response.get("error") or response.get("incomplete_details") or {}
    message = str(error.get("message") or error.get("reason") or "no reason was given")
    if error.get("code") in BLOCKED:
        return blocked(message)
    return Failed(f"{VENDOR} could not make it: {message[:300]}", billed_usd=_billed(order, response) or Decimal(0))


def _call_of(response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    output = response.get("output")
    items = output if isinstance(output, list) else []
    return next((item for item in items if item.get("type") == "image_generation_call"), None)


def _billed(order: Order, response: Mapping[str, Any]) -> Decimal | None:
    return billed_for_response(order.model, response)
