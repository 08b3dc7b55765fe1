"""Where a device's pictures come from: a setting's text and what ffmpeg must be told to read it."""

from dataclasses import dataclass

from host_agent.settings import DeviceSettings

NETWORK_KINDS = frozenset({"rtsp", "rtsps", "http", "https"})
RAW_KINDS = frozenset({"v4l2", "x11", "pattern"})
DEFAULT_SIZE = "1280x720"
DEFAULT_FPS = 25.0
# How long ffmpeg waits for a silent camera; the supervisor judges by the age of segments.
NETWORK_TIMEOUT_S = 10

# What a stream of this kind may open. `pipe` carries the script with the address (see below): a stream
# cannot make ffmpeg open a local file, and RTSP not another host's web page.
_WHITELIST = {
    "rtsp": "pipe,rtsp,tcp,udp,rtp",
    "rtsps": "pipe,rtsp,rtsps,tls,tcp,udp,rtp",
    "http": "pipe,http,https,tcp,tls,crypto",
    "https": "pipe,http,https,tcp,tls,crypto",
    "file": "file",
}


@dataclass(frozen=True, slots=True)
class Input:
    """`arguments` of ffmpeg up to and with `-i …`; `script` is written to its standard input.

    The address of a network source, which may hold a password, is in the script (an ffconcat list on
    standard input) and so never in the process title, which every user of the machine can read.
    """

    arguments: tuple[str, ...]
    script: str | None = None


def is_raw(device: DeviceSettings) -> bool:
    """Whether the source delivers pictures that are not compressed, so that they must be encoded."""
    return device.source_kind in RAW_KINDS


def input_of(device: DeviceSettings) -> Input:
    """Return how ffmpeg reads the device's source."""
    text = device.source.get_secret_value()
    kind, _, rest = text.partition(":")
    fps = f"{device.fps or DEFAULT_FPS:g}"
    if kind in NETWORK_KINDS:
        return _network_input(kind, text, device.rtsp_transport)
    if kind == "v4l2":
        arguments = ["-f", "v4l2"]
        if device.input_format:
            arguments += ["-input_format", device.input_format]
        if device.size:
            arguments += ["-video_size", device.size]
        if device.fps:
            arguments += ["-framerate", fps]
        return Input((*arguments, "-i", rest))
    if kind == "x11":
        size = ("-video_size", device.size) if device.size else ()
        return Input(("-f", "x11grab", "-framerate", fps, *size, "-i", rest))
    if kind == "pattern":
        pattern = f"{rest}=size={device.size or DEFAULT_SIZE}:rate={fps}"
        return Input(("-re", "-f", "lavfi", "-i", pattern))
    if kind == "file":
        whitelist = ("-protocol_whitelist", _WHITELIST["file"])
        return Input(("-re", "-stream_loop", "-1", *whitelist, "-i", f"file:{rest}"))
    raise ValueError(f"a source of kind {kind!r} cannot be recorded by itself")


def _network_input(kind: str, address: str, rtsp_transport: str) -> Input:
    lines = ["ffconcat version 1.0", f"file '{address}'"]
    if kind in ("rtsp", "rtsps"):
        lines.append(f"option rtsp_transport {rtsp_transport}")
        lines.append(f"option timeout {NETWORK_TIMEOUT_S * 1_000_000}")
    else:
        lines.append(f"option rw_timeout {NETWORK_TIMEOUT_S * 1_000_000}")
    arguments = ("-f", "concat", "-safe", "0", "-protocol_whitelist", _WHITELIST[kind], "-i", "pipe:0")
    return Input(arguments, "\n".join(lines) + "\n")
