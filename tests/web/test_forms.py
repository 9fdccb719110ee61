"""From a schema to controls, and from a posted form to typed params."""

from typing import Any

import pytest

from photoplay.web.forms import controls_of, is_light, is_usual, params_of, rows_of


def schema(**properties: dict[str, Any]) -> dict[str, Any]:
    """A form's schema with these properties."""
    return {"type": "object", "properties": {"prompt": {"type": "string"}, **properties}}


def kind_for(name: str, field: dict[str, Any]) -> str:
    """The kind of control a property gets."""
    return controls_of(schema(**{name: field}))[0].kind


@pytest.mark.parametrize(
    ("name", "field", "kind"),
    [
        ("aspect", {"type": "string", "enum": ["16:9", "1:1"], "default": "16:9"}, "segments"),
        ("size", {"type": "string", "enum": ["720p"], "default": "720p"}, "plain"),
        ("voice", {"type": "string", "enum": list("abcdef"), "default": "a"}, "menu"),
        ("mood", {"anyOf": [{"enum": ["calm"], "type": "string"}, {"type": "null"}], "default": None}, "menu"),
        ("palette", {"enum": ["a", "b"], "x-swatches": {"a": ["#000000"]}}, "palette"),
        ("seed", {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None}, "seed"),
        ("speed", {"type": "number", "minimum": 0.7, "maximum": 1.3, "default": 1.0}, "slider"),
        ("tempo", {"anyOf": [{"type": "integer", "minimum": 50, "maximum": 180}, {"type": "null"}]}, "number"),
        ("haze", {"anyOf": [{"type": "number"}, {"type": "null"}], "x-control": "light"}, "light"),
        ("loop", {"type": "boolean", "default": False}, "toggle"),
        ("key", {"type": "string"}, "text"),
        ("aspect", {"enum": [f"{width}:9" for width in range(5, 14)]}, "aspects"),
        ("aspect", {"enum": [f"{width}:9" for width in range(5, 20)]}, "menu"),
        ("version", {"enum": ["stereo-melody-large", "stereo-large", "melody-large"]}, "menu"),
    ],
)
def test_each_property_gets_the_control_that_fits(name: str, field: dict[str, Any], kind: str) -> None:
    assert kind_for(name, field) == kind


def test_values_and_units_are_said_in_words() -> None:
    fields = {
        "output_format": {"enum": ["mp3_44100_128", "png"], "default": "png"},
        "grow_mask": {"type": "integer", "minimum": 0, "maximum": 100, "default": 5},
        "person_generation": {"enum": ["ALLOW_ALL", "ALLOW_ADULT"]},
        "light_source_direction": {"enum": ["above", "below"]},
    }
    said = {
        control.label: [choice.label for choice in control.choices] or control.unit
        for control in controls_of(schema(**fields))
    }
    assert said == {
        "File type": ["MP3, 128 kbit/s", "PNG"],
        "Grow mask": "px",
        "People": ["All", "Adults"],
        "Light from": ["Above", "Below"],
    }


def test_what_is_usual_or_must_be_filled_in_is_shown_at_once() -> None:
    fields = {"aspect": {"enum": ["1:1", "16:9"]}, "oddity": {"type": "string"}, "must": {"type": "string"}}
    controls = controls_of(schema(**fields) | {"required": ["must"]})
    assert [control.name for control in controls if is_usual(control)] == ["aspect", "must"]


def test_the_prompt_is_no_setting() -> None:
    assert controls_of(schema()) == []


def test_a_setting_that_may_be_empty_offers_to_leave_it_to_the_words() -> None:
    mood = {"anyOf": [{"enum": ["calm", "dramatic"], "type": "string"}, {"type": "null"}], "default": None}
    control = controls_of(schema(mood=mood))[0]
    assert [choice.value for choice in control.choices] == ["", "calm", "dramatic"]
    assert control.value == ""


def test_an_enum_behind_a_reference_is_found() -> None:
    form = schema(look={"$ref": "#/$defs/Look", "default": "drawing"})
    form["$defs"] = {"Look": {"type": "string", "enum": ["natural", "drawing"], "title": "Look"}}
    control = controls_of(form)[0]
    assert (control.kind, control.shown) == ("segments", "Drawing")


def test_given_values_go_before_defaults() -> None:
    aspect = {"type": "string", "enum": ["16:9", "1:1"], "default": "16:9"}
    assert controls_of(schema(aspect=aspect), {"aspect": "1:1"})[0].value == "1:1"
    assert controls_of(schema(aspect=aspect), {"aspect": "7:3"})[0].value == "16:9"


def test_seconds_are_said_with_their_unit() -> None:
    control = controls_of(schema(duration_seconds={"type": "number", "enum": [5.0, 8.0], "default": 8.0}))[0]
    assert (control.label, control.shown) == ("Duration", "8 s")


def test_the_second_of_a_pair_is_never_segments() -> None:
    form = schema(
        aspect={"type": "string", "enum": ["16:9", "9:16", "1:1", "21:9"], "default": "16:9"},
        duration_seconds={"type": "number", "enum": [5, 8, 10], "default": 8},
        size={"type": "string", "enum": ["720p"], "default": "720p"},
        seed={"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
    )
    assert [[control.name for control in row] for row in rows_of(controls_of(form))] == [
        ["aspect"],
        ["duration_seconds", "size"],
        ["seed"],
    ]


def test_lights_stand_beside_the_picture() -> None:
    haze = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "null"}], "x-control": "light"}
    control = controls_of(schema(haze=haze))[0]
    assert is_light(control)
    assert (control.minimum, control.maximum, control.value) == (0, 1, "")


def test_a_posted_form_becomes_typed_params() -> None:
    form = schema(
        seed={"anyOf": [{"type": "integer"}, {"type": "null"}]},
        speed={"type": "number"},
        size={"enum": [512, 1024]},
        mood={"anyOf": [{"type": "string", "enum": ["calm"]}, {"type": "null"}]},
    )
    posted = {"prompt": "sea", "seed": "7", "speed": "1.1", "size": "1024", "mood": "", "csrf_token": "x"}
    assert params_of(form, posted) == {"prompt": "sea", "seed": 7, "speed": 1.1, "size": 1024}


def test_what_is_no_number_is_handed_on_so_that_the_answer_can_name_it() -> None:
    assert params_of(schema(speed={"type": "number"}), {"speed": "fast"}) == {"speed": "fast"}


def test_a_single_choice_makes_room_for_the_choice_after_it() -> None:
    form = schema(
        duration_seconds={"type": "number", "enum": [8], "default": 8},
        size={"type": "string", "enum": ["540p", "720p", "1080p"], "default": "720p"},
    )
    assert [[control.name for control in row] for row in rows_of(controls_of(form))] == [["size", "duration_seconds"]]
