"""Where a device's pictures come from: a setting's text and what ffmpeg must be told to read it."""

from host_agent.network_input import Input, network_input
from host_agent.settings import NETWORK_KINDS, DeviceSettings

RAW_KINDS = frozenset({"v4l2", "x11", "pattern"})
DEFAULT_SIZE = "1280x720"
DEFAULT_FPS = 25.0
# A recording may open nothing but files.
_FILE_WHITELIST = "file"


def is_raw(device: DeviceSettings) -> bool:
    """Whether the source delivers pictures that are not compressed, so that they must be encoded."""
    return device.source_kind in RAW_KINDS


def input_of(device: DeviceSettings, moved_to: str = "") -> Input:
    """Return how ffmpeg reads the device's source. `moved_to`: the page of the same camera that a stream in
    the network turned out to be at; empty: where the settings say."""
    text = device.source.get_secret_value()
    kind, _, rest = text.partition(":")
    fps = f"{device.fps or DEFAULT_FPS:g}"
    if kind in NETWORK_KINDS:
        return network_input(moved_to or text, device.rtsp_transport)
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
        whitelist = ("-protocol_whitelist", _FILE_WHITELIST)
        return Input(("-re", "-stream_loop", "-1", *whitelist, "-i", f"file:{rest}"))
    raise ValueError(f"a source of kind {kind!r} cannot be recorded by itself")
