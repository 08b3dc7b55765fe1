"""Uploads that nobody goes on with, and a storage that does not let go of all of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from gateway.storage.storage import PendingUpload, Storage
from gateway.storage.unfinished_uploads import abandoned, abort_abandoned
from shared.errors import ColdframeError, StorageError, UnavailableError

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)


def upload(key: str, hours_ago: float) -> PendingUpload:
    return PendingUpload(key, f"id-of-{key}", NOW - timedelta(hours=hours_ago))


def test_an_upload_is_abandoned_after_a_day() -> None:
    told = [upload("old", 25), upload("just", 24), upload("young", 23.9), upload("ahead", -3)]
    assert [found.key for found in abandoned(told, NOW)] == ["old", "just"]


class Refusing:
    """What has uploads, and does not let go of the first."""

    def __init__(self, error: ColdframeError) -> None:
        self._error = error
        self.aborted: list[str] = []

    def pending_multiparts(self) -> Iterator[PendingUpload]:
        yield from (upload("first", 30), upload("second", 30))

    def abort_multipart(self, key: str, upload_id: str) -> None:
        assert upload_id == f"id-of-{key}"
        if key == "first":
            raise self._error
        self.aborted.append(key)


@pytest.mark.parametrize(
    ("error", "aborted"),
    [
        (StorageError("It refuses.", remedy="Look."), ["second"]),
        (UnavailableError("It is away.", remedy="Wait."), []),
    ],
)
def test_what_one_upload_is_refused_for_is_told_after_the_others_went(
    error: ColdframeError, aborted: list[str]
) -> None:
    storage = Refusing(error)
    with pytest.raises(type(error)):
        abort_abandoned(cast(Storage, storage), NOW)
    assert storage.aborted == aborted
