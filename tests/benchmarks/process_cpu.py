"""CPU seconds of processes and everything they have started, from `/proc/PID/stat` (proc(5)).

A process' own time and that of the children it has waited for are counted apart. The sum over a living
tree therefore loses nothing when a child ends and is waited for: its time moves to its parent.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class ProcessCpu:
    """User and system seconds since a process began. `reaped_s`: of the children it has waited for."""

    pid: int
    parent_pid: int
    arguments: tuple[str, ...]
    own_s: float
    reaped_s: float

    @property
    def program(self) -> str:
        return Path(self.arguments[0]).name if self.arguments else ""


Processes = Mapping[int, ProcessCpu]


def all_processes() -> Processes:
    """Every process of the machine now, by pid; one that ends meanwhile is left out."""
    found: dict[int, ProcessCpu] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
                command = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            process = parse_stat(stat, command)
            found[process.pid] = process
    return found


def parse_stat(stat: str, command: bytes) -> ProcessCpu:
    """Read one process' `stat` and `cmdline`."""
    # The name in parentheses may hold spaces and parentheses itself.
    pid = int(stat.partition(" ")[0])
    fields = stat.rpartition(")")[2].split()
    user, system, reaped_user, reaped_system = (int(field) for field in fields[11:15])
    return ProcessCpu(
        pid=pid,
        parent_pid=int(fields[1]),
        arguments=tuple(part.decode(errors="replace") for part in command.split(b"\0")[:-1]),
        own_s=(user + system) / _TICKS_A_SECOND,
        reaped_s=(reaped_user + reaped_system) / _TICKS_A_SECOND,
    )


def family(processes: Processes, root: int) -> list[ProcessCpu]:
    """The process `root` and its descendants."""
    children: dict[int, list[int]] = {}
    for process in processes.values():
        children.setdefault(process.parent_pid, []).append(process.pid)
    found: list[ProcessCpu] = []
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        if pid in processes:
            found.append(processes[pid])
            waiting += children.get(pid, [])
    return found


def total_s(members: Iterable[ProcessCpu]) -> float:
    """CPU seconds of all `members` and of the children that they have waited for."""
    return sum(process.own_s + process.reaped_s for process in members)
