"""Fields that several operations share, with their ranges, so that they mean the same everywhere."""

from typing import Annotated

from pydantic import Field, StringConstraints

Prompt = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    Field(description="What to make, in words.", json_schema_extra={"format": "prompt"}),
]
Seed = Annotated[
    int | None,
    Field(
        ge=0,
        le=2**31 - 1,
        description="The same seed with the same settings gives the same result. Empty: a new one each time.",
    ),
]
Aspect = Annotated[
    str,
    Field(
        pattern=r"^[1-9]\d{0,2}:[1-9]\d{0,2}$",
        description='Width to height, such as "16:9".',
        json_schema_extra={"format": "aspect"},
    ),
]
Size = Annotated[
    str,
    Field(
        pattern=r"^(\d{2,5}x\d{2,5}|\d{3,4}p)$",
        description='Pixels as "1024x1024", or lines of a film as "720p".',
        json_schema_extra={"format": "size"},
    ),
]
DurationSeconds = Annotated[float, Field(gt=0, le=600, description="Length of the result in seconds.")]
