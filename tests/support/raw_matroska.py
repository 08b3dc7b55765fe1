"""Raw pictures with times of their own, as a Matroska stream that ffmpeg reads from a pipe.

`-f rawvideo` numbers pictures at a fixed rate and so cannot say that a camera paused, jitters or has
a clock that runs fast. Element identifiers are those of RFC 8794 (EBML) and RFC 9559 (Matroska).
"""

_UNKNOWN_SIZE = b"\x01" + b"\xff" * 7
TICKS_A_SECOND = 10_000


def _element(identifier: str, payload: bytes) -> bytes:
    return bytes.fromhex(identifier) + _size(len(payload)) + payload


def _size(length: int) -> bytes:
    return (length | 1 << 56).to_bytes(8, "big")


def _number(identifier: str, value: int) -> bytes:
    return _element(identifier, value.to_bytes(8, "big"))


def stream_head(width: int, height: int, fps: float) -> bytes:
    """What comes before the first picture: one track of raw 4:2:0 video."""
    head = _element(
        "1A45DFA3",
        _number("4286", 1)
        + _number("42F7", 1)
        + _number("42F2", 4)
        + _number("42F3", 8)
        + _element("4282", b"matroska")
        + _number("4287", 4)
        + _number("4285", 2),
    )
    info = _element("1549A966", _number("2AD7B1", 1_000_000_000 // TICKS_A_SECOND))
    video = _element("E0", _number("B0", width) + _number("BA", height) + _element("2EB524", b"I420"))
    track = _element(
        "AE",
        _number("D7", 1)
        + _number("73C5", 1)
        + _number("83", 1)
        + _number("9C", 0)
        + _number("23E383", round(1_000_000_000 / fps))
        + _element("86", b"V_UNCOMPRESSED")
        + video,
    )
    return head + bytes.fromhex("18538067") + _UNKNOWN_SIZE + info + _element("1654AE6B", track)


def picture_head(media_s: float, size_bytes: int) -> bytes:
    """What comes before a picture of `size_bytes`, shown at `media_s` (resolution 0.1 ms)."""
    timestamp = _number("E7", round(media_s * TICKS_A_SECOND))
    block = b"\x81\x00\x00\x80"  # track 1, no offset to the cluster's time, a key frame
    simple_block = bytes.fromhex("A3") + _size(len(block) + size_bytes) + block
    return (
        bytes.fromhex("1F43B675")
        + _size(len(timestamp) + len(simple_block) + size_bytes)
        + timestamp
        + simple_block
    )
