"""How ffmpeg reads a stream from the network, without anybody else seeing its password."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.ffmpeg.stream_address import STREAM_FORMATS

# How long ffmpeg waits for a silent camera; whoever started it judges by what comes.
NETWORK_TIMEOUT_S = 10

# What a stream of this kind may open. `pipe` carries the script with the address (see below): a stream
# cannot make ffmpeg open a local file, and RTSP not another host's web page.
_WHITELIST = {
    "rtsp": "pipe,rtsp,tcp,udp,rtp",
    "rtsps": "pipe,rtsp,rtsps,tls,tcp,udp,rtp",
    "http": "pipe,http,https,tcp,tls,crypto",
    "https": "pipe,http,https,tcp,tls,crypto",
}


# Whose names are those of playlists (HLS): ffmpeg has to open what they name.
_PLAYLISTS = (".m3u8", ".m3u")


@dataclass(frozen=True, slots=True)
class Input:
    """`arguments` of ffmpeg up to and with `-i …`; `script` is written to its standard input.

    The address of a network source, which may hold a password, is in the script (an ffconcat list on
    standard input) and so never in the process title, which every user of the machine can read.
    """

    arguments: tuple[str, ...]
    script: str | None = None


def network_input(address: str, rtsp_transport: str, options: Sequence[str] = ()) -> Input:
    """Return how ffmpeg reads the stream at `address` (rtsp, rtsps, http, https). `options`: of the stream,
    each as `name value`.

    A page leads ffmpeg nowhere: neither by a redirection (`lead_of` follows those) nor by a playlist, unless
    the address is one's.
    """
    kind = address.partition(":")[0]
    formats: tuple[str, ...] = ()
    lines = ["ffconcat version 1.0", f"file '{address}'"]
    if kind in ("rtsp", "rtsps"):
        lines.append(f"option rtsp_transport {rtsp_transport}")
        lines.append(f"option timeout {NETWORK_TIMEOUT_S * 1_000_000}")
    else:
        lines.append(f"option rw_timeout {NETWORK_TIMEOUT_S * 1_000_000}")
        if not is_playlist(address):
            lines.append("option max_redirects 0")
            formats = ("-format_whitelist", STREAM_FORMATS)
    lines += [f"option {option}" for option in options]
    concat = ("-f", "concat", "-safe", "0", "-protocol_whitelist", _WHITELIST[kind], "-i", "pipe:0")
    return Input((*formats, *concat), "\n".join(lines) + "\n")


def is_playlist(address: str) -> bool:
    """Whether what is at an address of http or https is a playlist, as far as its name tells."""
    return urlsplit(address).path.lower().endswith(_PLAYLISTS)
