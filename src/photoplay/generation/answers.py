"""The closed table of which answer of a vendor leads to what, read from `answers.toml`."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

Moment = Literal["submit", "repeat", "check", "find"]


class AnswerRule(BaseModel):
    """What follows one kind of answer. `answer` is the name of its class; `is_proof`: it settles what became of the order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    moment: Moment
    answer: str
    is_proof: bool
    then: str
    ends: Literal["succeeded", "failed", "uncertain", "running"]
    code: str
    sends: int


@cache
def answer_rules() -> tuple[AnswerRule, ...]:
    """The whole table, in its order."""
    text = resources.files("photoplay.generation").joinpath("answers.toml").read_text("utf-8")
    return tuple(AnswerRule.model_validate(row) for row in tomllib.loads(text)["answers"])


def is_proof(moment: Moment, answer: object) -> bool:
    """Whether this answer settles what became of the order. One that the table does not have proves nothing."""
    names = [kind.__name__ for kind in type(answer).__mro__]
    rules = {rule.answer: rule for rule in answer_rules() if rule.moment == moment}
    return next((rules[name].is_proof for name in names if name in rules), False)
