"""What a prompt is read as: scene, light, weather, colours, mood, and what people are told."""

import pytest
from pydantic import ValidationError

from photoplay.makers import Nearest, Reading, read, scene_by_words, scene_names, uniforms

PROMPTS = [
    # prompt, scene, and what else it must say
    ("calm ocean at sunset", "ocean", {"hour": (18.5, 19.6), "mood": "calm", "wind": (0, 0.15)}),
    (
        "Storm over the open ocean, high waves, dark clouds",
        "ocean",
        {"cloud": (0.8, 1), "wind": (0.8, 1), "mood": "dramatic"},
    ),
    ("Full moon over a dark calm ocean, silver path on the water", "ocean", {"hour": (22, 24), "palette": "natural"}),
    ("Heavy sea in a storm, wind and spray, grey morning", "ocean", {"hour": (7, 9), "rain": (0.2, 1)}),
    ("First light over the mountain ridge, fog in the valleys", "mountains", {"hour": (5.5, 7), "haze": (0.5, 1)}),
    ("snowy mountains at 6 am", "mountains", {"hour": (6, 6), "snow": (0.5, 1)}),
    ("mountains behind a lake at dawn", "lake", {"hour": (5.5, 7)}),
    ("a still lake at dusk, no wind", "lake", {"hour": (19.5, 21), "wind": (0, 0)}),
    ("alpine peaks, alpenglow", "mountains", {"palette": "alpenglow"}),
    ("Snow falling on a quiet pine forest at dusk", "forest", {"snow": (0.6, 1), "hour": (19.5, 21), "mood": "calm"}),
    ("Forest in thick morning fog, tall pines", "forest", {"haze": (0.9, 1)}),
    ("black and white forest, light fog", "forest", {"palette": "noir", "haze": (0.2, 0.5)}),
    ("pine forest at noon, no wind, no fog", "forest", {"wind": (0, 0), "haze": (0, 0), "hour": (12, 13)}),
    ("Tokyo street at night, neon, heavy rain", "city", {"palette": "natural", "rain": (0.9, 1), "hour": (22, 24)}),
    ("City at blue hour after rain, lit windows, low cloud", "city", {"hour": (20, 21), "rain": (0.1, 0.5)}),
    ("skyline at 17:30", "city", {"hour": (17.5, 17.5)}),
    (
        "Green and violet aurora over a still lake on a clear winter night",
        "aurora",
        {"haze": (0, 0.1), "snow": (0.3, 1)},
    ),
    ("northern lights over snowy mountains", "aurora", {}),
    ("Deep violet nebula with bright young stars", "nebula", {}),
    ("abstract flow in neon colours", "abstract", {"palette": "neon"}),
    ("deep space", "nebula", {"palette": "natural"}),
    ("Abstract flowing silk, pale blue and pearl", "abstract", {"mood": "natural"}),
    ("Abstract ink in water, deep crimson and black, dramatic", "abstract", {"mood": "dramatic"}),
    ("Desert dunes at sunset, long shadows", "desert", {"hour": (18.5, 19.6)}),
    ("Mars at noon, no clouds", "desert", {"cloud": (0, 0)}),
    ("Wind over desert dunes at noon, sand haze, clear sky", "desert", {"wind": (0.5, 1), "haze": (0.3, 0.6)}),
    ("Rain on a window at night, city lights out of focus behind it", "rain-on-glass", {"rain": (0.5, 1)}),
    ("Rain running down a window, warm lights out of focus", "rain-on-glass", {}),
    ("Above a sea of clouds at sunrise, pink and gold", "clouds", {"hour": (6, 7)}),
    ("Drifting clouds in the evening sky", "clouds", {"hour": (18.5, 19.5)}),
    ("blue sky over the sea", "ocean", {"palette": "natural", "cloud": (0, 0.2)}),
    ("sea with the sun on the left", "ocean", {"sun": (-0.8, -0.3)}),
]


@pytest.mark.parametrize(("prompt", "scene", "facts"), PROMPTS, ids=[prompt for prompt, _, _ in PROMPTS])
def test_prompt_is_read_as_people_mean_it(prompt: str, scene: str, facts: dict[str, object]) -> None:
    reading = read(prompt, {"seed": 1})
    assert scene_by_words(prompt) == reading.scene == scene
    for name, wanted in facts.items():
        found = getattr(reading, name)
        if isinstance(wanted, tuple):
            assert wanted[0] <= found <= wanted[1], f"{name} is {found}"
        else:
            assert found == wanted, name
    assert reading.notices == ()


def test_explicit_settings_win_over_words() -> None:
    explicit = {
        "scene": "forest",
        "palette": "rose",
        "mood": "calm",
        "hour": 3.0,
        "sun": 0.5,
        "cloud": 0.0,
        "wind": 1.0,
    }
    reading = read("stormy neon ocean at noon, dramatic", {**explicit, "aspect": "16:9", "size": 512})
    assert {name: getattr(reading, name) for name in explicit} == explicit


def test_params_of_a_reading_give_the_same_reading_without_the_words() -> None:
    for prompt in ("purple and blue abstract, calm", "city at night", "snowy mountains at 6 am, gold"):
        reading = read(prompt, {"seed": 70_000})
        again = read("", reading.params)
        assert again == reading
        assert uniforms(again) == uniforms(reading)


def test_colour_words_make_a_palette_from_dark_to_light() -> None:
    reading = read("abstract, rose and cream", {})
    brightness = [sum(channel) for channel in (uniforms(reading)[f"u_color_{part}"] for part in "abc")]  # type: ignore[arg-type]
    assert brightness == sorted(brightness)
    assert reading.tint > 0.5
    assert read("abstract", {}).tint == 0


def test_every_uniform_is_a_number_within_its_range() -> None:
    for name in scene_names():
        for key, value in uniforms(read("", {"scene": name, "seed": 2**31 - 1})).items():
            numbers = value if isinstance(value, list) else [value]
            top = {"u_seed": 65535, "u_hour": 24}.get(key, 1)
            assert all(-1 <= number <= top for number in numbers), key


def test_seeds_place_the_sun_elsewhere() -> None:
    assert len({read("calm ocean", {"seed": seed}).sun for seed in range(20)}) > 15


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a fox in a suit", ("fox", "suit")),
        ("a woman drinking coffee by the window", ("woman", "coffee")),
        ("our new running shoes on a beach at sunrise", ("shoe",)),
        ("sailboat on a turquoise sea", ("sailboat",)),
    ],
)
def test_what_no_scene_paints_is_said_before(prompt: str, words: tuple[str, ...]) -> None:
    notice = read(prompt, {}, Nearest("forest", 0.2)).notices[0]
    assert notice.code == "cannot_paint"
    assert all(f"“{word}”" in notice.message for word in words)
    assert "add a model provider in Settings" in notice.message


def test_notice_says_what_it_would_become() -> None:
    notice = read("a fox in a suit", {}, Nearest("forest", 0.2)).notices[0]
    assert "This would become: a misty forest." in notice.message


def test_words_that_name_no_place_are_said_before() -> None:
    assert read("love", {}, Nearest("clouds", 0.2)).notices[0].code == "far_from_words"
    assert read("summer holiday", {}, Nearest("aurora", 0.6)).notices == ()
    assert read("love", {"scene": "abstract"}).notices == ()


@pytest.mark.parametrize(
    "phrase", ["the horsehead nebula", "a rock face in the mountains", "hero image, abstract gradient"]
)
def test_places_that_sound_like_things_are_no_things(phrase: str) -> None:
    assert read(phrase, {}).notices == ()


@pytest.mark.parametrize(
    "wrong", [{"scene": "kitchen"}, {"palette": "mud"}, {"hour": 25}, {"haze": 2}, {"mood": "odd"}]
)
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read("ocean", wrong)


def test_auto_leaves_scene_and_palette_to_the_words() -> None:
    reading: Reading = read("desert", {"scene": "auto", "palette": "auto"})
    assert (reading.scene, reading.palette) == ("desert", "natural")
