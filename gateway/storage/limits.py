"""S3's limits, which hold for a folder as well. Plain."""

import re

from gateway.storage.failures import bad_expiry, bad_part, no_such_upload

LONGEST_SIGNATURE_S = 7 * 86_400
MOST_PARTS = 10_000
SMALLEST_PART_BYTES = 5 * 1024 * 1024  # of all but the last
LARGEST_COPY_BYTES = 5 * 1024**3  # at once
_UPLOAD_ID = re.compile(r"^[A-Za-z0-9._~+/=-]{1,1024}\Z")


def checked_expiry(valid_s: int) -> int:
    """Raises BadRequestError."""
    if not 1 <= valid_s <= LONGEST_SIGNATURE_S:
        raise bad_expiry()
    return valid_s


def checked_part_number(number: int) -> int:
    """Raises BadRequestError (`bad_part`)."""
    if not 1 <= number <= MOST_PARTS:
        raise bad_part(f"{number} is no number of a part.")
    return number


def checked_upload_id(upload_id: str) -> str:
    """Raises NotFoundError (`no_such_upload`) for what no server has given."""
    if not _UPLOAD_ID.match(upload_id):
        raise no_such_upload()
    return upload_id


def part_size_for(largest_object_bytes: int, smallest_bytes: int) -> int:
    """How large parts must be for the largest object to have no more than MOST_PARTS, in bytes."""
    return max(smallest_bytes, -(-largest_object_bytes // MOST_PARTS))
