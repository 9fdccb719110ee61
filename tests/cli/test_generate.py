"""Media from the command line, with the price first."""

import asyncio
import json
import signal
import sqlite3
from pathlib import Path

import pytest

from photoplay.providers import ContentRefused, Order, Waiting
from tests.cli.program import PHOTOPLAY, end, photoplay, start
from tests.scripted import ScriptedProvider, png
from tests.web.served import a_served_house

OCEAN = "calm ocean at sunset"
FREE, PAID = ("--model", "scripted:free"), ("--model", "scripted:paid")


async def test_a_picture_is_made_and_saved_by_the_studio_that_runs(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    async with a_served_house(data):
        for _time in range(2):
            said = await photoplay("generate", OCEAN, *FREE, "--out", str(out), data=data)
            assert (said.code, said.err) == (0, "Free: Free, about 1 s.\n")
        names = sorted(path.name for path in out.iterdir())
        assert names == ["calm-ocean-at-sunset-2.png", "calm-ocean-at-sunset.png"]
        assert said.out.strip() == str(out / "calm-ocean-at-sunset-2.png")
        assert (out / names[1]).read_bytes().startswith(b"\x89PNG")


async def test_json_is_all_that_comes_out(tmp_path: Path) -> None:
    async with a_served_house(tmp_path):
        said = await photoplay("generate", OCEAN, *FREE, "--json", "--param", "size=64", data=tmp_path)
        made = json.loads(said.out)
        assert (made["status"], made["params"]["size"], made["saved"]) == ("succeeded", 64, [])
        priced = json.loads((await photoplay("quote", OCEAN, *PAID, "--json", data=tmp_path)).out)
        assert priced["total_cost_usd"] == "0.040000"


async def test_it_asks_before_it_spends(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        for answer in ("n\n", "\n", ""):
            said = await photoplay("generate", OCEAN, *PAID, data=tmp_path, answer=answer)
            assert (said.code, said.out) == (1, "")
            assert said.err == (
                "Paid: $0.04, about 1 s.\nSpend it? [y/N] Nothing was ordered. --yes spends without asking.\n"
            )
        assert served.house.provider.submitted == []
        for words, answer in ((("--yes",), ""), ((), "y\n")):
            assert (await photoplay("generate", OCEAN, *PAID, *words, data=tmp_path, answer=answer)).code == 0
        assert len(served.house.provider.submitted) == 2


async def test_a_quote_orders_nothing(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        said = await photoplay("quote", OCEAN, *PAID, data=tmp_path)
        assert (said.code, said.err) == (0, "Paid: $0.04, about 1 s.\n")
        assert served.house.provider.submitted == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((OCEAN, "--model", "nobody:nothing"), 'There is no model "nobody:nothing"'),
        ((OCEAN, *FREE, "--param", "size=-1"), "  size: "),
        ((OCEAN, *FREE, "--param", "size"), '"size" is not name=value'),
        ((OCEAN, *FREE, "--input", "source=/nothing.png"), 'There is no file "/nothing.png".'),
        ((OCEAN, *FREE, "--input", "ast_1"), '"ast_1" is not role=asset-id or role=file.'),
        ((OCEAN, "--operation", "text-to-gold"), 'There is no operation "text-to-gold"'),
        (("", *FREE), "  prompt: "),
        ((OCEAN, *FREE, "--out", "/dev/null/out"), "The result is in the library."),
    ],
)
async def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    async with a_served_house(tmp_path):
        said = await photoplay("generate", *words, data=tmp_path)
        assert said.code in (1, 2)
        assert says in said.err
        assert "Traceback" not in said.err


async def test_a_file_is_uploaded_as_an_input_and_its_role_is_checked(tmp_path: Path) -> None:
    async with a_served_house(tmp_path / "data"):
        source = tmp_path / "mine.png"
        source.write_bytes(png())
        said = await photoplay("generate", OCEAN, *FREE, "--input", f"mask={source}", data=tmp_path / "data")
        assert (said.code, "  mask: Image takes no such input." in said.err) == (1, True)


async def test_a_refusal_of_the_vendor_is_told(tmp_path: Path) -> None:
    def _refuse(order: Order) -> None:
        raise ContentRefused("Its filter stopped the words.")

    async with a_served_house(tmp_path, ScriptedProvider(on_submit=_refuse)):
        said = await photoplay("generate", OCEAN, *FREE, data=tmp_path)
        assert (said.code, said.err.splitlines()[-1]) == (1, "Its filter stopped the words.")


async def test_ctrl_c_cancels_it(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ScriptedProvider(on_check=lambda order: Waiting(progress=20))) as served:
        process = await start("generate", OCEAN, *PAID, "--yes", data=tmp_path)
        subscription = served.house.studio.runtime.hub.listen(served.house.owner.user_id)
        while (message := await subscription.next()).type != "progress":
            pass
        assert message.data is not None
        process.send_signal(signal.SIGINT)
        said = await end(process)
        assert (said.code, said.err.splitlines()[-1]) == (130, "Cancelled.")
        view = await served.house.look(str(message.data["id"]))
        assert view.status == "cancelled"
        assert not view.cost_usd


async def test_ctrl_c_at_the_question_orders_nothing(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        process = await start("generate", OCEAN, *PAID, data=tmp_path)
        assert process.stderr is not None
        await process.stderr.readuntil(b"Spend it?")
        process.send_signal(signal.SIGINT)
        said = await end(process)
        assert (said.code, said.err.splitlines()[-1]) == (130, "Nothing was ordered.")
        assert (await served.owner.get("/api/v1/generations")).json["items"] == []


async def test_ctrl_c_while_it_is_being_ordered_takes_it_back(tmp_path: Path) -> None:
    """The studio is kept from taking it until the signal has been sent."""
    async with a_served_house(tmp_path, ScriptedProvider(on_check=lambda order: Waiting(progress=20))) as served:
        locked = sqlite3.connect(tmp_path / "photoplay.sqlite3", isolation_level=None)
        process = await start("generate", OCEAN, *PAID, "--yes", data=tmp_path)
        assert process.stderr is not None
        locked.execute("BEGIN IMMEDIATE")
        await process.stderr.readuntil(b"s.\n")
        process.send_signal(signal.SIGINT)
        locked.execute("ROLLBACK")
        locked.close()
        said = await end(process)
        made = (await served.owner.get("/api/v1/generations")).json["items"]
        assert said.code == 130
        assert said.err.splitlines()[-1] == ("Cancelled." if made else "Nothing was ordered.")
        assert [one["status"] for one in made] in ([], ["cancelled"])


async def test_what_cannot_be_printed_is_said_and_is_not_lost(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        command = f"{PHOTOPLAY} generate {OCEAN!r} {' '.join(FREE)} --data {tmp_path} > /dev/full"
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_shell(command, stdin=pipe, stdout=pipe, stderr=pipe)
        said = await end(process)
        assert (said.code, len(said.err.splitlines())) == (1, 2)
        assert "could not be written: No space left on device" in said.err
        assert len((await served.owner.get("/api/v1/assets")).json["items"]) == 1


async def test_without_a_studio_one_is_started_for_the_command(tmp_path: Path) -> None:
    words = ("generate", OCEAN, "--param", "size=512", "--out", str(tmp_path / "out"))
    said = await photoplay(*words, data=tmp_path / "data")
    assert (said.code, said.err) == (0, "Local scenes: Free, about 1 s.\n")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["calm-ocean-at-sunset.png"]
    assert not (tmp_path / "data" / "address").exists()


@pytest.mark.slow
async def test_ctrl_c_stops_a_film_that_is_rendered_for_the_command(tmp_path: Path) -> None:
    words = ("generate", OCEAN, "--operation", "text-to-video", "--out", str(tmp_path / "out"))
    process = await start(*words, data=tmp_path / "data", environment={"PHOTOPLAY_LOG_LEVEL": "debug"})
    assert process.stderr is not None
    while b"Local scenes" not in await process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    said = await end(process)
    assert said.code == 130
    assert "Traceback" not in said.err
    listed = await photoplay("assets", "--json", data=tmp_path / "data")
    assert json.loads(listed.out) == []


async def test_a_campaign_is_added_charged_listed_and_archived_by_name(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        added = await photoplay("campaigns", "add", "Summer", "--client", "Acme", data=tmp_path)
        assert added.out.startswith("Summer for Acme: cmp_")
        said = await photoplay("generate", OCEAN, *PAID, "--yes", "--json", "--campaign", "Summer", data=tmp_path)
        assert json.loads(said.out)["campaign_id"] == added.out.split()[-1]
        wrong = await photoplay("generate", OCEAN, *PAID, "--yes", "--campaign", "Winter", data=tmp_path)
        assert (wrong.code, wrong.err.startswith('You have no campaign "Winter".')) == (1, True)
        assert (await photoplay("campaigns", "list", data=tmp_path)).out == "Summer  Acme  $0.04 spent\n"
        assert (await photoplay("campaigns", "archive", "Summer", data=tmp_path)).out == "Summer is archived.\n"
        assert len(served.house.provider.submitted) == 1
