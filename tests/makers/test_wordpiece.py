"""Cutting words into pieces as BERT was trained; the ids are those of the original tokenizer."""

import pytest

from photoplay.makers.wordpiece import token_ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("calm ocean at sunset", [101, 5475, 4153, 2012, 10434, 102]),
        ("Café, déjà vu!", [101, 7668, 1010, 2139, 3900, 24728, 999, 102]),
        ("", [101, 102]),
        ("unaffable", [101, 14477, 20961, 3468, 102]),
        ("日本", [101, 1864, 1876, 102]),
    ],
)
def test_ids_are_those_of_the_original(text: str, ids: list[int]) -> None:
    assert token_ids(text) == ids


def test_long_texts_are_cut_and_end_marked() -> None:
    ids = token_ids("sea " * 500, longest=16)
    assert len(ids) == 16
    assert (ids[0], ids[-1]) == (101, 102)


def test_control_characters_and_long_words_do_no_harm() -> None:
    assert token_ids("oc\x00e\u200ban") == token_ids("ocean")
    assert token_ids("x" * 200) == [101, 100, 102]
