"""Kling as it speaks: an envelope around everything, tasks that are also found by their customer's id, unsigned calls."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.book import Job
from photoplay.sandbox.deliveries import deliver, is_gone
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "kling"
PATH: Final = "/kling"
SECRET: Final = "sandbox"  # noqa: S105 - the made-up key of every simulated account
KEPT_SECONDS: Final = 30 * 24 * 3600.0
MOST_REFERENCES: Final = 7
WORK_SECONDS: Final = {"images": 3.0, "videos": 10.0}
_ROUTES: Final = ("videos/text2video", "videos/image2video", "videos/omni-video", "images/generations")
_FIELDS: Final = {"model_name", "prompt", "negative_prompt", "aspect_ratio", "callback_url", "external_task_id"}
_MORE: Final = {
    "videos/text2video": {"cfg_scale", "mode", "duration", "sound", "camera_control"},
    "videos/image2video": {"cfg_scale", "mode", "duration", "sound", "image", "image_tail", "static_mask"},
    "videos/omni-video": {"mode", "duration", "sound", "image_list", "video_list", "element_list", "multi_shot"},
    "images/generations": {"n", "image", "image_reference", "image_fidelity", "human_fidelity", "resolution"},
}
_A_SECOND: Final = {
    ("kling-v3", "std"): ("0.084", "0.126"),
    ("kling-v3", "pro"): ("0.112", "0.168"),
    ("kling-v3-omni", "std"): ("0.084", "0.112"),
    ("kling-v3-omni", "pro"): ("0.112", "0.14"),
    ("kling-v2-6", "pro"): ("0.07", "0.14"),
    ("kling-v2-5-turbo", "pro"): ("0.07", "0.07"),
}
"""Dollars a second without and with sound."""
_IMAGE_USD: Final = Decimal("0.028")


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    kling = _Kling(world)
    return [
        Route("/account/costs", kling.costs),
        Route("/output/{task}.{ending}", kling.output),
        Route("/v1/{kind}/{name}", kling.create, methods=["POST"]),
        Route("/v1/{kind}/{name}", kling.list_tasks, methods=["GET"]),
        Route("/v1/{kind}/{name}/{task}", kling.task),
    ]


class _Kling:
    def __init__(self, world: World) -> None:
        self._world = world

    async def create(self, request: Request) -> Response:
        world, route = self._world, _route(request)
        refused = _refused(request) or await world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        if route not in _ROUTES:
            return _error(404, 1202, "The requested method is invalid")
        body = await request.json()
        wrong = _wrong(route, body)
        external = body.get("external_task_id")
        if external and world.book.by_reference(VENDOR, external):
            wrong = "external_task_id already exists"
        if wrong:
            return _error(400, 1201, wrong)
        job = _take(world, route, body)
        if body.get("callback_url"):
            self._call_back(job, body["callback_url"])
        return await world.answer(VENDOR, _envelope(_told(world, job)), _trouble)

    def _call_back(self, job: Job, url: str) -> None:
        body = json.dumps(_told(self._world, job, is_over=True)).encode()
        self._world.webhooks.send(VENDOR, url, body, lambda _body: {}, in_seconds=job.seconds)

    async def task(self, request: Request) -> Response:
        refused = _refused(request)
        if refused is not None:
            return refused
        if self._world.faults.take(VENDOR, "check-error"):
            return _error(500, 5000, "Server internal error")
        asked = request.path_params["task"]
        job = self._world.book.find(VENDOR, asked) or self._world.book.by_reference(VENDOR, asked)
        if job is None or job.facts["route"] != _route(request):
            return _error(404, 1203, "The requested resource does not exist")
        return _envelope(_told(self._world, job))

    async def list_tasks(self, request: Request) -> Response:
        refused = _refused(request)
        if refused is not None:
            return refused
        page, size = int(request.query_params.get("pageNum", 1)), int(request.query_params.get("pageSize", 30))
        jobs = [job for job in self._world.book.recent(VENDOR, 0, most=1000) if job.facts["route"] == _route(request)]
        return _envelope([_told(self._world, job) for job in jobs[(page - 1) * size : page * size]])

    async def output(self, request: Request) -> Response:
        job = self._world.book.find(VENDOR, request.path_params["task"])
        if job is None or is_gone(self._world, job, KEPT_SECONDS):
            return Response(status_code=403)
        return await deliver(self._world, job)

    async def costs(self, request: Request) -> Response:
        if not {"start_time", "end_time"} <= set(request.query_params):
            return _refused(request) or _error(400, 1200, "start_time and end_time are required")
        pack = {"resource_pack_name": "Video", "total_quantity": 1000, "remaining_quantity": 812.5, "status": "online"}
        told = {"code": 0, "msg": "success", "resource_pack_subscribe_infos": [pack]}
        return _refused(request) or _envelope(told)


def _take(world: World, route: str, body: Mapping[str, Any]) -> Job:
    is_film = route.startswith("videos")
    model, mode = body["model_name"], body.get("mode", "std")
    seconds = float(body.get("duration", 5))
    lines = 1080 if mode == "pro" else 720
    if is_film:
        cost = Decimal(_A_SECOND[model, mode][body.get("sound") == "on"]) * Decimal(str(seconds))
        size = _frame(body.get("aspect_ratio") or "16:9", lines, is_shorter=True)
    else:
        cost = _IMAGE_USD
        size = _frame(body.get("aspect_ratio") or "16:9", 2048 if body.get("resolution") == "2k" else 1024)
    facts = {
        "route": route,
        "mime": "video/mp4" if is_film else "image/png",
        "size": size,
        "seconds": seconds,
        "has_sound": body.get("sound") == "on",
        "external": body.get("external_task_id"),
    }
    work = WORK_SECONDS[route.partition("/")[0]]
    own, reference = str(secrets.randbits(60)), body.get("external_task_id")
    return world.take(VENDOR, model, seconds=work, cost_usd=cost, job_id=own, reference=reference, facts=facts)


def _frame(aspect: str, edge: int, *, is_shorter: bool = False) -> tuple[int, int]:
    across, down = (int(part) for part in aspect.split(":"))
    scale = edge / (min(across, down) if is_shorter else max(across, down))
    return round(across * scale / 2) * 2, round(down * scale / 2) * 2


def _told(world: World, job: Job, *, is_over: bool = False) -> dict[str, Any]:
    made_at = round(job.made_at * 1000)
    told: dict[str, Any] = {
        "task_id": job.id,
        "task_status_msg": "",
        "task_info": {"external_task_id": job.facts["external"]} if job.facts["external"] else {},
        "created_at": made_at,
        "updated_at": made_at + round(job.seconds * 1000),
    }
    if not (is_over or job.is_over):
        return {**told, "task_status": "submitted" if job.progress < 0.2 else "processing"}
    match job.outcome:
        case "succeeded":
            return {**told, "task_status": "succeed", "task_result": _result(world, job)}
        case "refused-content":
            return {**told, "task_status": "failed", "task_status_msg": "Failure to pass the risk control system"}
        case _:
            return {**told, "task_status": "failed", "task_status_msg": "Internal error, please try again"}


def _result(world: World, job: Job) -> dict[str, Any]:
    ending = job.facts["mime"].partition("/")[2]
    url = f"{world.url}{PATH}/output/{job.id}.{ending}"
    if ending == "mp4":
        return {"videos": [{"id": job.id, "url": url, "duration": f"{job.facts['seconds']:g}"}]}
    return {"images": [{"index": 0, "url": url}]}


def _wrong(route: str, body: Mapping[str, Any]) -> str:
    unknown = sorted(set(body) - _FIELDS - _MORE[route])
    if unknown:
        return f"Unknown parameter: {unknown[0]}"
    if "prompt" not in body and "image" not in body:
        return "prompt is required"
    if route == "videos/omni-video" and (wrong := _wrong_references(body)):
        return wrong
    if any(
        str(body.get(name, "")).startswith("data:") or not _is_base64(body.get(name))
        for name in ("image", "image_tail")
    ):
        return "image must be a URL or base64 without prefix"
    if route.startswith("videos") and not isinstance(body.get("duration", "5"), str):
        return "duration must be a string"
    if route.startswith("videos") and (body.get("model_name"), body.get("mode", "std")) not in _A_SECOND:
        return "model_name or mode is invalid"
    return "" if len(body.get("prompt", "")) <= 2500 else "prompt is too long"


def _wrong_references(body: Mapping[str, Any]) -> str:
    """Pictures without a type are to draw from; the words call each by its number."""
    if body.get("model_name") not in ("kling-v3-omni", "kling-video-o1"):
        return "model_name is invalid"
    pictures = body.get("image_list", [])
    if len(pictures) > MOST_REFERENCES or not all(_is_base64(one.get("image_url")) for one in pictures):
        return "image_list is invalid"
    called = {int(number) for number in re.findall(r"<<<image_(\d+)>>>", body.get("prompt", ""))}
    if called - set(range(1, len(pictures) + 1)):
        return "prompt calls an image that is not in image_list"
    has_first = any(one.get("type") == "first_frame" for one in pictures)
    return "" if has_first or "aspect_ratio" in body else "aspect_ratio is required"


def _is_base64(value: str | None) -> bool:
    if value is None or value.startswith("https://"):
        return True
    try:
        return bool(base64.b64decode(value, validate=True))
    except binascii.Error:
        return False


def _route(request: Request) -> str:
    return f"{request.path_params['kind']}/{request.path_params['name']}"


def _refused(request: Request) -> Response | None:
    """Checks the token as Kling does: its signature, its time, and that it is there at all."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    head, _, rest = token.partition(".")
    claims, _, signature = rest.partition(".")
    if not signature:
        return _error(401, 1001, "Authorization is empty")
    expected = hmac.digest(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256)
    if not hmac.compare_digest(base64.urlsafe_b64encode(expected).rstrip(b"="), signature.encode()):
        return _error(401, 1002, "Authorization is not valid")
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    now = time.time()  # noqa: TID251 - the vendor's own clock
    if told["nbf"] > now:
        return _error(401, 1003, "Authorization is not yet valid")
    return _error(401, 1004, "Authorization has expired") if told["exp"] < now else None


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "throttled":
            answer = _error(429, 1303, "Parallel task over resource pack limit")
            answer.headers["Retry-After"] = f"{seconds:g}"
            return answer
        case "no-credit":
            return _error(429, 1102, "Resource pack depleted or expired")
        case "bad-key":
            return _error(401, 1002, "Authorization is not valid")
        case "server-error":
            return _error(500, 5000, "Server internal error")


def _envelope(data: Any) -> Response:
    return JSONResponse({"code": 0, "message": "SUCCEED", "request_id": secrets.token_hex(8), "data": data})


def _error(status: int, code: int, message: str) -> Response:
    return JSONResponse({"code": code, "message": message, "request_id": secrets.token_hex(8)}, status)
