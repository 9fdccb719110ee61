"""Workflows of ComfyUI in its API format: which fields are for what, guessed and corrected, and filled in for an order.

A workflow is `{node id: {"class_type", "inputs", "_meta"?}}`; an input that is a list `[node id, slot]` is a link. A place
says where one of our settings goes: `6.text`, or several as `6.text_g, 6.text_l`.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from photoplay.providers._errors import Invalid

Nodes = Mapping[str, Mapping[str, Any]]
NOT_FILLED: Final = "-"
"""Stands for the field of a setting that is left as the workflow has it."""
MOST_NODES: Final = 2000
_TEXTS: Final = ("text", "prompt", "text_g", "text_l", "t5xxl", "clip_l", "positive_prompt", "tags", "value", "string")
_TWINS: Final = (("text_g", "text_l"), ("clip_l", "t5xxl"))
_NO_WORDS: Final = ("model", "clip", "vae", "latent_image", "samples", "pixels", "image", "images", "noise", "sigmas")
_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "steps": ("steps",),
    "cfg_scale": ("guidance", "cfg"),
    "sampler": ("sampler_name",),
    "scheduler": ("scheduler",),
    "strength": ("denoise",),
    "frames": ("length", "num_frames", "video_frames", "frames"),
    "fps": ("fps", "frame_rate"),
    "duration_seconds": ("seconds",),
    "factor": ("scale_by", "upscale_by", "rescale_factor"),
}
_PICTURES: Final = re.compile(r"LoadImage")
_FILMS: Final = re.compile(r"LoadVideo")


def read_workflow(given: Any) -> dict[str, dict[str, Any]]:
    """A workflow as text or as JSON. Raises `Invalid` for what is none, or is saved for the editor."""
    try:
        nodes = json.loads(given) if isinstance(given, str) else given
    except json.JSONDecodeError as error:
        raise Invalid("This is no JSON. In ComfyUI choose Workflow, Export (API).") from error
    if isinstance(nodes, Mapping) and isinstance(nodes.get("prompt"), Mapping):
        nodes = nodes["prompt"]
    if isinstance(nodes, Mapping) and "nodes" in nodes and "links" in nodes:
        raise Invalid("This workflow is saved for the editor. In ComfyUI choose Workflow, Export (API).")
    if not isinstance(nodes, Mapping) or not nodes or len(nodes) > MOST_NODES:
        raise Invalid("This is no workflow in ComfyUI's API format.")
    for name, node in nodes.items():
        if not isinstance(node, Mapping) or not isinstance(node.get("class_type"), str):
            raise Invalid(f"Node {name} has no class_type: this is no workflow in ComfyUI's API format.")
        if not isinstance(node.get("inputs"), Mapping):
            raise Invalid(f"Node {name} has no inputs: this is no workflow in ComfyUI's API format.")
    return {str(name): dict(node) for name, node in nodes.items()}


def guess_places(nodes: Nodes) -> dict[str, str]:
    """Which field is for what, as far as names and links tell."""
    found: dict[str, str] = {}
    prompt = _words(nodes, ("positive", "conditioning", "guider")) or _words_anywhere(nodes)
    negative = _words(nodes, ("negative",))
    found |= {"prompt": prompt} if prompt else {}
    found |= {"negative_prompt": negative} if negative and negative != prompt else {}
    seeds = [
        f"{at}.{name}" for at, name, value in _literals(nodes) if name in ("seed", "noise_seed") and _is_number(value)
    ]
    found |= {"seed": ", ".join(seeds)} if seeds else {}
    found |= _frame(nodes) | _files(nodes)
    for ours, names in _NUMBERS.items():
        told = [
            f"{at}.{field}" for name in names for at, field, value in _literals(nodes) if field == name and value != ""
        ]
        found |= {ours: told[0]} if told and _makes_sense(ours, found) else {}
    return found


def read_places(text: str, nodes: Nodes) -> dict[str, str]:
    """Lines such as `prompt = 6.text`. Raises `Invalid` for a line that is none, or names a field that is not there."""
    found = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        ours, _, told = (part.strip() for part in line.partition("="))
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", ours) or not told:
            raise Invalid(f'"{line[:80]}" is no line such as: prompt = 6.text')
        for node, field in targets(told) if told != NOT_FILLED else ():
            if field not in nodes.get(node, {}).get("inputs", {}):
                raise Invalid(f"{ours}: the workflow has no field {node}.{field}. {_near(nodes, field)}")
        found[ours] = told
    return found


def targets(place: str) -> tuple[tuple[str, str], ...]:
    """The nodes and fields of a place; node ids of a subgraph may have colons, fields may have dots."""
    return tuple((node, field) for node, _, field in (one.strip().partition(".") for one in place.split(",")))


def value_at(nodes: Nodes, place: str) -> Any:
    """What stands in the first field of a place."""
    node, field = targets(place)[0]
    return nodes[node]["inputs"].get(field)


def filled(nodes: Nodes, places: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The workflow with these values, by our names, in their places. A value of None leaves the field as it is."""
    made: dict[str, Any] = {name: copy.deepcopy(dict(node)) for name, node in nodes.items()}
    for ours, value in values.items():
        if value is not None and ours in places:
            for node, field in targets(places[ours]):
                made[node]["inputs"][field] = value
    return made


def inverts_alpha(nodes: Nodes, place: str) -> bool:
    """Whether a mask's file is read by its transparency: what is clear is painted anew."""
    node = nodes[targets(place)[0][0]]
    return bool(node["class_type"] != "LoadImageMask" or node["inputs"].get("channel") == "alpha")


def _literals(nodes: Nodes) -> Iterator[tuple[str, str, Any]]:
    for at in nodes:
        for name, value in nodes[at]["inputs"].items():
            if not _is_link(value, nodes):
                yield at, name, value


def _is_link(value: Any, nodes: Nodes) -> bool:
    return isinstance(value, list) and len(value) == 2 and str(value[0]) in nodes


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _words(nodes: Nodes, starts: Sequence[str]) -> str:
    """The text that comes into the first input of these names, looked for against the links."""
    for start in starts:
        for at in nodes:
            link = nodes[at]["inputs"].get(start)
            if _is_link(link, nodes):
                found = _words_before(nodes, str(link[0]), set())
                if found:
                    return found
    return ""


def _words_before(nodes: Nodes, at: str, seen: set[str]) -> str:
    if at in seen:
        return ""
    seen.add(at)
    inputs = nodes[at]["inputs"]
    for twins in _TWINS:
        if all(isinstance(inputs.get(name), str) for name in twins):
            return ", ".join(f"{at}.{name}" for name in twins)
    for name in _TEXTS:
        if isinstance(inputs.get(name), str):
            return f"{at}.{name}"
    ordered = sorted(inputs.items(), key=lambda pair: pair[0] not in _TEXTS)
    links = [str(link[0]) for name, link in ordered if name not in _NO_WORDS and _is_link(link, nodes)]
    return next(filter(None, (_words_before(nodes, one, seen) for one in links)), "")


def _words_anywhere(nodes: Nodes) -> str:
    """Where no sampler is fed with words: a field of a text encoder, or of a node that is called so."""
    texts = [(at, name) for at, name, value in _literals(nodes) if name in _TEXTS and isinstance(value, str)]
    for at, name in texts:
        title = str(nodes[at].get("_meta", {}).get("title", "")).lower()
        is_for_words = name in ("prompt", "positive_prompt") or "TextEncode" in nodes[at]["class_type"]
        if (is_for_words or "prompt" in title) and "negative" not in title:
            return f"{at}.{name}"
    return ""


def _frame(nodes: Nodes) -> dict[str, str]:
    """Width and height, of an empty latent sooner than of anything else."""
    sized = [
        at
        for at in nodes
        if _is_number(nodes[at]["inputs"].get("width")) and _is_number(nodes[at]["inputs"].get("height"))
    ]
    sized.sort(key=lambda at: not re.search(r"Empty|Latent|ToVideo", nodes[at]["class_type"]))
    is_made_here = bool(sized) and re.search(r"Empty|Latent|ToVideo|Resolution|Size", nodes[sized[0]]["class_type"])
    return {"width": f"{sized[0]}.width", "height": f"{sized[0]}.height"} if is_made_here else {}


def _files(nodes: Nodes) -> dict[str, str]:
    """Where pictures and films come in: by the sort of node, by which of its results is used, and by its name."""
    found: dict[str, str] = {}
    for at, name, value in _literals(nodes):
        kind, title = nodes[at]["class_type"], str(nodes[at].get("_meta", {}).get("title", "")).lower()
        if not isinstance(value, str) or name not in ("image", "video", "file"):
            continue
        if _FILMS.search(kind):
            found.setdefault("film", f"{at}.{name}")
        elif _PICTURES.search(kind):
            is_mask = "Mask" in kind or (_used_slots(nodes, at) == {1}) or "mask" in title
            role = "mask" if is_mask else "last" if re.search(r"\b(end|last)\b", title) else "source"
            role = "reference" if role in found else role
            found.setdefault(role, f"{at}.{name}")
    return found


def _used_slots(nodes: Nodes, at: str) -> set[int]:
    links = [value for node in nodes.values() for value in node["inputs"].values() if _is_link(value, nodes)]
    return {int(slot) for name, slot in links if str(name) == at}


def _makes_sense(ours: str, found: Mapping[str, str]) -> bool:
    """A strength is one where there is a picture to leave; frames need no seconds beside them."""
    if ours == "strength":
        return "source" in found and "width" not in found
    return ours != "duration_seconds" or "frames" not in found


def _near(nodes: Nodes, field: str) -> str:
    having = [f"{at}.{field}" for at in nodes if field in nodes[at]["inputs"]][:5]
    return f"It has {', '.join(having)}." if having else "Its fields stand in the file that you exported."
