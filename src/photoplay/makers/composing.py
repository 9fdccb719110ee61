"""Composes: sections with a rise and a fall, chords for each bar, and what every part plays. Pure, from a seed."""

from dataclasses import dataclass
from random import Random

from photoplay.makers.drumming import drum_notes
from photoplay.makers.harmony import Chord, chord_on, nearest, scale_of, voiced
from photoplay.makers.melody import melody_notes
from photoplay.makers.music_words import Wish
from photoplay.makers.score import BEATS, Note, Part, Score, Section, tables

_THEMES = ("A", "B", "A", "C")
_RISES = {1: (3,), 2: (2, 3), 3: (2, 3, 4), 4: (2, 3, 2, 4), 5: (2, 3, 3, 2, 4)}


@dataclass(frozen=True)
class Frame:
    """What all parts share: the chord of every bar, how it is voiced, and the section each bar belongs to."""

    wish: Wish
    scale: tuple[int, ...]
    chords: tuple[Chord, ...]
    voicings: tuple[tuple[int, ...], ...]
    sections: tuple[Section, ...]
    seed: int

    def plays(self, part: Part, bar: int) -> bool:
        """Whether a part is heard in a bar: sections of enough intensity, and the last chord if it can ring."""
        if bar == len(self.chords) - 1:
            return part.role not in {"drums", "arp"}
        section = next(s for s in self.sections if s.first_bar <= bar < s.first_bar + s.bars)
        return section.intensity >= part.joins


def compose(wish: Wish, *, seconds: float, seed: int) -> Score:
    """A whole piece of `seconds` (5 to 120). The same wish, length and seed give the same notes."""
    tempo, bars = _fitted(wish, seconds)
    sections = _form(bars)
    random = Random(f"chords {seed}")
    scale = scale_of(wish.key, wish.mode)
    degrees = _degrees(wish, sections, random)
    chords = [chord_on(degree, scale, seventh=wish.row.sevenths) for degree in degrees]
    voicings: list[tuple[int, ...]] = []
    for chord in chords:
        voicings.append(voiced(chord, voicings[-1] if voicings else None))
    frame = Frame(wish, scale, tuple(chords), tuple(voicings), sections, seed)
    parts = tuple((part, _notes(part, frame)) for part in _players(wish))
    return Score(wish.mood, wish.key, wish.mode, tempo, bars, sections, tuple(pair for pair in parts if pair[1]))


def _fitted(wish: Wish, seconds: float) -> tuple[float, int]:
    """Tempo and bars, so that the music ends where the film does, with a moment left to ring."""
    ring = min(3.0, 0.14 * seconds)
    bar = BEATS * 60 / wish.tempo_bpm
    if wish.tempo_fixed:
        return wish.tempo_bpm, max(2, int((seconds - ring) / bar) + 1)
    # The last bar only holds its chord, so half of it may be cut short.
    bars = max(2, round((seconds - ring) / bar + 0.5))
    return BEATS * 60 * (bars - 0.5) / (seconds - ring), bars


def _form(bars: int) -> tuple[Section, ...]:
    """Intro, phrases of four bars that come back, an ending. The odd bars go to the intro and before the end."""
    intro = 0 if bars < 7 else (4 if bars >= 28 else 2)
    body = bars - intro - 1
    phrases = max(1, body // 4)
    rises = [_RISES.get(phrases, ())[i] if phrases in _RISES else (2, 3, 3, 4)[i % 4] for i in range(phrases)]
    if phrases not in _RISES:
        rises[-1] = 4
    sections = [Section("intro", 0, intro, 1, "A")] if intro else []
    at = intro
    for number in range(phrases):
        length = 4 if number < phrases - 1 else body - 4 * (phrases - 1)
        sections.append(Section(f"phrase {number + 1}", at, length, rises[number], _THEMES[number % 4]))
        at += length
    return (*sections, Section("ending", at, 1, 2, "A"))


def _degrees(wish: Wish, sections: tuple[Section, ...], random: Random) -> list[int]:
    """The degree of each bar. The piece comes home on the tonic."""
    choices = list(wish.row.progressions)
    random.shuffle(choices)
    by_theme = {"A": choices[0], "B": choices[1 % len(choices)], "C": choices[2 % len(choices)]}
    degrees = [by_theme[section.theme][bar % 4] for section in sections for bar in range(section.bars)]
    degrees[-1] = 1
    if len(degrees) > 2 and degrees[-2] == 1:
        degrees[-2] = 5 if wish.mode == "major" else 7
    return degrees


def _players(wish: Wish) -> list[Part]:
    """The mood's parts, with the instrument that was asked for in the lead."""
    parts = [part for part in wish.row.parts if part.role != "drums" or wish.drums]
    if wish.lead is None:
        return parts
    asked = Part(role="lead", instrument=wish.lead, level=-5, joins=1)
    return [asked if part.role == "lead" else part for part in parts]


def _notes(part: Part, frame: Frame) -> tuple[Note, ...]:
    match part.role:
        case "drums":
            return drum_notes(part, frame)
        case "lead":
            return melody_notes(part, frame)
        case "bass":
            return _bass(part, frame)
        case "arp":
            return _arpeggio(part, frame)
        case "pad" | "chords":
            return _chords(part, frame)


def _chords(part: Part, frame: Frame) -> tuple[Note, ...]:
    """Chords in the part's rhythm, spread over the stereo field; a strum takes its strings one after another."""
    rhythm = tables().rhythms[part.rhythm]
    strum = 0.03 if part.instrument == "guitar" else 0.008
    notes = []
    for bar, voicing in enumerate(frame.voicings):
        if not frame.plays(part, bar):
            continue
        last = bar == len(frame.voicings) - 1
        for beat, length, loudness, *_ in ((0.0, 6.0, 0.7),) if last else rhythm:
            for number, pitch in enumerate(voicing):
                pan = (number / max(1, len(voicing) - 1) - 0.5) * (1.3 if part.role == "pad" else 0.7)
                start = bar * BEATS + beat + number * strum
                notes.append(Note(start, length, pitch, loudness * (1 - 0.06 * number), pan))
    return tuple(notes)


def _bass(part: Part, frame: Frame) -> tuple[Note, ...]:
    rhythm = tables().rhythms[part.rhythm]
    notes = []
    for bar, chord in enumerate(frame.chords):
        if not frame.plays(part, bar):
            continue
        last = bar == len(frame.chords) - 1
        root = nearest((chord[0],), 39)
        coming = nearest((frame.chords[min(bar + 1, len(frame.chords) - 1)][0],), 39)
        tones = (root, nearest((chord[2],), root + 6), root + 12, nearest(frame.scale, coming - 2))
        for beat, length, loudness, tone in ((0.0, 6.0, 0.8, 0),) if last else rhythm:
            notes.append(Note(bar * BEATS + beat, length, tones[int(tone)], loudness))
    return tuple(notes)


def _arpeggio(part: Part, frame: Frame) -> tuple[Note, ...]:
    """Chord tones one by one, in an order drawn once for the piece; the other themes take it backwards."""
    random = Random(f"arpeggio {frame.seed}")
    order = random.choice(((0, 1, 2, 3, 2, 1), (0, 2, 1, 3), (0, 1, 2, 3), (0, 2, 3, 2, 1, 2), (3, 2, 1, 2)))
    steps = int(BEATS / part.step)
    notes = []
    for section in frame.sections:
        pattern = order if section.theme == "A" else tuple(reversed(order))
        for bar in range(section.first_bar, section.first_bar + section.bars):
            if not frame.plays(part, bar):
                continue
            tones = [*frame.voicings[bar], frame.voicings[bar][0] + 12]
            for step in range(steps):
                tone = tones[pattern[step % len(pattern)] % len(tones)]
                accent = 0.75 if step % (steps // 2) == 0 else 0.52 + 0.08 * (step % 2 == 0)
                start = bar * BEATS + step * part.step
                notes.append(Note(start, part.step * 1.6, tone + 12 * (part.step < 0.5), accent, 0.5 - (step % 4) / 3))
    return tuple(notes)
