"""Alternatives in a prompt: which prompts they stand for, and what is no alternative."""

import pytest

from photoplay.generation import MatrixWrong, prompts_of


@pytest.mark.parametrize(
    ("words", "prompts"),
    [
        ("a calm ocean", ["a calm ocean"]),
        ("{a|b} cat at {dawn|dusk}", ["a cat at dawn", "a cat at dusk", "b cat at dawn", "b cat at dusk"]),
        ("{red|} kite", ["red kite", "kite"]),
        ("a {|very} old house", ["a old house", "a very old house"]),
        ("{ red | blue } kite", ["red kite", "blue kite"]),
        ("{red|red} kite", ["red kite"]),
        ("{kite}", ["{kite}"]),
        (r"\{a|b\}", ["{a|b}"]),
        (r"{a\|b|c}", ["a|b", "c"]),
        (r"{\{x\}|y}", ["{x}", "y"]),
        ("a | b", ["a | b"]),
        ("a } b", ["a } b"]),
        (r"C:\dir {a|b}", [r"C:\dir a", r"C:\dir b"]),
        ("", [""]),
    ],
)
def test_these_words_stand_for_these_prompts(words: str, prompts: list[str]) -> None:
    assert prompts_of(words) == prompts


@pytest.mark.parametrize("words", ["{a|b", "{a|{b|c}}", "x {"])
def test_braces_that_do_not_close_are_told(words: str) -> None:
    with pytest.raises(MatrixWrong):
        prompts_of(words)
