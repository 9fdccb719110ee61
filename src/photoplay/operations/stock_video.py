"""A film clip from a stock library."""

from typing import Literal

from pydantic import Field

from photoplay.operations._fields import Prompt, Size
from photoplay.operations._operation import MediaKind, Operation, Params


class StockVideo(Params):
    """`pick` takes the first, second ... of what is found."""

    prompt: Prompt
    aspect: Literal["1:1", "16:9", "9:16"] | None = Field(default=None, description="Square, landscape or portrait.")
    size: Size = "1080p"
    pick: int = Field(default=1, ge=1, le=80, description="Which of the clips that are found.")


OPERATION = Operation(
    "stock-video", "Stock clip", "A film clip from a stock library, found by words.", MediaKind.VIDEO, StockVideo
)
