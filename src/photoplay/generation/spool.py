"""Files on their way: the folders of orders and the previews. They go when their generation has ended, whoever ended it."""

import shutil
from collections.abc import Iterator
from functools import partial
from itertools import count

from photoplay.core.files import in_thread
from photoplay.generation.handover import drop_kept
from photoplay.generation.order_ids import generation_of_order, order_id_of
from photoplay.generation.progress import drop_kept_preview, drop_preview, preview_path
from photoplay.generation.queries import unfinished_of
from photoplay.generation.rescue import owed_among
from photoplay.generation.runtime import Runtime


async def drop_spool(runtime: Runtime, generation_id: str) -> None:
    """Removes what lies about for a generation that has ended."""
    await in_thread(_drop, runtime, generation_id)
    await drop_kept(runtime, generation_id)
    await drop_kept_preview(runtime, generation_id)


async def clear_spool(runtime: Runtime) -> None:
    """Removes what a killed process has left of generations that had ended. Before anything is at work."""
    lying = await in_thread(lambda: set(_lying(runtime)))
    unfinished = await runtime.db.read(partial(unfinished_of, generation_ids=sorted(lying)))
    owed = await runtime.db.read(lambda session: owed_among(session, lying))
    for generation_id in lying - unfinished - owed:
        await drop_spool(runtime, generation_id)


def _lying(runtime: Runtime) -> Iterator[str]:
    orders, previews = runtime.spool_of("any").parent, preview_path(runtime, "any").parent
    for folder in (orders, previews):
        folder.mkdir(parents=True, exist_ok=True)
    yield from (generation_of_order(path.name) for path in orders.iterdir())
    yield from (path.name for path in previews.iterdir())


def _drop(runtime: Runtime, generation_id: str) -> None:
    """Orders are numbered from one. What lies behind a gap in the numbers goes at the next start."""
    drop_preview(runtime, generation_id)
    for number in count(1):
        folder = runtime.spool_of(order_id_of(generation_id, number))
        if not folder.is_dir():
            return
        shutil.rmtree(folder, ignore_errors=True)
