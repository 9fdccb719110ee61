"""What a voice is given to read."""

import pytest

from photoplay.core.child_main import TaskFailed
from photoplay.makers.script import LONGEST_PIECE, pieces_of, read_script


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Hello 😀 there", "Hello there"),
        ("**Bold** and `code`", "Bold and code"),
        ("# Title", "Title"),
        ("See https://www.example.com now", "See example.com now"),
        ("It is 25° outside", "It is 25 degrees outside"),
        ("$1,250.50 — “quoted”", "$1,250.50 — “quoted”"),
        ("snake_case stays? 3*4", "snake_case stays? 3*4"),
        ("a\tb  c", "a b c"),
    ],
)
def test_text_is_cleaned(text: str, read: str) -> None:
    assert read_script(text).paragraphs == (read,)


def test_paragraphs_stay_apart_and_empty_ones_go() -> None:
    assert read_script("One.\n\n***\n\nTwo.\nThree.").paragraphs == ("One.", "Two.", "Three.")


def test_emoji_are_counted_in_a_note() -> None:
    assert read_script("Go 🚀🚀 now").notes == ("2 emoji or symbols are not spoken.",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Hund und die Katze sind nicht im Haus, aber wir finden sie auf dem Weg.", "German"),
        ("Le chat est dans la maison avec une souris et nous ne sommes pas là.", "French"),
        ("El perro y la casa son muy grandes, pero no se ven en la noche.", "Spanish"),
    ],
)
def test_other_languages_are_pointed_out(text: str, language: str) -> None:
    assert read_script(text).notes[0].startswith(f"The text looks {language}.")


@pytest.mark.parametrize("text", ["We meet at the café, as usual.", "Die Hard is a film.", "No.", "Das Auto"])
def test_english_gets_no_note(text: str) -> None:
    assert read_script(text).notes == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [("你好，世界", "language"), ("Привет мир, hi", "language"), ("😀😀", "nothing_to_say"), ("...", "nothing_to_say")],
)
def test_what_cannot_be_spoken_is_refused_in_words(text: str, code: str) -> None:
    with pytest.raises(TaskFailed) as refused:
        read_script(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["word and more " * 100, "clause of some length, " * 60, "x" * 1000])
def test_long_sentences_are_cut_without_losing_a_word(text: str) -> None:
    pieces = pieces_of(text)
    assert max(len(piece) for piece in pieces) <= LONGEST_PIECE
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
