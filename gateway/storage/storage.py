"""Where objects are kept: what every storage can do. A folder (`local_storage.py`) and S3 (`s3_storage.py`).

A key is names with slashes between them (`keys.py`). An object appears as a whole or not at all, and takes
the place of one that had its key. Everything is streamed: no call holds more than a few parts in memory.

Every call may raise BadRequestError (`bad_key`), UnavailableError (`storage_unreachable`,
`storage_refuses`) and StorageError; what else is said at each.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from shared.http.byte_range import ByteRange

Method = Literal["GET", "PUT"]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object in a list. `etag`: another one says that the content is another."""

    key: str
    size_bytes: int
    modified_at: datetime
    etag: str


@dataclass(frozen=True, slots=True)
class DescribedObject(StoredObject):
    """An object with what is kept beside it."""

    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredPart:
    """One part of an upload in parts."""

    number: int
    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """An upload in parts that was begun and neither completed nor aborted."""

    key: str
    upload_id: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class BucketStats:
    """All that is kept. `free_bytes`: how much more there is room for; None where nobody knows."""

    objects: int
    size_bytes: int
    free_bytes: int | None


class Readable(Protocol):
    """What is to be kept: a file, a body that is coming."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end. An OSError says that there is an end before the end."""
        ...


class StoredReader(Protocol):
    """An object that is being read. `part`: which of its bytes come."""

    @property
    def size_bytes(self) -> int:
        """Of the whole object."""
        ...

    @property
    def content_type(self) -> str: ...

    @property
    def metadata(self) -> Mapping[str, str]: ...

    @property
    def etag(self) -> str: ...

    @property
    def modified_at(self) -> datetime: ...

    @property
    def part(self) -> ByteRange: ...

    def chunks(self) -> Iterator[bytes]:
        """The bytes, piece by piece as they are taken; once. Raises UnavailableError where they end early."""
        ...


class Storage(Protocol):
    """Keeps objects."""

    def upload_file(
        self, key: str, data: Readable, *, content_type: str, metadata: Mapping[str, str] | None = None
    ) -> StoredObject:
        """Keep what `data` holds from here to its end.

        Raises BadRequestError (`too_large`, `bad_metadata`), StorageError (`storage_full`); nothing is
        left then, and what had this key is still there.
        """
        ...

    def download_file(
        self, key: str, *, byte_range: ByteRange | None = None
    ) -> AbstractContextManager[StoredReader]:
        """Open the object, or those of its bytes. A range that ends behind it is cut.

        Raises NotFoundError (`no_such_object`), BadRequestError (`range_not_satisfiable`)."""
        ...

    def describe_file(self, key: str) -> DescribedObject:
        """What is known of the object. Raises NotFoundError (`no_such_object`)."""
        ...

    def generate_signed_url(
        self,
        key: str,
        expires_s: int,
        *,
        method: Method = "GET",
        filename: str | None = None,
        content_type: str | None = None,
    ) -> str:
        """An address that is good for `expires_s` (1 s to 7 days) without a login; nothing is looked up.

        `GET`: `filename` has it saved under that name. `PUT`: what is sent must be of `content_type`, and
        becomes the object. Relative to the gateway's own address where the gateway answers it itself.
        """
        ...

    def delete_file(self, key: str) -> None:
        """Have no such object; there may be none."""
        ...

    def delete_directory(self, prefix: str) -> int:
        """Have no objects below the folder `prefix`, which is not empty; return how many there were."""
        ...

    def file_exists(self, key: str) -> bool: ...

    def get_file_size(self, key: str) -> int:
        """Bytes. Raises NotFoundError (`no_such_object`)."""
        ...

    def list_files(self, prefix: str = "") -> Iterator[StoredObject]:
        """The objects below the folder `prefix` (empty: all of them), ordered by key."""
        ...

    def copy_file(self, source: str, target: str) -> StoredObject:
        """Keep the object and what is beside it under `target` as well. Raises NotFoundError."""
        ...

    def get_bucket_stats(self) -> BucketStats:
        """Count all objects: takes a while where there are many."""
        ...

    def check(self) -> None:
        """Whether objects can be kept now; what every call may raise says that they cannot."""
        ...

    # -- uploads in parts ------------------------------------------------------------------------

    def start_multipart(
        self, key: str, *, content_type: str, metadata: Mapping[str, str] | None = None
    ) -> str:
        """Begin an upload in parts; return its id."""
        ...

    def upload_part(self, key: str, upload_id: str, number: int, data: Readable) -> StoredPart:
        """Keep a part (1 to 10,000; all but the last have 5 MiB or more), instead of one of that number.

        Raises NotFoundError (`no_such_upload`), BadRequestError (`too_large`, `bad_part`)."""
        ...

    def part_url(self, key: str, upload_id: str, number: int, expires_s: int) -> str:
        """Where anybody may `PUT` this part until then."""
        ...

    def list_parts(self, key: str, upload_id: str) -> list[StoredPart]:
        """The parts that came, by number. Raises NotFoundError (`no_such_upload`)."""
        ...

    def complete_multipart(self, key: str, upload_id: str) -> StoredObject:
        """Make the object of the parts that came, in the order of their numbers.

        Raises NotFoundError (`no_such_upload`), BadRequestError (`bad_part` where there is none or one but
        the last is too small, `too_large`)."""
        ...

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Forget the upload and its parts; there may be none."""
        ...

    def pending_multiparts(self) -> Iterator[PendingUpload]:
        """The uploads in parts that are neither completed nor aborted."""
        ...
