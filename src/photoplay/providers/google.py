"""Google's Gemini API: pictures in one answer (generateContent), films, music and voices as interactions."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import Field, SecretStr

from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._contract import (
    Absent,
    Callback,
    CannotTell,
    Delivery,
    Health,
    Json,
    LocalFile,
    ModelState,
    Order,
    Ticket,
    Waiting,
)
from photoplay.providers._errors import (
    ContentRefused,
    Failed,
    Forged,
    Invalid,
    NotConfigured,
    ProviderError,
    Throttled,
    Unreadable,
)
from photoplay.providers._files import ending_of, json_of, save_base64
from photoplay.providers._google_cards import CARDS, VENDOR
from photoplay.providers._google_files import fetched, placed
from photoplay.providers._google_hooks import KEYS_PATH, read_keys, verify_token
from photoplay.providers._google_shapes import (
    Candidate,
    Content,
    Interaction,
    Models,
    Painted,
    bill_of_interaction,
    bill_of_picture,
    read_as,
)
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status, retry_after

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

ADDRESS: Final = "https://generativelanguage.googleapis.com"
PICTURE_SECONDS: Final = 300.0
NOT_TAKEN: Final = frozenset({503})
"""An overloaded Google bills nothing of a call that would answer with the result: ai.google.dev/gemini-api/docs/billing."""
WORDS: Final = {"text-to-music": "Composing", "text-to-speech": "Speaking"}
TASKS: Final = {
    "text-to-video": "text_to_video",
    "image-to-video": "image_to_video",
    "reference-to-video": "reference_to_video",
    "video-to-video": "edit",
    "extend-video": "extend",
}
MIMES: Final = {"audio/mp3": "audio/mpeg", "audio/ogg_opus": "audio/ogg"}
_POLICY: Final = re.compile(r"safety|policy|prohibited|blocked|blocklist|recitation|sensitive|violat", re.IGNORECASE)
_ACCOUNT: Final = re.compile(r"billing|location|region|country|free tier", re.IGNORECASE)


class GoogleAccess(ProviderSettings):
    """Access to Google's Gemini API."""

    sandbox_path: ClassVar[str] = "/google"
    address: str = Field(
        ADDRESS,
        validation_alias="GOOGLE_GEMINI_BASE_URL",
        description="Address of Google's Gemini API, without a version.",
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="GEMINI_API_KEY", description="Key of Google's Gemini API, from AI Studio."
    )


class Google:
    """Gemini's image, film, music and speech models. It takes no key of ours and lists no orders."""

    name = "google"
    settings = GoogleAccess

    def __init__(self) -> None:
        self.cards = CARDS
        self._keys: dict[str, RSAPublicNumbers] = {}

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Pictures and voices come with the answer; films and music are made in the background."""
        wire = _wire(order.access, http)
        media = await placed(wire, order)
        if order.operation in ("text-to-image", "image-to-image"):
            return await _paint(order, _wire(order.access, http, not_taken=NOT_TAKEN), media)
        await self._learn_keys(order, wire)
        body = _interaction(order, media)
        path = order.spool / "answer.json"
        answer = await wire.submit("POST", "/v1/interactions", json=body, large=path, timeout_seconds=PICTURE_SECONDS)
        said = read_as(Interaction, await json_of(answer))
        if body.get("background") and said.id:
            return Ticket({"id": said.id})
        outcome = await _outcome(order, wire, said)
        if isinstance(outcome, Waiting):
            raise Unreadable(f"{VENDOR} said that it is at work, and not on what.")
        return outcome

    async def find(self, order: Order, http: Http) -> Absent | CannotTell:
        """Google lists no interactions."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look; a finished film is fetched at once, as its address needs the key."""
        wire, path = _wire(order.access, http), order.spool / "answer.json"
        await self._learn_keys(order, wire)
        answer = await wire.look("GET", f"/v1/interactions/{ticket.reference['id']}", large=path)
        return await _outcome(order, wire, read_as(Interaction, await json_of(answer)))

    def verify(
        self, headers: Mapping[str, str], body: bytes, access: ProviderSettings, *, secret: str, now: datetime
    ) -> Callback:
        """A call about an interaction, signed by one of Google's public keys, which are read with the first order."""
        try:
            return verify_token(headers, body, keys=self._keys, now=now)
        except Forged:
            self._keys = {}  # Google may have new keys: they are read again with the next look
            raise

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Stops what runs in the background; what is over stays as it is."""
        path = f"/v1/interactions/{ticket.reference['id']}/cancel"
        await _wire(order.access, http).ask("POST", path, body=b"", also_ok=(400, 404, 409))

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Lists one model, which needs a good key and costs nothing."""
        await _wire(access, http).ask("GET", "/v1/models?pageSize=1")
        return Health(is_ok=True, message="The key is good.")

    async def probe(self, access: ProviderSettings, http: Http) -> tuple[ModelState, ...]:
        """Which of our models Google lists today."""
        answer = await _wire(access, http).ask("GET", "/v1/models?pageSize=1000")
        listed = {model.name.removeprefix("models/") for model in read_as(Models, answer.json()).models}
        names = (card.id.partition(":")[2] for card in self.cards)
        return tuple(ModelState(name, is_listed=name in listed) for name in names)

    async def _learn_keys(self, order: Order, wire: Wire) -> None:
        """Reads the keys by which Google signs, once; without them its calls are refused and orders are asked for."""
        if order.webhook and not self._keys:
            try:
                self._keys = read_keys((await wire.ask("GET", KEYS_PATH)).json())
            except ProviderError:
                return


async def _paint(order: Order, wire: Wire, media: Mapping[int, tuple[str, str]]) -> Delivery:
    path, model = order.spool / "answer.json", order.model.partition(":")[2]
    answer = await wire.submit(
        "POST",
        f"/v1/models/{model}:generateContent",
        json=_picture(order, media),
        large=path,
        timeout_seconds=PICTURE_SECONDS,
    )
    said = read_as(Painted, await json_of(answer))
    billed = bill_of_picture(order.model, said)
    candidate = said.candidates[0] if said.candidates else Candidate()
    images = [part.inline_data for part in candidate.content.parts if part.inline_data and not part.thought]
    if not images:
        raise _no_picture(said, candidate, billed)
    file = await save_base64(order, images[-1].data, images[-1].mime_type)
    return Delivery((file,), billed, {"response": said.response_id, "model_version": said.model_version})


def _no_picture(said: Painted, candidate: Candidate, billed: Decimal | None) -> ProviderError:
    """Google answers 200 also when its filter keeps the picture back."""
    if said.prompt_feedback.get("blockReason"):
        return ContentRefused(f"{VENDOR} refused these words or pictures. Say it in another way.", billed_usd=billed)
    if candidate.finish_reason in ("NO_IMAGE", "IMAGE_OTHER", "OTHER", "STOP", "MAX_TOKENS", "MALFORMED_FUNCTION_CALL"):
        words = " ".join(part.text for part in candidate.content.parts if part.text and not part.thought).strip()
        answer = f' It said: "{words[:200]}"' if words else ""
        return Failed(f"{VENDOR} answered without a picture.{answer} Ask for it more plainly.", billed_usd=billed)
    why = f" ({candidate.finish_message[:200]})" if candidate.finish_message else ""
    return ContentRefused(f"{VENDOR}'s filter kept the picture back{why}. Say it in another way.", billed_usd=billed)


def _picture(order: Order, media: Mapping[int, tuple[str, str]]) -> dict[str, Json]:
    """The request for a picture. The first input is the one to be edited, the others are to draw from."""
    params = order.params
    parts: list[Json] = [{"text": str(params["prompt"])}]
    for place, (way, value) in sorted(media.items(), key=lambda one: order.inputs[one[0]].role != "source"):
        mime = order.inputs[place].mime
        parts.append(
            {"inlineData": {"mimeType": mime, "data": value}}
            if way == "data"
            else {"fileData": {"mimeType": mime, "fileUri": value}}
        )
    image = _given(
        aspectRatio=params.get("aspect"), imageSize=_image_size(order), personGeneration=params.get("person_generation")
    )
    config: dict[str, Json] = {"responseModalities": ["IMAGE"]}
    config |= {"imageConfig": image} if image else {}
    level = params.get("thinking_level")
    config |= {"thinkingConfig": {"thinkingLevel": level}} if level else {}
    return {"contents": [{"role": "user", "parts": parts}], "generationConfig": config}


def _image_size(order: Order) -> Json:
    """512, 1K, 2K or 4K; None for a model of one size, which does not know the field."""
    if order.operation == "image-to-image":
        return order.params.get("edit_size")
    card = next(card for card in CARDS if card.id == order.model)
    size = order.params.get("size")
    if len(card.limits["text-to-image"].sizes) < 2 or not isinstance(size, int):
        return None
    return "512" if size < 1024 else f"{size // 1024}K"


def _interaction(order: Order, media: Mapping[int, tuple[str, str]]) -> dict[str, Json]:
    """The request for a film, music or a voice. `labels` are for the eyes in Google's console; they cannot be searched."""
    body: dict[str, Json] = {"model": order.model.partition(":")[2], "labels": {"order": order.id.lower()[:63]}}
    match order.operation:
        case "text-to-speech":
            return {**body, **_speech(order), "store": False}
        case "text-to-music":
            body |= {"input": _song(order)}
        case _:
            body |= _film(order, media)
    if order.webhook:
        body["webhook_config"] = {"uris": [order.webhook], "user_metadata": {"order": order.id}}
    return {**body, "background": True, "store": True}


def _speech(order: Order) -> dict[str, Json]:
    voice = _given(voice=order.params.get("voice"), language=order.params.get("language"))
    body: dict[str, Json] = {
        "input": str(order.params["prompt"]),
        "response_format": {"type": "audio", "mime_type": "audio/wav", "sample_rate": 24000},
    }
    return {**body, "generation_config": {"speech_config": {"speakers": [voice]}}} if voice else body


def _song(order: Order) -> str:
    """Lyria takes the length of a song as words; a clip is always 30 seconds."""
    prompt, seconds = str(order.params["prompt"]), order.params.get("duration_seconds")
    wishes_length = "clip" not in order.model and isinstance(seconds, int | float)
    return f"{prompt}\n\nLength: about {seconds:g} seconds." if wishes_length else prompt


def _film(order: Order, media: Mapping[int, tuple[str, str]]) -> dict[str, Json]:
    params = order.params
    kinds = {"source": 0, "last": 1, "reference": 2}
    content: list[Json] = [{"type": "text", "text": str(params["prompt"])}] if params.get("prompt") else []
    for place, (way, value) in sorted(media.items(), key=lambda one: kinds.get(order.inputs[one[0]].role, 3)):
        mime = order.inputs[place].mime
        content.append({"type": mime.partition("/")[0], way: value, "mime_type": mime})
    begins_with_film = order.operation in ("video-to-video", "extend-video")
    length, size = params.get("duration_seconds"), params.get("edit_size" if begins_with_film else "size")
    sizes = {"2160p": "4k"}
    form = _given(
        type="video",
        delivery="uri",
        aspect_ratio=params.get("aspect"),
        resolution=sizes.get(str(size), size),
        duration=f"{length:g}s" if isinstance(length, int | float) else None,
    )
    config = _given(video_config={"task": TASKS[order.operation]}, seed=params.get("seed"))
    return {"input": content, "response_format": form, "generation_config": config}


async def _outcome(order: Order, wire: Wire, said: Interaction) -> Waiting | Delivery:
    """What an interaction has come to. Media that is there is delivered, whatever the word for its state."""
    billed = bill_of_interaction(order.model, said)
    match said.status:
        case "completed" | "incomplete" | "budget_exceeded":
            found = said.media("video" if order.operation.endswith("video") else "audio")
            if found is not None:
                return await _delivery(order, wire, found, billed)
            raise ContentRefused(
                f"{VENDOR} made nothing of it, as its filter does. Say it in another way.", billed_usd=billed
            )
        case "failed":
            why = said.why()
            kind = ContentRefused if _POLICY.search(why) else Failed
            raise kind(f"{VENDOR} could not make it{': ' + why if why else ''}.", billed_usd=billed or Decimal(0))
        case "cancelled":
            raise Failed(f"{VENDOR} cancelled it.", billed_usd=billed)
        case "requires_action" | "requires_continuation":
            raise Failed(f"{VENDOR} asks something back, which this studio cannot answer.", billed_usd=billed)
        case _:
            return Waiting(word=WORDS.get(order.operation, "Filming"))


async def _delivery(order: Order, wire: Wire, found: Content, billed: Decimal | None) -> Waiting | Delivery:
    told = found.mime_type or ("audio/mp3" if found.type == "audio" else "video/mp4")
    mime = MIMES.get(told, told)
    if found.data:
        return Delivery((await save_base64(order, found.data, mime),), billed)
    path = order.spool / f"result.{ending_of(mime)}"
    if not await fetched(wire, str(found.uri), path):
        return Waiting(word="Packing")
    return Delivery((LocalFile(path, mime),), billed)


def _given(**fields: Any) -> dict[str, Json]:
    """What is set: Google wants unset fields to be absent."""
    return {name: value for name, value in fields.items() if value is not None}


def _wire(access: ProviderSettings, http: Http, *, not_taken: frozenset[int] = frozenset()) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, GoogleAccess) else ""
    hosts = ("generativelanguage.googleapis.com",)
    return Wire(
        http, VENDOR, access.address, {"x-goog-api-key": key}, lambda answer: _refusal(answer, not_taken), hosts
    )


def _refusal(answer: Answer, not_taken: frozenset[int]) -> ProviderError:
    """Both of Google's forms of an error: numeric codes with details, and codes in words (interactions)."""
    body = answer.json()
    error = body.get("error") if isinstance(body, Mapping) else None
    error = error if isinstance(error, Mapping) else {}
    message, details = str(error.get("message") or ""), error.get("details") or []
    said = message.strip().rstrip(".")[:300]
    word = str(error.get("status") or error.get("code") or "").upper()
    match answer.status:
        case 400 if any(isinstance(one, Mapping) and one.get("reason") == "API_KEY_INVALID" for one in details):
            return NotConfigured(f"{VENDOR} refused the key: {said}.")
        case 400 if word == "FAILED_PRECONDITION" and _ACCOUNT.search(message):
            return NotConfigured(f"The account at {VENDOR} cannot be used: {said}.")
        case 404:
            return Invalid(f"{VENDOR} does not have this model any more, or not for this account: {said}.")
        case 429:
            return Throttled(f"{VENDOR} is busy: {said}.", retry_after_seconds=_pause(details) or retry_after(answer))
        case _:
            return refusal_by_status(VENDOR, answer, message, not_taken=not_taken)


def _pause(details: list[Any]) -> float | None:
    """Seconds of a `RetryInfo`, such as "37s"."""
    told = next((one["retryDelay"] for one in details if isinstance(one, Mapping) and "retryDelay" in one), "")
    return float(told[:-1]) if re.fullmatch(r"\d+(\.\d+)?s", str(told)) else None


def provider(settings: Settings) -> Google:
    """The provider of this vendor."""
    return Google()
