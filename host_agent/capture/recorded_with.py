"""Which settings a recording is made with: where only others change it goes on without a gap."""

from host_agent.settings import DeviceRetention, DeviceSettings, Encode, FrameSettings

# Sources that may be encoded although nothing says so; of the others only their own setting does.
_ALWAYS_COPIED_AT_FIRST = ("rtsp", "rtsps", "file")


def recorded_with(device: DeviceSettings, picture: FrameSettings) -> tuple[DeviceSettings, FrameSettings]:
    """Return `device` and `picture` (its own) without what a recorder does not ask for."""
    ignored: dict[str, object] = {"label": "", "retention": DeviceRetention(), "picture": None}
    copies = device.encode is Encode.COPY or (
        device.encode is None and device.source_kind in _ALWAYS_COPIED_AT_FIRST
    )
    if copies or device.preview_source is None:
        ignored["preview_source"] = None
    else:
        # That there is one keeps this recorder from making frames; which one is not its affair.
        ignored["preview_source"] = device.source
    return device.model_copy(update=ignored), picture.made_with
