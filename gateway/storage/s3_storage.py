"""Objects in a bucket of an S3 server: AWS, MinIO, SeaweedFS, versitygw, Ceph."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC
from functools import partial
from typing import Any

from gateway.storage.disposition import saved_as
from gateway.storage.failures import bad_range, refuses
from gateway.storage.keys import (
    checked_content_type,
    checked_folder,
    checked_key,
    checked_metadata,
    checked_named_folder,
    folder_prefix,
)
from gateway.storage.limits import (
    LARGEST_COPY_BYTES,
    checked_expiry,
    checked_part_number,
    checked_upload_id,
    part_size_for,
)
from gateway.storage.local_facts import UNKNOWN_TYPE
from gateway.storage.measured_reader import MeasuredReader
from gateway.storage.s3_bucket import S3Bucket
from gateway.storage.s3_client import S3Address
from gateway.storage.s3_metadata import metadata_from_headers, metadata_to_headers
from gateway.storage.s3_reader import S3Reader, size_and_part
from gateway.storage.s3_uploads import S3Uploads
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
from shared.errors import BadRequestError, NotFoundError
from shared.http.byte_range import ByteRange

PART_BYTES = 8 * 1024 * 1024
COPIED_PART_BYTES = 1024**3
_DELETED_AT_ONCE = 1000  # S3's limit


class S3Storage:
    """See `Storage`. Nothing is asked before it is used; the bucket is made by itself.

    `largest_copy_bytes`: what the server copies at once; larger objects are copied in parts.
    """

    def __init__(
        self,
        address: S3Address,
        *,
        largest_object_bytes: int,
        largest_copy_bytes: int = LARGEST_COPY_BYTES,
        copied_part_bytes: int = COPIED_PART_BYTES,
    ) -> None:
        self._bucket = S3Bucket(address)
        self._uploads = S3Uploads(self._bucket, largest_object_bytes)
        self._limit_bytes = largest_object_bytes
        self._part_bytes = part_size_for(largest_object_bytes, PART_BYTES)
        self._largest_copy_bytes = largest_copy_bytes
        self._copied_part_bytes = copied_part_bytes

    def upload_file(
        self, key: str, data: Readable, *, content_type: str, metadata: Mapping[str, str] | None = None
    ) -> StoredObject:
        checked_key(key)
        kind, kept = checked_content_type(content_type), checked_metadata(metadata)
        reader = MeasuredReader(data, self._limit_bytes)
        content = reader.read(self._part_bytes)
        if len(content) < self._part_bytes:
            self._put(key, content, kind, kept)
        else:
            with self._uploads.whole(key, kind, kept) as add_part:
                while content:
                    add_part(partial(self._uploads.add_bytes, key, content=content))
                    content = reader.read(self._part_bytes)
        return self.describe_file(key)

    @contextmanager
    def download_file(self, key: str, *, byte_range: ByteRange | None = None) -> Iterator[StoredReader]:
        checked_key(key)
        asked: dict[str, Any] = {}
        if byte_range is not None:
            asked["Range"] = f"bytes={byte_range.start}-{byte_range.stop - 1}"
        try:
            with self._bucket.client(key) as s3:
                answer = s3.get_object(Bucket=self._bucket.name, Key=key, **asked)
        except BadRequestError as error:
            if error.code != "range_not_satisfiable":
                raise
            raise bad_range(self.get_file_size(key)) from None
        with closing(answer["Body"]) as body:
            size_bytes, part = size_and_part(answer.get("ContentRange"), answer["ContentLength"])
            yield S3Reader(
                body,
                part,
                DescribedObject(
                    key,
                    size_bytes,
                    answer["LastModified"].astimezone(UTC),
                    answer["ETag"].strip('"'),
                    answer.get("ContentType", UNKNOWN_TYPE),
                    metadata_from_headers(answer.get("Metadata", {})),
                ),
                self._bucket.endpoint_url,
            )

    def describe_file(self, key: str) -> DescribedObject:
        checked_key(key)
        with self._bucket.client(key) as s3:
            found = s3.head_object(Bucket=self._bucket.name, Key=key)
        return DescribedObject(
            key,
            found["ContentLength"],
            found["LastModified"].astimezone(UTC),
            found["ETag"].strip('"'),
            found.get("ContentType", UNKNOWN_TYPE),
            metadata_from_headers(found.get("Metadata", {})),
        )

    def generate_signed_url(
        self,
        key: str,
        expires_s: int,
        *,
        method: Method = "GET",
        filename: str | None = None,
        content_type: str | None = None,
    ) -> str:
        asked: dict[str, Any] = {"Bucket": self._bucket.name, "Key": checked_key(key)}
        if method == "GET" and filename:
            asked["ResponseContentDisposition"] = saved_as(filename)
        if method == "PUT" and content_type:
            asked["ContentType"] = checked_content_type(content_type)
        operation = "get_object" if method == "GET" else "put_object"
        return self._signed(operation, asked, expires_s)

    def delete_file(self, key: str) -> None:
        checked_key(key)
        with suppress(NotFoundError), self._bucket.client(key) as s3:
            s3.delete_object(Bucket=self._bucket.name, Key=key)

    def delete_directory(self, prefix: str) -> int:
        count, batch = 0, []
        for stored in self.list_files(checked_named_folder(prefix)):
            batch.append(stored.key)
            if len(batch) == _DELETED_AT_ONCE:
                count += self._delete(batch)
                batch = []
        return count + (self._delete(batch) if batch else 0)

    def file_exists(self, key: str) -> bool:
        try:
            self.describe_file(key)
        except NotFoundError:
            return False
        return True

    def get_file_size(self, key: str) -> int:
        return self.describe_file(key).size_bytes

    def list_files(self, prefix: str = "") -> Iterator[StoredObject]:
        folder = folder_prefix(checked_folder(prefix))
        with self._bucket.client() as s3:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket.name, Prefix=folder):
                for found in page.get("Contents", []):
                    if not found["Key"].endswith("/"):  # a folder that somebody made by hand
                        yield StoredObject(
                            found["Key"],
                            found["Size"],
                            found["LastModified"].astimezone(UTC),
                            found["ETag"].strip('"'),
                        )

    def copy_file(self, source: str, target: str) -> StoredObject:
        checked_key(target)
        found = self.describe_file(source)
        if found.size_bytes <= self._largest_copy_bytes:
            with self._bucket.client(source, is_work=True) as s3:
                s3.copy_object(
                    Bucket=self._bucket.name,
                    Key=target,
                    CopySource={"Bucket": self._bucket.name, "Key": source},
                    # Said anew: a copy of an object onto itself is refused where nothing changes.
                    MetadataDirective="REPLACE",
                    ContentType=found.content_type,
                    Metadata=metadata_to_headers(found.metadata),
                )
        else:
            self._copy_in_parts(found, target)
        return self.describe_file(target)

    def get_bucket_stats(self) -> BucketStats:
        objects = size_bytes = 0
        for stored in self.list_files():
            objects += 1
            size_bytes += stored.size_bytes
        return BucketStats(objects, size_bytes, None)

    def check(self) -> None:
        self._bucket.check()

    # -- uploads in parts ------------------------------------------------------------------------

    def start_multipart(
        self, key: str, *, content_type: str, metadata: Mapping[str, str] | None = None
    ) -> str:
        return self._uploads.begin(
            checked_key(key), checked_content_type(content_type), checked_metadata(metadata)
        )

    def upload_part(self, key: str, upload_id: str, number: int, data: Readable) -> StoredPart:
        return self._uploads.add(
            checked_key(key), checked_upload_id(upload_id), checked_part_number(number), data
        )

    def part_url(self, key: str, upload_id: str, number: int, expires_s: int) -> str:
        asked = {
            "Bucket": self._bucket.name,
            "Key": checked_key(key),
            "UploadId": checked_upload_id(upload_id),
            "PartNumber": checked_part_number(number),
        }
        return self._signed("upload_part", asked, expires_s)

    def list_parts(self, key: str, upload_id: str) -> list[StoredPart]:
        return self._uploads.parts(checked_key(key), checked_upload_id(upload_id))

    def complete_multipart(self, key: str, upload_id: str) -> StoredObject:
        self._uploads.complete(key, upload_id, self.list_parts(key, upload_id))
        return self.describe_file(key)

    def abort_multipart(self, key: str, upload_id: str) -> None:
        with suppress(NotFoundError):
            self._uploads.forget(checked_key(key), checked_upload_id(upload_id))

    def pending_multiparts(self) -> Iterator[PendingUpload]:
        yield from self._uploads.pending()

    # -- inside ------------------------------------------------------------------------------

    def _put(self, key: str, content: bytes, content_type: str, metadata: Mapping[str, str]) -> None:
        with self._bucket.client(key) as s3:
            s3.put_object(
                Bucket=self._bucket.name,
                Key=key,
                Body=content,
                ContentType=content_type,
                Metadata=metadata_to_headers(metadata),
            )

    def _signed(self, operation: str, asked: dict[str, Any], expires_s: int) -> str:
        return self._bucket.unasked.generate_presigned_url(
            operation, Params=asked, ExpiresIn=checked_expiry(expires_s)
        )

    def _delete(self, keys: list[str]) -> int:
        with self._bucket.client() as s3:
            answer = s3.delete_objects(
                Bucket=self._bucket.name, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
            )
        for error in answer.get("Errors", []):
            raise refuses(self._bucket.endpoint_url, error.get("Code", ""), error.get("Message", ""))
        return len(keys)

    def _copy_in_parts(self, found: DescribedObject, target: str) -> None:
        size = self._copied_part_bytes
        with self._uploads.whole(target, found.content_type, found.metadata) as add_part:
            for first in range(0, found.size_bytes, size):
                stop = min(first + size, found.size_bytes)
                add_part(partial(self._uploads.add_copy, target, source=found.key, first=first, stop=stop))
