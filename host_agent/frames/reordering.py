"""Lets a decoder of key frames give each one away at once.

A decoder holds pictures back as long as the stream says that they may be reordered (B-frames), also
where it is told to decode key frames only, which never are: two intervals late, it would show what was
three seconds ago. So the copy of a segment that it is fed says that nothing is reordered: one number in
the sequence parameter set (H.264: ITU-T H.264 7.3.2.1.1 and E.1.1, num_reorder_frames; H.265: ITU-T H.265
7.3.2.2.1, sps_max_num_reorder_pics). Each set is rewritten in place, at its length; what cannot be
understood stays as it is.
"""

import itertools
import re
from collections.abc import Callable, Iterator

_PACKET_BYTES = 188
_SYNC = 0x47
# Parameter sets stand near a picture's beginning; encoders write a page about themselves before them.
_OPENING_BYTES = 4000
_PACKETS_OF_AN_OPENING = 100
_START_CODE = b"\x00\x00\x01"
_PICTURE_BEGINS = re.compile(rb"\x00\x00\x01[\xe0-\xef]")
_H264_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_EXTENDED_ASPECT = 255


class _Bits:
    """Reads bits, most significant first; IndexError where there are no more."""

    def __init__(self, data: bytes) -> None:
        self.text = "".join(f"{byte:08b}" for byte in data)
        self.at = 0

    def skip(self, count: int) -> None:
        self.at += count
        if self.at > len(self.text):
            raise IndexError("the parameter set ends early")

    def number(self, count: int) -> int:
        begin = self.at
        self.skip(count)
        return int(self.text[begin : self.at], 2) if count else 0

    def flag(self) -> bool:
        return self.number(1) == 1

    def golomb(self) -> int:
        """ue(v), clause 9.1; se(v) has the same length."""
        zeros = self.text.index("1", self.at) - self.at
        if zeros > 32:
            raise IndexError("no number is that large")
        self.skip(zeros)
        return self.number(zeros + 1) - 1

    def golombs(self, count: int) -> None:
        for _ in range(count):
            self.golomb()


_Seek = Callable[[_Bits], list[tuple[int, int]]]


def without_reordering(segment: bytearray) -> int:
    """Change `segment` (MPEG-TS) in place so that its decoder holds nothing back; return how many
    parameter sets were changed, 0 where nothing is reordered."""
    changed = 0
    for places in _openings(segment):
        opening = bytes(itertools.chain.from_iterable(segment[part.start : part.stop] for part in places))
        for pattern, header_bytes, seek in _SETS:
            at = opening.find(pattern)
            begin = at + len(_START_CODE) + header_bytes
            end = opening.find(_START_CODE, begin)
            if at < 0 or end < 0:
                continue
            rewritten = _rewritten(opening[begin:end], seek)
            if rewritten is not None:
                where = list(itertools.chain.from_iterable(places))
                for place, byte in zip(where[begin:end], rewritten, strict=True):
                    segment[place] = byte
                changed += 1
    return changed


def _openings(segment: bytearray) -> Iterator[list[range]]:
    """Where the first bytes of each key frame stand, over as many packets as they take."""
    for packet, flags in enumerate(segment[1::_PACKET_BYTES]):
        if not flags & 0x40 or not _is_random_access(segment, packet):
            continue
        payload = _payload(segment, packet)
        if payload is None or not _PICTURE_BEGINS.match(segment, payload.start):
            continue
        pid = _pid(segment, packet)
        places = [payload]
        length = len(payload)
        following = packet + 1
        while length < _OPENING_BYTES and following - packet < _PACKETS_OF_AN_OPENING:
            more = _payload(segment, following)
            if more is None:
                break
            if _pid(segment, following) == pid:
                if segment[following * _PACKET_BYTES + 1] & 0x40:
                    break
                places.append(more)
                length += len(more)
            following += 1
        yield places


def _is_random_access(segment: bytearray, packet: int) -> bool:
    """ffmpeg's muxer marks the packets that begin key frames (ISO/IEC 13818-1, 2.4.3.5)."""
    at = packet * _PACKET_BYTES
    marks = segment[at + 3 : at + 6]
    return len(marks) == 3 and bool(marks[0] & 0x20 and marks[1] and marks[2] & 0x40)


def _pid(segment: bytearray, packet: int) -> int:
    at = packet * _PACKET_BYTES
    return (segment[at + 1] & 0x1F) << 8 | segment[at + 2]


def _payload(segment: bytearray, packet: int) -> range | None:
    """Where a packet's payload stands; None behind the end and where it is no packet."""
    at = packet * _PACKET_BYTES
    end = at + _PACKET_BYTES
    if end > len(segment) or segment[at] != _SYNC:
        return None
    begin = at + 4 + (1 + segment[at + 4] if segment[at + 3] & 0x20 else 0)
    return range(min(begin, end), end if segment[at + 3] & 0x10 else min(begin, end))


def _rewritten(unit: bytes, seek: _Seek) -> bytes | None:
    """The unit with no reordering, at its length; None where it has none or is not understood."""
    # Zeros before the next start code belong to nothing: they may be there, and may be put there.
    raw = unit.rstrip(b"\0").replace(b"\0\0\3", b"\0\0")
    bits = _Bits(raw)
    try:
        places = seek(bits)
    except (IndexError, ValueError):
        return None
    text, moved = bits.text, 0
    for begin, end in places:
        text = text[: begin - moved] + "1" + text[end - moved :]
        moved += end - begin - 1
    if not moved:
        return None
    # What follows has moved: the stop bit stays the last one, and bytes are filled up behind it.
    text = text.rstrip("0")
    text += "0" * (-len(text) % 8)
    data = int(text, 2).to_bytes(len(text) // 8)
    protected = _protected(data)
    return protected.ljust(len(unit), b"\0") if len(protected) <= len(unit) else None


def _protected(data: bytes) -> bytes:
    """Insert the bytes that keep start codes out of a unit (clause 7.4.1)."""
    out = bytearray()
    zeros = 0
    for byte in data:
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(out)


def _seek_in_h264(bits: _Bits) -> list[tuple[int, int]]:
    """Where num_reorder_frames stands (begin and end in bits), as a list of one or none."""
    profile = bits.number(8)
    bits.skip(16)
    bits.golomb()
    if profile in _H264_HIGH_PROFILES:
        chroma_format = bits.golomb()
        bits.skip(1 if chroma_format == 3 else 0)
        bits.golombs(2)
        bits.skip(1)
        if bits.flag():
            return []  # scaling lists: nobody has met them in a camera
    bits.golomb()
    order_type = bits.golomb()
    if order_type == 0:
        bits.golomb()
    elif order_type == 1:
        bits.skip(1)
        bits.golombs(2)
        bits.golombs(bits.golomb())
    bits.golomb()
    bits.skip(1)
    bits.golombs(2)
    if not bits.flag():
        bits.skip(1)
    bits.skip(1)
    if bits.flag():
        bits.golombs(4)
    if not bits.flag():
        return []
    _skip_to_restrictions(bits)
    if not bits.flag():
        return []
    bits.skip(1)
    bits.golombs(4)
    return _place(bits)


def _skip_to_restrictions(bits: _Bits) -> None:
    """The video usability information up to bitstream_restriction_flag."""
    if bits.flag() and bits.number(8) == _EXTENDED_ASPECT:
        bits.skip(32)
    if bits.flag():
        bits.skip(1)
    if bits.flag():
        bits.skip(4)
        if bits.flag():
            bits.skip(24)
    if bits.flag():
        bits.golombs(2)
    if bits.flag():
        bits.skip(65)
    has_decoder_model = [_skip_decoder_model(bits), _skip_decoder_model(bits)]
    if any(has_decoder_model):
        bits.skip(1)
    bits.skip(1)


def _skip_decoder_model(bits: _Bits) -> bool:
    if not bits.flag():
        return False
    count = bits.golomb() + 1
    bits.skip(8)
    for _ in range(count):
        bits.golombs(2)
        bits.skip(1)
    bits.skip(20)
    return True


def _seek_in_h265(bits: _Bits) -> list[tuple[int, int]]:
    """Where sps_max_num_reorder_pics stands, once for each sub-layer that says it."""
    bits.skip(4)
    layers = bits.number(3) + 1
    bits.skip(1 + 96)
    present = [(bits.flag(), bits.flag()) for _ in range(layers - 1)]
    if layers > 1:
        bits.skip(2 * (9 - layers))
    for profile, level in present:
        bits.skip(88 * profile + 8 * level)
    bits.golomb()
    if bits.golomb() == 3:
        bits.skip(1)
    bits.golombs(2)
    if bits.flag():
        bits.golombs(4)
    bits.golombs(3)
    told = layers if bits.flag() else 1
    places = []
    for _ in range(told):
        bits.golomb()
        places += _place(bits)
        bits.golomb()
    return places


def _place(bits: _Bits) -> list[tuple[int, int]]:
    """The number that comes now, where it is not 0."""
    begin = bits.at
    return [(begin, bits.at)] if bits.golomb() else []


_SETS: tuple[tuple[bytes, int, _Seek], ...] = (
    *((_START_CODE + bytes([header]), 1, _seek_in_h264) for header in (0x67, 0x47, 0x27)),
    (_START_CODE + b"\x42\x01", 2, _seek_in_h265),
)
