"""Google's own client, unmodified but for its address, against the simulator."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from photoplay.media import sniff
from tests.sandboxed import Sandboxed, a_sandbox, by_sdk

VENDOR = "google"
PAINTER = "gemini-nano-banana-2.1"
FILMER = "gemini-omni-1.2-flash"
FORM = {"type": "video", "resolution": "360p", "duration": "3s", "delivery": "uri"}


made: list[genai.Client] = []


@pytest.fixture(autouse=True)
def clients_are_closed() -> Iterator[None]:
    yield
    while made:
        made.pop().close()


def a_client(sandbox: Sandboxed, *, key: str = "sandbox", **options: Any) -> genai.Client:
    """The client without a second try, as a second try is a second order."""
    once = types.HttpRetryOptions(attempts=1)
    options = {"base_url": f"{sandbox.url}/google", "retry_options": once, **options}
    made.append(genai.Client(api_key=key, http_options=types.HttpOptions(**options)))
    return made[-1]


def painted(client: genai.Client, prompt: str = "a red fox", **image: Any) -> types.GenerateContentResponse:
    config = types.GenerateContentConfig(response_modalities=["IMAGE"], image_config=types.ImageConfig(**image))
    given = types.Part.from_bytes(data=b"\x89PNG\r\n\x1a\n", mime_type="image/png")
    return client.models.generate_content(model=PAINTER, contents=[prompt, given], config=config)


async def test_the_client_paints_at_both_versions(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        for version in ("v1", "v1beta"):
            client = a_client(sandbox, api_version=version)
            answer = await by_sdk(lambda client=client: painted(client, aspect_ratio="8:1", image_size="1K"))
            assert answer.candidates is not None
            parts = answer.candidates[0].content.parts
            data = next(part.inline_data.data for part in parts if part.inline_data)
            assert sniff(data[:64]).mime == "image/png"
            assert answer.usage_metadata.candidates_token_count == 1120
        assert len(sandbox.bill(VENDOR)) == 2


async def test_the_client_films_in_the_background_and_fetches_the_file(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        client = a_client(sandbox)

        def _film() -> bytes:
            content = [{"type": "text", "text": "a lake"}]
            taken = client.interactions.create(
                model=FILMER, input=content, response_format=FORM, background=True, labels={"order": "one-1"}
            )
            assert taken.status == "in_progress"
            while (state := client.interactions.get(taken.id)).status == "in_progress":
                pass
            assert state.usage.output_tokens_by_modality[0].tokens == 3 * 1931
            name = "files/" + state.output_video.uri.rpartition("/")[2]
            while client.files.get(name=name).state != types.FileState.ACTIVE:
                pass
            return client.files.download(file=name)

        assert sniff((await by_sdk(_film))[:64]).mime == "video/mp4"
        assert [line["reference"] for line in sandbox.bill(VENDOR)] == ["one-1"]


async def test_the_client_continues_a_film_up_to_what_the_model_makes_in_all(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        client = a_client(sandbox)
        film = {"type": "video", "data": base64.b64encode(bytes(2000)).decode(), "mime_type": "video/mp4"}

        def _longer(seconds: int, *content: dict[str, str]) -> Any:
            return client.interactions.create(
                model=FILMER,
                input=[{"type": "text", "text": "it lands"}, *content],
                response_format={**FORM, "duration": f"{seconds}s", "delivery": "inline"},
                generation_config={"video_config": {"task": "extend"}},
            )

        longer = await by_sdk(lambda: _longer(4, film))
        assert longer.usage.output_tokens_by_modality[0].tokens == 4 * 1931
        assert sniff(base64.b64decode(longer.output_video.data)[:64]).mime == "video/mp4"
        for wrong in (lambda: _longer(11, film), lambda: _longer(4)):
            with pytest.raises(Exception, match="400"):
                await by_sdk(wrong)


async def test_the_client_draws_a_film_from_pictures(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        client = a_client(sandbox)
        picture = {"type": "image", "data": base64.b64encode(bytes(2000)).decode(), "mime_type": "image/png"}

        def _drawn(*pictures: dict[str, str]) -> Any:
            return client.interactions.create(
                model=FILMER,
                input=[{"type": "text", "text": "they meet"}, *pictures],
                response_format={**FORM, "delivery": "inline"},
                generation_config={"video_config": {"task": "reference_to_video"}},
            )

        drawn = await by_sdk(lambda: _drawn(picture, picture, picture))
        assert sniff(base64.b64decode(drawn.output_video.data)[:64]).mime == "video/mp4"
        for wrong in (_drawn, lambda: _drawn(*[picture] * 7)):
            with pytest.raises(Exception, match="400"):
                await by_sdk(wrong)


async def test_the_client_cancels_and_deletes(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1.0) as sandbox:
        client = a_client(sandbox)

        def _cancel() -> str:
            taken = client.interactions.create(model=FILMER, input="a lake", response_format=FORM, background=True)
            state = client.interactions.cancel(taken.id)
            client.interactions.delete(taken.id)
            return str(state.status)

        assert await by_sdk(_cancel) == "cancelled"
        assert sandbox.bill(VENDOR) == []


async def test_the_client_reads_a_film_event_by_event(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        client = a_client(sandbox)

        def _stream() -> list[str]:
            stream = client.interactions.create(model=FILMER, input="a lake", response_format=FORM, stream=True)
            return [event.event_type for event in stream]

        kinds = await by_sdk(_stream)
        assert (kinds[0], kinds[-1]) == ("interaction.created", "interaction.completed")
        assert "step.delta" in kinds


async def test_the_client_composes_and_speaks(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        client = a_client(sandbox)
        song = await by_sdk(lambda: client.interactions.create(model="lyria-3.5", input="a waltz of 30 seconds"))
        form = {"type": "audio", "mime_type": "audio/wav"}
        voice = {"speech_config": {"speakers": [{"voice": "Kore"}]}}
        speech = await by_sdk(
            lambda: client.interactions.create(
                model="gemini-3.8-flash-tts", input="Good day.", response_format=form, generation_config=voice
            )
        )
        assert (song.output_audio.mime_type, speech.output_audio.mime_type) == ("audio/mp3", "audio/wav")
        assert "La la" in song.output_text


async def test_the_client_uploads_lists_and_deletes_files(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        client = a_client(sandbox)

        def _files() -> tuple[int, int]:
            config = types.UploadFileConfig(mime_type="video/mp4")
            file = client.files.upload(file=io.BytesIO(bytes(3000)), config=config)
            assert file.size_bytes == 3000
            listed = len(list(client.files.list()))
            client.files.delete(name=file.name)
            return listed, len(list(client.files.list()))

        assert await by_sdk(_files) == (1, 0)


async def test_the_client_lists_models(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        client = a_client(sandbox)
        names = await by_sdk(lambda: [model.name for model in client.models.list()])
        assert f"models/{PAINTER}" in names
        assert (await by_sdk(lambda: client.models.get(model=PAINTER))).name == f"models/{PAINTER}"


@pytest.mark.parametrize(
    ("fault", "code", "word"),
    [
        ("throttled", 429, "RESOURCE_EXHAUSTED"),
        ("no-credit", 402, "RESOURCE_EXHAUSTED"),
        ("server-error", 500, "INTERNAL"),
    ],
)
async def test_the_client_reads_errors(fault: Any, code: int, word: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        client = a_client(sandbox)
        sandbox.fault(VENDOR, fault)
        with pytest.raises(errors.APIError) as refusal:
            await by_sdk(lambda: painted(client))
        assert (refusal.value.code, refusal.value.status) == (code, word)
        sandbox.fault(VENDOR, fault)
        with pytest.raises(Exception) as other:
            await by_sdk(lambda: client.interactions.create(model=FILMER, input="a lake", background=True))
        assert getattr(other.value, "status_code", None) == code
        assert sandbox.bill(VENDOR) == []


async def test_the_client_reads_refusals_wrong_keys_and_what_is_gone(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        client = a_client(sandbox)
        sandbox.fault(VENDOR, "refused-content")
        refused = await by_sdk(lambda: painted(client))
        assert refused.candidates is not None
        assert refused.candidates[0].finish_reason == types.FinishReason.IMAGE_SAFETY
        blocked = await by_sdk(lambda: painted(client, "a [blocked] fox"))
        assert blocked.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT
        stranger = a_client(sandbox, key="bad")
        with pytest.raises(errors.ClientError, match="API key not valid"):
            await by_sdk(lambda: painted(stranger))
        with pytest.raises(errors.ClientError, match="not supported"):
            await by_sdk(lambda: painted(client, image_size="512"))
        with pytest.raises(Exception, match="no longer available"):
            await by_sdk(lambda: client.interactions.create(model="veo-3.1-generate-preview", input="a lake"))
