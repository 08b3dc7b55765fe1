"""What objects may be called, the same for a folder and for S3. Plain."""

import re
import unicodedata
from collections.abc import Mapping

from shared.errors import BadRequestError

# S3's own limit, and what file systems take for one name with room for an ending of ours.
LONGEST_KEY_BYTES = 1024
LONGEST_NAME_BYTES = 200
LARGEST_METADATA_BYTES = 2048
_METADATA_NAME = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\Z")
_CONTENT_TYPE = re.compile(
    r"^[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}(; ?[a-z]+=[A-Za-z0-9_-]+)?\Z"
)
# Control characters, halves of surrogate pairs, and what has no meaning yet.
_UNWRITABLE = ("Cc", "Cs", "Cn")


def checked_key(key: str) -> str:
    """Return `key`: names with slashes between them, such as `snapshots/2026/door.jpg`.

    Raises BadRequestError (`bad_key`) for what would lead out of a folder or cannot be stored everywhere.
    """
    if not key:
        raise _bad_key(key, "is empty")
    for name in key.split("/"):
        _check_name(key, name)
    if len(key.encode()) > LONGEST_KEY_BYTES:
        raise _bad_key(key, f"is longer than {LONGEST_KEY_BYTES} bytes")
    return key


def checked_folder(prefix: str) -> str:
    """Return the folder `prefix` without its last slash; empty: everything. Raises as `checked_key` does."""
    return checked_key(prefix.removesuffix("/")) if prefix else prefix


def checked_named_folder(prefix: str) -> str:
    """The same, but never everything: what is to be deleted is named."""
    return checked_key(prefix.removesuffix("/"))


def folder_prefix(folder: str) -> str:
    """What the keys in a folder begin with: `cam` holds `cam/1.jpg` and not `camera.jpg`."""
    return f"{folder}/" if folder else ""


def checked_metadata(metadata: Mapping[str, str] | None) -> dict[str, str]:
    """Return what is kept with an object. Raises BadRequestError (`bad_metadata`)."""
    found = dict(metadata or {})
    for name in found:
        if not _METADATA_NAME.match(name):
            raise BadRequestError(
                f"{name[:64]!r} is no name of metadata.",
                code="bad_metadata",
                remedy="Take small letters, digits and hyphens.",
            )
    if sum(len(name) + len(value.encode(errors="replace")) for name, value in found.items()) > (
        LARGEST_METADATA_BYTES
    ):
        raise BadRequestError(
            f"The metadata is larger than {LARGEST_METADATA_BYTES} bytes.",
            code="bad_metadata",
            remedy="Keep less with an object.",
        )
    if any(unicodedata.category(letter) in _UNWRITABLE for value in found.values() for letter in value):
        raise BadRequestError(
            "A value of the metadata holds a character that is no text.",
            code="bad_metadata",
            remedy="Leave control characters out.",
        )
    return found


def checked_content_type(content_type: str) -> str:
    """Return `content_type`. Raises BadRequestError (`bad_content_type`)."""
    if not _CONTENT_TYPE.match(content_type):
        raise BadRequestError(
            f"{content_type[:80]!r} is no content type.",
            code="bad_content_type",
            remedy="Take one such as image/jpeg.",
        )
    return content_type


def _check_name(key: str, name: str) -> None:
    # What begins with a dot is a way out of the folder, or what a folder keeps beside its objects.
    if not name or name.startswith("."):
        raise _bad_key(key, "has an empty name or one that begins with a dot")
    if any(unicodedata.category(letter) in _UNWRITABLE for letter in name) or "\\" in name:
        raise _bad_key(key, "holds a control character, a backslash or no text")
    if len(name.encode()) > LONGEST_NAME_BYTES:
        raise _bad_key(key, f"has a name of more than {LONGEST_NAME_BYTES} bytes")


def _bad_key(key: str, what: str) -> BadRequestError:
    shown = key[:80].encode("ascii", "backslashreplace").decode()
    return BadRequestError(
        f"The key {shown!r} {what}.",
        code="bad_key",
        remedy="Take names with single slashes between them, such as snapshots/2026/door.jpg.",
    )
