"""What readers see of a written file, a rename that never overwrites, and the clock that can be moved."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.atomic_write import write_atomically
from shared.clock import SystemClock
from shared.errors import (
    BadRequestError,
    ColdframeError,
    ConflictError,
    NotFoundError,
    SettingsError,
    StorageError,
    UnauthorisedError,
    UnavailableError,
)
from shared.kernel import rename_at, rename_noreplace, sync_file_system


@pytest.mark.parametrize("data", ["text é", b"bytes \xff", ""])
@pytest.mark.parametrize("sync", [False, True])
def test_a_file_is_written_whole_in_place_of_what_was_there(
    tmp_path: Path, data: str | bytes, sync: bool
) -> None:
    path = tmp_path / "file"
    path.write_text("before")
    before = path.stat().st_ino
    write_atomically(path, data, sync=sync)
    assert path.read_bytes() == (data.encode() if isinstance(data, str) else data)
    assert path.stat().st_ino != before  # who has it open goes on reading the old one
    assert os.listdir(tmp_path) == ["file"]


def test_a_secret_file_is_never_readable_for_others(tmp_path: Path) -> None:
    write_atomically(tmp_path / "secret", "x", mode=0o600)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(IsADirectoryError):
        write_atomically(folder, "x")
    assert os.listdir(tmp_path) == ["folder"]
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "file", "x")


def test_a_rename_never_overwrites(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    other.write_text("2")
    with pytest.raises(FileExistsError) as refused:
        rename_noreplace(one, other)
    assert (refused.value.filename, refused.value.filename2) == (str(one), str(other))
    assert (one.read_text(), other.read_text()) == ("1", "2")
    rename_noreplace(one, tmp_path / "third")
    assert (tmp_path / "third").read_text() == "1"
    with pytest.raises(FileNotFoundError):
        rename_noreplace(one, tmp_path / "fourth")


def test_a_rename_between_open_folders_follows_them_where_they_go(tmp_path: Path) -> None:
    for name in ("source", "target"):
        (tmp_path / name).mkdir()
    (tmp_path / "source" / "file").write_text("x")
    source = os.open(tmp_path / "source", os.O_RDONLY)
    target = os.open(tmp_path / "target", os.O_RDONLY)
    (tmp_path / "target").rename(tmp_path / "elsewhere")
    rename_at(b"file", source, target)
    os.close(source)
    os.close(target)
    assert (tmp_path / "elsewhere" / "file").read_text() == "x"


def test_a_file_system_is_synced_or_says_why_not(tmp_path: Path) -> None:
    sync_file_system(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync_file_system(tmp_path / "missing")


@pytest.mark.parametrize("offset_s", [0.0, 86_400.0, -3600.5, -1.7e9])
def test_a_clock_is_moved_and_its_monotonic_time_is_not(offset_s: float) -> None:
    clock = SystemClock(offset_s)
    assert clock.now().tzinfo is UTC
    assert clock.now().timestamp() == pytest.approx(time.time() + offset_s, abs=5)
    assert clock.offset_ns() == round(offset_s * 1e9)
    before = clock.monotonic()
    clock.offset_s = 10**9
    assert 0 <= clock.monotonic() - before < 5
    assert clock.now() > datetime(2050, 1, 1, tzinfo=UTC)
    assert clock.boot_id() == SystemClock().boot_id() != ""


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ColdframeError, "internal"),
        (BadRequestError, "bad_request"),
        (UnauthorisedError, "unauthorised"),
        (NotFoundError, "not_found"),
        (ConflictError, "conflict"),
        (UnavailableError, "unavailable"),
        (SettingsError, "bad_settings"),
        (StorageError, "storage"),
    ],
)
def test_an_error_carries_a_code_a_sentence_and_what_to_do(kind: type[ColdframeError], code: str) -> None:
    error = kind("It is gone.", remedy="Look again.")
    assert (error.code, error.message, error.remedy) == (code, "It is gone.", "Look again.")
    assert str(error) == "It is gone. Look again."
    assert kind("It is gone.", remedy="", code="its_own").code == "its_own"
    assert kind.code == code
