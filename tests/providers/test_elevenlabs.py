"""ElevenLabs against its simulator: sound in one answer, lost speech found again, and every fault ends as it must."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay.media import sniff
from photoplay.providers import (
    Absent,
    CannotTell,
    ContentRefused,
    Delivery,
    Invalid,
    OutcomeUnknown,
    Throttled,
)
from photoplay.providers.elevenlabs import ElevenLabsProvider
from tests.sandboxed import a_sandbox

VENDOR = "elevenlabs"
GEORGE = "JBFqnCBsd6RMkjVDRZzb"
SPEECH = {
    "prompt": "Good morning, everyone.",
    "voice": GEORGE,
    "output_format": "mp3_44100_128",
    "seed": 3,
    "speed": 1.1,
}
MUSIC = {"prompt": "a calm melody", "duration_seconds": 3, "seed": 5, "instrumental": True}
ORDERS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("eleven_v4", "text-to-speech", SPEECH, "audio/mpeg", "0.00184"),
    ("eleven_flash_v2_5", "text-to-speech", {**SPEECH, "output_format": "wav_44100"}, "audio/wav", "0.00096"),
    ("music_v2_5", "text-to-music", MUSIC, "audio/mpeg", "0.01504"),
    ("eleven_text_to_sound_v2", "text-to-sound", {"prompt": "rain", "duration_seconds": 2.5}, "audio/mpeg", "0.12"),
]


async def test_every_operation_is_made_and_what_the_vendor_tells_is_billed(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        eleven = ElevenLabsProvider()
        for model, operation, params, mime, cost in ORDERS:
            order = sandbox.order(eleven, f"elevenlabs:{model}", operation, **params)
            delivery = await sandbox.deliver(eleven, order)
            assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == mime
            assert Decimal(sandbox.bill(VENDOR)[-1]["cost_usd"]) == Decimal(cost)
            assert delivery.billed_usd == Decimal(cost)
            assert delivery.metadata["request_id"]


async def test_lost_speech_is_found_in_the_history_and_paid_once(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        eleven = ElevenLabsProvider()
        order = sandbox.order(eleven, "elevenlabs:eleven_v4", "text-to-speech", **SPEECH)
        sandbox.fault(VENDOR, "answer-lost")
        with pytest.raises(OutcomeUnknown):
            await eleven.submit(order, sandbox.http)
        found = await eleven.find(order, sandbox.http)
        assert isinstance(found, Delivery)
        assert sniff((await sandbox.bytes_of(order, found))[:64]).mime == "audio/mpeg"
        assert [Decimal(line["cost_usd"]) for line in sandbox.bill(VENDOR)] == [found.billed_usd]


async def test_speech_that_was_never_made_is_absent_and_two_alike_cannot_be_told_apart(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        eleven = ElevenLabsProvider()
        order = sandbox.order(eleven, "elevenlabs:eleven_v4", "text-to-speech", **SPEECH)
        sandbox.fault(VENDOR, "never-arrived")
        with pytest.raises(OutcomeUnknown):
            await eleven.submit(order, sandbox.http)
        assert await eleven.find(order, sandbox.http) == Absent()
        for _time in range(2):
            await eleven.submit(order, sandbox.http)
        assert await eleven.find(order, sandbox.http) == CannotTell()


async def test_lost_music_cannot_be_found(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        eleven = ElevenLabsProvider()
        order = sandbox.order(eleven, "elevenlabs:music_v2", "text-to-music", **MUSIC)
        assert await eleven.find(order, sandbox.http) == CannotTell()


async def test_a_refused_song_comes_with_what_could_be_asked_instead(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        eleven = ElevenLabsProvider()
        sandbox.fault(VENDOR, "refused-content")
        with pytest.raises(ContentRefused, match='It suggests: "a calm melody"'):
            await eleven.submit(sandbox.order(eleven, "elevenlabs:music_v2", "text-to-music", **MUSIC), sandbox.http)


async def test_more_at_once_than_the_account_may_is_throttled(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.2) as sandbox:
        eleven = ElevenLabsProvider()
        orders = [sandbox.order(eleven, "elevenlabs:eleven_v4", "text-to-speech", **SPEECH) for _number in range(7)]
        ends = await asyncio.gather(*(eleven.submit(order, sandbox.http) for order in orders), return_exceptions=True)
        assert sum(isinstance(end, Throttled) for end in ends) == 2
        assert len(sandbox.bill(VENDOR)) == 5


async def test_voices_and_texts_that_do_not_fit_are_refused_in_words(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        eleven = ElevenLabsProvider()
        nobody = sandbox.order(eleven, "elevenlabs:eleven_v4", "text-to-speech", **{**SPEECH, "voice": "nobody"})
        with pytest.raises(Invalid, match="A voice with id nobody does not exist"):
            await eleven.submit(nobody, sandbox.http)
        silent = sandbox.order(eleven, "elevenlabs:eleven_v4", "text-to-speech", **{**SPEECH, "prompt": ""})
        with pytest.raises(Invalid, match="text: field required"):
            await eleven.submit(silent, sandbox.http)


async def test_the_account_tells_its_credits_its_models_and_what_was_said_lately(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        eleven, access = ElevenLabsProvider(), ElevenLabsProvider.settings.at_sandbox(sandbox.url)
        order = sandbox.order(eleven, "elevenlabs:eleven_v4", "text-to-speech", **SPEECH)
        await eleven.submit(order, sandbox.http)
        assert (await eleven.test(access, sandbox.http)).balance == "99,977 of 100,000 credits"
        states = {state.model: state.is_listed for state in await eleven.probe(access, sandbox.http)}
        assert states["eleven_v4"]
        voices = await eleven.voices(access, sandbox.http)
        assert (voices[0].id, voices[0].name, voices[0].about) == (
            GEORGE,
            "George",
            "mature, british, middle aged, male",
        )
        assert voices[0].sample == f"{sandbox.url}/elevenlabs/samples/{GEORGE}.mp3"
        lately = await eleven.recent(datetime(2026, 1, 1, tzinfo=UTC), access, sandbox.http)
        assert (await eleven.check(lately[0][1], order, sandbox.http)).files
