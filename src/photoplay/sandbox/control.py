"""`/_sandbox`: the bill, the faults, reset, and the files that simulated vendors deliver."""

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from photoplay.sandbox.faults import Fault
from photoplay.sandbox.world import World

_FAULTS = TypeAdapter(list[Fault])


def control_routes(world: World) -> list[BaseRoute]:
    """The doors for tests and for the curious; no vendor has them."""

    async def bill(request: Request) -> Response:
        return JSONResponse(world.book.bill())

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            world.faults.clear()
        elif request.method == "POST":
            try:
                world.faults.set(_FAULTS.validate_json(await request.body()))
            except ValidationError as error:
                return JSONResponse({"error": str(error)}, 422)
        return JSONResponse([fault.model_dump() for fault in world.faults.all()])

    async def reset(request: Request) -> Response:
        world.faults.clear()
        world.book.reset()
        return JSONResponse({})

    return [
        Route("/bill", bill),
        Route("/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/reset", reset, methods=["POST"]),
    ]
