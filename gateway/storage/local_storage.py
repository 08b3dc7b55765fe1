"""Objects in a folder of this machine, or of a disk that several machines share."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from gateway.storage.failures import (
    bad_range,
    folder_refuses,
    key_in_the_way,
    no_such_object,
)
from gateway.storage.keys import (
    checked_content_type,
    checked_folder,
    checked_key,
    checked_metadata,
    checked_named_folder,
)
from gateway.storage.limits import checked_part_number
from gateway.storage.local_facts import Facts
from gateway.storage.local_folder import LocalFolder, Staged
from gateway.storage.local_lookup import InTheWayError, open_object, walk
from gateway.storage.local_uploads import Begun, LocalUploads
from gateway.storage.measured_reader import MeasuredReader
from gateway.storage.signed_urls import SignedAccess, UrlSigner
from gateway.storage.storage import (
    BucketStats,
    DescribedObject,
    Method,
    PendingUpload,
    Readable,
    StoredObject,
    StoredPart,
    StoredReader,
)
from shared.clock import Clock
from shared.errors import NotFoundError
from shared.http.byte_range import ByteRange
from shared.opened_file import OpenFile

READ_BYTES = 256 * 1024
_ETAG_DIGITS = 32


class LocalStorage:
    """See `Storage`. Nothing is touched before it is used; the folder is made by itself."""

    def __init__(
        self,
        root: Path,
        signer: UrlSigner,
        clock: Clock,
        *,
        new_id: Callable[[], str],
        largest_object_bytes: int,
    ) -> None:
        self._root = root
        self._folder = LocalFolder(root)
        self._uploads = LocalUploads(root)
        self._signer = signer
        self._clock = clock
        self._new_id = new_id
        self._limit_bytes = largest_object_bytes

    def upload_file(
        self, key: str, data: Readable, *, content_type: str, metadata: Mapping[str, str] | None = None
    ) -> StoredObject:
        checked_key(key)
        kind, kept = checked_content_type(content_type), checked_metadata(metadata)
        with self._refusals(key), self._folder.staged() as staged:
            self._write(staged, data)
            return _stored(key, self._folder.keep(staged, key, kind, kept))

    @contextmanager
    def download_file(self, key: str, *, byte_range: ByteRange | None = None) -> Iterator[StoredReader]:
        opened, facts = self._open(key)
        with opened:
            wanted = byte_range or ByteRange(0, opened.size_bytes)
            if byte_range is not None and wanted.start >= opened.size_bytes:
                raise bad_range(opened.size_bytes)
            part = ByteRange(wanted.start, min(wanted.stop, opened.size_bytes))
            yield _LocalReader(opened, facts, part, self._root)

    def describe_file(self, key: str) -> DescribedObject:
        opened, facts = self._open(key)
        with opened:
            return _described(key, opened, facts)

    def generate_signed_url(
        self,
        key: str,
        expires_s: int,
        *,
        method: Method = "GET",
        filename: str | None = None,
        content_type: str | None = None,
    ) -> str:
        checked_key(key)
        expiry = self._signer.expiry(expires_s)
        return self._signer.url(SignedAccess(method, key, expiry, filename or "", content_type or ""))

    def delete_file(self, key: str) -> None:
        checked_key(key)
        with self._refusals(key):
            if self._root.is_dir():
                self._folder.remove(key)

    def delete_directory(self, prefix: str) -> int:
        folder = checked_named_folder(prefix)
        with self._refusals(folder):
            return sum(self._folder.remove(key) for key, _status in walk(self._root, folder))

    def file_exists(self, key: str) -> bool:
        checked_key(key)
        with self._refusals(key):
            found = open_object(self._root, key)
        if found is not None:
            found[0].close()
        return found is not None

    def get_file_size(self, key: str) -> int:
        return self.describe_file(key).size_bytes

    def list_files(self, prefix: str = "") -> Iterator[StoredObject]:
        folder = checked_folder(prefix)
        with self._refusals(folder):
            for key, status in walk(self._root, folder):
                yield _stored(key, status)

    def copy_file(self, source: str, target: str) -> StoredObject:
        checked_key(source)
        checked_key(target)
        with self._refusals(target):
            status = self._folder.copy(source, target) if self._root.is_dir() else None
        if status is None:
            raise no_such_object(source)
        return _stored(target, status)

    def get_bucket_stats(self) -> BucketStats:
        objects = size_bytes = 0
        with self._refusals(""):
            for _key, status in walk(self._root, ""):
                objects += 1
                size_bytes += status.st_size
            self._root.mkdir(parents=True, exist_ok=True)
            room = os.statvfs(self._root)
        return BucketStats(objects, size_bytes, room.f_bavail * room.f_frsize)

    def check(self) -> None:
        with self._refusals(""):
            self._folder.prepare()

    # -- uploads in parts ------------------------------------------------------------------------

    def start_multipart(
        self, key: str, *, content_type: str, metadata: Mapping[str, str] | None = None
    ) -> str:
        checked_key(key)
        kind, kept = checked_content_type(content_type), checked_metadata(metadata)
        upload_id = self._new_id()
        with self._refusals(key):
            self._uploads.begin(upload_id, Begun(key, kind, kept, self._clock.now()))
        return upload_id

    def upload_part(self, key: str, upload_id: str, number: int, data: Readable) -> StoredPart:
        checked_key(key)
        checked_part_number(number)
        with self._refusals(key):
            self._uploads.begun(key, upload_id)
            with self._folder.staged() as staged:
                digest = hashlib.sha256()
                self._write(staged, data, digest.update)
                return self._uploads.add(upload_id, number, staged, digest.hexdigest()[:_ETAG_DIGITS])

    def part_url(self, key: str, upload_id: str, number: int, expires_s: int) -> str:
        checked_key(key)
        checked_part_number(number)
        expiry = self._signer.expiry(expires_s)
        return self._signer.url(SignedAccess("PUT", key, expiry, upload_id=upload_id, part=number))

    def list_parts(self, key: str, upload_id: str) -> list[StoredPart]:
        checked_key(key)
        with self._refusals(key):
            self._uploads.begun(key, upload_id)
            return self._uploads.parts(upload_id)

    def complete_multipart(self, key: str, upload_id: str) -> StoredObject:
        checked_key(key)
        with self._refusals(key):
            begun = self._uploads.begun(key, upload_id)
            with self._folder.staged() as staged:
                self._uploads.assemble(upload_id, staged, self._limit_bytes)
                # Where somebody aborted it meanwhile there is no object.
                self._uploads.begun(key, upload_id)
                status = self._folder.keep(staged, key, begun.content_type, begun.metadata)
            self._uploads.forget(upload_id)
        return _stored(key, status)

    def abort_multipart(self, key: str, upload_id: str) -> None:
        checked_key(key)
        with self._refusals(key), suppress(NotFoundError):
            self._uploads.begun(key, upload_id)
            self._uploads.forget(upload_id)

    def pending_multiparts(self) -> Iterator[PendingUpload]:
        with self._refusals(""):
            for upload_id, begun in self._uploads.pending():
                yield PendingUpload(begun.key, upload_id, begun.begun_at)

    # -- inside ------------------------------------------------------------------------------

    def _open(self, key: str) -> tuple[OpenFile, Facts]:
        checked_key(key)
        with self._refusals(key):
            found = open_object(self._root, key)
        if found is None:
            raise no_such_object(key)
        return found

    def _write(
        self, staged: Staged, data: Readable, look_at: Callable[[bytes], None] = lambda _chunk: None
    ) -> None:
        """Write all of `data`. Raises BadRequestError (`too_large`, `broke_off`)."""
        for chunk in MeasuredReader(data, self._limit_bytes).chunks():
            look_at(chunk)
            view = memoryview(chunk)
            while view:
                view = view[staged.file.write(view) :]

    @contextmanager
    def _refusals(self, key: str) -> Iterator[None]:
        """What the file system's errors mean."""
        try:
            yield
        except InTheWayError:
            raise key_in_the_way(key) from None
        except OSError as error:
            raise folder_refuses(str(self._root), error) from error


class _LocalReader:
    """See `StoredReader`."""

    def __init__(self, opened: OpenFile, facts: Facts, part: ByteRange, root: Path) -> None:
        self._opened = opened
        self._root = root
        self.size_bytes = opened.size_bytes
        self.etag = opened.etag
        self.modified_at = _time(opened.mtime_ns)
        self.content_type = facts.content_type
        self.metadata = facts.metadata
        self.part = part

    def chunks(self) -> Iterator[bytes]:
        at = self.part.start
        while at < self.part.stop:
            try:
                chunk = os.pread(self._opened.file.fileno(), min(READ_BYTES, self.part.stop - at), at)
            except OSError as error:
                raise folder_refuses(str(self._root), error) from error
            if not chunk:
                raise folder_refuses(str(self._root), OSError(errno.EIO, "a file ended before its end"))
            at += len(chunk)
            yield chunk


def _stored(key: str, status: os.stat_result) -> StoredObject:
    etag = f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"
    return StoredObject(key, status.st_size, _time(status.st_mtime_ns), etag)


def _described(key: str, opened: OpenFile, facts: Facts) -> DescribedObject:
    return DescribedObject(
        key, opened.size_bytes, _time(opened.mtime_ns), opened.etag, facts.content_type, facts.metadata
    )


def _time(mtime_ns: int) -> datetime:
    return datetime.fromtimestamp(mtime_ns / 1e9, UTC)
