"""The child program and the files it loads."""

import asyncio
import sys
from pathlib import Path

import pytest

from photoplay.core.child import Child, ChildFailed
from photoplay.makers import LANES
from photoplay.makers.__main__ import MAKERS
from photoplay.makers.desk import PROGRAM
from tests.makers.jobs import scene_job


@pytest.mark.parametrize("task", MAKERS)
def test_every_task_is_done_by_the_file_that_says_so(task: str) -> None:
    module = __import__(f"photoplay.makers.{MAKERS[task]}", fromlist=["TASK"])
    assert task == module.TASK
    assert callable(module.run)


def test_every_task_has_a_lane() -> None:
    assert set(MAKERS) == set(LANES)


async def test_front_door_and_provider_load_nothing_heavy() -> None:
    heavy = {"numpy", "PIL", "moderngl", "onnxruntime", "pyvips", "ncnn"}
    code = f"import sys, photoplay.makers, photoplay.providers.local; print(*({heavy} & set(sys.modules)))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    assert told.split() == []


async def test_pictures_of_a_process_do_not_depend_on_what_it_painted_before(tmp_path: Path) -> None:
    child = Child(PROGRAM, memory_bytes=2**30)
    try:
        seen = []
        for prompt, size in (("calm ocean", 64), ("forest at dawn", 96), ("city at night", 64), ("calm ocean", 64)):
            made = await child.run("text-to-image", scene_job(prompt, tmp_path, size=size))
            seen.append(Path(made["files"][0]["path"]).read_bytes())
        assert seen[0] == seen[3]
        assert seen[0] != seen[2]
        with pytest.raises(ChildFailed) as refused:
            await child.run("text-to-image", {**scene_job("ocean", tmp_path), "size": 10**6})
        assert refused.value.code == "crashed"
    finally:
        await child.close()
