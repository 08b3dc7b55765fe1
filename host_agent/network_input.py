"""How ffmpeg reads a stream from the network, without anybody else seeing its password."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    each as `name value`."""
    kind = address.partition(":")[0]
    lines = ["ffconcat version 1.0", f"file '{address}'"]
    if kind in ("rtsp", "rtsps"):
        lines.append(f"option rtsp_transport {rtsp_transport}")
        lines.append(f"option timeout {NETWORK_TIMEOUT_S * 1_000_000}")
    else:
        lines.append(f"option rw_timeout {NETWORK_TIMEOUT_S * 1_000_000}")
    lines += [f"option {option}" for option in options]
    arguments = ("-f", "concat", "-safe", "0", "-protocol_whitelist", _WHITELIST[kind], "-i", "pipe:0")
    return Input(arguments, "\n".join(lines) + "\n")
