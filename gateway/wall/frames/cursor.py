"""The cursor that spares a viewer the pictures that they have. Plain.

Short, since it comes back in an address: nine bytes a device, in URL-safe base64. A device is there by four
bytes of a digest of its name: that two of a few hundred meet, and have the same picture number, does not
happen.
"""

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable, Mapping

from gateway.catalogue.full_names import FullName

# Of the devices seen before and not asked for now, as many are carried on as there is room for.
MOST_ENTRIES = 200
LONGEST_CURSOR = -(-9 * MOST_ENTRIES // 3) * 4
_ENTRY = struct.Struct(">IBI")

# Keys of devices → the number of the picture that the viewer has.
Cursor = Mapping[int, int]


def device_key(name: FullName) -> int:
    """What stands for a device in a cursor."""
    return int.from_bytes(hashlib.blake2s("/".join(name).encode(), digest_size=4).digest())


def encode_cursor(cursor: Cursor) -> str:
    """A text for addresses; the first MOST_ENTRIES count."""
    entries = list(cursor.items())[:MOST_ENTRIES]
    packed = b"".join(_ENTRY.pack(key, number >> 32, number & 0xFFFFFFFF) for key, number in entries)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def parse_cursor(text: str) -> dict[int, int]:
    """What `encode_cursor` wrote; "" is one that has nothing yet. Raises ValueError for anything else."""
    if len(text) > LONGEST_CURSOR:
        raise ValueError("is no cursor")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is no cursor") from None
    if len(packed) % _ENTRY.size:
        raise ValueError("is no cursor")
    return {key: high << 32 | low for key, high, low in _ENTRY.iter_unpack(packed)}


def next_cursor(sent: Iterable[tuple[int, int]], before: Cursor) -> dict[int, int]:
    """What a viewer has after an answer: `sent` (keys and numbers) first, then what they had of others."""
    has = dict(sent)
    return {**has, **{key: number for key, number in before.items() if key not in has}}
