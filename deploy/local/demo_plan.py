"""What the demo records, and the settings of its agents. Plain: data in, text out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.local.server_addresses import ServerAddresses
from shared.toml_text import toml_string

WEB_PORT = 8000
INGEST_PORT = 8001
ADMIN = "admin@example.com"
ADMIN_PASSWORD = "admin123"
HEARTBEAT_INTERVAL_S = 2  # nobody wants to wait for a table
AGENT_PORTS = {"lab-1": 8101, "lab-2": 8102}
FLOOR_PERCENT = 5.0  # as the agents have it where nobody says otherwise
CAPTION_EVERY_S = 10
RTSP_NAME = "meadow"
SAMPLE = "sample"
SAMPLE_HOST = "lab-1"
SAMPLE_LABEL = "Sample (its past day is generated)"
CLIPS = {"street": "bikes.mp4", "meadow": "bigbuckbunny.mp4", "backseat": "carphone_pristine.mp4"}


@dataclass(frozen=True, slots=True)
class DemoDevice:
    """A `[[device]]` of the demo. `encode`, `size`, `frames` are empty where the agent's defaults hold."""

    name: str
    label: str
    source: str
    encode: str = ""
    size: str = ""
    frames: str = ""


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """One agent of the demo."""

    name: str
    devices: tuple[DemoDevice, ...]


def plan_agents(
    clips: Path, rtsp_url: str, cameras: Sequence[tuple[Path, str]], sample: DemoDevice | None = None
) -> list[DemoAgent]:
    """Return the agents and their devices.

    `clips`: the folder of real footage. `cameras`: device file and name of each local camera. `sample`:
    the device with a generated past, where it is made.
    The clips have key frames many seconds apart: encoded anew they make segments of a second.
    """
    local = tuple(DemoDevice(path.name, f"{card} ({path})", f"v4l2:{path}") for path, card in cameras)
    return [
        DemoAgent(
            "lab-1",
            (
                _clip("street", "Street (looped clip)", clips),
                DemoDevice("meadow", "Meadow (RTSP camera)", rtsp_url),
                *local,
                *([sample] if sample is not None else []),
            ),
        ),
        DemoAgent(
            "lab-2",
            (
                _clip("backseat", "Back seat (looped clip)", clips),
                _clip("meadow", "Meadow (looped clip with sound)", clips),
                DemoDevice("pattern", "Test pattern", "pattern:testsrc2", size="640x360"),
            ),
        ),
    ]


def _clip(name: str, label: str, clips: Path) -> DemoDevice:
    return DemoDevice(name, label, f"file:{clips / CLIPS[name]}", encode="x264")


def host_toml(
    agent: DemoAgent,
    *,
    folder: Path,
    port: int,
    gateway_url: str,
    enrolment_token: str,
    floor_percent: float = FLOOR_PERCENT,
    captions: bool = True,
) -> str:
    """Return the agent's `host.toml`; footage and state go below `folder`, and footage leaves `floor_percent`
    of its disk free. `captions`: whether frames get any, without a model."""
    settings: dict[str, dict[str, str | bool | float]] = {
        "agent": {
            "name": agent.name,
            "root": str(folder / "footage"),
            "state_dir": str(folder / "state"),
            "listen": f"127.0.0.1:{port}",
        },
        "gateway": {"url": gateway_url, "enrolment_token": enrolment_token},
        "ring": {
            "free_floor_percent": floor_percent,
            "free_reserve_percent": round(floor_percent / 5, 3),
        },
        "captions": {"enabled": captions, "captioner": "scene", "every_s": CAPTION_EVERY_S},
    }
    lines = _tables(settings)
    for device in agent.devices:
        lines += ["", "[[device]]"]
        for key in ("name", "label", "source", "encode", "size", "frames"):
            value = getattr(device, key)
            if value:
                lines.append(f"{key} = {toml_string(value)}")
    return "\n".join(lines) + "\n"


def gateway_toml(
    *, web_port: int, ingest_port: int, servers: ServerAddresses, secret_key: str, objects: Path
) -> str:
    """Return the gateway's `gateway.toml`. `objects`: the folder of snapshots and the like."""
    settings: dict[str, dict[str, str | bool | float]] = {
        "web": {"listen": f"127.0.0.1:{web_port}"},
        "ingest": {"listen": f"127.0.0.1:{ingest_port}"},
        "database": {"url": servers.database_url},
        "redis": {"url": servers.redis_url},
        "security": {"secret_key": secret_key, "demo": True},
        "fleet": {"heartbeat_interval_s": HEARTBEAT_INTERVAL_S},
        "storage": {"dir": str(objects)},
        "captions": {"redis_url": servers.captions_redis_url},
    }
    if servers.graph is not None:
        settings["graph"] = {**asdict(servers.graph)}
    return "\n".join(_tables(settings)) + "\n"


def _tables(settings: Mapping[str, Mapping[str, str | bool | float]]) -> list[str]:
    lines = ["# Written by the demo at every start."]
    for name, keys in settings.items():
        lines += ["", f"[{name}]"]
        lines += [f"{key} = {_toml_value(value)}" for key, value in keys.items()]
    return lines


def _toml_value(value: str | bool | float) -> str:
    if isinstance(value, str):
        return toml_string(value)
    return str(value).lower()


@dataclass(frozen=True, slots=True)
class Seen:
    """How a host or a device is. `reason`: why it is not well. `is_settled`: waiting changes nothing."""

    state: str
    reason: str = ""
    is_settled: bool = False

    @property
    def is_well(self) -> bool:
        return self.state in ("online", "live")


STARTING = Seen("starting")


@dataclass(frozen=True, slots=True)
class Row:
    """A host (`device` is empty) or a device as the table shows it."""

    host: str
    device: str
    label: str
    seen: Seen
    address: str = ""


def hosts_seen(hosts: Sequence[Mapping[str, Any]], since: datetime) -> dict[tuple[str, str], Seen]:
    """Read how each (host, "") is from the gateway's list. A report before `since` is of an earlier run."""
    return {
        (host["name"], ""): Seen(host["state"], host["sentence"], is_settled=host["state"] == "online")
        for host in hosts
        if _is_at_least(host["last_heartbeat_at"], since)
    }


def devices_seen(devices: Sequence[Mapping[str, Any]], since: datetime) -> dict[tuple[str, str], Seen]:
    """Read how each (host, device) is from the gateway's list. A report before `since` is of an earlier
    run."""
    return {
        (device["host"], device["device"]): Seen(
            device["word"],
            device["sentence"],
            is_settled=device["state"] in ("live", "misconfigured", "stopped"),
        )
        for device in devices
        if not device["removed"] and _is_at_least(device["reported_at"], since)
    }


def _is_at_least(time: str | None, since: datetime) -> bool:
    return time is not None and datetime.fromisoformat(time) >= since


def rows_of(
    agent: DemoAgent, gateway_url: str, seen: Mapping[tuple[str, str], Seen], otherwise: Seen = STARTING
) -> list[Row]:
    """Return a row for the host and one a device; `otherwise`: how those are that `seen` lacks."""
    host = Row(agent.name, "", "Host agent", seen.get((agent.name, ""), otherwise))
    return [
        host,
        *(
            Row(
                agent.name,
                device.name,
                device.label,
                seen.get((agent.name, device.name), otherwise),
                f"{gateway_url}/media/{agent.name}/{device.name}/segments/output.m3u8",
            )
            for device in agent.devices
        ),
    ]


def render_table(rows: Sequence[Row]) -> str:
    """Return a line a host and a device, and why one is not well."""
    head = ("HOST", "DEVICE", "STATE", "WHAT", "LIVE VIDEO, WITH THE LOGIN")
    cells = [(row.host, row.device, row.seen.state, row.label, row.address) for row in rows]
    widths = [max(len(line[column]) for line in (head, *cells)) for column in range(4)]
    lines = [_line(head, widths)]
    for row, line in zip(rows, cells, strict=True):
        lines.append(_line(line, widths))
        if row.seen.reason and not row.seen.is_well:
            lines.append(f"{'':{widths[0]}}  → {row.seen.reason}")
    return "\n".join(lines)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=False))
    return "  ".join((*padded, cells[-1])).rstrip()
