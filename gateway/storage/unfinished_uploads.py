"""Uploads in parts that nobody goes on with: they are aborted, for their parts take room unseen."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from gateway.storage.storage import PendingUpload, Storage
from shared.errors import ColdframeError, UnavailableError

GONE_ON_WITH = timedelta(hours=24)


def abandoned(uploads: Iterable[PendingUpload], now: datetime) -> list[PendingUpload]:
    """Those that were begun so long ago that nobody goes on with them."""
    return [upload for upload in uploads if upload.begun_at <= now - GONE_ON_WITH]


def abort_abandoned(storage: Storage, now: datetime) -> int:
    """Abort uploads that were begun 24 hours before `now` or earlier; return how many.

    What the storage refuses is left for the next time. Raises what it said then, after the others went; at
    once where it is not there at all.
    """
    # All of them first: a list that is read page by page skips some where others go meanwhile.
    found = abandoned(storage.pending_multiparts(), now)
    refused: ColdframeError | None = None
    aborted = 0
    for upload in found:
        try:
            storage.abort_multipart(upload.key, upload.upload_id)
        except UnavailableError:
            raise
        except ColdframeError as error:
            refused = error
        else:
            aborted += 1
    if refused is not None:
        raise refused
    return aborted
