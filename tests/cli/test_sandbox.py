"""The sandbox from the command line: alone, and beside a studio that makes media at simulated vendors without a key."""

import asyncio
import json
import signal
import socket
from pathlib import Path

import aiohttp

from tests.cli.program import PATIENCE_SECONDS, end, photoplay, start

PICTURE = {
    "operation": "text-to-image",
    "model": "black-forest-labs:flux-2-pro",
    "params": {"prompt": "a lake at dawn"},
}


async def _until(process: asyncio.subprocess.Process, words: bytes) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        while words not in (line := await process.stdout.readline()):
            assert line
    return line.decode().strip()


async def test_a_studio_beside_a_sandbox_makes_a_picture_and_keeps_its_data_apart(tmp_path: Path) -> None:
    process = await start("serve", "--port", "0", "--sandbox", data=tmp_path)
    link = await _until(process, b"/sign-in?token=")
    apart = tmp_path / "sandbox"
    url, key = (apart / "address").read_text(), (apart / "owner.key").read_text().strip()
    headers = {"Authorization": f"Bearer {key}"}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(headers=headers, cookie_jar=jar) as http:
        async with http.post(f"{url}/api/v1/generations?wait=60", json=PICTURE) as answer:
            made = await answer.json()
        assert (made["status"], len(made["assets"])) == ("succeeded", 1), made
        async with http.get(link) as page:
            assert "made-up money" in await page.text()
    process.send_signal(signal.SIGINT)
    said = await end(process)
    assert (said.code, "Traceback" in said.err) == (0, False)
    assert [path.name for path in tmp_path.iterdir()] == ["sandbox"]


async def test_a_sandbox_alone_starts_with_the_faults_of_a_file_and_says_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text(json.dumps([{"kind": "throttled", "vendor": "runway", "times": 3}]))
    process = await start("sandbox", "--port", "0", "--faults", str(tmp_path / "faults.json"), data=tmp_path)
    url = await _until(process, b"http://")
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{url}/_sandbox/faults") as answer:
            assert [(fault["vendor"], fault["times"]) for fault in await answer.json()] == [("runway", 3)]
        async with http.post(f"{url}/_sandbox/faults", json=[{"kind": "earthquake"}]) as answer:
            assert answer.status == 422
        async with http.get(f"{url}/_sandbox/bill") as answer:
            assert await answer.json() == []
    process.send_signal(signal.SIGTERM)
    assert (await end(process)).code == 0


async def test_a_sandbox_that_was_killed_is_found_again_where_it_was(tmp_path: Path) -> None:
    seen = []
    for how in (signal.SIGKILL, signal.SIGTERM):
        process = await start("sandbox", "--port", "0", data=tmp_path)
        seen.append(await _until(process, b"http://"))
        process.send_signal(how)
        await end(process)
    assert seen[0] == seen[1]
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(seen[0].rpartition(":")[2])))
        taken.listen()
        process = await start("sandbox", "--port", "0", data=tmp_path)
        assert await _until(process, b"http://") != seen[0]
        process.send_signal(signal.SIGTERM)
        await end(process)


async def test_a_file_that_is_no_list_of_faults_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text('[{"kind": "earthquake"}]')
    said = await photoplay("sandbox", "--faults", str(tmp_path / "faults.json"), data=tmp_path)
    assert (said.code, "is no list of faults" in said.err, "Traceback" in said.err) == (1, True, False)


async def test_an_address_that_is_none_is_said_in_a_sentence(tmp_path: Path) -> None:
    said = await photoplay("serve", "--port", "0", "--sandbox", "nowhere", data=tmp_path)
    assert (said.code, "Traceback" in said.err) == (1, False)
    assert "http://127.0.0.1" in said.err
