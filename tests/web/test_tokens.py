"""Colours are named in one file, and every text colour can be read on every ground of its theme."""

import re
from pathlib import Path

import pytest

import photoplay

CSS = Path(photoplay.__file__).parent / "web" / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
GROUNDS = ("ground", "p1", "p2", "p3")
TEXTS = ("text", "quiet", "accent-text", "ready", "failed", "uncertain", "published")
LEAST_TEXT = 4.6
LEAST_EDGE = 3.0
COLOR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch|color)\((?!from var)", re.IGNORECASE)


def token(name: str, theme: str) -> tuple[float, float, float]:
    """A token's colour as three numbers, 0 to 255."""
    found = re.search(rf"--{name}:\s*(?:light-dark\(([^,]+),\s*([^)]+)\)|([^;]+));", TOKENS)
    assert found is not None, f"--{name} is not in tokens.css"
    light, dark, both = found.groups()
    value = (both or (light if theme == "light" else dark)).strip()
    return tuple(int(value[at : at + 2], 16) for at in (1, 3, 5))  # type: ignore[return-value]


def luminance(color: tuple[float, float, float]) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = [part / 255 for part in color]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """The contrast of two colours, 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_colour_reads_on_every_ground(theme: str, ground: str, text: str) -> None:
    assert contrast(token(text, theme), token(ground, theme)) >= LEAST_TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "p1"])
def test_the_edge_of_a_field_is_seen(theme: str, ground: str) -> None:
    assert contrast(token("edge", theme), token(ground, theme)) >= LEAST_EDGE


def test_the_words_on_the_one_filled_button_read() -> None:
    assert contrast(token("on-accent", "dark"), token("accent", "dark")) >= LEAST_TEXT


def test_a_badge_reads_even_on_a_white_picture() -> None:
    found = re.search(r"--on-pic: rgb\((\d+) (\d+) (\d+) / ([\d.]+)\)", TOKENS)
    assert found is not None
    red, green, blue, share = (float(part) for part in found.groups())
    seen = tuple(part * share + 255 * (1 - share) for part in (red, green, blue))
    assert contrast(token("on-pic-text", "dark"), seen) >= LEAST_TEXT  # type: ignore[arg-type]


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css") if path.name != "tokens.css"))
def test_no_other_file_names_a_colour(sheet: str) -> None:
    styles = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text("utf-8"), flags=re.DOTALL)
    assert COLOR.findall(styles) == []


def test_every_token_that_is_used_exists() -> None:
    styles = "".join(sheet.read_text("utf-8") for sheet in CSS.glob("*.css"))
    defined = set(re.findall(r"(--[\w-]+):", styles))
    assert set(re.findall(r"var\((--[\w-]+)[,)]", styles)) - defined == set()
