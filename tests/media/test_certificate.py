"""The certificate is made once, and only its owner can read the key."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from photoplay.media import ensure_certificate


def test_the_certificate_is_made_once(tmp_path: Path) -> None:
    first = ensure_certificate(tmp_path / "credentials")
    assert ensure_certificate(tmp_path / "credentials") == first


def test_nobody_else_can_read_the_key(tmp_path: Path) -> None:
    ensure_certificate(tmp_path / "credentials")
    assert (tmp_path / "credentials" / "key.pem").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "credentials").stat().st_mode & 0o777 == 0o700


def test_the_key_of_the_root_is_kept_nowhere(tmp_path: Path) -> None:
    ensure_certificate(tmp_path / "credentials")
    texts = "".join(path.read_text() for path in (tmp_path / "credentials").iterdir())
    assert texts.count("PRIVATE KEY-----\n") == 2  # begin and end of the one key


def test_a_certificate_of_the_owner_is_used_as_it_is(tmp_path: Path) -> None:
    brought = ensure_certificate(tmp_path / "brought")
    folder = tmp_path / "credentials"
    folder.mkdir()
    for path in (tmp_path / "brought").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    assert ensure_certificate(folder) == brought


def test_processes_that_begin_at_once_sign_with_one_certificate(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as at_once:
        made = set(at_once.map(lambda _number: ensure_certificate(tmp_path / "credentials"), range(8)))
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["credentials"]
