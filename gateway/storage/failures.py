"""What a storage says when it cannot."""

import errno

from shared.errors import (
    BadRequestError,
    ConflictError,
    NotFoundError,
    StorageError,
    UnavailableError,
)

_FULL = (errno.ENOSPC, errno.EDQUOT)


def no_such_object(key: str) -> NotFoundError:
    return NotFoundError(
        f"There is no object {key!r}.",
        code="no_such_object",
        remedy="It may have been deleted, or its time was over.",
    )


def no_such_upload() -> NotFoundError:
    return NotFoundError(
        "There is no such upload in parts.",
        code="no_such_upload",
        remedy="It was completed, aborted or has been cleaned up: begin another one.",
    )


def too_large(limit_bytes: int) -> BadRequestError:
    return BadRequestError(
        f"This is larger than {limit_bytes} bytes.",
        code="too_large",
        remedy="Send less; storage.largest_object_bytes is the limit.",
        details={"limit_bytes": limit_bytes},
    )


def broke_off(error: OSError) -> BadRequestError:
    return BadRequestError(
        f"What was sent broke off: {error.strerror or type(error).__name__}.",
        code="broke_off",
        remedy="Send it again; nothing of it was kept.",
    )


def bad_part(what: str) -> BadRequestError:
    return BadRequestError(
        what,
        code="bad_part",
        remedy="Parts are numbered from 1 to 10,000; all but the last have 5 MiB or more.",
    )


def bad_range(size_bytes: int) -> BadRequestError:
    return BadRequestError(
        f"The object has {size_bytes} bytes and none of those.",
        code="range_not_satisfiable",
        remedy="Ask for bytes that it has.",
        details={"size_bytes": size_bytes},
    )


def bad_expiry() -> BadRequestError:
    return BadRequestError("A signed address is good for 1 s to 7 days.", remedy="Ask for a time in between.")


def key_in_the_way(key: str) -> ConflictError:
    return ConflictError(
        f"{key!r} cannot be kept: another object is a folder of its key, or has it for a folder.",
        code="key_in_the_way",
        remedy="Take another key, or delete the other object.",
    )


def storage_full() -> StorageError:
    return StorageError(
        "There is no room left where objects are kept.",
        code="storage_full",
        remedy="Delete what is not needed, or make the storage larger; then send it again.",
    )


def folder_refuses(folder: str, error: OSError) -> StorageError:
    """What a file system's refusal means. A full one is `storage_full`."""
    if error.errno in _FULL:
        return storage_full()
    return StorageError(
        f"The folder of the objects, {folder}, cannot be used: {error.strerror or error}.",
        remedy="The gateway's user must be able to write there; storage.dir names it.",
    )


def unreachable(endpoint: str, why: str) -> UnavailableError:
    return UnavailableError(
        f"The S3 server at {endpoint} cannot be reached: {why}.",
        code="storage_unreachable",
        remedy="Is it running, and storage.s3_endpoint_url right? Then send the request again.",
    )


def refuses(endpoint: str, code: str, why: str) -> UnavailableError:
    return UnavailableError(
        f"The S3 server at {endpoint} refuses ({code}): {why}".rstrip(". ") + ".",
        code="storage_refuses",
        remedy="Look at storage.s3_access_key, s3_secret_key and s3_bucket: python -m gateway doctor.",
    )
