"""Words find the same on both databases, in every order, on every page, and through every filter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from photoplay import assets
from photoplay.assets import AssetEdit, AssetFilter, NewAsset
from photoplay.core import clock
from photoplay.core.db import Database
from photoplay.core.ids import millis_of
from photoplay.operations import MediaKind
from photoplay.storage import Blob

ADA, MARA = "usr_01k0ada", "usr_01k0mara"
OCTOBER, NOVEMBER = datetime(2026, 10, 12, 12, tzinfo=UTC), datetime(2026, 11, 21, 12, tzinfo=UTC)
PROMPTS = (
    "Calm ocean at sunset",
    "A café by the ocean, golden-hour",
    "Red/blue neon, 4k: rain_on_glass",
    "Storm over the OCEANS",
    "Straße in the rain",
)
FOUND = [
    ("ocean", (0, 1, 3)),
    ("ocean sun", (0,)),
    ("OCEANS", (3,)),
    ("cafe", (1,)),
    ("CAFÉ", (1,)),
    ("hour golden", (1,)),
    ("golden-hour", (1,)),
    ("blue", (2,)),
    ("glass", (2,)),
    ("rain_on", (2,)),
    ("4k", (2,)),
    ("strasse", (4,)),
    ("cean", ()),
    ("& | ! ' \" ( ) :* \\", ()),
    ("ocean & !sunset", (0,)),
    ("body:ocean", ()),
    ("-", ()),
    ("x" * 200, ()),
]


def _keep(
    session: Session,
    owner_id: str,
    prompts: Sequence[str],
    kind: MediaKind = MediaKind.IMAGE,
    model: str = "scripted:free",
) -> list[str]:
    new = NewAsset(
        owner_id=owner_id,
        kind=kind,
        blob=Blob("ab" * 32, 100),
        mime="image/png",
        title="Kept",
        prompt="",
        operation="text-to-image",
        model=model,
        model_name="Free",
    )
    return [made.id for made in assets.create_assets(session, [replace(new, prompt=prompt) for prompt in prompts])]


def _found(session: Session, wanted: AssetFilter, *, limit: int = 50) -> list[str]:
    """All pages of the list, as ids."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = assets.assets_of(session, ADA, wanted, cursor=cursor, limit=limit)
        found += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


async def test_words_find_what_has_them_all(database: Database) -> None:
    made = await database.write(lambda session: _keep(session, ADA, PROMPTS))
    await database.write(lambda session: _keep(session, MARA, PROMPTS))
    for words, expected in FOUND:
        found = await database.read(partial(_found, wanted=AssetFilter(words=words)))
        assert sorted(found) == [made[number] for number in expected], words


async def test_pages_of_a_search_have_each_asset_once_in_both_orders(database: Database) -> None:
    with clock.set_clock(lambda: OCTOBER):
        older = await database.write(lambda session: _keep(session, ADA, ["calm ocean", "a city"] * 4))
    with clock.set_clock(lambda: NOVEMBER):
        made = older[::2] + await database.write(lambda session: _keep(session, ADA, ["calm ocean"] * 7))
    oldest = AssetFilter(words="ocean", order="oldest")
    assert await database.read(lambda session: _found(session, oldest, limit=2)) == made
    newest = AssetFilter(words="ocean")
    assert await database.read(lambda session: _found(session, newest, limit=2)) == made[::-1]
    around = await database.read(lambda session: assets.neighbours(session, ADA, made[5], newest))
    assert around == (made[6], made[4], len(made) - 5)
    counted = await database.read(lambda session: assets.timeline_of(session, ADA, newest))
    assert [(item.month, item.count) for item in counted.items] == [("2026-11", 7), ("2026-10", 4)]


async def test_words_and_other_filters_narrow_together(database: Database) -> None:
    images = await database.write(lambda session: _keep(session, ADA, ["ocean"] * 3))
    films = await database.write(lambda session: _keep(session, ADA, ["ocean"] * 2, MediaKind.VIDEO))
    await database.write(lambda session: assets.trash_assets(session, ADA, images[:1]))
    first, after = _moment(images[0]), _moment(films[-1]) + timedelta(milliseconds=1)
    cases = [
        (AssetFilter(kind="video", words="ocean"), films[::-1]),
        (AssetFilter(state="trashed", words="ocean"), images[:1]),
        (AssetFilter(made_before=first, words="ocean"), []),
        (AssetFilter(made_from=first, made_before=after, words="ocean"), [*films[::-1], *images[:0:-1]]),
        (AssetFilter(made_from=after, words="ocean"), []),
        (AssetFilter(made_before=datetime(9999, 1, 1, tzinfo=UTC), kind="image", words="ocean"), images[:0:-1]),
    ]
    for wanted, expected in cases:
        assert await database.read(partial(_found, wanted=wanted)) == expected, wanted
        assert await database.read(partial(assets.count_assets, owner_id=ADA, wanted=wanted)) == len(expected), wanted


def _moment(asset_id: str) -> datetime:
    """When it was made, as its id has it: the ids of one process never go back, whatever clock a test has set."""
    return datetime.fromtimestamp(millis_of(asset_id) / 1000, UTC)


async def test_a_new_title_is_found_and_the_old_one_is_not(database: Database) -> None:
    (made,) = await database.write(lambda session: _keep(session, ADA, ["calm ocean"]))
    await database.write(lambda session: assets.edit_asset(session, ADA, made, AssetEdit(title="Harbour")))
    for words, expected in (("harbour", [made]), ("kept", []), ("ocean", [made])):
        found = await database.read(partial(_found, wanted=AssetFilter(words=words)))
        assert found == expected, words


async def test_the_words_of_what_is_purged_go_with_it(database: Database) -> None:
    kept, gone = await database.write(lambda session: _keep(session, ADA, ["calm ocean"] * 2))
    await database.write(lambda session: assets.trash_assets(session, ADA, [gone]))
    await database.write(lambda session: assets.purge_trash(session, clock.now() + timedelta(days=1)))
    assert await database.read(lambda session: _found(session, AssetFilter(words="ocean"))) == [kept]
    left = await database.read(lambda session: session.scalars(text("SELECT asset_id FROM asset_words")).all())
    assert left == [kept]


@pytest.mark.parametrize("words", ["ocean", ""])
async def test_another_owner_finds_nothing(database: Database, words: str) -> None:
    await database.write(lambda session: _keep(session, MARA, PROMPTS))
    assert await database.read(lambda session: _found(session, AssetFilter(words=words))) == []


async def test_the_models_of_what_is_kept_are_named_once(database: Database) -> None:
    def _made_by(session: Session, owner_id: str, models: Sequence[str]) -> list[str]:
        return [_keep(session, owner_id, ["ocean"], model=model)[0] for model in models]

    made = await database.write(lambda session: _made_by(session, ADA, ["b:two", "a:one", "b:two", "c:three"]))
    await database.write(lambda session: _made_by(session, MARA, ["d:four"]))
    await database.write(lambda session: assets.trash_assets(session, ADA, made[3:]))
    assert await database.read(lambda session: assets.models_of(session, ADA)) == ["a:one", "b:two"]
