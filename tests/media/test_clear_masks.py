"""Masks for vendors that repaint what is transparent."""

from pathlib import Path

from PIL import Image

from photoplay.media import MediaWorker


async def test_what_is_white_becomes_transparent_and_grey_half_so(tmp_path: Path) -> None:
    mask = Image.new("L", (30, 20), 0)
    mask.paste(255, (0, 0, 10, 20))
    mask.paste(128, (10, 0, 20, 20))
    mask.save(tmp_path / "mask.png")
    media = MediaWorker(tmp_path / "credentials")
    try:
        await media.clear_mask(tmp_path / "mask.png", tmp_path / "clear.png")
    finally:
        await media.close()
    with Image.open(tmp_path / "clear.png") as clear:
        assert (clear.mode, clear.size) == ("RGBA", (30, 20))
        assert [clear.getpixel((x, 5))[3] for x in (5, 15, 25)] == [0, 127, 255]  # type: ignore[index]
