"""A bucket that makes itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import ClientError

from gateway.storage.s3_client import CHECKED_WITHIN_S, WORKING_TIMEOUT_S, S3Address, connect
from gateway.storage.s3_failures import is_missing_bucket, s3_refusals

if TYPE_CHECKING:  # the types are of development alone
    from types_boto3_s3 import S3Client

_DEFAULT_REGION = "us-east-1"
_THERE_ALREADY = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")


class S3Bucket:
    """One bucket. It is looked for, and made where it is missing, before it is first used."""

    def __init__(self, address: S3Address) -> None:
        self.name = address.bucket
        self.endpoint_url = address.endpoint_url
        self._region = address.region
        self._client = connect(address)
        self._patient_client = connect(address, read_timeout_s=WORKING_TIMEOUT_S, attempts=1)
        self._quick_client = connect(address, read_timeout_s=CHECKED_WITHIN_S, attempts=1)
        self._is_there = False

    @property
    def unasked(self) -> S3Client:
        """The client, for what asks the server nothing."""
        return self._client

    @contextmanager
    def client(self, key: str = "", *, is_work: bool = False) -> Iterator[S3Client]:
        """The client of a bucket that is there; what it raises is raised as what it means for `key`.

        `is_work`: for what keeps the server itself busy for minutes."""
        with s3_refusals(self.endpoint_url, key):
            if not self._is_there:
                self._look(self._client)
                self._is_there = True
            try:
                yield self._patient_client if is_work else self._client
            except ClientError as error:
                if is_missing_bucket(error):
                    self._is_there = False  # somebody removed it: the next one makes it again
                raise

    def check(self) -> None:
        """Whether the bucket can be used now; does not wait long for the answer."""
        with s3_refusals(self.endpoint_url):
            self._look(self._quick_client)

    def _look(self, client: S3Client) -> None:
        """Make the bucket where it is missing. Several may do so at once: who waits for somebody else's
        answer waits for ever where there is none."""
        try:
            client.head_bucket(Bucket=self.name)
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != 404:
                raise
            self._make()

    def _make(self) -> None:
        try:
            if self._region == _DEFAULT_REGION:  # where naming it is refused
                self._client.create_bucket(Bucket=self.name)
            else:
                self._client.create_bucket(
                    Bucket=self.name,
                    CreateBucketConfiguration={"LocationConstraint": self._region},  # type: ignore[typeddict-item]
                )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _THERE_ALREADY:
                raise
            return  # another process was faster
        structlog.get_logger().info("bucket_made", bucket=self.name, endpoint=self.endpoint_url)
        self._allow_pages()

    def _allow_pages(self) -> None:
        """Let the gateway's pages send and take with signed addresses: they are of another origin."""
        try:
            self._client.put_bucket_cors(
                Bucket=self.name,
                CORSConfiguration={
                    "CORSRules": [
                        {
                            "AllowedMethods": ["GET", "HEAD", "PUT"],
                            # Nobody gets in without a signature, whatever page they come from.
                            "AllowedOrigins": ["*"],
                            "AllowedHeaders": ["*"],
                            "ExposeHeaders": ["ETag", "Content-Range"],
                            "MaxAgeSeconds": 3600,
                        }
                    ]
                },
            )
        except ClientError as error:
            # Some servers have one answer for all buckets, set by their own settings.
            structlog.get_logger().warning("bucket_cors_refused", bucket=self.name, error=str(error))
