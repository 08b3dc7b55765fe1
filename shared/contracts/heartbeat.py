"""A heartbeat: how a host and its devices are, the minutes that the gateway does not have yet, and back
what the gateway wants of the host.

`POST {heartbeat_url}` with `Authorization: Bearer` and the host's credential; the body may be gzip.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.contracts.contract import Contract
from shared.contracts.enrolment import HostName, PublicUrl
from shared.contracts.minutes import LATEST_UTC_MS, MinuteReport

MOST_DEVICES = 512
MOST_MINUTES = 2_000  # a minute of 512 devices, or a day of one, and some
MOST_COMMANDS = 100
MOST_ALARMS = 50

UtcMs = Annotated[int, Field(ge=0, lt=LATEST_UTC_MS)]
Sentence = Annotated[str, Field(max_length=500)]


class Detection(Contract):
    """How a device's pictures are analysed: whether at all, and how small a motion counts (0 to 1)."""

    enabled: bool
    sensitivity: Annotated[float, Field(ge=0, le=1)]


class DeviceReport(Contract):
    """A device now. `state`, `code` and `sentence` are those of the host's own API; `source` has no
    password. `picture`: what the newest pictures show; absent where they are not analysed.
    `newest_segment_utc_ms`: the end of the newest footage. `assigned`: the gateway's assignment has it
    recorded, not a line of the host's own settings. `detection`: how it is analysed now; `own_detection`: how
    the host's own settings would have it, of a device of its own; older agents say neither."""

    name: HostName
    label: Annotated[str, Field(max_length=200)] = ""
    source: Annotated[str, Field(max_length=2048)] = ""
    state: Literal["starting", "live", "stalled", "backing_off", "stopped", "misconfigured"]
    code: Annotated[str, Field(max_length=50)] = ""
    sentence: Sentence = ""
    since_utc_ms: UtcMs | None = None
    picture: Literal["ok", "frozen", "black"] | None = None
    fps: Annotated[float, Field(ge=0, le=1000)] | None = None
    bitrate_bps: Annotated[float, Field(ge=0)] | None = None
    width: Annotated[int, Field(ge=0, le=100_000)] | None = None
    height: Annotated[int, Field(ge=0, le=100_000)] | None = None
    codec: Annotated[str, Field(max_length=50)] | None = None
    newest_segment_utc_ms: UtcMs | None = None
    disk_full_in_hours: Annotated[float, Field(ge=0)] | None = None
    assigned: bool = False
    detection: Detection | None = None
    own_detection: Detection | None = None


class DiskReport(Contract):
    """A file system that holds footage."""

    root: Annotated[str, Field(max_length=4096)]
    free_bytes: Annotated[int, Field(ge=0)]
    total_bytes: Annotated[int, Field(ge=0)]
    full_in_hours: Annotated[float, Field(ge=0)] | None = None
    problem: Sentence = ""


class CommandResult(Contract):
    """What became of a command of an earlier answer."""

    id: Annotated[str, Field(max_length=64)]
    done: bool
    sentence: Sentence = ""


class Heartbeat(Contract):
    """The report. `sent_utc_ms`: the host's clock when it was sent. `alarms`: sentences for a person.
    `assignment`: as the answer said of the cameras that are in force here; empty: none was told.
    `goes_on_with_kept`: this agent understands `kept` of the answer."""

    name: HostName
    public_url: PublicUrl
    version: Annotated[str, Field(max_length=50)]
    versions: dict[Annotated[str, Field(max_length=50)], Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict, max_length=20
    )
    sent_utc_ms: UtcMs
    devices: Annotated[list[DeviceReport], Field(max_length=MOST_DEVICES)]
    disks: Annotated[list[DiskReport], Field(max_length=64)] = Field(default_factory=list)
    alarms: Annotated[list[Sentence], Field(max_length=MOST_ALARMS)] = Field(default_factory=list)
    minutes: Annotated[list[MinuteReport], Field(max_length=MOST_MINUTES)] = Field(default_factory=list)
    minutes_waiting: Annotated[int, Field(ge=0)] = 0
    assignment: Annotated[str, Field(max_length=64)] = ""
    goes_on_with_kept: bool = False
    command_results: Annotated[list[CommandResult], Field(max_length=MOST_COMMANDS)] = Field(
        default_factory=list
    )


class Command(Contract):
    """Something to do once, however often it is delivered: its `id` says which it is."""

    id: Annotated[str, Field(max_length=64)]
    device: HostName
    action: Literal["start", "stop", "restart"]
    asked_by: Annotated[str, Field(max_length=200)] = ""


class AssignedCamera(Contract):
    """A camera that the gateway wants recorded by this host; `settings` are keys of a `[[device]]`."""

    name: HostName
    settings: dict[str, Any]


class DetectionOverride(Contract):
    """What the gateway says of the analysis of a device that the host's own settings name, over these
    settings; None: as they say."""

    name: HostName
    enable_detection: bool | None = None
    detection_sensitivity: Annotated[float, Field(ge=0, le=1)] | None = None


class MinutesTaken(Contract):
    """What became of the minutes of a heartbeat. All of them are acknowledged with the answer: `stored`
    are in the fleet's heatmap (or were, with this or a newer revision), `too_old` were dropped,
    `too_new` (of two clocks one is wrong) are set aside until their time has come."""

    stored: int = 0
    too_old: int = 0
    too_new: int = 0


class HeartbeatAnswer(Contract):
    """`received_utc_ms`: the gateway's clock. `cameras`: the whole assignment; None: unchanged or not
    told, what was assigned before stays. `overrides`: all of them, told with `cameras` and a part of the
    assignment; older agents pass over them. `kept`: cameras beside those told that the host goes on with as
    it has them, since the gateway cannot say their settings now. `assignment`: names what `cameras`, `kept`
    and `overrides` say, for the next heartbeat."""

    received_utc_ms: UtcMs
    interval_s: float
    minutes: MinutesTaken = MinutesTaken()
    commands: list[Command] = Field(default_factory=list)
    cameras: list[AssignedCamera] | None = None
    kept: Annotated[list[HostName], Field(max_length=MOST_DEVICES)] = Field(default_factory=list)
    overrides: list[DetectionOverride] = Field(default_factory=list)
    assignment: Annotated[str, Field(max_length=64)] = ""
