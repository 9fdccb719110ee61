"""Starting and stopping the studio from the command line."""

import asyncio
import signal
from pathlib import Path

import aiohttp

from tests.cli.program import PATIENCE_SECONDS, end, photoplay, start
from tests.web.served import a_served_house


async def _link(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        while b"/sign-in?token=" not in (line := await process.stdout.readline()):
            assert line
    return line.decode().strip()


async def test_the_printed_link_signs_in_and_ctrl_c_stops(tmp_path: Path) -> None:
    process = await start("serve", "--port", "0", data=tmp_path)
    link = await _link(process)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http, http.get(link) as answer:
        assert (answer.status, answer.url.path) == (200, "/create")
    process.send_signal(signal.SIGINT)
    said = await end(process)
    assert (said.code, "Traceback" in said.err) == (0, False)
    assert not (tmp_path / "address").exists()


async def test_a_folder_that_is_moved_under_the_studio_ends_it_before_its_media_are_in_two_places(
    tmp_path: Path,
) -> None:
    process = await start("serve", "--port", "0", data=tmp_path / "here")
    await _link(process)
    (tmp_path / "here").rename(tmp_path / "there")
    said = await end(process)
    assert said.code == 1
    assert said.err.splitlines()[-1].startswith(f'The folder "{tmp_path / "here"}" was moved or deleted')
    assert not (tmp_path / "here" / "blobs").exists()


async def test_a_second_studio_on_the_same_folder_says_so_in_a_sentence(tmp_path: Path) -> None:
    async with a_served_house(tmp_path):
        said = await photoplay("serve", "--port", "0", data=tmp_path)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith(f'The folder "{tmp_path}" is served by process ')
        assert len(said.err.splitlines()) == 1


async def test_a_second_studio_on_the_same_port_says_so_in_a_sentence(tmp_path: Path) -> None:
    async with a_served_house(tmp_path / "one") as served:
        port = served.url.rpartition(":")[2]
        said = await photoplay("serve", "--port", port, data=tmp_path / "two")
        assert (said.code, said.out) == (1, "")
        assert said.err == (
            f"Port {port} on 127.0.0.1 is taken. Stop the other program, or choose another port with --port.\n"
        )


async def test_an_address_that_is_not_of_this_machine_is_said(tmp_path: Path) -> None:
    said = await photoplay("serve", "--port", "0", "--host", "192.0.2.1", data=tmp_path)
    assert said.code == 1
    assert said.err.startswith("192.0.2.1 cannot be listened on: ")


async def test_a_folder_of_media_that_cannot_be_is_said_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    elsewhere = {"PHOTOPLAY_MEDIA_FOLDER": str(tmp_path / "file")}
    said = await photoplay("serve", "--port", "0", data=tmp_path / "data", environment=elsewhere)
    assert said.code == 1
    assert said.err.startswith(f'The folder "{tmp_path / "file"}" cannot be used: ')
    assert "PHOTOPLAY_MEDIA_FOLDER" in said.err


async def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = await photoplay("serve", "--port", "0", data=tmp_path / "file")
    assert said.code == 1
    assert said.err.startswith(f'The folder "{tmp_path / "file"}" cannot be used: ')
    assert len(said.err.splitlines()) == 1


async def test_the_database_is_brought_up_to_date_on_request(tmp_path: Path) -> None:
    said = await photoplay("migrate", data=tmp_path)
    assert (said.code, said.out) == (0, "The database is up to date.\n")


async def test_without_opengl_pictures_are_painted_plainly_and_doctor_says_what_is_missing(tmp_path: Path) -> None:
    for name in ("libEGL.so", "libEGL.so.1"):
        (tmp_path / name).write_bytes(b"")
    nothing = {"LD_LIBRARY_PATH": str(tmp_path)}
    words = ("generate", "calm ocean", "--param", "size=512", "--out", str(tmp_path))
    said = await photoplay(*words, data=tmp_path / "data", environment=nothing)
    assert said.code == 0
    assert (tmp_path / "calm-ocean.png").exists()
    doctor = await photoplay("doctor", data=tmp_path / "data", environment=nothing)
    assert doctor.code == 1
    assert "Install libegl1 libgl1 libgl1-mesa-dri" in doctor.out
