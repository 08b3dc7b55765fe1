"""An object that comes from an S3 server."""

from collections.abc import Iterator
from datetime import datetime

from botocore.exceptions import BotoCoreError
from botocore.response import StreamingBody

from gateway.storage.failures import unreachable
from gateway.storage.storage import DescribedObject
from shared.http.byte_range import ByteRange

READ_BYTES = 256 * 1024


class S3Reader:
    """See `StoredReader`."""

    def __init__(
        self, body: StreamingBody, part: ByteRange, described: DescribedObject, endpoint_url: str
    ) -> None:
        self._body = body
        self._endpoint_url = endpoint_url
        self.part = part
        self.size_bytes = described.size_bytes
        self.content_type = described.content_type
        self.metadata = described.metadata
        self.etag = described.etag
        self.modified_at: datetime = described.modified_at

    def chunks(self) -> Iterator[bytes]:
        try:
            yield from self._body.iter_chunks(READ_BYTES)
        except BotoCoreError as error:  # it ended, or has said nothing for too long
            raise unreachable(self._endpoint_url, f"it broke off ({type(error).__name__})") from error


def size_and_part(content_range: str | None, length: int) -> tuple[int, ByteRange]:
    """The size of the object and which of it comes, from the headers of an answer."""
    if not content_range:
        return length, ByteRange(0, length)
    span, _, size = content_range.removeprefix("bytes ").partition("/")
    first = int(span.partition("-")[0])
    return int(size), ByteRange(first, first + length)
