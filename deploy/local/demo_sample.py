"""The demo's sample device: its past day is made in the background, then the device is recorded."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.child_process import start_bound, stop
from deploy.local.demo_plan import SAMPLE, SAMPLE_HOST, SAMPLE_LABEL, STARTING, DemoDevice, Row, Seen

_SOURCE_LINE = f"sample day: record {SAMPLE} from "


@dataclass(frozen=True, slots=True)
class SampleDay:
    """How far it is. `device`: to be added to the agent's; without one `reason` says why there is none,
    and `is_making` whether there will be."""

    device: DemoDevice | None
    is_making: bool
    reason: str


def sample_day_of(status: int | None, said: str) -> SampleDay:
    """Read what its making said; `status`: its exit status, None while it runs."""
    if status is None:
        return SampleDay(None, True, "its past day is being made")
    lines = [line for line in said.splitlines() if line.strip()]
    source = lines[-1].removeprefix(_SOURCE_LINE) if lines and lines[-1].startswith(_SOURCE_LINE) else ""
    if status == 0 and source:
        # Every loop begins with the same key frame: of these alone, the picture would stand still.
        return SampleDay(DemoDevice(SAMPLE, SAMPLE_LABEL, source, frames="all"), False, "")
    return SampleDay(None, False, lines[-1] if lines else f"its past day was not made (status {status})")


def sample_row(day: SampleDay) -> Row:
    """The sample's line in the table while it is not recorded."""
    is_missing = not day.is_making and day.device is None
    seen = Seen("missing" if is_missing else STARTING.state, day.reason, is_settled=is_missing)
    return Row(SAMPLE_HOST, SAMPLE, SAMPLE_LABEL, seen)


class SampleMaking:
    """Makes the past of the sample for the agent in `agent_folder`, where it lacks one; a second otherwise.

    `floor_percent`: of the agent's disk, which its footage leaves free.
    It begins when it is made, and ends with the **thread** that made it.
    """

    def __init__(
        self, agent_folder: Path, clips: Path, cache: Path, *, hours: int, floor_percent: float
    ) -> None:
        self._log = agent_folder / "sample-day.log"
        state_dir = agent_folder / "state"
        state_dir.mkdir(parents=True, exist_ok=True)
        self._log.write_bytes(b"")
        self._process: subprocess.Popen[bytes] = start_bound(
            [
                *(sys.executable, "-m", "deploy.local.sample_day", "--device", SAMPLE),
                *("--root", agent_folder / "footage", "--state-dir", state_dir),
                *("--clips", clips, "--cache", cache, "--hours", str(hours)),
                *("--free-floor-percent", str(floor_percent)),
            ],
            log=self._log,
        )

    def look(self) -> SampleDay:
        return sample_day_of(self._process.poll(), self._log.read_text(errors="replace"))

    def stop(self) -> None:
        stop(self._process)
