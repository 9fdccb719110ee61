"""What is sealed can be opened with the secret file of the folder and with nothing else."""

import stat
from pathlib import Path

import pytest

from photoplay.core.seal import Seal, SealBroken


def test_what_was_sealed_is_opened_after_a_restart_and_is_not_there_in_clear(tmp_path: Path) -> None:
    sealed = Seal(tmp_path / "keys").close_up("sk-very-secret")
    assert "secret" not in sealed
    assert Seal(tmp_path / "keys").open(sealed) == "sk-very-secret"


def test_the_secret_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    Seal(tmp_path / "keys").close_up("x")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600


def test_another_folders_file_does_not_open_it_and_says_which_file_is_meant(tmp_path: Path) -> None:
    sealed = Seal(tmp_path / "one.key").close_up("x")
    with pytest.raises(SealBroken, match=r"two\.key"):
        Seal(tmp_path / "two.key").open(sealed)


def test_keys_rotate_old_seals_open_until_they_are_renewed(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "keys")
    old = seal.close_up("x")
    seal.add_key()
    renewed = seal.renew(old)
    assert seal.open(old) == seal.open(renewed) == "x"
    seal.drop_old_keys()
    assert seal.open(renewed) == "x"
    with pytest.raises(SealBroken):
        seal.open(old)
