"""Which headers pass between a caller and a host, and what a host may send at all. Plain."""

from collections.abc import Mapping

# What players and browsers say that a host's answer depends on.
_ASKED = ("Range", "If-Range", "If-None-Match", "If-Modified-Since")
_ANSWERED = (
    "Content-Type",
    "Content-Length",
    "Content-Range",
    "Content-Encoding",
    "Accept-Ranges",
    "ETag",
    "Last-Modified",
    "Vary",
)
# A host whose owner is somebody else must not put pages or scripts on the gateway's address.
_TYPES = frozenset(
    {
        "application/vnd.apple.mpegurl",
        "application/json",
        "application/zip",
        "image/jpeg",
        "text/csv",
        "video/mp2t",
        "video/mp4",
    }
)
_LONGEST_VALUE = 1000
_YEAR_S = 31_536_000


def asked_headers(headers: Mapping[str, str], *, takes_gzip: bool) -> dict[str, str]:
    """What of a request's headers its host gets to see."""
    found = {name: headers[name] for name in _ASKED if name in headers}
    passing = {name: value for name, value in found.items() if _is_plain(value)}
    return {**passing, "Accept-Encoding": "gzip" if takes_gzip else "identity"}


def answered_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """What of a host's headers (names in lower case) its caller gets to see."""
    found = {name: headers[name.lower()] for name in _ANSWERED if name.lower() in headers}
    passing = {name: value for name, value in found.items() if _is_plain(value)}
    # Only for whoever asked: the next one may see other devices.
    is_for_ever = "immutable" in headers.get("cache-control", "")
    passing["Cache-Control"] = (
        f"private, max-age={_YEAR_S}, immutable" if is_for_ever else "private, no-cache"
    )
    return passing


def is_media_type(content_type: str) -> bool:
    """Whether a host may send this type."""
    return content_type.partition(";")[0].strip().lower() in _TYPES


def _is_plain(value: str) -> bool:
    return len(value) <= _LONGEST_VALUE and value.isascii() and value.isprintable()
