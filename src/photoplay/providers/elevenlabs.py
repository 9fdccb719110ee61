"""ElevenLabs: speech, music and sounds. The answer is the file; lost speech is found again in the account's history."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode

from pydantic import BaseModel, Field, SecretStr, ValidationError

from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.ids import millis_of
from photoplay.core.settings import Settings
from photoplay.providers._contract import (
    Absent,
    CannotTell,
    Delivery,
    Health,
    Json,
    LocalFile,
    ModelState,
    Order,
    Ticket,
    Voice,
)
from photoplay.providers._data import rates_of
from photoplay.providers._elevenlabs_cards import CARDS, VENDOR
from photoplay.providers._errors import ContentRefused, Invalid, NotConfigured, ProviderError, Throttled, Unreadable
from photoplay.providers._files import ending_of
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status, retry_after

ANSWER_SECONDS: Final = 900.0
"""Minutes of music are made while we wait."""
_LISTED: Final = 100
_VOICE_SETTINGS: Final = ("stability", "similarity_boost", "style", "speed", "use_speaker_boost")
_NO_CREDIT: Final = frozenset({"insufficient_credits", "quota_exceeded"})
_REFUSED: Final = frozenset({"bad_prompt", "bad_composition_plan", "content_policy_violation", "prohibited_content"})
_BUSY: Final = frozenset({"concurrent_limit_exceeded", "too_many_concurrent_requests"})


class ElevenLabs(ProviderSettings):
    """Access to ElevenLabs."""

    sandbox_path: ClassVar[str] = "/elevenlabs"
    address: str = Field(
        "https://api.elevenlabs.io",
        validation_alias="ELEVENLABS_BASE_URL",
        description="Address of ElevenLabs' API; some accounts live in a region of their own.",
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="ELEVENLABS_API_KEY", description="Key of ElevenLabs, from its settings."
    )


class ElevenLabsProvider:
    """Speech, music and sound effects, each in one request."""

    name = "elevenlabs"
    settings = ElevenLabs

    def __init__(self) -> None:
        self.cards = CARDS

    async def submit(self, order: Order, http: Http) -> Delivery:
        """Sends the order and waits for the sound, which goes straight into the order's folder."""
        form = str(order.params.get("output_format") or "mp3_44100_128")
        path = order.spool / f"sound.{ending_of(_mime(form))}"
        where = f"{_route(order)}?{urlencode({'output_format': form})}"
        answer = await _wire(order.access, http).submit(
            "POST", where, json=_body(order), to=path, timeout_seconds=ANSWER_SECONDS
        )
        told = {"request_id": answer.header("request-id"), "song_id": answer.header("song-id")}
        metadata: dict[str, Json] = {name: value for name, value in told.items() if value}
        return Delivery(
            (LocalFile(path, _mime(form)),), _billed(order.model, answer.header("character-cost")), metadata
        )

    async def find(self, order: Order, http: Http) -> Delivery | Absent | CannotTell:
        """Looks for the same text, voice and model in the history since the order was made. Music and sounds are not in it.

        Two that are the same cannot be told apart: then nobody can tell.
        """
        if order.operation != "text-to-speech":
            return CannotTell()
        since = millis_of(order.id) // 1000 - 60
        query = {"page_size": _LISTED, "voice_id": order.params.get("voice"), "date_after_unix": max(0, since)}
        page = _read(await _wire(order.access, http).ask("GET", f"/v1/history?{urlencode(query)}"), _History)
        mine = [item for item in page.history if _is_of(item, order)]
        if len(mine) == 1:
            return await self.check(Ticket({"history_item": mine[0].history_item_id}), order, http)
        return CannotTell() if mine or page.has_more else Absent()

    def ticket_for(self, number: str, order: Order) -> Ticket:
        """An item of the history; music and sounds are not in it."""
        if order.operation != "text-to-speech":
            raise Invalid(f"{VENDOR} keeps only speech in its history.")
        return Ticket({"history_item": number})

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Delivery:
        """Fetches what was said from the history; only speech has a ticket, and only after it was found."""
        item = quote(str(ticket.reference["history_item"]), safe="")
        wire = _wire(order.access, http)
        facts = _read(await wire.look("GET", f"/v1/history/{item}"), _Item)
        path = order.spool / f"sound.{ending_of(facts.content_type)}"
        await wire.look("GET", f"/v1/history/{item}/audio", to=path, timeout_seconds=300)
        credits = facts.character_count_change_to - facts.character_count_change_from
        billed = _billed(order.model, str(credits) if credits > 0 else None)
        return Delivery((LocalFile(path, facts.content_type),), billed, {"history_item": facts.history_item_id})

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """What is in the history is done."""

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for the subscription, which needs a good key."""
        answer = await _wire(access, http).ask("GET", "/v1/user/subscription")
        facts = answer.json() or {}
        used, limit = facts.get("character_count"), facts.get("character_limit")
        balance = f"{limit - used:,} of {limit:,} credits" if isinstance(used, int) and isinstance(limit, int) else None
        return Health(is_ok=True, message="The key is good.", balance=balance)

    async def probe(self, access: ProviderSettings, http: Http) -> tuple[ModelState, ...]:
        """Which of our speech models the vendor lists; it lists no models of music and sounds."""
        answer = (await _wire(access, http).ask("GET", "/v1/models")).json()
        if not isinstance(answer, list):
            raise Unreadable(f"{VENDOR} answered something that we cannot read.")
        listed = {str(one.get("model_id")) for one in answer if isinstance(one, Mapping)}
        names = [card.id.partition(":")[2] for card in CARDS if "text-to-speech" in card.operations]
        return tuple(ModelState(name, name in listed) for name in names)

    async def voices(self, access: ProviderSettings, http: Http) -> tuple[Voice, ...]:
        """The voices of the account: its own first, then those that every account has."""
        query = urlencode({"page_size": _LISTED})
        page = _read(await _wire(access, http).ask("GET", f"/v2/voices?{query}"), _Voices)
        ranked = sorted(page.voices, key=lambda one: one.category == "premade")
        return tuple(Voice(one.voice_id, one.short_name, one.about, one.preview_url) for one in ranked)

    async def recent(
        self, since: datetime, access: ProviderSettings, http: Http
    ) -> tuple[tuple[str | None, Ticket], ...]:
        """The speech made since then. Our order id does not travel along."""
        query = urlencode({"page_size": _LISTED, "date_after_unix": int(since.timestamp()), "source": "TTS"})
        page = _read(await _wire(access, http).ask("GET", f"/v1/history?{query}"), _History)
        return tuple((None, Ticket({"history_item": item.history_item_id})) for item in page.history)


def provider(settings: Settings) -> ElevenLabsProvider:
    """The provider of this vendor."""
    return ElevenLabsProvider()


def _route(order: Order) -> str:
    match order.operation:
        case "text-to-speech":
            return f"/v1/text-to-speech/{quote(str(order.params.get('voice')), safe='')}"
        case "text-to-music":
            return "/v1/music"
        case _:
            return "/v1/sound-generation"


def _body(order: Order) -> dict[str, Json]:
    params = {name: value for name, value in order.params.items() if value is not None and name != "output_format"}
    prompt, model = params.pop("prompt"), order.model.partition(":")[2]
    match order.operation:
        case "text-to-speech":
            params.pop("voice", None)
            voice: dict[str, Json] = {name: params.pop(name) for name in _VOICE_SETTINGS if name in params}
            return {"text": prompt, "model_id": model, **params, **({"voice_settings": voice} if voice else {})}
        case "text-to-music":
            length = round(1000 * float(str(params["duration_seconds"])))
            is_instrumental = bool(params.get("instrumental"))
            return {
                "prompt": prompt,
                "model_id": model,
                "music_length_ms": length,
                "force_instrumental": is_instrumental,
            }
        case _:
            return {"text": prompt, "model_id": model, **params}


def _is_of(item: "_Item", order: Order) -> bool:
    wanted = (order.params.get("prompt"), order.params.get("voice"), order.model.partition(":")[2])
    return (item.text, item.voice_id, item.model_id) == wanted and item.state in (None, "created", "ready")


def _mime(output_format: str) -> str:
    return "audio/wav" if output_format.startswith("wav") else "audio/mpeg"


def _billed(model: str, credits: str | None) -> Decimal | None:
    """Dollars for the credits that the vendor tells; None where it does not."""
    rate = rates_of(model).get("credit")
    if rate is None or credits is None or not credits.replace(".", "", 1).isdecimal():
        return None
    return Decimal(credits) * rate


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, ElevenLabs) else ""
    return Wire(http, VENDOR, access.address, {"xi-api-key": key}, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    body = answer.json()
    detail = body.get("detail") if isinstance(body, Mapping) else None
    if isinstance(detail, list):
        wrong = [f"{'.'.join(map(str, one.get('loc', ())[1:]))}: {one.get('msg', '')}" for one in detail]
        return Invalid(f"{VENDOR} refused it: {'; '.join(wrong)[:300]}.")
    facts = detail if isinstance(detail, Mapping) else {}
    code = str(facts.get("code") or facts.get("status") or "")
    said = str(facts.get("message") or detail or "").strip().rstrip(".")
    if code in _NO_CREDIT:
        return NotConfigured(f"The account at {VENDOR} has no credit left: {said}.")
    if code in _REFUSED:
        return ContentRefused(f"{VENDOR} refused these words: {said}.{_hint(facts)}")
    if code in _BUSY:
        return Throttled(f"{VENDOR} works on as much as this account may.", retry_after_seconds=retry_after(answer))
    if answer.status == 403:
        return NotConfigured(f"This account at {VENDOR} may not use it: {said}.")
    return refusal_by_status(VENDOR, answer, said)


def _hint(facts: Mapping[str, Any]) -> str:
    data = facts.get("data")
    hint = data.get("prompt_suggestion") if isinstance(data, Mapping) else None
    return f' It suggests: "{str(hint)[:300]}".' if hint else ""


class _Item(BaseModel):
    history_item_id: str
    voice_id: str | None = None
    model_id: str | None = None
    text: str | None = None
    state: str | None = None
    content_type: str = "audio/mpeg"
    character_count_change_from: int = 0
    character_count_change_to: int = 0


class _History(BaseModel):
    history: list[_Item]
    has_more: bool = False


class _Voice(BaseModel):
    voice_id: str = Field(max_length=80)
    name: str = ""
    category: str | None = None
    labels: dict[str, Any] | None = None
    preview_url: str | None = None

    @property
    def short_name(self) -> str:
        """ "Roger - Laid-back, casual" is called Roger."""
        return self.name.partition(" - ")[0].strip()[:120] or self.voice_id

    @property
    def about(self) -> str:
        """What the vendor says of it: "warm, British, middle aged"."""
        said = self.labels or {}
        words = [
            str(said[name]) for name in ("descriptive", "description", "accent", "age", "gender") if said.get(name)
        ]
        return ", ".join(words).replace("_", " ")[:200] or self.name.partition(" - ")[2].strip()[:200]


class _Voices(BaseModel):
    voices: list[_Voice]


def _read(answer: Answer, shape: type[Any]) -> Any:
    try:
        return shape.model_validate(answer.json())
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error
