"""Pictures of every mode and oddity: probed, judged, refused within milliseconds, rendered upright and in sRGB."""

import io
import json
import shutil
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from photoplay.core.child_main import TaskFailed
from photoplay.media import xmp_packet
from tests.media.made import MAKERS, MARKS, mark, picture, probe, render, verify


def _bomb(path: Path, side: int) -> Path:
    """A PNG that says it is huge; its data are a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))
    return path


@pytest.mark.parametrize("name", ["plain.png", "plain.jpg", "lossy.webp", "plain.avif", "alpha.webp"])
def test_a_picture_tells_what_it_is(name: str, tmp_path: Path) -> None:
    told = probe(MAKERS[name](tmp_path / name))
    assert (told.kind, told.width, told.height, told.frames) == ("image", 120, 81, 1)
    assert told.has_alpha == name.startswith("alpha")
    assert told.duration_seconds is None
    assert told.thumbhash
    assert told.findings == ()


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = _bomb(tmp_path / "bomb.png", 30_000)
    begun = time.process_time()
    with pytest.raises(TaskFailed, match=r"30000 x 30000 pixels \(900 million\); at most 80 million") as caught:
        probe(path)
    assert caught.value.code == "too_many_pixels"
    assert time.process_time() - begun < 1  # decoding would take seconds and gigabytes


def test_the_limit_of_pixels_can_be_set(tmp_path: Path) -> None:
    path = MAKERS["plain.png"](tmp_path / "plain.png")
    with pytest.raises(TaskFailed, match="at most 0 million"):
        probe(path, pixels=100)


def test_a_header_that_lies_about_its_data_is_damage(tmp_path: Path) -> None:
    with pytest.raises(TaskFailed) as caught:
        probe(_bomb(tmp_path / "lie.png", 500))
    assert caught.value.code == "damaged_media"


def test_a_swollen_text_chunk_is_refused(tmp_path: Path) -> None:
    data = MAKERS["plain.png"](tmp_path / "plain.png").read_bytes()
    body = b"zTXtComment\0\0" + zlib.compress(bytes(80_000_000))
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    path = tmp_path / "text.png"
    path.write_bytes(data[:33] + chunk + data[33:])
    with pytest.raises(TaskFailed) as caught:
        probe(path)
    assert caught.value.code == "damaged_media"


@pytest.mark.parametrize("name", ["plain.png", "plain.jpg", "lossy.webp", "lossless.webp", "plain.avif"])
@pytest.mark.parametrize("part", [0.02, 0.4, 0.8])
def test_a_picture_cut_short_is_found_out(name: str, part: float, tmp_path: Path) -> None:
    path = MAKERS[name](tmp_path / name)
    data = path.read_bytes()
    path.write_bytes(data[: max(16, int(len(data) * part))])
    with pytest.raises(TaskFailed) as caught:
        probe(path)
    assert caught.value.code == "damaged_media"


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (301, 1), (17, 13), (641, 3)])
def test_odd_sizes_are_rendered(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "odd.png"
    picture(size).save(path)
    assert (probe(path).width, probe(path).height) == size
    made = render(path, "image", ("webp", "thumb", "card", "avif"), tmp_path)
    for role, longest in (("webp", 16383), ("thumb", 256), ("card", 640), ("avif", 16383)):
        with Image.open(made[role]["path"]) as image:
            assert max(image.size) == min(longest, max(size))
            assert image.size == (made[role]["width"], made[role]["height"])


def test_the_camera_rotation_is_applied(tmp_path: Path) -> None:
    image = Image.new("RGB", (80, 40), "black")
    ImageDraw.Draw(image).rectangle((0, 0, 39, 39), fill="white")  # white on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter, clockwise: white on top
    path = tmp_path / "turned.jpg"
    image.save(path, exif=exif)
    assert (probe(path).width, probe(path).height) == (40, 80)
    for role, file in render(path, "image", ("webp", "thumb", "card", "avif"), tmp_path).items():
        with Image.open(file["path"]) as shown:
            assert shown.size == (40, 80), role
            assert shown.convert("L").getpixel((20, 5)) > 200, role  # type: ignore[operator]
            assert shown.convert("L").getpixel((20, 75)) < 50, role  # type: ignore[operator]


def test_sixteen_bits_keep_their_light(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 65535, 200).astype(np.uint16), (50, 1))
    path = tmp_path / "deep.png"
    Image.fromarray(ramp).save(path)
    assert probe(path).findings == ()
    made = render(path, "image", ("webp",), tmp_path)
    with Image.open(made["webp"]["path"]) as image:
        row = [image.convert("L").getpixel((x, 25)) for x in (5, 100, 195)]
    assert row == pytest.approx([6, 128, 249], abs=6)


def test_colours_of_print_become_colours_of_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "print.jpg"
    Image.new("CMYK", (60, 40), (0, 255, 255, 0)).save(path)
    made = render(path, "image", ("webp", "avif"), tmp_path)
    for file in made.values():
        with Image.open(file["path"]) as image:
            red, green, blue = image.convert("RGB").getpixel((30, 20))  # type: ignore[misc]
            assert red > 180
            assert max(green, blue) < 90


def test_a_profile_is_applied_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "profile.png"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    picture().save(path, icc_profile=profile)
    made = render(path, "image", ("webp",), tmp_path)
    with Image.open(made["webp"]["path"]) as image:
        assert "icc_profile" not in image.info


def test_alpha_survives(tmp_path: Path) -> None:
    made = render(MAKERS["alpha.png"](tmp_path / "alpha.png"), "image", ("webp", "thumb", "avif"), tmp_path)
    for file in made.values():
        with Image.open(file["path"]) as image:
            assert image.mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_mode_of_png_is_rendered(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "mode.png"
    picture(mode="RGBA").convert(mode).save(path)
    assert probe(path).findings == ()
    assert set(render(path, "image", ("webp", "thumb"), tmp_path)) == {"webp", "thumb"}


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_an_animation_counts_its_pictures(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"moving.{suffix}"
    frames = [picture((60 + step, 40)).resize((60, 40)) for step in range(4)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100, loop=0)
    assert probe(path).frames == 4
    assert set(render(path, "image", ("webp", "avif"), tmp_path)) == {"webp", "avif"}
    with pytest.raises(TaskFailed, match="4 pictures; at most 3"):
        probe(path, frames=3)


@pytest.mark.parametrize(
    ("colour", "code"),
    [((0, 0, 0), "black"), ((3, 2, 5), "black"), ((128, 90, 30), "blank"), ((255, 255, 255), "blank")],
)
def test_an_empty_picture_is_found(colour: tuple[int, int, int], code: str, tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    Image.new("RGB", (300, 200), colour).save(path)
    assert [one.code for one in probe(path).findings] == [code]


def test_a_wholly_transparent_picture_is_found(tmp_path: Path) -> None:
    path = tmp_path / "nothing.png"
    Image.new("RGBA", (30, 20), (200, 10, 10, 0)).save(path)
    assert [one.code for one in probe(path).findings] == ["transparent"]


def test_renditions_of_a_marked_picture_carry_the_marks_on(tmp_path: Path) -> None:
    path = MAKERS["plain.png"](tmp_path / "plain.png")
    mark(path, tmp_path / "credentials")
    made = render(path, "image", ("webp", "thumb", "card", "avif"), tmp_path / "credentials")
    for role in ("webp", "card", "avif"):
        report = verify(Path(made[role]["path"]), tmp_path / "credentials")
        assert (report.state, report.ours, report.source) == ("valid", True, "algorithmicMedia"), role
        assert report.model == "local:scene"
        assert report.parents == ("Original",)
        assert report.prompt is None
        assert b"digitalsourcetype/algorithmicMedia" in Path(made[role]["path"]).read_bytes()
    thumb = verify(Path(made["thumb"]["path"]), tmp_path / "credentials")
    assert (thumb.state, thumb.source) == ("none", "algorithmicMedia")


def test_renditions_made_side_by_side_do_not_mix_their_notes(tmp_path: Path) -> None:
    """Pillow keeps what `save` was told on the picture, so one that is saved twice at once loses its note."""
    path = MAKERS["plain.png"](tmp_path / "plain.png")
    mark(path, tmp_path / "credentials")
    for _ in range(25):
        for file in render(path, "image", ("webp", "thumb", "card"), tmp_path / "credentials").values():
            assert b"digitalsourcetype/algorithmicMedia" in Path(file["path"]).read_bytes()
        shutil.rmtree(tmp_path / "plain.png.renditions")


def test_renditions_of_an_unmarked_picture_stay_bare(tmp_path: Path) -> None:
    path = tmp_path / "private.jpg"
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    picture().save(path, exif=exif, xmp=b"<x:xmpmeta>a secret place</x:xmpmeta>", comment=b"a secret place")
    for file in render(path, "image", ("webp", "thumb", "card", "avif"), tmp_path).values():
        assert b"secret" not in Path(file["path"]).read_bytes()


def test_a_picture_beyond_pillow_is_rendered_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a secret place"
    picture((200, 100)).resize((5000, 3300)).save(path, quality=60, exif=exif)
    told = probe(path)
    assert (told.width, told.height, told.findings) == (3300, 5000, ())
    mark(path, tmp_path / "credentials")
    made = render(path, "image", ("webp", "thumb", "card"), tmp_path / "credentials")
    sizes = {role: (file["width"], file["height"]) for role, file in made.items()}
    assert sizes == {"webp": (3300, 5000), "thumb": (169, 256), "card": (422, 640)}
    for file in made.values():
        data = Path(file["path"]).read_bytes()
        assert b"secret" not in data
        assert b"digitalsourcetype/algorithmicMedia" in data
    assert verify(Path(made["webp"]["path"]), tmp_path / "credentials").state == "valid"


def test_a_large_picture_cut_short_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    picture((200, 100)).resize((5000, 3300)).save(path, quality=60)
    path.write_bytes(path.read_bytes()[:-60_000])
    with pytest.raises(TaskFailed) as caught:
        probe(path)
    assert caught.value.code == "damaged_media"


def test_a_note_made_by_the_front_door_can_be_written_by_a_maker(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    picture().save(buffer, "WEBP", xmp=xmp_packet(MARKS))
    path = tmp_path / "ready.webp"
    path.write_bytes(buffer.getvalue())
    report = verify(path, tmp_path / "credentials")
    assert (report.source, report.model, report.prompt) == ("algorithmicMedia", "local:scene", MARKS.prompt)
    assert json.dumps(report.summary)
