"""Presets as data, and what they make of a request."""

from pathlib import Path

import pytest

from photoplay import catalog, generation
from photoplay.catalog import (
    CATEGORIES,
    Draft,
    ModelUnavailable,
    NewPreset,
    Preset,
    PresetEdit,
    apply_presets,
    studio_presets,
    suggestions,
)
from photoplay.catalog.errors import PresetCannot, PresetNameTaken, PresetNotFound, TooManyPresets, UnknownPreset
from photoplay.makers.cannot import cannot_paint
from photoplay.operations import all_operations
from tests.factories import House, a_house

IMAGE = "text-to-image"


def worded(prompt: str, *names: str, operation: str = IMAGE) -> str:
    """The prompt as it is sent with presets of the studio."""
    draft = Draft(operation, "auto", {"prompt": prompt})
    return apply_presets(draft, [studio_presets()[name] for name in names]).prompt


def own(name: str = "mine", **changes: object) -> Preset:
    """A preset somebody saved."""
    return Preset.model_validate({"name": name, "title": name, "category": "own", "operations": (IMAGE,)} | changes)


def test_there_are_sixty_presets_in_all_categories() -> None:
    presets = studio_presets().values()
    assert len(presets) >= 60
    assert {preset.category for preset in presets} == set(CATEGORIES) - {"own"}
    assert len({preset.title for preset in presets}) == len(presets)
    known = {operation.name for operation in all_operations()}
    assert {operation for preset in presets for operation in preset.operations} <= known


def test_presets_say_how_and_never_what() -> None:
    things = {
        name: cannot_paint(preset.words)
        for name, preset in studio_presets().items()
        if IMAGE in preset.operations or "text-to-video" in preset.operations
    }
    assert {name: words for name, words in things.items() if words} == {}


def test_prompts_to_begin_with_cover_every_kind_and_category() -> None:
    found = {(one.operation, one.category) for one in suggestions()}
    for operation in (IMAGE, "text-to-video"):
        assert {(operation, name) for name in ("Nature", "Urban", "Abstract", "People", "Product")} <= found
    assert {operation for operation, _ in found} >= {"text-to-speech", "text-to-music"}


def test_words_are_added_in_the_order_of_categories_whatever_the_order_of_names() -> None:
    sent = worded("A quiet harbour", "golden-hour", "serene", "cinematic", "mist")
    parts = [studio_presets()[name].words for name in ("mist", "cinematic", "serene", "golden-hour")]
    assert sent == ", ".join(["A quiet harbour", *parts])


def test_a_sentence_is_followed_by_a_sentence() -> None:
    assert worded("A quiet harbour.", "minimal").startswith("A quiet harbour. Minimalist composition")
    assert worded("A quiet harbour, ", "minimal").startswith("A quiet harbour, minimalist composition")


def test_a_mood_has_other_words_for_music() -> None:
    assert "major key" in worded("A waltz", "serene", operation="text-to-music")
    assert "light" in worded("A waltz", "serene")


def test_applied_twice_is_applied_once() -> None:
    once = worded("A quiet harbour", "cinematic", "low-key")
    assert worded(once, "cinematic", "low-key") == once
    frame = own(words="A postcard of {prompt}, printed on linen")
    sent = apply_presets(Draft(IMAGE, "auto", {"prompt": "the sea"}), [frame, frame])
    assert sent.prompt == "A postcard of the sea, printed on linen"
    assert apply_presets(sent, [frame]) == sent


def test_a_preset_of_words_alone_needs_no_prompt() -> None:
    assert apply_presets(Draft(IMAGE, "auto", {}), [own(words="a red boat")]).prompt == "a red boat"
    assert apply_presets(Draft(IMAGE, "auto", {}), [own(words="Postcard, {prompt}, linen")]).prompt == "Postcard linen"
    assert apply_presets(Draft(IMAGE, "auto", {"size": 64}), [own()]).params == {"size": 64}


def test_what_the_request_says_itself_wins() -> None:
    preset = own(params={"aspect": "1:1", "seed": 7}, model="scripted:paid")
    filled = apply_presets(Draft(IMAGE, "auto", {"prompt": "sea", "seed": 9}), [preset])
    assert (filled.model, dict(filled.params)) == ("scripted:paid", {"aspect": "1:1", "seed": 9, "prompt": "sea"})
    assert apply_presets(Draft(IMAGE, "scripted:free", {}), [preset]).model == "scripted:free"


async def saved(house: House, owner_id: str, **changes: object) -> catalog.PresetView:
    """Saves a preset for somebody."""
    new = NewPreset.model_validate({"title": "House look", "operations": [IMAGE], "words": "house words"} | changes)
    return await house.studio.runtime.db.write(lambda session: catalog.save_preset(session, owner_id, new))


async def test_the_prompt_is_kept_as_it_was_asked_for_and_sent_as_the_presets_made_it(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mine = await saved(house, house.owner.user_id)
        asked = await house.ask(prompt="calm ocean", presets=["cinematic"], preset=mine.name)
        view = await house.end(asked.id)
        final = f"calm ocean, house words, {studio_presets()['cinematic'].words}"
        assert (view.prompt, view.params["prompt"]) == ("calm ocean", final)
        assert [used.title for used in view.presets] == ["House look", "Cinematic"]
        assert (view.assets[0].title, view.assets[0].prompt) == ("Calm ocean", "calm ocean")
        assert [notice.message for notice in view.notices] == [f"Sent with House look, Cinematic: {final}"]


async def test_done_again_it_keeps_words_and_presets_though_the_preset_is_gone(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mine = await saved(house, house.owner.user_id)
        first = await house.end((await house.ask(prompt="calm ocean", presets=[mine.name])).id)
        await house.studio.runtime.db.write(
            lambda session: catalog.delete_preset(session, house.owner.user_id, mine.name)
        )
        taken = await generation.retry(house.studio.runtime, house.owner, first.id)
        again = taken.batch.items[0]
        assert (again.prompt, again.params, again.presets) == (first.prompt, first.params, first.presets)


async def test_common_settings_name_presets_or_say_it_in_plain_words(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        params = {"prompt": "sea", "style_pack": "Film noir", "mood": ["tense"], "cinematography": "", "motif": None}
        view = await house.end((await house.ask(params=params)).id)
        assert [used["name"] for used in view.model_dump()["presets"]] == ["film-noir", "tense"]
        assert not set(view.params) & {"style_pack", "mood", "cinematography", "motif"}
        plain = await house.end((await house.ask(params={"prompt": "sea", "motif": "a red thread"})).id)
        assert (plain.presets, "a red thread" in plain.params["prompt"]) == ([], True)


async def test_an_unknown_preset_is_refused_with_those_that_come_near(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        with pytest.raises(UnknownPreset, match="Did you mean cinematic"):
            await house.ask(presets=["cinematc"])
        with pytest.raises(UnknownPreset, match="`photoplay presets` lists them"):
            await house.ask(presets=["zzzz"])
        with pytest.raises(PresetCannot, match='"Orbit" is not for text-to-image'):
            await house.ask(presets=["orbit"])
        mine = await saved(house, house.owner.user_id, model="scripted:gone")
        with pytest.raises(ModelUnavailable):
            await house.ask(model="auto", presets=[mine.name])


async def test_names_are_unique_per_owner_and_two_hundred_is_the_most(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        owner, other = house.owner.user_id, (await house.member()).user_id
        assert (await saved(house, owner, title="Ä look, mine")).name == "look-mine"
        for name in ("look-mine", "cinematic"):
            with pytest.raises(PresetNameTaken):
                await saved(house, owner, name=name)
        assert (await saved(house, other, name="look-mine")).is_mine
        db = house.studio.runtime.db

        def _fill(session: object) -> None:
            for number in range(199):
                new = NewPreset(title=f"Look {number}", operations=[IMAGE])
                catalog.save_preset(session, owner, new)  # type: ignore[arg-type]

        await db.write(_fill)
        with pytest.raises(TooManyPresets):
            await saved(house, owner, title="One more")
        edited = await db.write(
            lambda session: catalog.edit_preset(session, owner, "look-mine", PresetEdit(words="other words"))
        )
        assert (edited.title, edited.words) == ("Ä look, mine", "other words")
        with pytest.raises(PresetNotFound, match="comes with the studio"):
            await db.write(lambda session: catalog.delete_preset(session, owner, "cinematic"))
