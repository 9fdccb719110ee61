"""Music from words: the mood they ask for, a score that holds together, sound that is loud and clean."""

import wave
from pathlib import Path
from random import Random

import numpy as np
import pytest

from photoplay.core.child_main import Cancelled
from photoplay.makers import music
from photoplay.makers.composing import compose
from photoplay.makers.harmony import scale_of
from photoplay.makers.music_words import pick_mood, read_wish
from photoplay.makers.score import BEATS, Score, tables
from tests.makers import made


def score_of(words: str, *, seconds: float = 15, seed: int = 1) -> Score:
    return compose(read_wish(words, seed=seed, tempo_bpm=None, key=None), seconds=seconds, seed=seed)


@pytest.mark.parametrize(
    ("words", "mood"),
    [
        ("calm morning by the ocean", "calm"),
        ("epic battle with a full orchestra", "epic"),
        ("lofi beat to study to", "lofi"),
        ("dark and tense, a thriller", "dark"),
        ("techno for the club", "electronic"),
        ("smooth jazz in a lounge", "jazz"),
        ("upbeat product launch for a startup", "corporate"),
        ("sad, nostalgic farewell", "sad"),
    ],
)
def test_words_choose_the_mood(words: str, mood: str) -> None:
    assert pick_mood(words, Random(1)) == mood


def test_tempo_and_key_can_be_said_in_words() -> None:
    wish = read_wish("techno at 128 bpm in F# minor", seed=1, tempo_bpm=None, key=None)
    assert (wish.tempo_bpm, wish.key, wish.mode) == (128, "F#", "minor")
    assert score_of("techno at 128 bpm in F# minor").tempo_bpm == 128


def test_settings_win_over_words() -> None:
    wish = read_wish("happy song at 128 bpm in C major", seed=1, mood="sad", tempo_bpm=70, key="Db minor")
    assert (wish.mood, wish.tempo_bpm, wish.key, wish.mode) == ("sad", 70, "C#", "minor")


def test_instruments_and_drums_follow_the_words() -> None:
    parts = [part for part, _ in score_of("happy song with flute, no drums").parts]
    assert "flute" in {part.instrument for part in parts}
    assert "drums" not in {part.role for part in parts}


@pytest.mark.parametrize("mood", sorted(tables().moods))
@pytest.mark.parametrize("seconds", [5, 33, 120])
def test_every_score_fits_its_length_and_stays_in_its_key(mood: str, seconds: float) -> None:
    score = score_of(tables().moods[mood].words[0], seconds=seconds)
    scale = scale_of(score.key, score.mode)
    assert (score.bars - 1) * BEATS * score.beat_seconds < seconds
    assert sum(section.bars for section in score.sections) == score.bars
    assert 45 <= score.tempo_bpm <= 190
    for part, notes in score.parts:
        assert all(0 <= note.start < score.bars * BEATS and 0 < note.loudness <= 1 for note in notes)
        if part.role in {"lead", "bass"}:
            outside = [note for note in notes if note.pitch % 12 not in scale]
            assert len(outside) <= 0.2 * len(notes)


def test_the_last_chord_is_the_home_chord() -> None:
    score = score_of("corporate", seconds=30)
    last = {n.pitch % 12 for part, notes in score.parts if part.role == "bass" for n in notes[-1:]}
    assert last == {scale_of(score.key, score.mode)[0]}


def test_themes_come_back_as_the_same_tune() -> None:
    score = score_of("corporate", seconds=60, seed=3)
    first, second = [section for section in score.sections if section.theme == "A" and section.intensity >= 3][:2]
    lead = next(notes for part, notes in score.parts if part.role == "lead")
    rhythms = [
        [note.start - section.first_bar * BEATS for note in lead if 0 <= note.start - section.first_bar * BEATS < 16]
        for section in (first, second)
    ]
    assert rhythms[0]
    assert rhythms[0] == rhythms[1]


def test_another_seed_is_another_piece() -> None:
    assert score_of("calm", seed=1).parts != score_of("calm", seed=2).parts


@pytest.mark.parametrize("mood", ["lofi", "electronic", "epic"])
def test_sound_is_as_long_and_loud_as_it_should_be(tmp_path: Path, mood: str) -> None:
    watcher = made.Watcher()
    job = {"prompt": mood, "duration_seconds": 6, "seed": 2, "out_dir": str(tmp_path)}
    result = music.run(job, watcher)
    with wave.open(result["files"][0]["path"]) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 44_100, 6 * 44_100)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32768
    assert np.abs(samples).max() < 0.9
    assert 0.05 < np.sqrt(np.square(samples).mean()) < 0.35
    assert np.abs(samples[-400:]).max() < 0.01
    assert abs(samples.mean()) < 0.005
    assert np.abs(samples[:, 0] - samples[:, 1]).mean() > 0.002
    assert watcher.shares == sorted(watcher.shares)
    assert result["metadata"]["mood"] == mood


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    job = {"prompt": "happy", "duration_seconds": 5, "seed": 9, "out_dir": str(tmp_path)}
    path = Path(music.run(job, made.Watcher())["files"][0]["path"])
    before = path.read_bytes()
    music.run(job, made.Watcher())
    assert path.read_bytes() == before


@pytest.mark.parametrize("stop_at", [1, 20])
def test_cancelled_music_leaves_no_file(tmp_path: Path, stop_at: int) -> None:
    with pytest.raises(Cancelled):
        music.run({"prompt": "happy", "duration_seconds": 5, "out_dir": str(tmp_path)}, made.Watcher(stop_at))
    assert made.files_in(tmp_path) == []
