"""The files that simulated vendors deliver, by what a job's facts say of them, until they expire or go wrong on demand."""

import time

from starlette.responses import Response

from photoplay.sandbox.answers import Cut
from photoplay.sandbox.book import Job
from photoplay.sandbox.world import World


def is_gone(world: World, job: Job, kept_seconds: float) -> bool:
    """Whether the file of a job cannot be fetched any more: its time is over, or a fault says so."""
    is_old = time.time() > job.made_at + job.seconds + kept_seconds  # noqa: TID251 - the vendor's own clock
    return is_old or world.faults.take(job.vendor, "file-expired") is not None


async def bytes_of(world: World, job: Job) -> bytes:
    """The media of a job. Its facts: `mime`; `size` of pictures and films; `seconds` of films and sounds; `has_sound`."""
    facts = job.facts
    mime, kind = facts["mime"], str(facts["mime"]).partition("/")[0]
    width, height = facts.get("size", (640, 360))
    if kind == "image":
        return await world.stock.picture(width, height, mime, job.reference)
    seconds = world.seconds_of(job, float(facts["seconds"]))
    if kind == "audio":
        return await world.stock.sound(seconds, mime, job.reference)
    return await world.stock.film(width, height, seconds, job.reference, has_sound=bool(facts.get("has_sound")))


async def deliver(world: World, job: Job) -> Response:
    """The file of a job as an answer; cut off on demand."""
    if world.faults.take(job.vendor, "file-cut"):
        return Cut()
    return Response(await bytes_of(world, job), media_type=job.facts["mime"])
