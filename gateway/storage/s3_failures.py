"""What the errors of an S3 server and of the way to it mean."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from gateway.storage.failures import (
    bad_part,
    bad_range,
    key_in_the_way,
    no_such_object,
    no_such_upload,
    refuses,
    storage_full,
    unreachable,
)
from shared.errors import ColdframeError

_NO_OBJECT = ("NoSuchKey", "NotFound", "404")
_NO_UPLOAD = ("NoSuchUpload",)
_BAD_PART = ("EntityTooSmall", "InvalidPart", "InvalidPartOrder", "MalformedXML")
_IN_THE_WAY = (
    "ExistingObjectIsDirectory",
    "ObjectParentIsFile",
    "ObjectExistsAsDirectory",
    "XMinioParentIsObject",
)
_FULL = ("QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507", "XMinioAdminBucketQuotaExceeded")
_BUSY = ("InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "500", "502", "503", "504")


@contextmanager
def s3_refusals(endpoint: str, key: str = "") -> Iterator[None]:
    """Raise what is meant instead of what boto3 raises."""
    try:
        yield
    except ClientError as error:
        raise meaning_of(error, endpoint, key) from error
    except (NoConnectionError, HTTPClientError) as error:
        raise unreachable(endpoint, type(error).__name__) from error
    except BotoCoreError as error:
        raise refuses(endpoint, type(error).__name__, str(error)) from error


def meaning_of(error: ClientError, endpoint: str, key: str) -> ColdframeError:
    """The error that the server's answer stands for."""
    told = error.response.get("Error", {})
    code = told.get("Code", "")
    status = str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
    if code in _NO_OBJECT:
        return no_such_object(key)
    if code in _NO_UPLOAD:
        return no_such_upload()
    if code in _BAD_PART:
        return bad_part(told.get("Message", code))
    if code in _IN_THE_WAY:
        return key_in_the_way(key)
    if code == "InvalidRange":
        return bad_range(0)
    if code in _FULL or status == "507":
        return storage_full()
    if code in _BUSY:
        return unreachable(endpoint, f"it answers {code}")
    return refuses(endpoint, code, told.get("Message", ""))


def is_missing_bucket(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code", "") == "NoSuchBucket"
