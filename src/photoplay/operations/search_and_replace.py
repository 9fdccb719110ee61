"""Something in a picture replaced by something else."""

from pydantic import Field

from photoplay.operations._fields import Prompt, Seed
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class SearchAndReplace(Params):
    """`search` names what is replaced, `prompt` what comes there."""

    prompt: Prompt
    search: str = Field(min_length=1, max_length=1000, description="What is replaced, in a few words.")
    seed: Seed = None


OPERATION = Operation(
    "search-and-replace",
    "Replace",
    "Something in your picture replaced by something else, named in words.",
    MediaKind.IMAGE,
    SearchAndReplace,
    roles=(InputRole("source", MediaKind.IMAGE, title="Picture"),),
)
