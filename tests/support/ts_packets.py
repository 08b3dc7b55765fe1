"""A transport stream made by hand: just enough of it for whoever reads picture times (ISO/IEC 13818-1)."""

from collections.abc import Iterable

PACKET_BYTES = 188
VIDEO_PID = 0x100
AUDIO_PID = 0x101
VIDEO_STREAM = 0xE0
AUDIO_STREAM = 0xC0


def encoded_pts(pts_90khz: int, *, mark: int = 0x2) -> bytes:
    """The five bytes of a PTS (2.4.3.6), `mark` as for a PTS without a DTS."""
    pts = pts_90khz % (1 << 33)
    return bytes(
        [
            mark << 4 | (pts >> 30 & 0x07) << 1 | 1,
            pts >> 22 & 0xFF,
            (pts >> 15 & 0x7F) << 1 | 1,
            pts >> 7 & 0xFF,
            (pts & 0x7F) << 1 | 1,
        ]
    )


def pes_start(
    pts_90khz: int | None, *, pid: int = VIDEO_PID, stream: int = VIDEO_STREAM, adaptation_bytes: int = 0
) -> bytes:
    """The packet in which a picture begins; without a PTS where it is None."""
    head = bytes([0x47, 0x40 | pid >> 8, pid & 0xFF, 0x10 | (0x20 if adaptation_bytes else 0)])
    if adaptation_bytes:
        head += bytes([adaptation_bytes - 1]) + b"\x00" * (adaptation_bytes - 1)
    flags = b"\x80\x80\x05" + encoded_pts(pts_90khz) if pts_90khz is not None else b"\x80\x00\x00"
    packet = head + b"\x00\x00\x01" + bytes([stream]) + b"\x00\x00" + flags
    return packet.ljust(PACKET_BYTES, b"\xff")


def more_of(pid: int = VIDEO_PID) -> bytes:
    """A packet that goes on with what the last one began."""
    return bytes([0x47, pid >> 8, pid & 0xFF, 0x10]).ljust(PACKET_BYTES, b"\x00")


def segment_bytes(pts_90khz: Iterable[int], *, packets_a_picture: int = 2) -> bytes:
    """A whole segment with a picture at each time; the tables that a decoder needs are left out."""
    return b"".join(pes_start(pts) + more_of() * (packets_a_picture - 1) for pts in pts_90khz)
