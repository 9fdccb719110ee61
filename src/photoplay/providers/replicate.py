"""Replicate: any public model by its slug. Orders are taken at once, asked for by id, and listed for an hour."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, Final

from pydantic import BaseModel, Field, SecretStr, ValidationError

from photoplay.core import clock
from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.ids import millis_of
from photoplay.core.settings import Settings
from photoplay.operations import find_operation
from photoplay.providers._adding import Adding, Description
from photoplay.providers._contract import (
    Absent,
    Callback,
    CannotTell,
    Delivery,
    Health,
    Input,
    Json,
    ModelCard,
    ModelState,
    Order,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.providers._data import rates_of
from photoplay.providers._dialect import Dialect, fields_of, files_of
from photoplay.providers._errors import (
    ContentRefused,
    Failed,
    Forged,
    Invalid,
    OutcomeUnknown,
    ProviderError,
    Throttled,
    Unavailable,
    Unreadable,
)
from photoplay.providers._files import data_url, form_file, mime_of
from photoplay.providers._replicate_cards import CARDS, CURATED, KEPT_SECONDS, VENDOR, described_card
from photoplay.providers._schema import Described, described, what_counts
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._signing import call_key, verify_standard
from photoplay.providers._wire import Wire, refusal_by_status, retry_after

INLINE_BYTES: Final = 256_000
"""Larger inputs are uploaded: replicate.com/docs, input files, read 2026-11-21."""
PAGES: Final = 20
SHORT_VERSION: Final = 12
USUAL_MIMES: Final = {"image": "image/webp", "video": "video/mp4", "audio": "audio/mpeg"}
_REFUSALS: Final = re.compile(r"nsfw|flagged as sensitive|\(E005\)|content polic|moderat|safety", re.IGNORECASE)
_PERCENT: Final = re.compile(r"(\d{1,3})%\|")
_RESETS: Final = re.compile(r"resets in ~?(\d+)")


class ReplicateAccess(ProviderSettings):
    """Access to Replicate."""

    sandbox_path: ClassVar[str] = "/replicate"
    address: str = Field(
        "https://api.replicate.com",
        validation_alias="REPLICATE_BASE_URL",
        description="Address of Replicate's API, without /v1.",
    )
    api_token: SecretStr = Field(
        SecretStr(""), validation_alias="REPLICATE_API_TOKEN", description="Token of Replicate, from its account page."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias="REPLICATE_WEBHOOK_SECRET",
        description="Secret (whsec_...) by which Replicate signs its calls; without one the hook's own secret is the proof.",
    )

    def missing(self) -> tuple[str, ...]:
        """Orders need the token alone."""
        return () if self.api_token.get_secret_value() else ("api_token",)


@dataclass(frozen=True)
class _Plan:
    """Where an order goes and how its model speaks."""

    path: str
    dialect: Dialect
    version: str | None = None


class Replicate:
    """Takes no key of ours; a lost answer is searched in the list by what was sent, if the model has a seed."""

    name = "replicate"
    settings = ReplicateAccess
    cards = CARDS
    adding = Adding("Its name there: owner/name, or owner/name:version", "lucataco/realistic-vision-v5.1")

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Sends the order; files above 256 kB are uploaded before."""
        wire = _wire(order.access, http)
        plan = await _plan(order, wire)
        sent = fields_of(order.params, plan.dialect) | await files_of(
            order, plan.dialect, partial(_address, order, wire)
        )
        body: dict[str, Json] = {"input": sent} | ({"version": plan.version} if plan.version else {})
        if order.webhook and (order.webhook.startswith("https:") or order.access.address.startswith("http:")):
            body |= {"webhook": order.webhook, "webhook_events_filter": ["start", "completed"]}
        answer = await wire.submit("POST", plan.path, json=body)
        return Ticket({"id": _read(answer).id})

    async def find(self, order: Order, http: Http) -> Ticket | Absent | CannotTell:
        """Searches what was ordered since the generation was made for the same fields with the same seed."""
        made_at = datetime.fromtimestamp(millis_of(order.id) / 1000, UTC)
        wire = _wire(order.access, http)
        plan = await _plan(order, wire)
        sought = fields_of(order.params, plan.dialect)
        if "seed" not in sought:
            return CannotTell()
        listed = await _listed(wire, made_at - timedelta(seconds=1))
        found = [one for one in listed or () if sought.items() <= (one.input or {}).items()]
        if len(found) == 1:
            return Ticket({"id": found[0].id})
        is_sure = listed is not None and not found and clock.now() - made_at < timedelta(seconds=KEPT_SECONDS)
        return Absent() if is_sure else CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look. A model's failure is no HTTP error but a status with a text."""
        answer = await _wire(order.access, http).look("GET", f"/v1/predictions/{ticket.reference['id']}")
        state = _read(answer)
        billed = _billed(state, order)
        match state.status:
            case "succeeded":
                return _delivery(state, order, billed)
            case "failed":
                raise _failure(state, Decimal(0) if billed is None and not _bills_seconds(order) else billed)
            case "aborted":
                raise Failed(f"{VENDOR} did not begin in time.", billed_usd=Decimal(0))
            case "canceled":
                raise Failed(f"{VENDOR} stopped it.", billed_usd=billed if state.started_at else Decimal(0))
            case "starting":
                return Waiting(word="Waiting for a machine")
            case _:
                told = _PERCENT.findall(state.logs or "")
                return Waiting(progress=min(99.0, float(told[-1])) if told else None, word="Working")

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Asks to stop; one that is over stays as it is."""
        await _wire(order.access, http).ask("POST", f"/v1/predictions/{ticket.reference['id']}/cancel", also_ok=(404,))

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks whose token it is."""
        said = (await _wire(access, http).ask("GET", "/v1/account")).json() or {}
        return Health(is_ok=True, message=f"The token is good: account {said.get('username', 'without a name')}.")

    def verify(
        self, headers: Mapping[str, str], body: bytes, access: ProviderSettings, *, secret: str, now: datetime
    ) -> Callback:
        """A call signed by Standard Webhooks. The body is the prediction."""
        signing = access.webhook_secret.get_secret_value() if isinstance(access, ReplicateAccess) else ""
        if signing:
            key = verify_standard(headers, body, secret=signing, now=now)
        else:
            key = headers.get("webhook-id") or call_key(body)
        try:
            return Callback(key, _Prediction.model_validate_json(body).id)
        except ValidationError as error:
            raise Forged("The call is about no prediction.") from error

    async def probe(self, access: ProviderSettings, http: Http) -> tuple[ModelState, ...]:
        """Whether each model with a card is still there."""
        wire = _wire(access, http)
        states = []
        for slug in CURATED:
            answer = await wire.ask("GET", f"/v1/models/{slug}", also_ok=(404,))
            states.append(ModelState(slug, is_listed=answer.is_ok))
        return tuple(states)

    async def describe(
        self, reference: str, given: Mapping[str, Json], access: ProviderSettings, http: Http
    ) -> Description:
        """Any public model: its settings are read from the schema of the version that is named, else of the latest."""
        description = await _described(reference.strip().removeprefix("https://replicate.com/"), _wire(access, http))
        self.card_of(description)
        return description

    def card_of(self, description: Description) -> ModelCard:
        """The card of a described model."""
        kept, told = description.document, _told(description.document)
        return described_card(
            description.model,
            str(kept["slug"]),
            str(kept["about"] or "A model on Replicate."),
            operations=told.operations,
            options=told.options,
            limits=told.limits,
            has_seed=told.dialect.names.get("seed", "seed") != "",
        )

    async def recent(
        self, since: datetime, access: ProviderSettings, http: Http
    ) -> tuple[tuple[str | None, Ticket], ...]:
        """What the account ordered since then; our order ids do not travel along."""
        listed = await _listed(_wire(access, http), since)
        return tuple((None, Ticket({"id": one.id})) for one in listed or ())


async def _plan(order: Order, wire: Wire) -> _Plan:
    """Raises `Invalid` for a model that has neither a card here nor was added."""
    slug, kept = order.model.partition(":")[2], order.described
    known = CURATED.get(slug)
    if kept:
        path, dialect = f"/v1/models/{kept['slug']}/predictions", _told(kept).dialect
        version = None if kept["is_official"] else f"{kept['slug']}:{kept['version']}"
        return _Plan("/v1/predictions" if version else path, dialect, version)
    if known is None:
        raise Invalid(f"{slug} has no card here: add it in Settings. Nothing was ordered.")
    if known.is_versioned:
        version = known.version or await _latest(slug, wire)
        return _Plan("/v1/predictions", known.dialect, f"{slug}:{version}")
    return _Plan(f"/v1/models/{slug}/predictions", known.dialect)


async def _latest(slug: str, wire: Wire) -> str:
    version = ((await _about(slug, wire)).get("latest_version") or {}).get("id")
    if not isinstance(version, str):
        raise Invalid(f"{VENDOR} has no version of {slug} to run. Nothing was ordered.")
    return version


async def _described(reference: str, wire: Wire) -> Description:
    """What is kept of a model: its schema, and the version that it belongs to. A named version stays the one that runs."""
    slug, _, version = reference.partition(":")
    about = await _about(slug, wire)
    chosen = await _about(f"{slug}/versions/{version}", wire) if version else about.get("latest_version") or {}
    document: dict[str, Json] = {
        "slug": slug,
        "version": chosen.get("id"),
        "is_official": bool(not version and (about.get("is_official") or not chosen.get("id"))),
        "about": re.sub(r"\s+", " ", str(about.get("description") or "")).strip()[:300],
        "example": (about.get("default_example") or {}).get("output"),
        "schema": what_counts(chosen.get("openapi_schema") or {}),
    }
    return Description(f"{slug}:{version[:SHORT_VERSION]}" if version else slug, document)


def _told(document: Mapping[str, Json]) -> Described:
    schema: Any = document["schema"]
    words = f"{document['slug']} {document['about']}"
    return described(schema, words=words, example=document["example"])


async def _about(path: str, wire: Wire) -> Mapping[str, Any]:
    if not re.fullmatch(r"[\w.-]+/[\w.-]+(/versions/[0-9a-f]{8,64})?", path):
        raise Invalid("A model of Replicate is named owner/name, or owner/name:version.")
    answer = await _before_ordering(wire, "GET", f"/v1/models/{path}", also_ok=(404,))
    said = answer.json()
    if answer.status == 404 or not isinstance(said, Mapping):
        raise Invalid(f"{VENDOR} has no model {path}.")
    return said


async def _address(order: Order, wire: Wire, given: Input) -> str:
    if given.size_bytes <= INLINE_BYTES:
        return await data_url(given, order.spool)
    form = [await form_file(given, order.spool, "content")]
    said = (await _before_ordering(wire, "POST", "/v1/files", form=form, timeout_seconds=300.0)).json() or {}
    url = (said.get("urls") or {}).get("get")
    if not isinstance(url, str):
        raise Unavailable(f"{VENDOR} took the input file and gives no address. Nothing was ordered.")
    return url


async def _before_ordering(wire: Wire, method: str, path: str, **more: Any) -> Answer:
    """A call before the order: whatever becomes of it, nothing was ordered."""
    try:
        return await wire.ask(method, path, **more)
    except OutcomeUnknown as error:
        raise Unavailable(f"{error.message} Nothing was ordered.") from error


async def _listed(wire: Wire, since: datetime) -> "list[_Prediction] | None":
    """What was ordered since then; None: there is more than we look through."""
    url: str | None = f"/v1/predictions?created_after={since.strftime('%Y-%m-%dT%H:%M:%S.%fZ')}"
    found: list[_Prediction] = []
    for _page in range(PAGES):
        said = (await wire.ask("GET", url)).json() if url else None
        if not isinstance(said, Mapping) or not isinstance(said.get("results"), list):
            raise Unreadable(f"{VENDOR} lists its orders in a way that we cannot read.")
        page = [_Prediction.model_validate(one) for one in said["results"]]
        found += [one for one in page if one.created_at is None or one.created_at >= since]
        url = said.get("next")
        if url is None or len(found) < len(page):
            return found
    return None


def _billed(state: "_Prediction", order: Order) -> Decimal | None:
    """By the second of a machine where that is what the model costs; else the price rule decides."""
    rate, seconds = rates_of(order.model).get("second"), (state.metrics or {}).get("predict_time")
    return None if rate is None or seconds is None else rate * Decimal(str(seconds))


def _bills_seconds(order: Order) -> bool:
    """Whether a machine's time is billed whatever comes of it, as with community models; at what rate is not told."""
    return bool(order.described) and not order.described["is_official"]


def _failure(state: "_Prediction", billed: Decimal | None) -> ProviderError:
    said = re.sub(r"\s+", " ", str(state.error or "without a reason")).strip()[:200].rstrip(".")
    if _REFUSALS.search(said):
        return ContentRefused(f"The model's filter stopped it: {said}.", billed_usd=billed)
    return Failed(f"The model failed: {said}.", billed_usd=billed)


def _delivery(state: "_Prediction", order: Order, billed: Decimal | None) -> Delivery:
    urls = _urls(state.output)
    if not urls and state.data_removed:
        raise Failed(f"{VENDOR} made it and has deleted it, as it does after an hour.", billed_usd=billed)
    if not urls:
        raise Unreadable(f"{VENDOR} says it is ready and gives no file.")
    usual = USUAL_MIMES[find_operation(order.operation).output.value]
    files = tuple(RemoteFile(url, mime_of(url, usual), expires_in_seconds=KEPT_SECONDS) for url in urls)
    facts: dict[str, Json] = {"version": state.version} if state.version not in (None, "hidden") else {}
    if isinstance((state.input or {}).get("seed"), int):
        facts["seed"] = (state.input or {})["seed"]
    return Delivery(files, billed, facts)


def _urls(output: Any) -> list[str]:
    """The addresses of an output: one, a list, or by name, where the first that is of a known kind counts."""
    if isinstance(output, Mapping):
        named = [output.get(name) for name in ("audio", "video", "image", "output", "files")]
        output = next((one for one in named if one), None)
    found = output if isinstance(output, list) else [output]
    return [one for one in found if isinstance(one, str) and one.startswith(("http://", "https://"))]


def _wire(access: ProviderSettings, http: Http) -> Wire:
    token = access.api_token.get_secret_value() if isinstance(access, ReplicateAccess) else ""
    return Wire(http, VENDOR, access.address, {"Authorization": f"Bearer {token}"}, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    body = answer.json()
    said = body if isinstance(body, Mapping) else {}
    detail = re.sub(r"\s+", " ", str(said.get("detail") or said.get("title") or ""))
    if answer.status == 429:
        resets = _RESETS.search(detail)
        seconds = retry_after(answer) or (float(resets[1]) if resets else None)
        return Throttled(f"{VENDOR} takes no more orders at this rate.", retry_after_seconds=seconds)
    if answer.status == 404:
        return Invalid(f"{VENDOR} does not have this: {detail or 'not found'}.")
    return refusal_by_status(VENDOR, answer, detail)


def provider(settings: Settings) -> Replicate:
    """The provider of this vendor."""
    return Replicate()


class _Prediction(BaseModel):
    id: str
    status: str = ""
    version: str | None = None
    input: dict[str, Any] | None = None
    output: Any = None
    error: Any = None
    logs: str | None = None
    metrics: dict[str, Any] | None = None
    data_removed: bool = False
    created_at: datetime | None = None
    started_at: datetime | None = None


def _read(answer: Answer) -> _Prediction:
    try:
        return _Prediction.model_validate(answer.json())
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error
