"""Objects over HTTP, for whoever has a signed address. An S3 server answers such addresses itself."""

from typing import Any

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import http_date, parse_options_header, quote_etag

from gateway.accounts.permissions import PUBLIC, requires
from gateway.storage.disposition import disposition
from gateway.storage.schemas import RECEIVED_EXAMPLE, ReadQuerySchema, ReceivedSchema, WriteQuerySchema
from gateway.storage.signed_urls import SignedAccess
from gateway.storage.storage import DescribedObject
from gateway.storage.stored_files import StoredFiles
from shared.http.byte_range import ByteRange, UnsatisfiableRangeError
from shared.http.deed import tell_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.large_body import LargeBody
from shared.http.provided import provided
from shared.http.sent_file import is_unchanged, wanted_part
from shared.http.sent_stream import send_pieces

blp = EnvelopeBlueprint("storage", __name__, description="Objects, by signed addresses.")
# Whatever an object says that it is: nothing of it runs, and it is no page of the gateway.
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_ANY = "application/octet-stream"
_IMAGE = "image/jpeg"
_VIDEO = "video/mp4"


@blp.get("/storage/<storage_key:key>")
@requires(PUBLIC)
@blp.query(ReadQuerySchema)
@blp.sends_file(_IMAGE, _VIDEO, _ANY)
@blp.errors(404, 507)
def read_object(query: dict[str, Any], key: str) -> Response:
    """An object, by the address that somebody who may see it was given

    The signature is the permission, until `expires`. With `Range`. Where objects are on an S3 server, its
    own addresses are given instead.
    """
    files = provided(StoredFiles)
    access = SignedAccess("GET", key, query["expires_s"], filename=query["filename"])
    found = files.describe(access, query["signature"])
    headers = _headers(found, query["filename"])
    mtime_s = int(found.modified_at.timestamp())
    if is_unchanged(found.etag, mtime_s):
        return send_pieces(304, headers, None)
    part = _wanted_part(found, mtime_s)
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{found.size_bytes}"
    headers["Content-Type"] = found.content_type
    headers["Content-Length"] = str(found.size_bytes if part is None else part.length)
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return send_pieces(status, headers, None)
    return send_pieces(status, headers, files.send(key, part))


@blp.put("/storage/<storage_key:key>")
@requires(PUBLIC)
@blp.query(WriteQuerySchema)
@blp.takes_file(_ANY)
@blp.data(ReceivedSchema, description="It is kept.", example=RECEIVED_EXAMPLE)
@blp.errors(404, 409, 507)
def write_object(query: dict[str, Any], key: str) -> dict[str, object]:
    """Keep the body as an object, or as a part of an upload in parts, by an address that was given for it

    The signature is the permission, until `expires`. What breaks off leaves nothing.
    """
    files = provided(StoredFiles)
    access = SignedAccess(
        "PUT",
        key,
        query["expires_s"],
        content_type=query["content_type"],
        upload_id=query["upload_id"],
        part=query["part"],
    )
    files.check(access, query["signature"])
    tell_deed("object", key, key)
    sent_type = parse_options_header(request.headers.get("Content-Type"))[0]
    received = files.receive(access, LargeBody(files.largest_body_bytes), sent_type)
    return {"size_bytes": received.size_bytes, "etag": received.etag}


def _headers(found: DescribedObject, filename: str) -> dict[str, str]:
    return {
        "ETag": quote_etag(found.etag),
        "Last-Modified": http_date(found.modified_at),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": disposition(found.key, found.content_type, filename),
        "Content-Security-Policy": _POLICY,
    }


def _wanted_part(found: DescribedObject, mtime_s: int) -> ByteRange | None:
    try:
        return wanted_part(found.etag, mtime_s, found.size_bytes)
    except UnsatisfiableRangeError:
        raise RequestedRangeNotSatisfiable(length=found.size_bytes) from None
