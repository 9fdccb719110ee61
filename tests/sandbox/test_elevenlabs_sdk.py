"""ElevenLabs' own client, unmodified but for its address, judges the simulator."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.errors import UnprocessableEntityError

from photoplay.media import sniff
from tests.sandboxed import Sandboxed, a_sandbox, by_sdk

GEORGE = "JBFqnCBsd6RMkjVDRZzb"


@asynccontextmanager
async def a_client(folder: Path) -> AsyncIterator[tuple[Sandboxed, ElevenLabs]]:
    async with a_sandbox(folder) as sandbox:
        with httpx.Client() as http:
            yield sandbox, ElevenLabs(api_key="made-up", base_url=f"{sandbox.url}/elevenlabs", httpx_client=http)


async def test_speech_sounds_and_music_come_as_sound(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (sandbox, eleven):
        makes = [
            lambda: eleven.text_to_speech.convert(GEORGE, text="Good morning", model_id="eleven_v3"),
            lambda: eleven.text_to_speech.stream(GEORGE, text="Good morning", output_format="mp3_22050_32"),
            lambda: eleven.text_to_sound_effects.convert(text="rain", duration_seconds=1, prompt_influence=0.5),
            lambda: eleven.music.compose(prompt="a calm melody", music_length_ms=3000),
            lambda: eleven.music.stream(prompt="a calm melody", music_length_ms=3000),
        ]
        for make in makes:
            sound = await by_sdk(lambda make=make: b"".join(make()))  # type: ignore[misc]
            assert sniff(sound[:64]).mime == "audio/mpeg"
        assert len(sandbox.bill("elevenlabs")) == len(makes)


async def test_speech_with_times_and_music_with_its_plan_are_read(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (_sandbox, eleven):
        timed = await by_sdk(lambda: eleven.text_to_speech.convert_with_timestamps(GEORGE, text="Hi"))
        assert timed.alignment is not None
        assert timed.alignment.characters == ["H", "i"]
        assert sniff(base64.b64decode(timed.audio_base_64)[:64]).mime == "audio/mpeg"
        song = await by_sdk(lambda: eleven.music.compose_detailed(prompt="a calm melody", music_length_ms=3000))
        assert (song.filename, sniff(song.audio[:64]).mime) == ("song.mp3", "audio/mpeg")
        assert song.song_id
        plan = await by_sdk(lambda: eleven.music.composition_plan.create(prompt="a calm melody", music_length_ms=3000))
        assert plan.sections[0].duration_ms == 3000


async def test_the_history_lists_gives_and_forgets_what_was_said(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (_sandbox, eleven):
        await by_sdk(lambda: b"".join(eleven.text_to_speech.convert(GEORGE, text="Good morning")))
        listed = await by_sdk(lambda: eleven.history.list(page_size=10, voice_id=GEORGE))
        item = listed.history[0]
        assert item.text == "Good morning"
        assert (await by_sdk(lambda: eleven.history.get(item.history_item_id))).model_id == "eleven_multilingual_v2"
        sound = await by_sdk(lambda: b"".join(eleven.history.get_audio(item.history_item_id)))
        assert sniff(sound[:64]).mime == "audio/mpeg"
        await by_sdk(lambda: eleven.history.delete(item.history_item_id))
        assert (await by_sdk(eleven.history.list)).history == []


async def test_the_account_its_models_and_voices_are_told(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (_sandbox, eleven):
        assert (await by_sdk(eleven.user.subscription.get)).character_limit == 100_000
        assert "eleven_v4" in {model.model_id for model in await by_sdk(eleven.models.list)}
        assert (await by_sdk(eleven.voices.search)).voices[0].name == "George"
        assert (await by_sdk(lambda: eleven.voices.get(GEORGE))).name == "George"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("throttled", 429, "rate_limit_exceeded"),
        ("bad-key", 401, "invalid_api_key"),
        ("no-credit", 402, "insufficient_credits"),
        ("server-error", 500, "internal_error"),
        ("refused-content", 400, "bad_prompt"),
    ],
)
async def test_refusals_are_its_own_errors(fault: str, status: int, code: str, tmp_path: Path) -> None:
    async with a_client(tmp_path) as (sandbox, eleven):
        sandbox.fault("elevenlabs", fault)  # type: ignore[arg-type]
        with pytest.raises(ApiError) as error:
            await by_sdk(lambda: b"".join(eleven.music.compose(prompt="a calm melody", music_length_ms=3000)))
        assert (error.value.status_code, error.value.body["detail"]["code"]) == (status, code)


async def test_a_text_that_is_missing_is_unprocessable(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (_sandbox, eleven):
        with pytest.raises(UnprocessableEntityError):
            await by_sdk(lambda: b"".join(eleven.text_to_speech.convert(GEORGE, text="")))
