"""Pexels as it speaks: searches by words with a limit an hour, and files at addresses of their own. Nothing is charged."""

import zlib
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.answers import Cut
from photoplay.sandbox.world import Trouble, World

VENDOR: Final = "pexels"
PATH: Final = "/pexels"
AN_HOUR: Final = 200
_FOUND: Final = 400
_ORIENTATIONS: Final = {"landscape": (1920, 1280), "portrait": (1280, 1920), "square": (1600, 1600)}
_FILMS: Final = {"landscape": (16, 9), "portrait": (9, 16), "square": (1, 1)}
_LEAST_LINES: Final = {"large": 2160, "medium": 1080, "small": 720}
_PAGE: Final = "https://www.pexels.com"


def routes(world: World) -> list[BaseRoute]:
    """Its API."""
    pexels = _Pexels(world)
    return [
        Route("/v1/search", pexels.photos),
        Route("/v1/curated", pexels.photos),
        Route("/videos/search", pexels.films),
        Route("/v1/videos/search", pexels.films),
        Route("/photos/{width:int}x{height:int}/{name}", pexels.photo_file),
        Route("/video-files/{width:int}x{height:int}/{name}", pexels.film_file),
    ]


class _Pexels:
    def __init__(self, world: World) -> None:
        self._world = world
        self._asked = 0

    async def photos(self, request: Request) -> Response:
        refused = await self._refused(request)
        if refused is not None:
            return refused
        numbers, page = _numbers(request.query_params)
        size = _ORIENTATIONS[request.query_params.get("orientation", "landscape")]
        photos = [self._photo(number, size, request.query_params.get("query", "")) for number in numbers]
        return await self._answer({**page, "photos": photos})

    async def films(self, request: Request) -> Response:
        refused = await self._refused(request)
        if refused is not None:
            return refused
        numbers, page = _numbers(request.query_params)
        shape = _FILMS[request.query_params.get("orientation", "landscape")]
        least = _LEAST_LINES[request.query_params.get("size", "small")]
        return await self._answer({**page, "videos": [self._film(number, shape, least) for number in numbers]})

    async def photo_file(self, request: Request) -> Response:
        width, height, name = (request.path_params[part] for part in ("width", "height", "name"))
        wrong = self._wrong_file()
        if wrong is not None:
            return wrong
        return Response(await self._world.stock.picture(width, height, "image/jpeg", name), media_type="image/jpeg")

    async def film_file(self, request: Request) -> Response:
        width, height, name = (request.path_params[part] for part in ("width", "height", "name"))
        wrong = self._wrong_file()
        if wrong is not None:
            return wrong
        return Response(await self._world.stock.film(width, height, 2, name), media_type="video/mp4")

    def _wrong_file(self) -> Response | None:
        if self._world.faults.take(VENDOR, "file-expired"):
            return Response(status_code=404)
        return Cut() if self._world.faults.take(VENDOR, "file-cut") else None

    async def _refused(self, request: Request) -> Response | None:
        if not request.headers.get("authorization"):
            return _trouble("bad-key", 0)
        refused = await self._world.gate(VENDOR, _trouble)
        if refused is not None:
            return refused
        query = request.query_params
        if request.url.path.endswith("search") and not query.get("query"):
            return JSONResponse({"status": 400, "code": "Bad Request", "error": "No query given"}, 400)
        if query.get("orientation", "landscape") not in _ORIENTATIONS or query.get("size", "small") not in _LEAST_LINES:
            return JSONResponse({"status": 400, "code": "Bad Request", "error": "Invalid parameter"}, 400)
        self._asked += 1
        return _trouble("throttled", 60) if self._asked > AN_HOUR else None

    async def _answer(self, body: Mapping[str, Any]) -> Response:
        left = {"X-Ratelimit-Limit": "20000", "X-Ratelimit-Remaining": str(20_000 - self._asked)}
        answer = JSONResponse(dict(body), headers={**left, "X-Ratelimit-Reset": "1798761600"})
        return await self._world.answer(VENDOR, answer, _trouble)

    def _photo(self, number: int, size: tuple[int, int], words: str) -> dict[str, Any]:
        original = f"{self._world.url}{PATH}/photos/{size[0]}x{size[1]}/pexels-photo-{number}.jpeg"
        names = ("original", "large2x", "large", "medium", "small", "portrait", "landscape", "tiny")
        return {
            "id": number,
            "width": size[0],
            "height": size[1],
            "url": f"{_PAGE}/photo/{number}/",
            "photographer": f"Photographer {number % 97}",
            "photographer_url": f"{_PAGE}/@photographer-{number % 97}",
            "photographer_id": number % 97,
            "avg_color": "#5D6C72",
            "src": dict.fromkeys(names, original),
            "liked": False,
            "alt": f"A photograph of {words}" if words else "",
        }

    def _film(self, number: int, shape: tuple[int, int], least: int) -> dict[str, Any]:
        sizes = [(_edge(shape[0], lines, shape), _edge(shape[1], lines, shape)) for lines in (360, 720, 1080, 2160)]
        files = [
            {
                "id": number * 10 + place,
                "quality": "hd" if min(size) >= 720 else "sd",
                "file_type": "video/mp4",
                "width": size[0],
                "height": size[1],
                "fps": 25.0,
                "link": f"{self._world.url}{PATH}/video-files/{size[0]}x{size[1]}/{number}-{size[0]}.mp4",
            }
            for place, size in enumerate(sizes)
        ]
        largest = max((size for size in sizes if min(size) >= least), key=min)
        return {
            "id": number,
            "width": largest[0],
            "height": largest[1],
            "url": f"{_PAGE}/video/{number}/",
            "image": f"{_PAGE}/video/{number}/preview.jpeg",
            "duration": 2,
            "user": {"id": number % 97, "name": f"Filmer {number % 97}", "url": f"{_PAGE}/@filmer-{number % 97}"},
            "video_files": files,
            "video_pictures": [],
        }


def _numbers(query: Mapping[str, str]) -> tuple[list[int], dict[str, Any]]:
    """The same words find the same files. "nothing" finds none, and "rare" finds two."""
    words = query.get("query", "")
    total = 0 if "nothing" in words else 2 if "rare" in words else _FOUND
    size, page = min(80, int(query.get("per_page", 15))), int(query.get("page", 1))
    first = zlib.crc32(words.encode()) % 10_000_000
    places = range(min(total, (page - 1) * size), min(total, page * size))
    return [first + place for place in places], {"page": page, "per_page": size, "total_results": total}


def _edge(part: int, lines: int, shape: tuple[int, int]) -> int:
    return round(part * lines / min(shape) / 2) * 2


def _trouble(kind: Trouble, seconds: float) -> Response:
    match kind:
        case "throttled" | "no-credit":
            answer = {"status": 429, "code": "Too Many Requests", "error": "Rate limit exceeded"}
            return JSONResponse(answer, 429, {"Retry-After": f"{seconds:g}"})
        case "bad-key":
            return JSONResponse({"status": 401, "code": "Unauthorized"}, 401)
        case "server-error":
            return JSONResponse({"status": 500, "code": "Internal Server Error"}, 500)
