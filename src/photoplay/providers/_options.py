"""Settings that many models have, so that the same name means the same everywhere. A card's `Options` picks from them."""

from typing import Annotated

from pydantic import Field

NegativePrompt = Annotated[
    str,
    Field(max_length=4000, description="What should not be in it, in words.", json_schema_extra={"format": "prompt"}),
]
Steps = Annotated[int, Field(ge=1, le=500, description="Steps of refinement: more is slower and finer.")]
CfgScale = Annotated[float, Field(ge=0, le=50, description="How closely the words are followed.")]
Strength = Annotated[
    float,
    Field(ge=0, le=1, description="How far the result may leave your picture: 0 not at all, 1 as if there were none."),
]
PictureFormat = Annotated[str, Field(description="File type of the picture.")]
Audio = Annotated[bool, Field(description="Whether it makes the sound of the film too.")]
