"""Every setting of the agent, declared once: type, unit, default, a sentence.

`host.toml` and environment variables (`COLDFRAME_HOST__AGENT__TOKEN` is `[agent] token`) are read
here and nowhere else. Unknown keys, bad values and duplicate devices are refused with the file, the
key, what was expected and an example.
"""

import ipaddress
import os
import re
import socket
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from host_agent.ring.layout import DEVICE_NAME, Kind
from shared.settings.listening import checked_listen, listens_on_loopback
from shared.settings.reading import SettingsForm
from shared.settings.section import Section

ENVIRONMENT_PREFIX = "COLDFRAME_HOST__"
CONFIG_VARIABLE = "COLDFRAME_HOST_CONFIG"
NETWORK_KINDS = ("rtsp", "rtsps", "http", "https")
SOURCE_KINDS = ("v4l2", *NETWORK_KINDS, "x11", "file", "pattern", "auto")


class Encode(StrEnum):
    """How the picture is recorded."""

    COPY = "copy"
    X264 = "x264"
    VAAPI = "vaapi"
    NVENC = "nvenc"
    V4L2M2M = "v4l2m2m"


class Frames(StrEnum):
    """Which pictures become captures and thumbnails."""

    AUTO = "auto"
    ALL = "all"
    KEYFRAMES = "keyframes"
    OFF = "off"


Seconds = Annotated[float, Field(gt=0, le=86_400)]


class AgentSettings(Section):
    name: str = Field(
        default_factory=lambda: _machine_name(),  # noqa: PLW0108 (defined below)
        description="Name of this host, unique in a fleet. Default: the machine's host name.",
        examples=["lab-1"],
    )
    root: Path = Field(
        description="Folder for footage; a device may have its own.", examples=["/var/lib/coldframe"]
    )
    state_dir: Path = Field(
        default=Path("/var/lib/coldframe-state"),
        description="Journal and credential (0600); not on the footage disk, which may be full.",
        examples=["/var/lib/coldframe-state"],
    )
    listen: str = Field(
        default="127.0.0.1:8101",
        description="Address and port of the HTTP API. Anything but loopback needs a token.",
        examples=["127.0.0.1:8101"],
    )
    token: SecretStr = Field(
        default=SecretStr(""),
        description="Bearer token of the HTTP API, 16 characters at least; empty: loopback only.",
        examples=["a-long-random-text"],
    )
    public_url: str = Field(
        default="",
        description="How the gateway reaches this agent. Default: from listen.",
        examples=["http://10.0.0.5:8101"],
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is logged.", examples=["info"]
    )
    http_threads: int = Field(
        default=64,
        ge=2,
        le=256,
        description="Requests answered at the same time; more than web.media_streams of its gateway.",
        examples=[64],
    )
    x_accel_prefix: str = Field(
        default="",
        description="Where a front server (nginx) maps the footage root for X-Accel-Redirect; empty: off.",
        examples=["/_footage"],
    )
    clock_offset_s: float = Field(
        default=0.0, description="For tests only: moves the agent's clock.", examples=[0]
    )

    @field_validator("name")
    @classmethod
    def _name_is_a_name(cls, value: str) -> str:
        return _checked_name(value)

    @field_validator("root", "state_dir")
    @classmethod
    def _is_absolute(cls, value: Path) -> Path:
        if not value.is_absolute():
            raise ValueError("must be an absolute path")
        return value

    @field_validator("listen")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return checked_listen(value)

    @field_validator("public_url")
    @classmethod
    def _is_base_url(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/@?#]{1,240}/?", value):
            raise ValueError("must be http:// or https://, an address and a port, and nothing more")
        return value

    @field_validator("x_accel_prefix")
    @classmethod
    def _is_prefix(cls, value: str) -> str:
        if value and not re.fullmatch(r"/[A-Za-z0-9_./-]*[A-Za-z0-9_-]", value):
            raise ValueError("must begin with a slash and not end with one")
        return value

    @model_validator(mode="after")
    def _token_where_needed(self) -> Self:
        token = self.token.get_secret_value()
        if token and (len(token) < 16 or not token.isascii() or not token.isprintable() or " " in token):
            raise ValueError("token: must be 16 or more printable ASCII characters without spaces")
        if not token and not listens_on_loopback(self.listen):
            raise ValueError(
                f"listen: {self.listen} can be reached from outside, so a token is needed: "
                'token = "…" (16 characters at least), or listen = "127.0.0.1:8101"'
            )
        return self

    @property
    def listen_host(self) -> str:
        return self.listen.rpartition(":")[0]

    @property
    def listen_port(self) -> int:
        return int(self.listen.rpartition(":")[2])


class GatewaySettings(Section):
    url: str = Field(
        default="",
        description="The gateway to report to; empty: none. https: checked by what this machine trusts.",
        examples=["https://gateway.example"],
    )
    enrolment_token: SecretStr = Field(
        default=SecretStr(""),
        max_length=200,
        description="Traded once for a credential; ignored afterwards, until the gateway revokes it.",
        examples=["…"],
    )

    @field_validator("url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not re.match(r"^https?://[^\s/]+", value):
            raise ValueError("must begin with http:// or https://")
        return value


Hours = Annotated[int, Field(ge=1, le=24 * 366)]


class RetentionSettings(Section):
    captures: Hours = Field(
        default=1, description="Hours that full-size captures are kept at least.", examples=[1]
    )
    thumbnails: Hours = Field(
        default=24, description="Hours that thumbnails are kept at least.", examples=[24]
    )
    metadata: Hours = Field(default=24, description="Hours that metadata is kept at least.", examples=[24])
    segments: Hours = Field(default=24, description="Hours that video is kept at least.", examples=[24])
    heatmap: Hours = Field(
        default=24, description="Hours that minutes and mosaics are kept at least.", examples=[24]
    )

    def hours(self, kind: Kind) -> int:
        return int(getattr(self, kind.value))


class DeviceRetention(Section):
    """A device's own hours; what is not set is as in `[retention]`."""

    captures: Hours | None = Field(default=None, description="As [retention] captures.", examples=[1])
    thumbnails: Hours | None = Field(default=None, description="As [retention] thumbnails.", examples=[24])
    metadata: Hours | None = Field(default=None, description="As [retention] metadata.", examples=[24])
    segments: Hours | None = Field(default=None, description="As [retention] segments.", examples=[24])
    heatmap: Hours | None = Field(default=None, description="As [retention] heatmap.", examples=[24])


class RingSettings(Section):
    hot_segments: int = Field(
        default=10, ge=3, le=1000, description="Segments in the hot folder.", examples=[10]
    )
    hot_frames: int = Field(
        default=100,
        ge=10,
        le=10_000,
        description="Captures, thumbnails, metadata in each hot folder.",
        examples=[100],
    )
    archive_interval_s: Seconds = Field(
        default=10, description="Seconds between archive cycles.", examples=[10]
    )
    clean_interval_s: Seconds = Field(default=60, description="Seconds between clean-ups.", examples=[60])
    hot_max_age_s: Seconds = Field(
        default=600,
        description="Hot files older than this are archived too, so that a stopped device seals.",
        examples=[600],
    )
    sync_interval_s: Seconds = Field(
        default=10, description="Seconds between syncs: what a power cut costs at most.", examples=[10]
    )
    free_floor_percent: float = Field(
        default=5,
        ge=0.1,
        le=90,
        description="Oldest hours go below this share of free bytes or inodes.",
        examples=[5],
    )
    free_reserve_percent: float = Field(
        default=1,
        ge=0,
        le=50,
        description="Recording pauses below this share of free bytes or inodes: no torn files.",
        examples=[1],
    )

    @model_validator(mode="after")
    def _reserve_below_floor(self) -> Self:
        if self.free_reserve_percent >= self.free_floor_percent:
            raise ValueError("free_reserve_percent: must be smaller than free_floor_percent")
        return self


class SupervisorSettings(Section):
    backoff_min_s: Seconds = Field(
        default=1, description="First pause before a restart of ffmpeg.", examples=[1]
    )
    backoff_max_s: Seconds = Field(default=30, description="Longest pause before a restart.", examples=[30])
    healthy_after_s: Seconds = Field(
        default=60, description="Recording this long resets the pause.", examples=[60]
    )
    stalled_after_s: Seconds = Field(
        default=10,
        description="No new segment for this long (or three key-frame intervals): stalled.",
        examples=[10],
    )
    start_timeout_s: Seconds = Field(
        default=20, description="A source that does not answer for this long: stalled.", examples=[20]
    )
    first_segment_within_s: Seconds = Field(
        default=120,
        description="It answers, and no first segment for this long (two key-frame intervals): stalled.",
        examples=[120],
    )
    stop_timeout_s: float = Field(
        default=8,
        gt=0,
        le=9,
        description="How long ffmpeg may take to finish its last segment; the agent ends within 10 s.",
        examples=[8],
    )

    @model_validator(mode="after")
    def _min_below_max(self) -> Self:
        if self.backoff_min_s > self.backoff_max_s:
            raise ValueError("backoff_min_s: must not be larger than backoff_max_s")
        return self


class FrameSettings(Section):
    """How pictures are made and judged; a device may have its own."""

    capture_fps: float = Field(default=2, gt=0, le=30, description="Captures a second.", examples=[2])
    thumbnail_fps: float = Field(default=5, gt=0, le=30, description="Thumbnails a second.", examples=[5])
    thumbnail_width: int = Field(
        default=320, ge=32, le=1920, description="Width of thumbnails in pixels.", examples=[320]
    )
    capture_quality: int = Field(
        default=4, ge=2, le=31, description="ffmpeg's -q:v of captures: 2 is best, 31 smallest.", examples=[4]
    )
    thumbnail_quality: int = Field(
        default=6, ge=2, le=31, description="ffmpeg's -q:v of thumbnails.", examples=[6]
    )
    enable_detection: bool = Field(
        default=True,
        description="Analyse pictures: motion, black screen, freeze. false: no captions of them either.",
        examples=[True],
    )
    detection_sensitivity: float = Field(
        default=0.7, ge=0, le=1, description="0.7 is neutral; higher sees smaller changes.", examples=[0.7]
    )
    motion_block_threshold: float = Field(
        default=12,
        gt=0,
        le=255,
        description="Change of an 8x8 block's mean that counts as motion.",
        examples=[12],
    )
    black_below: float = Field(
        default=16, ge=0, le=255, description="Mean brightness below which a picture is black.", examples=[16]
    )
    freeze_motion_below: float = Field(
        default=0.002,
        ge=0,
        le=1,
        description="Motion below which a picture counts as unchanged.",
        examples=[0.002],
    )
    freeze_after_s: Seconds = Field(default=10, description="Unchanged for this long: frozen.", examples=[10])

    @property
    def made_with(self) -> "FrameSettings":
        """The same without how pictures are judged: what they are made with."""
        return FrameSettings.model_validate({key: getattr(self, key) for key in _MADE_WITH})


_MADE_WITH = ("capture_fps", "thumbnail_fps", "thumbnail_width", "capture_quality", "thumbnail_quality")


class CaptionSettings(Section):
    """Texts that say what a device's frames show, for the gateway; a device may have its own."""

    enabled: bool = Field(default=False, description="Make captions of frames.", examples=[True])
    every_s: float = Field(
        default=10, ge=1, le=3600, description="Seconds between two captions of a device.", examples=[10]
    )
    captioner: Literal["scene", "openai"] = Field(
        default="scene",
        description="scene: brightness, motion and where, without a model. openai: a model behind an"
        " OpenAI-compatible /chat/completions (vLLM, Ollama, llama.cpp).",
        examples=["openai"],
    )
    base_url: str = Field(
        default="",
        description="Where the model is: the address before /chat/completions.",
        examples=["http://127.0.0.1:11434/v1"],
    )
    model: str = Field(
        default="", max_length=200, description="Name of the model there.", examples=["qwen2.5vl:3b"]
    )
    key: SecretStr = Field(default=SecretStr(""), description="Key of the API; empty: none.", examples=["…"])
    prompt: str = Field(
        default="Say in one sentence what this picture of a surveillance camera shows: who or what is where,"
        " and what they do. Answer with the sentence only.",
        min_length=1,
        max_length=4000,
        description="What the model is asked, with the picture.",
        examples=["What does this picture show? Answer in one sentence."],
    )
    most_tokens: int = Field(
        default=150, ge=1, le=4000, description="Longest answer, in the model's tokens.", examples=[150]
    )
    timeout_s: float = Field(
        default=30, ge=1, le=600, description="How long a model may take to answer.", examples=[30]
    )
    at_once: int = Field(
        default=4, ge=1, le=32, description="Devices that models are asked about at once.", examples=[4]
    )
    embeddings_model: str = Field(
        default="",
        max_length=200,
        description="Model of an OpenAI-compatible /embeddings that is asked about each text; empty: none.",
        examples=["all-minilm"],
    )
    embeddings_base_url: str = Field(
        default="",
        description="The address before /embeddings; empty: base_url.",
        examples=["http://127.0.0.1:11434/v1"],
    )
    embeddings_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key of that API; empty: none, or key where the address is base_url.",
        examples=["…"],
    )
    allowed_networks: tuple[str, ...] = Field(
        default=(),
        description="Where models may be (CIDR), whatever their names stand for; empty: everywhere.",
        examples=[["10.0.0.0/8", "127.0.0.0/8"]],
    )

    @field_validator("base_url", "embeddings_base_url")
    @classmethod
    def _is_base_url(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/@?#]{1,240}(/[^\s?#]*)?", value):
            raise ValueError(
                "must be http:// or https://, an address and perhaps a path, without a user, ? and #"
            )
        if value and not _is_port(_port_of(value.partition(":")[2])):
            raise ValueError("must have a port of 1 to 65535, or none")
        return value.rstrip("/")

    @field_validator("key", "embeddings_key")
    @classmethod
    def _is_key(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError("must be printable ASCII characters without spaces")
        return value

    @field_validator("allowed_networks")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ipaddress.ip_network(network)
            except ValueError:
                raise ValueError(f"{network!r} is no network such as 10.0.0.0/8") from None
        return value

    @property
    def embeddings_at(self) -> tuple[str, SecretStr]:
        """Base URL and key of the embeddings. A key is for one address."""
        if self.embeddings_base_url in ("", self.base_url):
            return self.base_url, self.embeddings_key or self.key
        return self.embeddings_base_url, self.embeddings_key

    @property
    def missing(self) -> str:
        """Which key is needed and empty; empty where there is all."""
        if not self.enabled:
            return ""
        if self.captioner == "openai" and not (self.base_url and self.model):
            return "base_url" if not self.base_url else "model"
        return "embeddings_base_url" if self.embeddings_model and not self.embeddings_at[0] else ""


class DeviceSettings(Section):
    name: str = Field(description="Name in folders and addresses.", examples=["capture1"])
    label: str = Field(
        default="", max_length=200, description="Name for people. Default: the name.", examples=["Lobby"]
    )
    source: SecretStr = Field(
        description="v4l2:/dev/videoN, rtsp[s]://…, http[s]://…, x11::0.0, file:/…, pattern:testsrc2, auto",
        examples=["rtsp://user:secret@camera/stream"],
    )
    preview_source: SecretStr | None = Field(
        default=None,
        description="A camera's sub-stream, rtsp[s]://… or http[s]://…: captures and thumbnails are made"
        " of it, and of the recording while it fails.",
        examples=["rtsp://user:secret@camera/sub-stream"],
    )
    root: Path | None = Field(
        default=None, description="Folder for this device's footage.", examples=["/mnt/disk2"]
    )
    encode: Encode | None = Field(
        default=None,
        description="copy, x264, vaapi, nvenc, v4l2m2m. Default: copy for compressed sources, else x264.",
        examples=["x264"],
    )
    audio: bool = Field(default=True, description="Record sound where there is any.", examples=[False])
    frames: Frames = Field(default=Frames.AUTO, description="auto, all, keyframes or off.", examples=["auto"])
    size: str | None = Field(
        default=None,
        pattern=r"^[0-9]{2,5}x[0-9]{2,5}$",
        description="Picture size of raw sources.",
        examples=["1280x720"],
    )
    fps: float | None = Field(
        default=None, ge=1, le=240, description="Pictures a second of raw sources.", examples=[25]
    )
    input_format: str | None = Field(
        default=None, pattern=r"^[a-z0-9_]+$", description="v4l2 input format.", examples=["mjpeg"]
    )
    rtsp_transport: Literal["tcp", "udp"] = Field(
        default="tcp", description="How RTSP carries media.", examples=["tcp"]
    )
    bitrate_kbps: int = Field(
        default=2000, ge=50, le=100_000, description="Bit rate where encoding.", examples=[2000]
    )
    retention: DeviceRetention = Field(
        default=DeviceRetention(), description="This device's own retention.", examples=["{ captures = 4 }"]
    )
    picture: FrameSettings | None = Field(
        default=None, description="What differs from [picture].", examples=["{ capture_fps = 1 }"]
    )
    captions: CaptionSettings | None = Field(
        default=None, description="What differs from [captions].", examples=["{ every_s = 60 }"]
    )

    @field_validator("name")
    @classmethod
    def _name_is_a_name(cls, value: str) -> str:
        return _checked_name(value)

    @field_validator("root")
    @classmethod
    def _is_absolute(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_absolute():
            raise ValueError("must be an absolute path")
        return value

    @field_validator("source")
    @classmethod
    def _is_source(cls, value: SecretStr) -> SecretStr:
        return _checked_source(value, SOURCE_KINDS)

    @field_validator("preview_source")
    @classmethod
    def _is_stream(cls, value: SecretStr | None) -> SecretStr | None:
        return None if value is None else _checked_source(value, NETWORK_KINDS)

    @property
    def source_kind(self) -> str:
        return self.source.get_secret_value().partition(":")[0]

    @property
    def title(self) -> str:
        return self.label or self.name


class TestingSettings(Section):
    """Only for fault tests: never set these where footage matters."""

    kill_at_store_operation: int = Field(
        default=0,
        ge=0,
        description="Kill this process after so many operations of the ring's store; 0: never.",
        examples=[0],
    )
    kill_process: str = Field(
        default="", description="Which process counts: capture, frames, archive.", examples=["archive"]
    )


class HostSettings(Section):
    """The whole of `host.toml`."""

    agent: AgentSettings
    gateway: GatewaySettings = GatewaySettings()
    retention: RetentionSettings = RetentionSettings()
    ring: RingSettings = RingSettings()
    supervisor: SupervisorSettings = SupervisorSettings()
    picture: FrameSettings = FrameSettings()
    captions: CaptionSettings = CaptionSettings()
    testing: TestingSettings = TestingSettings()
    device: tuple[DeviceSettings, ...] = ()

    @model_validator(mode="after")
    def _devices_have_names_of_their_own(self) -> Self:
        seen: set[str] = set()
        for device in self.device:
            if device.name in seen:
                raise ValueError(
                    f"device: the name {device.name!r} is used twice; every device needs its own"
                )
            seen.add(device.name)
        if not self.device and not self.gateway.url:
            raise ValueError(
                'device: at least one is needed, such as [[device]] name = "capture1" source = "auto",'
                " or a [gateway] url whose gateway assigns cameras to this host"
            )
        return self

    @model_validator(mode="after")
    def _captioners_are_told_whom_to_ask(self) -> Self:
        if missing := self.captions.missing:
            raise ValueError(f"captions.{missing}: is needed for this captioner")
        for index, device in enumerate(self.device):
            if missing := self.captions_of(device).missing:
                raise ValueError(
                    f"device.{index}.captions.{missing}: is needed for the captioner of {device.name!r}"
                )
        return self

    @model_validator(mode="after")
    def _rings_hold_nothing_else(self) -> Self:
        for device in self.device:
            ring = self.root_of(device) / device.name
            for key, folder in self._other_folders():
                if folder.is_relative_to(ring):
                    raise ValueError(
                        f"{key}: lies inside {ring}, the footage of {device.name!r}; put it elsewhere"
                    )
        return self

    def _other_folders(self) -> list[tuple[str, Path]]:
        """Folders that must not lie in a device's footage, each with its key."""
        return [
            ("agent.state_dir", self.agent.state_dir),
            ("agent.root", self.agent.root),
            *(
                (f"device.{index}.root (of {device.name!r})", device.root)
                for index, device in enumerate(self.device)
                if device.root is not None
            ),
        ]

    def holds_other_folders(self, name: str) -> bool:
        """Whether the footage of another device of this name would enclose what is not footage."""
        ring = self.agent.root / name
        return any(folder.is_relative_to(ring) for _key, folder in self._other_folders())

    def root_of(self, device: DeviceSettings) -> Path:
        return device.root or self.agent.root

    def retention_hours(self, device: DeviceSettings, kind: Kind) -> int:
        own = getattr(device.retention, kind.value)
        return int(own) if own is not None else self.retention.hours(kind)

    def picture_of(self, device: DeviceSettings) -> FrameSettings:
        """`[picture]` with what the device sets itself."""
        own = device.picture.model_dump(exclude_unset=True) if device.picture is not None else {}
        return self.picture.model_copy(update=own)

    def captions_of(self, device: DeviceSettings) -> CaptionSettings:
        """`[captions]` with what the device sets itself. A key is for one address: another one's needs its
        own."""
        own = device.captions.model_dump(exclude_unset=True) if device.captions is not None else {}
        for address, key in (("base_url", "key"), ("embeddings_base_url", "embeddings_key")):
            if own.get(address, getattr(self.captions, address)) != getattr(self.captions, address):
                own.setdefault(key, SecretStr(""))
        return self.captions.model_copy(update=own)

    def is_captioned(self, device: DeviceSettings) -> bool:
        """Whether it has captions: what is not to be looked at is shown to no model either."""
        return self.captions_of(device).enabled and self.picture_of(device).enable_detection

    @property
    def makes_captions(self) -> bool:
        """Whether any device has captions, or would have when the gateway assigns it."""
        return self.captions.enabled or any(self.captions_of(device).enabled for device in self.device)

    def named(self, name: str) -> DeviceSettings | None:
        return next((device for device in self.device if device.name == name), None)


FORM = SettingsForm(
    HostSettings,
    prefix=ENVIRONMENT_PREFIX,
    file_remedy=f"Name one with --config or {CONFIG_VARIABLE}; README.md has an example.",
    needed_example='[agent] root = "/var/lib/coldframe"',  # of sections only [agent] can be missing
    variable_example="AGENT__TOKEN",
)


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> HostSettings:
    """Read and check `path` and the environment. Raises SettingsError with a sentence a person can act on."""
    return FORM.read(path, os.environ if environment is None else environment)


def _port_of(address: str) -> str | None:
    """Return what stands as the port in `//user:password@camera:554/stream`, None without one."""
    authority = re.split(r"[/?#]", address.removeprefix("//"), maxsplit=1)[0]
    # Where a password holds a slash, only the camera's maker knows where the address begins.
    if "@" not in authority and "@" in address:
        return None
    _camera, colon, port = authority.rpartition("@")[2].rpartition("]")[2].rpartition(":")
    return port if colon else None


def _checked_source(value: SecretStr, kinds: tuple[str, ...]) -> SecretStr:
    text = value.get_secret_value()
    kind, _, rest = text.partition(":")
    # A path is an argument of its own; an address stands in a script, quoted.
    forbidden = "" if kind == "file" else " '"
    if kind not in kinds or any(letter in forbidden or not letter.isprintable() for letter in text):
        raise ValueError(f"must begin with one of {', '.join(kinds)} and have no spaces or quotes")
    if kind in NETWORK_KINDS and not re.match(r"^//[^\s/]+", rest):
        raise ValueError("must name a camera's address after //")
    if kind in NETWORK_KINDS and not _is_port(_port_of(rest)):
        raise ValueError("must have a port of 1 to 65535 after the camera's address, or none")
    if kind in ("v4l2", "file") and not rest.startswith("/"):
        raise ValueError(f"must name an absolute path after {kind}:")
    if kind == "pattern" and not re.fullmatch(r"[a-z0-9]+", rest):
        raise ValueError("must name one of ffmpeg's patterns after pattern:")
    if kind == "x11" and not re.fullmatch(r"[A-Za-z0-9.:+,_-]+", rest):
        raise ValueError("must name a display after x11:")
    return value


def _is_port(text: str | None) -> bool:
    return text is None or (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535)


def _checked_name(value: str) -> str:
    if not DEVICE_NAME.fullmatch(value):
        raise ValueError(
            "must begin with a small letter or digit and hold only small letters, digits, _ and -, 63 at most"
        )
    return value


def _machine_name() -> str:
    name = re.sub(r"[^a-z0-9_-]+", "-", socket.gethostname().split(".")[0].lower()).strip("-_")[:63]
    return name or "host"
