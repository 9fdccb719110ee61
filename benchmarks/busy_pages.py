"""How fast pages answer while a film renders and ten more wait."""

import time
from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.studio import running_studio

PAGES = ("/create", "/library", "/settings")
ROUNDS = 15


def figures() -> Iterator[Figure]:
    """The highest of the runs is what a person would notice."""
    with running_studio() as studio:
        for path in PAGES:
            studio.page(path)
        for seed in range(11):
            studio.make("text-to-video", {"prompt": "calm ocean at sunset", "seed": seed}, wait=0)
        time.sleep(2)
        spent: dict[str, list[float]] = {path: [] for path in PAGES}
        for _ in range(ROUNDS):
            for path in PAGES:
                spent[path].append(studio.page(path) * 1000)
                time.sleep(0.05)
        for view in studio.get("/api/v1/generations?limit=20")["items"]:
            studio.call("POST", f"/api/v1/generations/{view['id']}/cancel")
    for path, values in spent.items():
        yield Figure(f"{path} while a film renders", "ms", values, 200, "and ten more wait")
