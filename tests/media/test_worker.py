"""The front door: work in child processes, errors as values of this room, and a web process that loads no decoder."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from photoplay import media
from tests.media.made import FILM, H264, MAKERS, MARKS, digest, ffmpeg, picture


@asynccontextmanager
async def worker(tmp_path: Path, *, memory_bytes: int = 2**31) -> AsyncIterator[media.MediaWorker]:
    made = media.MediaWorker(tmp_path / "credentials", memory_bytes=memory_bytes)
    try:
        yield made
    finally:
        await made.close()


def _children() -> list[int]:
    """Processes of ours that decode media."""
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    pids = [int(pid) for pid in path.read_text().split()]
    return [pid for pid in pids if b"photoplay.media" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def test_a_picture_goes_the_whole_way(tmp_path: Path) -> None:
    path, folder = MAKERS["plain.png"](tmp_path / "plain.png"), tmp_path / "out"
    before = digest(path)
    folder.mkdir()
    heard: list[float] = []
    async with worker(tmp_path) as hands:
        told = await hands.probe(path)
        marked = await hands.mark(path, MARKS)
        made = await hands.render(path, told.kind, ("webp", "thumb", "card"), folder, on_progress=heard.append)
        report = await hands.verify(folder / "webp.webp")
    assert told.thumbhash
    assert digest(path) == before
    assert marked.signed
    assert {file.role for file in made} == {"webp", "thumb", "card"}
    assert sorted(folder.iterdir()) == sorted(file.path for file in made)
    assert (report.state, report.ours) == ("valid", True)
    assert heard[-1] == 1.0


async def test_errors_come_back_as_what_they_are(tmp_path: Path) -> None:
    text, drawing, cut = tmp_path / "a.png", tmp_path / "b.png", MAKERS["plain.png"](tmp_path / "c.png")
    text.write_bytes(b"hello")
    drawing.write_bytes(b"<svg/>")
    cut.write_bytes(cut.read_bytes()[:3000])
    async with worker(tmp_path) as hands:
        with pytest.raises(media.NotMedia):
            await hands.probe(text)
        with pytest.raises(media.UnsupportedMedia):
            await hands.probe(drawing)
        with pytest.raises(media.DamagedMedia):
            await hands.probe(cut)
        with pytest.raises(media.DamagedMedia):
            await hands.render(cut, "image", ("webp", "thumb"), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png", "c.png", "credentials"]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        ("a.mp3", b"ID3\4\0\0\x7f\x7f\x7f\x7f"),
        ("a.mp4", b"\0\0\0\x18ftypisom"),
    ],
)
async def test_what_is_wrong_with_a_file_is_said_without_its_place_on_the_server(
    tmp_path: Path, name: str, begins: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(begins + bytes(2000))
    async with worker(tmp_path) as hands:
        with pytest.raises(media.DamagedMedia) as refused:
            await hands.probe(path)
    assert "/" not in refused.value.message
    assert "Errno" not in refused.value.message
    assert refused.value.message.endswith(". Save it again or send another.")


async def test_limits_reach_the_child(tmp_path: Path) -> None:
    path = MAKERS["plain.png"](tmp_path / "plain.png")
    hands = media.MediaWorker(tmp_path / "credentials", limits=media.Limits(pixels=5000))
    try:
        with pytest.raises(media.TooManyPixels):
            await hands.probe(path)
    finally:
        await hands.close()


async def test_a_child_that_was_killed_is_replaced_unseen(tmp_path: Path) -> None:
    path = MAKERS["plain.png"](tmp_path / "plain.png")
    async with worker(tmp_path) as hands:
        first = await hands.probe(path)
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        assert await hands.probe(path) == first


async def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    picture((200, 100)).resize((3900, 4000)).save(path, compress_level=1)
    async with worker(tmp_path, memory_bytes=40 * 2**20) as hands:
        with pytest.raises(media.TooHeavy):
            await hands.render(path, "image", ("webp", "avif"), tmp_path)


async def test_a_cancelled_render_leaves_no_file_and_no_process(tmp_path: Path) -> None:
    path, folder = tmp_path / "long.mp4", tmp_path / "out"
    ffmpeg(path, "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d=20", *H264)
    folder.mkdir()
    async with worker(tmp_path) as hands:
        begun = asyncio.Event()
        job = asyncio.create_task(
            hands.render(path, "video", ("preview",), folder, on_progress=lambda part: begun.set() if part else None)
        )
        await asyncio.wait_for(begun.wait(), 60)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        assert (await hands.probe(MAKERS["plain.png"](tmp_path / "plain.png"))).kind == "image"
    assert list(folder.iterdir()) == []
    assert _children() == []


async def test_a_quick_job_does_not_wait_for_renditions(tmp_path: Path) -> None:
    path, still = ffmpeg(tmp_path / "film.mp4", *FILM, *H264), MAKERS["plain.png"](tmp_path / "plain.png")
    order: list[str] = []
    begun = asyncio.Event()
    async with worker(tmp_path) as hands:
        await hands.probe(still)

        async def slow() -> None:
            await hands.render(path, "video", ("poster", "preview"), tmp_path, on_progress=lambda part: begun.set())
            order.append("slow")

        job = asyncio.create_task(slow())
        await asyncio.wait_for(begun.wait(), 60)
        await hands.probe(still)
        order.append("quick")
        await job
    assert order == ["quick", "slow"]


async def test_after_closing_nothing_is_taken(tmp_path: Path) -> None:
    hands = media.MediaWorker(tmp_path / "credentials")
    await hands.close()
    with pytest.raises(media.MediaAway):
        await hands.probe(MAKERS["plain.png"](tmp_path / "plain.png"))


def test_the_front_door_loads_no_decoder() -> None:
    heavy = "{'numpy', 'PIL', 'av', 'pyvips', 'c2pa', 'thumbhash', 'cryptography', 'imageio_ffmpeg'}"
    program = f"import sys, photoplay.media; print(*({heavy} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert said.stdout.strip() == ""
