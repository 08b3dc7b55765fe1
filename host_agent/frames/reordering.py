"""Lets a decoder of key frames give each one away at once.

A decoder holds pictures back as long as the stream says that they may be reordered (B-frames), also
where it is told to decode key frames only, which never are: two intervals late, it would show what was
three seconds ago. So the copy of a segment that it is fed says that nothing is reordered: one number in
the sequence parameter set (H.264: ITU-T H.264 7.3.2.1.1 and E.1.1, num_reorder_frames; H.265: ITU-T H.265
7.3.2.2.1, sps_max_num_reorder_pics). Each set is rewritten in place, at its length; what cannot be
understood stays as it is.
"""

from collections.abc import Callable

_PACKET_BYTES = 188
_START_CODE = b"\x00\x00\x01"
_H264_SETS = tuple(_START_CODE + bytes([header]) for header in (0x67, 0x47, 0x27))
_H265_SET = _START_CODE + b"\x42\x01"
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
    for pattern, header_bytes, seek in (
        *((pattern, 1, _seek_in_h264) for pattern in _H264_SETS),
        (_H265_SET, 2, _seek_in_h265),
    ):
        at = segment.find(pattern)
        while at >= 0:
            begin = at + len(_START_CODE) + header_bytes
            end = _end_of_unit(segment, begin)
            if end is not None:
                rewritten = _rewritten(bytes(segment[begin:end]), seek)
                if rewritten is not None:
                    segment[begin:end] = rewritten
                    changed += 1
            at = segment.find(pattern, begin)
    return changed


def _end_of_unit(segment: bytearray, begin: int) -> int | None:
    """Where the unit ends that begins the payload of a packet; None where it goes over to the next one."""
    packet = begin - begin % _PACKET_BYTES
    begins_a_picture = segment[packet] == 0x47 and segment[packet + 1] & 0x40
    end = segment.find(_START_CODE, begin, packet + _PACKET_BYTES)
    return end if begins_a_picture and end > begin else None


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
