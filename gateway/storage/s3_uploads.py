"""Uploads in parts to an S3 server: what callers do part by part, and what streams and large copies are."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC

import structlog

from gateway.storage.failures import bad_part, too_large
from gateway.storage.limits import SMALLEST_PART_BYTES
from gateway.storage.measured_reader import MeasuredReader
from gateway.storage.s3_bucket import S3Bucket
from gateway.storage.s3_metadata import metadata_to_headers
from gateway.storage.storage import PendingUpload, Readable, StoredPart
from shared.errors import ColdframeError, NotFoundError

_IN_MEMORY_BYTES = 8 * 1024 * 1024


class S3Uploads:
    """Parts of uploads to one bucket."""

    def __init__(self, bucket: S3Bucket, largest_object_bytes: int) -> None:
        self._bucket = bucket
        self._limit_bytes = largest_object_bytes

    def begin(self, key: str, content_type: str, metadata: Mapping[str, str]) -> str:
        """Return the id of the upload."""
        with self._bucket.client(key) as s3:
            return s3.create_multipart_upload(
                Bucket=self._bucket.name,
                Key=key,
                ContentType=content_type,
                Metadata=metadata_to_headers(metadata),
            )["UploadId"]

    def add(self, key: str, upload_id: str, number: int, data: Readable) -> StoredPart:
        """Send a part of unknown length: it is kept aside first, since S3 wants to know."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as aside:
            for chunk in MeasuredReader(data, self._limit_bytes).chunks():
                aside.write(chunk)
            size_bytes = aside.tell()
            aside.seek(0)
            with self._bucket.client(key) as s3:
                sent = s3.upload_part(
                    Bucket=self._bucket.name,
                    Key=key,
                    UploadId=upload_id,
                    PartNumber=number,
                    Body=aside,
                )
        return StoredPart(number, size_bytes, sent["ETag"].strip('"'))

    def add_bytes(self, key: str, upload_id: str, number: int, content: bytes) -> StoredPart:
        with self._bucket.client(key) as s3:
            sent = s3.upload_part(
                Bucket=self._bucket.name, Key=key, UploadId=upload_id, PartNumber=number, Body=content
            )
        return StoredPart(number, len(content), sent["ETag"].strip('"'))

    def add_copy(
        self, key: str, upload_id: str, number: int, *, source: str, first: int, stop: int
    ) -> StoredPart:
        """Have the server copy the bytes `[first, stop)` of another object."""
        with self._bucket.client(source, is_work=True) as s3:
            sent = s3.upload_part_copy(
                Bucket=self._bucket.name,
                Key=key,
                UploadId=upload_id,
                PartNumber=number,
                CopySource={"Bucket": self._bucket.name, "Key": source},
                CopySourceRange=f"bytes={first}-{stop - 1}",
            )
        return StoredPart(number, stop - first, sent["CopyPartResult"]["ETag"].strip('"'))

    def parts(self, key: str, upload_id: str) -> list[StoredPart]:
        """By number. Raises NotFoundError (`no_such_upload`)."""
        with self._bucket.client(key) as s3:
            pages = s3.get_paginator("list_parts").paginate(
                Bucket=self._bucket.name, Key=key, UploadId=upload_id
            )
            return [
                StoredPart(part["PartNumber"], part["Size"], part["ETag"].strip('"'))
                for page in pages
                for part in page.get("Parts", [])
            ]

    def complete(self, key: str, upload_id: str, parts: Iterable[StoredPart]) -> None:
        """Make the object. Raises BadRequestError (`bad_part`, `too_large`), NotFoundError."""
        found = list(parts)
        if not found:
            raise bad_part("No part came yet.")
        for part in found[:-1]:
            if part.size_bytes < SMALLEST_PART_BYTES:
                raise bad_part(f"Part {part.number} has {part.size_bytes} bytes and is not the last.")
        if sum(part.size_bytes for part in found) > self._limit_bytes:
            raise too_large(self._limit_bytes)
        with self._bucket.client(key, is_work=True) as s3:
            s3.complete_multipart_upload(
                Bucket=self._bucket.name,
                Key=key,
                UploadId=upload_id,
                MultipartUpload={
                    "Parts": [{"PartNumber": part.number, "ETag": f'"{part.etag}"'} for part in found]
                },
            )

    def forget(self, key: str, upload_id: str) -> None:
        """Raises NotFoundError (`no_such_upload`)."""
        with self._bucket.client(key) as s3:
            s3.abort_multipart_upload(Bucket=self._bucket.name, Key=key, UploadId=upload_id)

    def pending(self) -> Iterator[PendingUpload]:
        with self._bucket.client() as s3:
            for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket.name):
                for upload in page.get("Uploads", []):
                    yield PendingUpload(
                        upload["Key"], upload["UploadId"], upload["Initiated"].astimezone(UTC)
                    )

    @contextmanager
    def whole(
        self, key: str, content_type: str, metadata: Mapping[str, str]
    ) -> Iterator[Callable[[Callable[[str, int], StoredPart]], None]]:
        """An upload that is completed at the end of the block, or forgotten where that fails.

        What it gives is called with a function that sends the next part, by the upload's id and the number.
        """
        upload_id = self.begin(key, content_type, metadata)
        parts: list[StoredPart] = []
        try:
            yield lambda send: parts.append(send(upload_id, len(parts) + 1))
            self.complete(key, upload_id, parts)
        except BaseException:
            self._forget_after_failure(key, upload_id)
            raise

    def _forget_after_failure(self, key: str, upload_id: str) -> None:
        try:
            self.forget(key, upload_id)
        except NotFoundError:
            return
        except ColdframeError as error:
            # Its parts stay at the server until somebody looks through the pending ones.
            structlog.get_logger().warning("upload_left_behind", key=key, upload=upload_id, error=str(error))
