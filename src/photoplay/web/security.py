"""Headers on every answer, and the names under which the studio may be reached."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from photoplay.core.errors import BadInput, PhotoplayError
from photoplay.web.errors import answer_to
from photoplay.web.headers import HEADERS


class HostNotAllowed(PhotoplayError):
    """The studio was called by a name that is not on its list."""

    code = "host_not_allowed"
    status = 421


class Guard:
    """Refuses foreign host names (so that no other site can point its name at this machine) and adds the headers."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: tuple[str, ...]) -> None:
        self._app = app
        self._allowed = frozenset(host.lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        method = scope.get("method")

        async def _send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "private, no-cache" if method == "GET" else "no-store")
            await send(message)

        problem = self._problem_with(scope)
        if problem is None:
            await self._app(scope, receive, _send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer_to(Request(scope), problem)(scope, receive, _send)

    def _problem_with(self, scope: Scope) -> PhotoplayError | None:
        host = Headers(scope=scope).get("host", "")
        if not self._is_ours(host):
            return HostNotAllowed(
                f'This studio is not served under the name "{host[:80]}". Add it to PHOTOPLAY_ALLOWED_HOSTS.'
            )
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return BadInput("The address contains a character that no name here has.")
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.rsplit(":", 1)[0] if host.rsplit(":", 1)[-1].isdecimal() else host
        return "*" in self._allowed or name.lower() in self._allowed
