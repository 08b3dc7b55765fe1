"""Objects over HTTP for whoever has a signed address: reads and writes without ever holding one whole."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

from gateway.storage.signed_urls import SignedAccess, UrlSigner
from gateway.storage.storage import DescribedObject, Readable, Storage, StoredReader
from shared.errors import BadRequestError
from shared.http.byte_range import ByteRange


class Slot(Protocol):
    """A place among those that are sent to at the same time."""

    def give_back(self) -> None: ...


TakeSlot = Callable[[], Slot]


class SentObject:
    """Pieces of an object that is being sent; closing it closes the object and gives the place back."""

    def __init__(self, reader: StoredReader, held: ExitStack) -> None:
        self._reader = reader
        self._held = held

    def __iter__(self) -> Iterator[bytes]:
        return self._reader.chunks()

    def close(self) -> None:
        self._held.close()


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a PUT."""

    size_bytes: int
    etag: str


class StoredFiles:
    """`take_slot`: takes one of the places for long answers, or raises UnavailableError."""

    def __init__(
        self, storage: Storage, signer: UrlSigner, take_slot: TakeSlot, *, largest_object_bytes: int
    ) -> None:
        self._storage = storage
        self._signer = signer
        self._take_slot = take_slot
        self._largest_object_bytes = largest_object_bytes

    def describe(self, access: SignedAccess, signature: str) -> DescribedObject:
        """The object of an address. Raises ForbiddenError, NotFoundError (`no_such_object`)."""
        self._signer.check(access, signature)
        return self._storage.describe_file(access.key)

    def send(self, key: str, part: ByteRange | None) -> SentObject:
        """Open those bytes; the address has been looked at. Raises UnavailableError, NotFoundError."""
        with ExitStack() as opening:
            opening.callback(self._take_slot().give_back)
            reader = opening.enter_context(self._storage.download_file(key, byte_range=part))
            return SentObject(reader, opening.pop_all())

    def check(self, access: SignedAccess, signature: str) -> None:
        """Raises ForbiddenError."""
        self._signer.check(access, signature)

    def receive(self, access: SignedAccess, data: Readable, content_type: str) -> Received:
        """Keep what is sent, as an object or as a part; the address has been looked at.

        Raises BadRequestError (`unsupported_media_type`) and what `Storage` does."""
        if access.content_type and content_type != access.content_type:
            raise BadRequestError(
                f"The address is for {access.content_type}.",
                code="unsupported_media_type",
                remedy="Send that in the header Content-Type, or ask for another address.",
            )
        slot = self._take_slot()
        try:
            if access.upload_id:
                part = self._storage.upload_part(access.key, access.upload_id, access.part, data)
                return Received(part.size_bytes, part.etag)
            kept = self._storage.upload_file(
                access.key, data, content_type=content_type or "application/octet-stream"
            )
            return Received(kept.size_bytes, kept.etag)
        finally:
            slot.give_back()

    @property
    def largest_body_bytes(self) -> int:
        """Of one request."""
        return self._largest_object_bytes
