"""On what it was measured: figures without the machine are worth little."""

import os
import platform
import re
import subprocess
from pathlib import Path


def describe_machine(folder: Path) -> dict[str, object]:
    """Processor, cores, memory, kernel, Python, ffmpeg, the disk of `folder`, and the load right now."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "ffmpeg": _ffmpeg_version(),
        "file_system": _file_system(folder),
        "load_1_min": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _ffmpeg_version() -> str:
    try:
        told = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return "none"
    return told.split(" Copyright")[0].removeprefix("ffmpeg version ")


def _file_system(folder: Path) -> str:
    """The type of the file system with the longest mount point above `folder`."""
    path = str(folder.resolve())
    best, kind = "", "unknown"
    for line in Path("/proc/mounts").read_text().splitlines():
        mounted, found = line.split()[1:3]
        inside = path == mounted or path.startswith(mounted.rstrip("/") + "/")
        if inside and len(mounted) >= len(best):
            best, kind = mounted, found
    return kind
