"""What the demo records, and the settings of its agents. Plain: data in, text out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.toml_text import toml_string

AGENT_PORTS = {"lab-1": 8101, "lab-2": 8102}
RTSP_NAME = "meadow"
CLIPS = {"street": "bikes.mp4", "meadow": "bigbuckbunny.mp4", "backseat": "carphone_pristine.mp4"}


@dataclass(frozen=True, slots=True)
class DemoDevice:
    """A `[[device]]` of the demo. `encode` and `size` are empty where the agent's defaults hold."""

    name: str
    label: str
    source: str
    encode: str = ""
    size: str = ""


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """One agent of the demo."""

    name: str
    devices: tuple[DemoDevice, ...]


def plan_agents(clips: Path, rtsp_url: str, cameras: Sequence[tuple[Path, str]]) -> list[DemoAgent]:
    """Return the agents and their devices.

    `clips`: the folder of real footage. `cameras`: device file and name of each local camera.
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


def host_toml(agent: DemoAgent, *, folder: Path, port: int) -> str:
    """Return the agent's `host.toml`; footage and state go below `folder`."""
    lines = [
        "# Written by the demo at every start.",
        "[agent]",
        f"name = {toml_string(agent.name)}",
        f"root = {toml_string(str(folder / 'footage'))}",
        f"state_dir = {toml_string(str(folder / 'state'))}",
        f"listen = {toml_string(f'127.0.0.1:{port}')}",
    ]
    for device in agent.devices:
        lines += ["", "[[device]]"]
        for key in ("name", "label", "source", "encode", "size"):
            value = getattr(device, key)
            if value:
                lines.append(f"{key} = {toml_string(value)}")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Row:
    """A device as the table shows it. `reason`: why it is not live."""

    host: str
    device: str
    label: str
    state: str
    reason: str
    address: str

    @property
    def is_settled(self) -> bool:
        """Live, or nothing will change by waiting."""
        return self.state in ("live", "misconfigured", "stopped", "ended")


def rows_of(agent: DemoAgent, base_url: str, states: dict[str, tuple[str, str]], otherwise: str) -> list[Row]:
    """Return a row a device; `states` gives state and reason, `otherwise` the state of those it lacks."""
    return [
        Row(
            agent.name,
            device.name,
            device.label,
            *states.get(device.name, (otherwise, "")),
            f"{base_url}/host/stream/{device.name}/segments/output.m3u8",
        )
        for device in agent.devices
    ]


def render_table(rows: Sequence[Row], documents: Sequence[tuple[str, str]]) -> str:
    """Return the demo's last lines: a line a device, and the API page of each host in `documents`."""
    head = ("HOST", "DEVICE", "STATE", "WHAT", "OPEN IN A PLAYER")
    cells = [(row.host, row.device, row.state, row.label, row.address) for row in rows]
    cells += [(host, "", "", "HTTP API", address) for host, address in documents]
    widths = [max(len(line[column]) for line in (head, *cells)) for column in range(4)]
    lines = [_line(head, widths)]
    for index, line in enumerate(cells):
        lines.append(_line(line, widths))
        if index < len(rows) and rows[index].state != "live" and rows[index].reason:
            lines.append(f"{'':{widths[0]}}  → {rows[index].reason}")
    return "\n".join(lines)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=False))
    return "  ".join((*padded, cells[-1]))
