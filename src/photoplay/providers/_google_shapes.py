"""What Google answers, and what it bills by the tokens that its answers count."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from photoplay.providers._data import rates_of
from photoplay.providers._errors import Unreadable
from photoplay.providers._google_cards import VENDOR


class Camel(BaseModel):
    """Names as in `generateContent`."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", defer_build=True)


class Blob(Camel):
    """A file in base64."""

    mime_type: str = "image/png"
    data: str


class Part(Camel):
    """One part of what a model says; thoughts are not for people."""

    text: str | None = None
    thought: bool = False
    inline_data: Blob | None = None


class Parts(Camel):
    """All of what a model says."""

    parts: list[Part] = []


class Candidate(Camel):
    """One answer of a model."""

    content: Parts = Parts()
    finish_reason: str = ""
    finish_message: str = ""


class Tokens(Camel):
    """Tokens of one kind."""

    modality: str = ""
    token_count: int = 0


class PictureUse(Camel):
    """What a picture used."""

    prompt_token_count: int = 0
    candidates_token_count: int = 0
    thoughts_token_count: int = 0
    candidates_tokens_details: list[Tokens] = []


class Painted(Camel):
    """An answer of `generateContent`."""

    candidates: list[Candidate] = []
    prompt_feedback: dict[str, Any] = {}
    usage_metadata: PictureUse | None = None
    response_id: str | None = None
    model_version: str | None = None


class Model(Camel):
    """A model in the list."""

    name: str


class Models(Camel):
    """The list of models."""

    models: list[Model] = []


class Content(BaseModel):
    """A file or a text that an interaction made."""

    type: str
    data: str | None = None
    uri: str | None = None
    mime_type: str | None = None


class Step(BaseModel):
    """One step of an interaction."""

    type: str
    content: list[Content] = []
    error: dict[str, Any] | None = None


class Modality(BaseModel):
    """Tokens of one kind."""

    modality: str = ""
    tokens: int = 0


class Use(BaseModel):
    """What an interaction used."""

    total_input_tokens: int = 0
    total_thought_tokens: int = 0
    output_tokens_by_modality: list[Modality] = []


class Interaction(BaseModel):
    """An interaction as it stands."""

    id: str = ""
    status: str
    steps: list[Step] = []
    usage: Use | None = None
    errors: list[dict[str, Any]] = []

    def media(self, kind: str) -> Content | None:
        """The last file of this kind."""
        made = (one for step in self.steps if step.type == "model_output" for one in step.content)
        files = [one for one in made if one.type == kind and (one.data or one.uri)]
        return files[-1] if files else None

    def why(self) -> str:
        """What it says of its failure."""
        told = [*self.errors, *(step.error for step in self.steps if step.error)]
        text = "; ".join(f"{one.get('message') or one.get('code') or ''}" for one in told)
        return re.sub(r"\s+", " ", text).strip().rstrip(".")[:200]


def bill_of_picture(model: str, said: Painted) -> Decimal | None:
    """By the tokens used; None where Google does not tell them."""
    use = said.usage_metadata
    if use is None:
        return None
    pictures = sum(one.token_count for one in use.candidates_tokens_details if one.modality == "IMAGE")
    return _bill(
        model,
        {
            "input": use.prompt_token_count,
            "text_out": use.thoughts_token_count + use.candidates_token_count - pictures,
            "image_out": pictures,
        },
    )


def bill_of_interaction(model: str, said: Interaction) -> Decimal | None:
    """By the tokens used; a song has one price and is billed when there is one."""
    if "run" in (rates := rates_of(model)):
        return rates["run"] if said.media("audio") else Decimal(0)
    use = said.usage
    if use is None:
        return None
    outputs = {f"{one.modality.lower()}_out": one.tokens for one in use.output_tokens_by_modality}
    return _bill(model, {**outputs, "input": use.total_input_tokens, "text_out": use.total_thought_tokens})


def _bill(model: str, used: Mapping[str, int]) -> Decimal | None:
    rates = rates_of(model)
    if any(tokens and unit not in rates for unit, tokens in used.items()):
        return None
    return sum((rates[unit] * tokens for unit, tokens in used.items() if tokens), Decimal(0))


def read_as(shape: type[Any], told: Any) -> Any:
    """What Google told, in this shape. Raises `Unreadable`."""
    try:
        return shape.model_validate(told)
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error
