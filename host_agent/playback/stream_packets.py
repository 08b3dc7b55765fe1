"""What a clip needs of MPEG transport streams (ISO/IEC 13818-1): other timestamps, and what is coded how.

Plain functions over whole segments. Only packets in which something begins are looked at.
"""

import re

PACKET_BYTES = 188
WRAP_90KHZ = 1 << 33
_SYNC = 0x47
_PAT_PID = 0
_H264, _H265 = 0x1B, 0x24
_END_OF_UNIT = rb".*?(?=\x00\x00\x01|\x00\x00\x00|\Z)"
# Parameter sets by how their NAL units begin, for each stream type: SPS and PPS of any nal_ref_idc
# (Rec. ITU-T H.264, 7.4.1); VPS, SPS and PPS (Rec. ITU-T H.265, 7.4.2.2).
_PARAMETER_SETS = {
    _H264: re.compile(rb"\x00\x00\x01([\x27\x47\x67\x28\x48\x68]" + _END_OF_UNIT + rb")", re.DOTALL),
    _H265: re.compile(rb"\x00\x00\x01([\x40\x42\x44]\x01" + _END_OF_UNIT + rb")", re.DOTALL),
}
# Parameter sets stand before the first picture; an audio header is the first thing of its stream.
_VIDEO_HEAD_BYTES, _AUDIO_HEAD_BYTES = 2048, 32


def shifted(data: bytes, by_90khz: int) -> bytes:
    """Return `data` with `by_90khz` added to every PTS, DTS and PCR, modulo 2**33.

    `data` begins at a packet; a packet that is none is left as it is.
    """
    by = by_90khz % WRAP_90KHZ
    if by == 0:
        return data
    changed = bytearray(data)
    flags, controls = data[1::PACKET_BYTES], data[3::PACKET_BYTES]
    for index, (flag, control) in enumerate(zip(flags, controls, strict=False)):
        if not (flag & 0x40 or control & 0x20):
            continue
        at = index * PACKET_BYTES
        end = at + PACKET_BYTES
        if end > len(data) or data[at] != _SYNC:
            continue
        payload = at + 4
        if control & 0x20:
            payload += 1 + data[at + 4]
            if data[at + 4] >= 7 and data[at + 5] & 0x10:
                _shift_clock_reference(changed, at + 6, by)
        if flag & 0x40 and control & 0x10:
            _shift_packet_header(changed, payload, end, by)
    return bytes(changed)


def _shift_clock_reference(data: bytearray, at: int, by: int) -> None:
    """PCR: 33 bits of 90 kHz, 6 reserved, 9 of 27 MHz (2.4.3.5)."""
    base = int.from_bytes(data[at : at + 4], "big") << 1 | data[at + 4] >> 7
    base = (base + by) % WRAP_90KHZ
    data[at : at + 4] = (base >> 1).to_bytes(4, "big")
    data[at + 4] = (base & 1) << 7 | data[at + 4] & 0x7F


def _shift_packet_header(data: bytearray, at: int, end: int, by: int) -> None:
    """PTS and DTS of a PES header (2.4.3.7). Sections (PAT, PMT) begin with other bytes."""
    if at + 14 > end or data[at : at + 3] != b"\x00\x00\x01" or not _has_timestamps(data[at + 3]):
        return
    kinds = data[at + 7] >> 6
    if kinds & 2:
        _shift_timestamp(data, at + 9, by)
    if kinds == 3 and at + 19 <= end:
        _shift_timestamp(data, at + 14, by)


def _has_timestamps(stream_id: int) -> bool:
    """Audio, video, private stream 1 (AC-3 and others) and extended ids."""
    return 0xC0 <= stream_id <= 0xEF or stream_id in (0xBD, 0xFD)


def _shift_timestamp(data: bytearray, at: int, by: int) -> None:
    value = (
        (data[at] >> 1 & 7) << 30
        | data[at + 1] << 22
        | data[at + 2] >> 1 << 15
        | data[at + 3] << 7
        | data[at + 4] >> 1
    )
    value = (value + by) % WRAP_90KHZ
    data[at] = data[at] & 0xF1 | value >> 30 << 1
    data[at + 1] = value >> 22 & 0xFF
    data[at + 2] = (value >> 15 & 0x7F) << 1 | 1
    data[at + 3] = value >> 7 & 0xFF
    data[at + 4] = (value & 0x7F) << 1 | 1


def configuration(data: bytes) -> bytes:
    """Return what tells one coding from another at a segment's begin: equal bytes, equal coding.

    The types of its streams, the first parameter sets of its video, and the constant part of the first
    audio header. Parts that cannot be found are left out.
    """
    table_pid: int | None = None
    streams: dict[int, int] = {}
    heads: dict[int, bytes] = {}
    wanted: set[int] = set()
    for at in range(0, len(data) - PACKET_BYTES + 1, PACKET_BYTES):
        pid = (data[at + 1] & 0x1F) << 8 | data[at + 2]
        begins = bool(data[at + 1] & 0x40)
        if pid in wanted:
            if begins and pid in heads:
                wanted.discard(pid)  # its second packet: the head is all there is of the first
            elif begins or pid in heads:
                heads[pid] = heads.get(pid, b"") + _payload(data, at)
                if len(heads[pid]) >= _head_bytes(streams[pid]):
                    wanted.discard(pid)
            if not wanted:
                break
        elif pid == _PAT_PID and begins and table_pid is None:
            table_pid = _program_table_pid(_payload(data, at))
        elif pid == table_pid and begins and not streams:
            streams = _stream_types(_payload(data, at))
            wanted = set(streams)
    codings = [_coding(streams[pid], heads[pid]) for pid in sorted(heads)]
    return b"|".join([bytes(sorted(streams.values())), *codings])


def _head_bytes(stream_type: int) -> int:
    return _VIDEO_HEAD_BYTES if stream_type in _PARAMETER_SETS else _AUDIO_HEAD_BYTES


def _payload(data: bytes, at: int) -> bytes:
    control = data[at + 3]
    if not control & 0x10:
        return b""
    begin = at + 4 + (1 + data[at + 4] if control & 0x20 else 0)
    return data[begin : at + PACKET_BYTES]


def _program_table_pid(payload: bytes) -> int | None:
    """The PMT's PID of the first program in a PAT (2.4.4.3)."""
    section = payload[1 + payload[0] :] if payload else b""
    entries = section[8:]
    while len(entries) >= 4:
        number, pid = int.from_bytes(entries[:2], "big"), (entries[2] & 0x1F) << 8 | entries[3]
        if number:
            return pid
        entries = entries[4:]
    return None


def _stream_types(payload: bytes) -> dict[int, int]:
    """PID → stream type, from a PMT (2.4.4.8) that fits into one packet, as ffmpeg's do."""
    section = payload[1 + payload[0] :] if payload else b""
    if len(section) < 12:
        return {}
    length = (section[1] & 0x0F) << 8 | section[2]
    at = 12 + ((section[10] & 0x0F) << 8 | section[11])
    end = min(3 + length - 4, len(section) - 4)
    found: dict[int, int] = {}
    while at + 5 <= end:
        found[(section[at + 1] & 0x1F) << 8 | section[at + 2]] = section[at]
        at += 5 + ((section[at + 3] & 0x0F) << 8 | section[at + 4])
    return found


def _coding(stream_type: int, head: bytes) -> bytes:
    """Parameter sets of a video's first picture, or the constant part of an audio's first header."""
    if len(head) < 9:
        return b""
    body = head[9 + head[8] :]
    pattern = _PARAMETER_SETS.get(stream_type)
    if pattern is not None:
        return b"".join(found.group(1) for found in pattern.finditer(body))
    if len(body) > 3 and body[0] == 0xFF:
        # ADTS (ISO/IEC 13818-7, 6.2): the first 28 bits are the same in every header of a stream.
        return body[:3] + bytes([body[3] & 0xF0])
    return b""
