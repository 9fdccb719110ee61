"""What the simulated ComfyUI knows of nodes, and how it checks a workflow: as the real one does, in its words."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import orjson

_LONG_LIST: Final = 20
_CONVERTS: Final = {"INT": int, "FLOAT": float, "STRING": str}
Prompt = Mapping[str, Mapping[str, Any]]


@cache
def nodes() -> dict[str, dict[str, Any]]:
    """The nodes that this server has: inputs, outputs, and what those that are an end save."""
    known: dict[str, dict[str, Any]] = orjson.loads(
        (resources.files("photoplay.sandbox.vendors") / "comfyui.json").read_bytes()
    )
    return known


def object_info(name: str, files: list[str]) -> dict[str, Any]:
    """What the server says of a node."""
    node = nodes()[name]
    outputs = list(node["outputs"])
    return {
        "input": {"required": _told(node["inputs"], files), "optional": _told(node.get("optional", {}), files)},
        "input_order": {"required": list(node["inputs"]), "optional": list(node.get("optional", {}))},
        "output": outputs,
        "output_is_list": [False] * len(outputs),
        "output_name": outputs,
        "name": name,
        "display_name": name,
        "description": "",
        "python_module": "nodes",
        "category": "sandbox",
        "output_node": "saves" in node,
    }


def _told(inputs: Mapping[str, Any], files: list[str]) -> dict[str, Any]:
    return {name: [files, part[1]] if part[0] == "FILE" else part for name, part in inputs.items()}


def check(prompt: Any, files: list[str]) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """What is wrong with a workflow as a whole (None: at least one end is good), and node by node."""
    if not isinstance(prompt, Mapping) or not prompt:
        return _error("invalid_prompt", "Cannot execute because the prompt is empty.", ""), {}
    for number, node in prompt.items():
        kind = node.get("class_type") if isinstance(node, Mapping) else None
        if kind is None:
            told = f"Cannot execute because node #{number} is missing the class_type property."
            return _error("invalid_prompt", told, f"Node ID '#{number}'"), {}
        if kind not in nodes():
            told = f"Node '{kind}' not found. The custom node may not be installed."
            return _error("missing_node_type", told, f"Node ID '#{number}'"), {}
    ends = [number for number, node in prompt.items() if "saves" in nodes()[node["class_type"]]]
    if not ends:
        return _error("prompt_no_outputs", "Prompt has no outputs", ""), {}
    return _checked(prompt, ends, files)


def _checked(prompt: Prompt, ends: list[str], files: list[str]) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    node_errors: dict[str, Any] = {}
    good = 0
    for end in ends:
        seen: dict[str, list[dict[str, Any]]] = {}
        _walk(prompt, end, files, seen)
        wrong = {number: errors for number, errors in seen.items() if errors}
        good += not wrong
        for number, errors in wrong.items():
            entry = {"errors": errors, "dependent_outputs": [], "class_type": prompt[number]["class_type"]}
            node_errors.setdefault(number, entry)["dependent_outputs"].append(end)
    if good:
        return None, node_errors
    details = "\n".join(
        f"{one['message']}: {one['details']}" for node in node_errors.values() for one in node["errors"]
    )
    return _error("prompt_outputs_failed_validation", "Prompt outputs failed validation", details), node_errors


def _walk(prompt: Prompt, number: str, files: list[str], seen: dict[str, list[dict[str, Any]]]) -> None:
    """Checks a node and all before it."""
    if number in seen:
        return
    node, seen[number] = prompt[number], []
    known = nodes()[node["class_type"]]
    for name, part in {**known["inputs"], **known.get("optional", {})}.items():
        if name not in node["inputs"]:
            if name in known["inputs"]:
                seen[number].append(_error("required_input_missing", "Required input is missing", name, name))
            continue
        value = node["inputs"][name]
        wrong = (
            _wrong_link(prompt, name, value, part[0]) if isinstance(value, list) else _misfit(name, value, part, files)
        )
        if wrong:
            seen[number].append(wrong)
        elif isinstance(value, list):
            _walk(prompt, str(value[0]), files, seen)


def _wrong_link(prompt: Prompt, name: str, link: list[Any], wanted: str) -> dict[str, Any] | None:
    if len(link) != 2 or str(link[0]) not in prompt:
        told = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
        return _error("bad_linked_input", told, name, name)
    given = nodes()[prompt[str(link[0])]["class_type"]]["outputs"]
    received = given[link[1]] if link[1] < len(given) else "nothing"
    if received != wanted:
        details = f"{name}, received_type({received}) mismatch input_type({wanted})"
        return _error("return_type_mismatch", "Return type mismatch between linked nodes", details, name)
    return None


def _misfit(name: str, value: Any, part: list[Any], files: list[str]) -> dict[str, Any] | None:
    kind, about = part
    choices = kind if isinstance(kind, list) else about.get("options")
    if kind == "FILE":
        told = f"{name} - Invalid image file: {value}"
        return (
            None
            if value in files
            else _error("custom_validation_failed", "Custom validation failed for node", told, name)
        )
    if choices is not None:
        listed = str(choices) if len(choices) <= _LONG_LIST else f"(list of length {len(choices)})"
        told = f"{name}: '{value}' not in {listed}"
        return None if value in choices else _error("value_not_in_list", "Value not in list", told, name)
    if kind not in _CONVERTS:
        return _error("required_input_missing", "Required input is missing", name, name)
    try:
        number = _CONVERTS[kind](value)
    except (TypeError, ValueError) as error:
        told = f"Failed to convert an input value to a {kind} value"
        return _error("invalid_input_type", told, f"{name}, {value}, {error}", name)
    if "min" in about and number < about["min"]:
        told = f"Value {value} smaller than min of {about['min']}"
        return _error("value_smaller_than_min", told, name, name)
    if "max" in about and number > about["max"]:
        return _error("value_bigger_than_max", f"Value {value} bigger than max of {about['max']}", name, name)
    return None


def _error(kind: str, message: str, details: str, name: str = "") -> dict[str, Any]:
    extra = {"input_name": name} if name else {}
    return {"type": kind, "message": message, "details": details, "extra_info": extra}
