"""A vendor reads a request to its end before it answers, as the front ends of real ones do.

Without this an early 429 to a large upload would close the connection under the sender, who then never sees the answer.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class WholeRequests:
    """Reads what is left of a request's body before the first byte of the answer goes out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_whole = False

        async def receive_and_note() -> Message:
            nonlocal is_whole
            message = await receive()
            is_whole = not message.get("more_body", False)
            return message

        async def send_when_whole(message: Message) -> None:
            while not is_whole:
                await receive_and_note()
            await send(message)

        await self._app(scope, receive_and_note, send_when_whole)
