"""What may be set for an operation on a model: the operation's params and the model's options, flat, within its limits."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from photoplay.catalog._catalog import Offer
from photoplay.core.errors import Unprocessable
from photoplay.operations import find_operation
from photoplay.providers import Json, Limits, ModelCard


class InvalidParams(Unprocessable):
    """Some settings are wrong for this model; `fields` says which and why."""

    code = "invalid_params"


@cache
def params_model(operation: str, card: ModelCard) -> type[BaseModel]:
    """The Pydantic class of what may be set, which checks it within the operation's bounds; `form_of` tells the model's."""
    fields: dict[str, Any] = {
        name: (owner.model_fields[name].annotation, owner.model_fields[name])
        for name, owner in _owners(operation, card).items()
    }
    config = ConfigDict(extra="forbid", frozen=True)
    return create_model(f"{find_operation(operation).params.__name__}On{card.id}", __config__=config, **fields)


@cache
def form_of(operation: str, card: ModelCard) -> dict[str, Any]:
    """The JSON schema of what may be set: the form, the API's schema and the CLI's help. Shared: do not change it.

    Put together from the schemas of the two classes: a page shows the forms of all models, and a class for each takes
    five times as long.
    """
    owners = _owners(operation, card)
    told_as = {name: owner.model_fields[name].alias or name for name, owner in owners.items()}
    schema: dict[str, Any] = {
        "additionalProperties": False,
        "properties": {
            told_as[name]: dict(_schema_of(owner)["properties"][told_as[name]]) for name, owner in owners.items()
        },
        "title": f"{find_operation(operation).params.__name__}On{card.id}",
        "type": "object",
    }
    required = [told_as[name] for name, owner in owners.items() if owner.model_fields[name].is_required()]
    if required:
        schema["required"] = required
    if nested := {key: kind for owner in owners.values() for key, kind in _schema_of(owner).get("$defs", {}).items()}:
        schema["$defs"] = nested
    _narrow(schema, card.limits.get(operation, Limits()))
    return schema


@cache
def _schema_of(owner: type[BaseModel]) -> dict[str, Any]:
    return owner.model_json_schema()


def _owners(operation: str, card: ModelCard) -> dict[str, type[BaseModel]]:
    """What may be set, and whose it is: the operation's, or the model's own, which goes before."""
    params = find_operation(operation).params
    return {
        name: owner
        for owner in (params, card.options)
        for name, field in owner.model_fields.items()
        if (name not in card.lacks if owner is params else _option_is_for(field.json_schema_extra, operation))
    }


def check_params(offer: Offer, operation: str, params: Mapping[str, Json]) -> dict[str, Json]:
    """The params with defaults filled in. Raises `InvalidParams` with a sentence for each field that is wrong."""
    limits = offer.card.limits.get(operation, Limits())
    filled = _with_default_limits(params_model(operation, offer.card), limits, params)
    try:
        checked = params_model(operation, offer.card).model_validate(filled).model_dump(mode="json")
        own = find_operation(operation).params
        own.model_validate({name: checked[name] for name in own.model_fields if name in checked})
    except ValidationError as error:
        raise InvalidParams(
            f"Some settings do not fit {offer.card.name}.", fields={_where(e): e["msg"] for e in error.errors()}
        ) from error
    wrong = _outside(checked, limits)
    if wrong:
        raise InvalidParams(f"Some settings do not fit {offer.card.name}.", fields=wrong)
    return checked


def _with_default_limits(model: type[BaseModel], limits: Limits, params: Mapping[str, Json]) -> dict[str, Json]:
    """Where the operation's own default lies outside the model's limits, the first allowed value is the default.

    What may be empty stays empty: the aspect of an edit is then that of the picture.
    """
    filled = dict(params)
    for name, allowed in _allowed(limits).items():
        field = model.model_fields.get(name)
        if field is not None and name not in filled and field.default is not None and field.default not in allowed:
            filled[name] = allowed[0]
    return filled


def _allowed(limits: Limits) -> dict[str, list[Any]]:
    durations = [] if limits.duration_step_seconds else list(limits.durations_seconds)
    named: dict[str, list[Any]] = {
        "aspect": list(limits.aspects),
        "size": list(limits.sizes),
        "duration_seconds": durations,
        "factor": list(limits.factors),
    }
    return {name: values for name, values in named.items() if values}


def _outside(params: Mapping[str, Json], limits: Limits) -> dict[str, str]:
    wrong = {}
    for name, allowed in _allowed(limits).items():
        if params.get(name) is not None and params[name] not in allowed:
            wrong[name] = f"Choose one of: {', '.join(str(value) for value in allowed)}."
    duration = params.get("duration_seconds")
    if limits.duration_step_seconds and isinstance(duration, int | float):
        shortest, longest = limits.durations_seconds[0], limits.durations_seconds[-1]
        if not shortest <= duration <= longest:
            wrong["duration_seconds"] = f"Choose between {shortest:g} and {longest:g} seconds."
    for name, value in params.items():
        if isinstance(value, str) and "\0" in value:
            wrong[name] = "Leave out the NUL character."
    prompt = params.get("prompt")
    if isinstance(prompt, str) and len(prompt) > limits.prompt_characters:
        wrong["prompt"] = f"At most {limits.prompt_characters} characters; this has {len(prompt)}."
    return wrong


def _narrow(schema: dict[str, Any], limits: Limits) -> None:
    for name, values in _allowed(limits).items():
        field = schema.get("properties", {}).get(name)
        if field is not None:
            field.pop("pattern", None)
            may_be_empty = field.get("default", ...) is None
            field["enum"] = [*values, None] if may_be_empty else values
            if not may_be_empty and field.get("default") not in values:
                field["default"] = values[0]
    duration = schema.get("properties", {}).get("duration_seconds")
    if duration is not None and limits.duration_step_seconds:
        duration.pop("exclusiveMinimum", None)
        duration.update(
            minimum=limits.durations_seconds[0],
            maximum=limits.durations_seconds[-1],
            multipleOf=limits.duration_step_seconds,
        )
    prompt = schema.get("properties", {}).get("prompt")
    if prompt is not None:
        prompt["maxLength"] = min(prompt.get("maxLength", limits.prompt_characters), limits.prompt_characters)


def _option_is_for(extra: object, operation: str) -> bool:
    """An option may say in its `json_schema_extra` that it is for some operations only: `{"operations": [...]}`."""
    if isinstance(extra, dict) and "operations" in extra:
        return operation in extra["operations"]
    return True


def _where(error: Any) -> str:
    return ".".join(str(part) for part in error["loc"]) or "params"
