"""The child program of diffusion pipelines, `python -m photoplay.makers.diffusion`: loads one, keeps it warm, and paints.

It needs the optional packages torch, diffusers, transformers, accelerate and peft. Weights are read as safetensors alone: the
other kinds run code when they are opened. The network is used only where `downloads` says so.
"""

import importlib
import inspect
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from photoplay.core.child_main import Progress, TaskFailed, serve

MULTIPLE: Final = 8
_OPERATIONS: Final = {"text-to-image": "TEXT2IMAGE", "image-to-image": "IMAGE2IMAGE", "inpaint": "INPAINT"}
_AUTO: Final = {
    "text-to-image": "AutoPipelineForText2Image",
    "image-to-image": "AutoPipelineForImage2Image",
    "inpaint": "AutoPipelineForInpainting",
}
_USUAL_EDGE: Final = 1024


class _Warm:
    """The pipeline that is loaded, and what it was loaded from."""

    def __init__(self) -> None:
        self._made_of: object = None
        self._pipe: Any = None

    def pipe(self, params: Mapping[str, Any], progress: Progress) -> Any:
        """The pipeline of these params; another one makes room for it first."""
        wanted = {name: params.get(name) for name in ("source", "loras", "device", "offload", "cache")}
        if self._made_of != wanted:
            progress(0, 1, word="Loading the model")
            self._made_of, self._pipe = None, None
            self._pipe, self._made_of = _loaded(params), wanted
        return self._pipe


_WARM: Final = _Warm()


def describe(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """What the model of `source` (an id or a folder) is: its class, its operations, and the edge that it was trained on."""
    diffusers = _library(params)
    for file, _weight in params["loras"]:
        _check_lora(Path(file))
    config = _config(diffusers, params)
    kind = str(config.get("_class_name"))
    mappings = diffusers.pipelines.auto_pipeline
    families = {
        name
        for word in _OPERATIONS.values()
        for name, one in getattr(mappings, f"AUTO_{word}_PIPELINES_MAPPING").items()
        if one.__name__ == kind
    }
    able = [
        operation
        for operation, word in _OPERATIONS.items()
        if families & getattr(mappings, f"AUTO_{word}_PIPELINES_MAPPING").keys()
    ]
    if not able:
        raise TaskFailed("no_operation", f"The studio has no operation for a {kind}.")
    return {"pipeline": kind, "operations": able, "edge": _edge(diffusers, params, config)}


def paint(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """One picture into `out_dir`. Tells every step; is stopped between two."""
    diffusers = _library(params)
    torch = importlib.import_module("torch")
    loaded = _WARM.pipe(params, progress)
    pipe = getattr(diffusers, _AUTO[params["operation"]]).from_pipe(loaded)
    of = int(params["steps"])

    def on_step(pipeline: Any, index: int, _timestep: Any, values: dict[str, Any]) -> dict[str, Any]:
        progress(index + 1, getattr(pipeline, "num_timesteps", of) or of, word="Painting")
        return values

    progress(0, of, word="Painting")
    given = {
        **_wanted(params),
        "generator": torch.Generator("cpu").manual_seed(int(params["seed"])),
        "callback_on_step_end": on_step,
    }
    known = inspect.signature(pipe.__call__).parameters
    try:
        made = pipe(**{name: value for name, value in given.items() if name in known and value is not None})
    except torch.OutOfMemoryError as error:
        raise TaskFailed("out_of_memory", "The graphics card has not enough memory for this size.") from error
    if any(getattr(made, "nsfw_content_detected", None) or ()):
        raise TaskFailed("moderated", "The model's own filter kept the picture back.")
    return _delivery(made.images[0], params, pipe)


def _library(params: Mapping[str, Any]) -> Any:
    """Diffusers, told beforehand whether it may use the network."""
    os.environ["HF_HUB_OFFLINE"] = "0" if params["downloads"] else "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = os.environ["DISABLE_TELEMETRY"] = "1"
    try:
        diffusers = importlib.import_module("diffusers")
    except ImportError as error:
        raise TaskFailed("extra_missing", f"The optional packages are not all there: {error}.") from error
    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    return diffusers


def _where(params: Mapping[str, Any]) -> dict[str, Any]:
    return {"local_files_only": not params["downloads"], "cache_dir": params.get("cache") or None}


def _config(diffusers: Any, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The index of the model's folder. Raises `TaskFailed` with what to do where there is none."""
    source = str(params["source"])
    if Path(source).suffix in (".safetensors", ".ckpt", ".pt", ".bin"):
        raise TaskFailed("single_file", "Name the folder of a model in the form of diffusers, not a single file.")
    try:
        config: Mapping[str, Any] = diffusers.DiffusionPipeline.load_config(source, **_where(params))
    except (OSError, ValueError) as error:
        is_path = source.startswith(("/", "~", "."))
        why = "has no model_index.json" if is_path else "is not among the models that were downloaded to this machine"
        also = (
            ""
            if is_path or params["downloads"]
            else " Download it there, or allow downloads: DIFFUSERS_DOWNLOADS=true."
        )
        raise TaskFailed("no_model", f"{source} {why}.{also}") from error
    return config


def _edge(diffusers: Any, params: Mapping[str, Any], config: Mapping[str, Any]) -> int:
    """The longer edge that the model was trained on, by the sizes of its parts; 1024 where they do not tell."""
    part = "unet" if "unet" in config else "transformer"
    try:
        size = diffusers.AutoencoderKL.load_config(params["source"], subfolder=part, **_where(params)).get(
            "sample_size"
        )
        vae = diffusers.AutoencoderKL.load_config(params["source"], subfolder="vae", **_where(params))
    except (OSError, ValueError):
        return _USUAL_EDGE
    size = max(size) if isinstance(size, list | tuple) else size
    edge = int(size) * 2 ** (len(vae.get("block_out_channels", ())) - 1) if isinstance(size, int) else _USUAL_EDGE
    return edge if 32 <= edge <= 4096 else _USUAL_EDGE


def _loaded(params: Mapping[str, Any]) -> Any:
    diffusers, torch = importlib.import_module("diffusers"), importlib.import_module("torch")
    device = _device(torch, str(params["device"]))
    dtype = torch.float32 if device == "cpu" else torch.bfloat16 if device.startswith("cuda") else torch.float16
    try:
        pipe = diffusers.AutoPipelineForText2Image.from_pretrained(
            str(params["source"]), torch_dtype=dtype, use_safetensors=True, **_where(params)
        )
    except (OSError, ValueError) as error:
        said = str(error).strip().splitlines()[0][:300]
        raise TaskFailed("cannot_load", f"The model cannot be loaded: {said}") from error
    _add_loras(pipe, params["loras"])
    if params.get("offload") and device.startswith("cuda"):
        pipe.enable_model_cpu_offload()
    else:
        pipe.to(device)
    return pipe


def _device(torch: Any, wanted: str) -> str:
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _check_lora(file: Path) -> None:
    if file.suffix != ".safetensors":
        raise TaskFailed("lora", f"{file.name}: only files of the kind .safetensors are read.")
    if not file.is_file():
        raise TaskFailed("lora", f"There is no file {file}.")


def _add_loras(pipe: Any, loras: Sequence[Sequence[Any]]) -> None:
    names = []
    for number, (path, _weight) in enumerate(loras):
        file = Path(path)
        _check_lora(file)
        names.append(f"lora{number}")
        try:
            pipe.load_lora_weights(str(file.parent), weight_name=file.name, adapter_name=names[-1])
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise TaskFailed(
                "lora", f"{file.name} does not fit this model: {str(error).splitlines()[0][:200]}"
            ) from error
    if names:
        pipe.set_adapters(names, [float(weight) for _path, weight in loras])


def _wanted(params: Mapping[str, Any]) -> dict[str, Any]:
    """What the pipeline is called with; what it does not know is left out later."""
    wanted: dict[str, Any] = {
        "prompt": params["prompt"],
        "negative_prompt": params.get("negative_prompt") or None,
        "num_inference_steps": int(params["steps"]),
        "guidance_scale": float(params["cfg_scale"]),
    }
    if params["operation"] == "text-to-image":
        return {**wanted, "width": params["width"], "height": params["height"]}
    pictures = importlib.import_module("PIL.Image")
    source = pictures.open(params["inputs"]["source"]).convert("RGB")
    scale = min(1.0, float(params["edge"]) / max(source.size))
    size = tuple(max(MULTIPLE, round(side * scale / MULTIPLE) * MULTIPLE) for side in source.size)
    wanted |= {"image": source.resize(size), "strength": float(params["strength"])}
    if params["operation"] == "inpaint":
        mask = pictures.open(params["inputs"]["mask"]).convert("L").resize(size)
        wanted |= {"mask_image": mask, "width": size[0], "height": size[1]}
    return wanted


def _delivery(picture: Any, params: Mapping[str, Any], pipe: Any) -> Mapping[str, Any]:
    path = Path(params["out_dir"]) / "result.png"
    half = path.with_suffix(".part")
    try:
        picture.save(half, "PNG")
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    facts = {
        "seed": params["seed"],
        "steps": params["steps"],
        "device": str(pipe.device),
        "pipeline": type(pipe).__name__,
    }
    width, height = picture.size
    return {"path": str(path), "width": width, "height": height, "metadata": facts}


if __name__ == "__main__":
    serve({task.__name__: task for task in (describe, paint)})
