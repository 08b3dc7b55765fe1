"""Storages under test, and what is sent to them."""

import uuid
from pathlib import Path

from deploy.local.s3 import PrivateS3
from gateway.storage.local_storage import LocalStorage
from gateway.storage.s3_storage import S3Storage
from gateway.storage.signed_urls import UrlSigner
from shared.clock import Clock, SystemClock
from tests.support.s3 import s3_address

LIMIT_BYTES = 4 * 1024**3
SECRET = "a secret of the tests alone, 0123456789"


def local_storage(root: Path, *, limit_bytes: int = LIMIT_BYTES, clock: Clock | None = None) -> LocalStorage:
    """One in a folder, which need not be there."""
    now = clock or SystemClock()
    return LocalStorage(
        root,
        UrlSigner([SECRET], now),
        now,
        new_id=lambda: str(uuid.uuid4()),
        largest_object_bytes=limit_bytes,
    )


def s3_storage(server: PrivateS3, *, bucket: str = "", limit_bytes: int = LIMIT_BYTES) -> S3Storage:
    """One on a server, in a bucket of its own unless one is named. Copies beyond 6 MiB go in parts."""
    return S3Storage(
        s3_address(server, bucket or f"test-{uuid.uuid4().hex[:12]}"),
        largest_object_bytes=limit_bytes,
        largest_copy_bytes=6 * 1024**2,
        copied_part_bytes=5 * 1024**2,
    )


class MadeStream:
    """`size_bytes` of bytes that are made as they are read; `fail_at`: the sender breaks off there."""

    def __init__(self, size_bytes: int, *, fail_at: int | None = None) -> None:
        self._left = size_bytes
        self._read = 0
        self._fail_at = fail_at
        self._block = bytes(range(256)) * 4096

    def read(self, size: int = -1) -> bytes:
        if self._fail_at is not None and self._read >= self._fail_at:
            raise ConnectionResetError("the sender has gone")
        count = min(self._left, len(self._block) if size < 0 else size, len(self._block))
        self._left -= count
        self._read += count
        return self._block[:count]
