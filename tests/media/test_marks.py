"""Marks go into every container without touching a pixel or a sample, are signed, and show any change afterwards."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from photoplay.media import SourceType, containers, sniff_file
from tests.media.made import FILM, MAKERS, MARKS, digest, ffmpeg, mark, picture, verify


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate."""
    return tmp_path_factory.mktemp("credentials")


@pytest.mark.parametrize("name", MAKERS)
def test_marking_changes_neither_picture_nor_sound_and_holds(name: str, tmp_path: Path, credentials: Path) -> None:
    path = MAKERS[name](tmp_path / name)
    before, type_before = digest(path), sniff_file(path)
    marked = mark(path, credentials)
    report = verify(path, credentials)
    assert digest(path) == before
    assert sniff_file(path) == type_before
    assert (marked.xmp, marked.signed, marked.vendor_manifest_kept) == (True, True, False)
    assert marked.size_bytes == path.stat().st_size
    assert (report.state, report.ours, report.source, report.model) == (
        "valid",
        True,
        "algorithmicMedia",
        "local:scene",
    )
    assert report.prompt == MARKS.prompt


@pytest.mark.parametrize("name", MAKERS)
def test_one_changed_byte_shows(name: str, tmp_path: Path, credentials: Path) -> None:
    path = MAKERS[name](tmp_path / name)
    mark(path, credentials)
    data = bytearray(path.read_bytes())
    place = data.index(b"AIPromptInformation")
    data[place + 30] ^= 1
    path.write_bytes(data)
    assert verify(path, credentials).state == "invalid"


def test_a_changed_pixel_shows_and_is_said_in_words(tmp_path: Path, credentials: Path) -> None:
    path = MAKERS["plain.png"](tmp_path / "plain.png")
    mark(path, credentials)
    data = bytearray(path.read_bytes())
    data[data.rindex(b"IDAT") + 60] ^= 1
    path.write_bytes(data)
    report = verify(path, credentials)
    assert report.state == "invalid"
    assert report.summary.startswith("The file was changed after it was signed.")


@pytest.mark.parametrize("name", ["plain.png", "plain.jpg", "lossy.webp", "film.mp4", "tone.mp3"])
def test_marking_twice_is_harmless(name: str, tmp_path: Path, credentials: Path) -> None:
    path = MAKERS[name](tmp_path / name)
    first = mark(path, credentials)
    assert mark(path, credentials) == first


@pytest.mark.parametrize(
    "name", ["plain.png", "plain.jpg", "alpha.webp", "film.mp4", "tone.wav", "tone.mp3", "tone.flac"]
)
def test_what_a_vendor_signed_is_kept_inside(name: str, tmp_path: Path, credentials: Path) -> None:
    path = MAKERS[name](tmp_path / name)
    mark(path, tmp_path / "vendor", replace(MARKS, model="vendor:painter", source=SourceType.TRAINED))
    before = digest(path)
    marked = mark(path, credentials, replace(MARKS, model="vendor:painter", source=SourceType.TRAINED))
    report = verify(path, credentials)
    assert marked.vendor_manifest_kept
    assert digest(path) == before
    assert (report.state, report.ours, report.source) == ("valid", True, "trainedAlgorithmicMedia")
    assert report.parents == ("As the vendor delivered it",)
    assert path.read_bytes().count(b"AIPromptInformation") == 1


def test_an_edit_names_its_parent(tmp_path: Path, credentials: Path) -> None:
    original, edited = MAKERS["plain.png"](tmp_path / "plain.png"), MAKERS["alpha.png"](tmp_path / "alpha.png")
    mark(original, credentials)
    mark(edited, credentials, replace(MARKS, source=SourceType.COMPOSITE), {original: "The first one"})
    report = verify(edited, credentials)
    assert (report.state, report.source) == ("valid", "compositeWithTrainedAlgorithmicMedia")
    assert report.parents == ("The first one",)


def test_inputs_of_a_film_are_named(tmp_path: Path, credentials: Path) -> None:
    first, second = MAKERS["plain.png"](tmp_path / "plain.png"), MAKERS["plain.jpg"](tmp_path / "plain.jpg")
    film = MAKERS["quick.mp4"](tmp_path / "quick.mp4")
    mark(first, credentials)
    mark(film, credentials, MARKS, {first: "Picture one", second: "Picture two"})
    report = verify(film, credentials)
    assert report.state == "valid"
    assert report.parents == ("Picture one", "Picture two")


def test_the_prompt_is_left_out_when_the_caller_wants_so(tmp_path: Path, credentials: Path) -> None:
    path = MAKERS["plain.png"](tmp_path / "plain.png")
    mark(path, credentials, replace(MARKS, prompt=None, title=None))
    assert verify(path, credentials).prompt is None
    assert b"ocean" not in path.read_bytes()


def test_a_note_that_was_there_is_kept_beside_ours(tmp_path: Path, credentials: Path) -> None:
    theirs = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:rights="Ann"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    path = tmp_path / "noted.jpg"
    picture().save(path, xmp=theirs)
    mark(path, credentials)
    note = containers.find(path, sniff_file(path)) or b""
    assert b'dc:rights="Ann"' in note
    assert b"algorithmicMedia" in note
    assert path.read_bytes().count(b"ns.adobe.com/xap/1.0/\0") == 1


def test_other_programs_find_the_note(tmp_path: Path, credentials: Path) -> None:
    for name in ("plain.jpg", "lossy.webp", "alpha.webp", "plain.png"):
        path = MAKERS[name](tmp_path / name)
        mark(path, credentials)
        with Image.open(path) as image:
            image.load()
            note = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp", "").encode()
        assert b"digitalsourcetype/algorithmicMedia" in note


def test_a_long_prompt_fits_into_a_jpeg(tmp_path: Path, credentials: Path) -> None:
    path = MAKERS["plain.jpg"](tmp_path / "plain.jpg")
    assert mark(path, credentials, replace(MARKS, prompt="<&" * 20_000)).xmp
    assert verify(path, credentials).state == "valid"


def test_where_there_is_no_place_the_file_stays_as_it_is(tmp_path: Path, credentials: Path) -> None:
    path = ffmpeg(tmp_path / "film.webm", *FILM, "-b:v", "100k", "-deadline", "realtime")
    before = path.read_bytes()
    marked = mark(path, credentials)
    assert (marked.xmp, marked.signed) == (False, False)
    assert path.read_bytes() == before
    assert verify(path, credentials).state == "none"


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_never_harmed_further(name: str, part: float, tmp_path: Path, credentials: Path) -> None:
    path = MAKERS[name](tmp_path / name)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    marked = mark(path, credentials)
    assert list(tmp_path.iterdir()) == [path]
    assert marked.size_bytes >= int(len(data) * part)


def test_no_file_is_left_beside_a_marked_one(tmp_path: Path, credentials: Path) -> None:
    path = MAKERS["plain.png"](tmp_path / "plain.png")
    mark(path, credentials)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_without_credentials_says_so(tmp_path: Path, credentials: Path) -> None:
    report = verify(MAKERS["plain.png"](tmp_path / "plain.png"), credentials)
    assert (report.state, report.ours, report.summary) == ("none", False, "The file has no content credentials.")


def test_another_installation_is_valid_but_not_ours(tmp_path: Path, credentials: Path) -> None:
    path = MAKERS["plain.png"](tmp_path / "plain.png")
    mark(path, tmp_path / "elsewhere")
    report = verify(path, credentials)
    assert (report.state, report.ours) == ("valid", False)
    assert "We cannot check who that is" in report.summary
