"""Playlists of HLS (RFC 8216): which stream of one is looked at. Plain."""

# ffmpeg begins so far from the end of a live one, too: what comes later may not be whole yet.
_FROM_THE_END = 3


def stream_named_in(text: str) -> str:
    """The address, as it stands there, of the first variant or of a recent segment; empty where there is
    none, or `text` is no playlist. Segments that cannot be read alone (fMP4, encrypted) are named, too."""
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines()]
    if not lines or lines[0] != "#EXTM3U":
        return ""
    named = [line for line in lines if line and not line.startswith("#")]
    if not named:
        return ""
    is_choice = any(line.startswith("#EXT-X-STREAM-INF") for line in lines)
    return named[0] if is_choice or "#EXT-X-ENDLIST" in lines else named[-_FROM_THE_END:][0]
