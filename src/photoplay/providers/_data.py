"""The data file beside each vendor's code: prices, lifecycle, and the rates by which an adapter counts a bill.

What may stand in it, with an example, is told by `catalog/data_file.py`, which checks every file at the start.
"""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any


@cache
def data_of(provider: str) -> Mapping[str, Any]:
    """The whole data file of a provider of this package, `providers/<vendor>.toml`. Raises `FileNotFoundError`."""
    name = f"{provider.replace('-', '_')}.toml"
    return tomllib.loads((resources.files("photoplay.providers") / name).read_text("utf-8"))


def rates_of(model: str) -> Mapping[str, Decimal]:
    """What the vendor bills per unit of use, in dollars, by the model's id; empty where its price rules say all."""
    data = data_of(model.partition(":")[0])["models"].get(model, {})
    return {name: Decimal(rate) for name, rate in data.get("rates", {}).items()}
