"""A ComfyUI server against its simulator: workflows are guessed, filled and run once; what goes wrong is told node by node."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photoplay.media import sniff
from photoplay.providers import Absent, Delivery, Description, Failed, Invalid, OutcomeUnknown, Ticket, Waiting
from photoplay.providers._comfyui_workflow import guess_places
from photoplay.providers.custom_comfyui import ComfyAccess, CustomComfyUi
from tests.sandboxed import Sandboxed, a_sandbox
from tests.workflows import FILM, PICTURE, UPSCALE, changed

VENDOR, MODEL = "custom-comfyui", "custom-comfyui:server"
WORDS: dict[str, Any] = {"prompt": "a lake", "aspect": "16:9", "size": 512, "seed": 7}
AUDIO: dict[str, dict[str, Any]] = {
    "1": {"class_type": "EmptyLatentAudio", "inputs": {"seconds": 20.0, "batch_size": 1}},
    "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "soft piano", "clip": ["4", 1]}},
    "3": {"class_type": "KSampler", "inputs": {"seed": 3, "positive": ["2", 0], "latent_image": ["1", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "x"}},
}
FLUX: dict[str, dict[str, Any]] = {
    "1": {"class_type": "RandomNoise", "inputs": {"noise_seed": 5}},
    "2": {"class_type": "CLIPTextEncodeFlux", "inputs": {"clip_l": "a cat", "t5xxl": "a cat", "guidance": 3.5}},
    "3": {"class_type": "BasicGuider", "inputs": {"conditioning": ["2", 0]}},
    "4": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["1", 0], "guider": ["3", 0]}},
}


async def _described(sandbox: Sandboxed, workflow: Any, *, places: str = "", name: str = "Portraits") -> Description:
    given = {"workflow": workflow if isinstance(workflow, str) else json.dumps(workflow), "places": places}
    return await CustomComfyUi().describe(name, given, ComfyAccess.at_sandbox(sandbox.url), sandbox.http)


def _sent(sandbox: Sandboxed, ticket: Ticket) -> dict[str, Any]:
    job = sandbox.world.book.find(VENDOR, str(ticket.reference["prompt_id"]))
    assert job is not None
    prompt: dict[str, Any] = job.facts["prompt"]
    return prompt


@pytest.mark.parametrize(
    ("workflow", "told"),
    [
        (
            PICTURE,
            {
                "prompt": "6.text",
                "negative_prompt": "7.text",
                "seed": "3.seed",
                "width": "5.width",
                "height": "5.height",
                "steps": "3.steps",
                "cfg_scale": "3.cfg",
                "sampler": "3.sampler_name",
                "scheduler": "3.scheduler",
            },
        ),
        (
            FILM,
            {
                "prompt": "4.text",
                "negative_prompt": "5.text",
                "seed": "8.seed",
                "width": "7.width",
                "height": "7.height",
                "source": "6.image",
                "steps": "8.steps",
                "cfg_scale": "8.cfg",
                "sampler": "8.sampler_name",
                "scheduler": "8.scheduler",
                "frames": "7.length",
                "fps": "10.fps",
            },
        ),
        (UPSCALE, {"source": "1.image", "factor": "4.scale_by"}),
        (AUDIO, {"prompt": "2.text", "seed": "3.seed", "duration_seconds": "1.seconds"}),
        (FLUX, {"prompt": "2.clip_l, 2.t5xxl", "seed": "1.noise_seed", "cfg_scale": "2.guidance"}),
    ],
    ids=["picture", "film", "upscale", "audio", "flux"],
)
def test_what_each_field_is_for_is_guessed(workflow: Any, told: dict[str, str]) -> None:
    assert guess_places(workflow) == told


async def test_a_saved_workflow_becomes_a_form_and_runs_with_what_was_set(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.002) as sandbox:
        comfy = CustomComfyUi()
        told = await _described(sandbox, PICTURE, places="style = 10.strength_model\nnegative_prompt = -")
        card = comfy.card_of(told)
        form = card.options.model_json_schema()["properties"]
        assert (card.id, card.name, card.operations) == ("custom-comfyui:portraits", "Portraits", ("text-to-image",))
        assert (card.limits["text-to-image"].aspects[0], card.limits["text-to-image"].sizes[0]) == ("3:2", 768)
        assert list(form) == ["steps", "cfg_scale", "sampler", "scheduler", "style"]
        assert (form["steps"]["default"], form["style"]["default"]) == (30, 0.8)
        assert form["sampler"]["enum"] == ["euler", "euler_ancestral", "dpmpp_2m", "ddim", "uni_pc"]
        settings = card.options(steps=12, style=0.5).model_dump()  # type: ignore[call-arg]
        order = sandbox.order(comfy, card.id, "text-to-image", described=told, **WORDS, **settings)
        ticket = await comfy.submit(order, sandbox.http)
        sent = _sent(sandbox, ticket)
        assert sent["6"]["inputs"]["text"] == "a lake"
        assert sent["7"]["inputs"]["text"] == "text, watermark"
        assert (sent["5"]["inputs"]["width"], sent["5"]["inputs"]["height"]) == (512, 288)
        assert (sent["3"]["inputs"]["seed"], sent["3"]["inputs"]["steps"]) == (7, 12)
        assert sent["10"]["inputs"]["strength_model"] == 0.5
        delivery = await sandbox.until_done(comfy, ticket, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/png"
        assert delivery.metadata == {"seed": 7}


async def test_a_film_counts_its_frames_as_the_workflow_does_and_takes_a_picture(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.002) as sandbox:
        comfy = CustomComfyUi()
        picture = sandbox.picture()
        with pytest.raises(Invalid, match="fps"):
            await _described(sandbox, FILM, places="fps = 10.rate")
        told = await _described(sandbox, FILM, name="drift")
        card = comfy.card_of(told)
        assert card.operations == ("image-to-video",)
        limits = card.limits["image-to-video"]
        assert (limits.sizes[0], limits.durations_seconds) == ("480p", (1.0, 60.0))
        params = {"prompt": "it drifts", "size": "480p", "duration_seconds": 3.0, "seed": 1}
        order = sandbox.order(comfy, card.id, "image-to-video", described=told, inputs=(picture,), **params)
        ticket = await comfy.submit(order, sandbox.http)
        sent = _sent(sandbox, ticket)
        assert sent["7"]["inputs"]["length"] == 49
        assert (sent["7"]["inputs"]["width"], sent["7"]["inputs"]["height"]) == (480, 480)
        assert sent["6"]["inputs"]["image"].startswith("photoplay-")
        delivery = await sandbox.until_done(comfy, ticket, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "video/mp4"


@pytest.mark.parametrize(
    ("workflow", "says"),
    [
        ("no json", "Export"),
        ({"nodes": [], "links": []}, "saved for the editor"),
        ({"1": {"inputs": {}}}, "class_type"),
        ({**PICTURE, "11": {"class_type": "MyOwnNode", "inputs": {}}}, "does not have the nodes.*MyOwnNode"),
        ({name: node for name, node in PICTURE.items() if name != "9"}, "saves nothing"),
        ({name: node for name, node in UPSCALE.items() if name == "5"}, "not clear what this workflow is asked for"),
    ],
)
async def test_what_is_no_workflow_of_this_server_is_said_when_it_is_added(
    tmp_path: Path, workflow: Any, says: str
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        with pytest.raises(Invalid, match=says):
            await _described(sandbox, workflow)


async def test_a_workflow_that_does_not_fit_any_more_is_refused_node_by_node(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        comfy = CustomComfyUi()
        told = await _described(sandbox, PICTURE)
        gone = changed(PICTURE, "4", ckpt_name="deleted.safetensors")
        told = replace(told, document={**told.document, "workflow": gone})
        order = sandbox.order(comfy, "custom-comfyui:portraits", "text-to-image", described=told, **WORDS)
        with pytest.raises(Invalid, match=r"CheckpointLoaderSimple.*Value not in list.*deleted"):
            await comfy.submit(order, sandbox.http)
        assert sandbox.bill(VENDOR) == []


async def test_a_lost_answer_is_looked_up_and_nothing_runs_twice(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.002) as sandbox:
        comfy = CustomComfyUi()
        order = sandbox.order(comfy, MODEL, "text-to-image", **WORDS)
        assert await comfy.find(order, sandbox.http) == Absent()
        sandbox.fault(VENDOR, "answer-lost")
        with pytest.raises(OutcomeUnknown):
            await comfy.submit(order, sandbox.http)
        ticket = await comfy.find(order, sandbox.http)
        assert isinstance(ticket, Ticket)
        assert isinstance(await sandbox.until_done(comfy, ticket, order), Delivery)
        assert len(sandbox.bill(VENDOR)) == 1


async def test_what_waits_is_taken_out_of_the_queue_and_what_runs_is_interrupted(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1) as sandbox:
        comfy = CustomComfyUi()
        orders = [sandbox.order(comfy, MODEL, "text-to-image", **WORDS) for _ in range(2)]
        running, waiting = [await comfy.submit(order, sandbox.http) for order in orders]
        assert await comfy.check(running, orders[0], sandbox.http) == Waiting(word="Working")
        assert await comfy.check(waiting, orders[1], sandbox.http) == Waiting(word="Waiting in the queue, 1 before it")
        await comfy.cancel(waiting, orders[1], sandbox.http)
        assert await comfy.check(running, orders[0], sandbox.http) == Waiting(word="Working")
        with pytest.raises(Failed, match="stopped"):
            await comfy.check(waiting, orders[1], sandbox.http)
        await comfy.cancel(running, orders[0], sandbox.http)
        with pytest.raises(Failed, match="interrupted"):
            await comfy.check(running, orders[0], sandbox.http)


async def test_a_server_that_was_started_anew_has_lost_the_order_and_that_is_said(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.002) as sandbox:
        comfy = CustomComfyUi()
        order = sandbox.order(comfy, MODEL, "text-to-image", **WORDS)
        ticket = await comfy.submit(order, sandbox.http)
        await sandbox.until_done(comfy, ticket, order)
        address = f"{order.access.address}/history"
        async with sandbox.http.request(
            "POST", address, headers={"Content-Type": "application/json"}, data=b'{"clear": true}', trusted=address
        ):
            pass
        with pytest.raises(Failed, match="started anew"):
            await comfy.check(ticket, order, sandbox.http)


async def test_masks_go_as_the_workflow_reads_them(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        comfy = CustomComfyUi()
        inputs = (sandbox.picture(), sandbox.picture("mask"))
        order = sandbox.order(comfy, MODEL, "inpaint", inputs=inputs, prompt="a door", seed=1)
        sent = _sent(sandbox, await comfy.submit(order, sandbox.http))
        assert sent["5"]["inputs"]["image"].endswith("-mask.png")
        by_alpha = {
            **PICTURE,
            "11": {"class_type": "LoadImage", "inputs": {"image": "x.png"}},
            "12": {"class_type": "LoadImage", "inputs": {"image": "mask.png"}},
            "5": {
                "class_type": "VAEEncodeForInpaint",
                "inputs": {"pixels": ["11", 0], "vae": ["4", 2], "mask": ["12", 1], "grow_mask_by": 6},
            },
        }
        told = await _described(sandbox, by_alpha, name="doors")
        assert told.document["operations"] == ["inpaint"]
        order = sandbox.order(comfy, "custom-comfyui:doors", "inpaint", inputs=inputs, described=told, prompt="a door")
        await comfy.submit(order, sandbox.http)
        assert [path.name[:6] for path in order.spool.glob("clear-*.png")] == ["clear-"]


async def test_the_server_is_tested_and_needs_an_address_alone(tmp_path: Path) -> None:
    assert ComfyAccess(address="").missing() == ("address",)  # type: ignore[call-arg]
    async with a_sandbox(tmp_path) as sandbox:
        health = await CustomComfyUi().test(ComfyAccess.at_sandbox(sandbox.url), sandbox.http)
        assert (health.is_ok, "ComfyUI 0.3.64 on cuda:0" in health.message) == (True, True)
