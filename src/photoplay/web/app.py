"""The web app: routes, guard and errors around one studio."""

from importlib import import_module, resources
from pathlib import Path
from pkgutil import iter_modules

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import photoplay
from photoplay.bootstrap import Studio
from photoplay.core.settings import Settings
from photoplay.web import api, health, hooks, live, media, pages, payments
from photoplay.web.body_limit import BodyLimit
from photoplay.web.errors import add_error_handlers
from photoplay.web.guesses import Guesses
from photoplay.web.hooks import Pace
from photoplay.web.security import Guard
from photoplay.web.templating import STATIC


class _Static(StaticFiles):
    """Files whose address carries a mark of their content, so they may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_marked = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_marked else "no-cache"
        return response


def create_app(studio: Studio) -> FastAPI:
    """The ASGI app that serves this studio. It neither starts nor stops it."""
    app = FastAPI(
        title="Photoplay",
        version=photoplay.__version__,
        description="One API over all providers of AI media. The price first, paid once, nothing lost.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        middleware=[
            Middleware(Guard, allowed_hosts=_names_of(studio.settings)),
            Middleware(BodyLimit),
        ],
    )
    app.state.studio = studio
    app.state.guesses = Guesses()
    app.state.hook_pace = Pace()
    add_error_handlers(app)
    for router in (*_routers(api.__path__, api.__name__), *_routers(pages.__path__, pages.__name__)):
        app.include_router(router)
    for module in (live, media, health, payments, hooks):
        app.include_router(module.router)
    app.mount("/static/vendor", _Static(directory=_htmx_folder()))
    app.mount("/static", _Static(directory=STATIC))
    return app


def _names_of(settings: Settings) -> tuple[str, ...]:
    """The names under which the studio answers."""
    public = (settings.public_host,) if settings.public_host else ()
    return (*settings.allowed_hosts, settings.host, *public)


def _routers(path: list[str], package: str) -> list[APIRouter]:
    """The `router` of every file in a folder."""
    modules = [import_module(f"{package}.{module.name}") for module in iter_modules(path)]
    return [module.router for module in modules if hasattr(module, "router")]


def _htmx_folder() -> Path:
    return Path(str(resources.files("js_lib_htmx"))) / "static"
