"""Which releases of ffmpeg do. Plain."""

import re

from shared.finding import Finding, ok, problem, warning

OLDEST_RELEASE = (5, 1)  # -fps_mode and -frame_pts as they are used here


def parse_release(version_line: str) -> tuple[int, int] | None:
    """Return (major, minor) of `ffmpeg version 5.1.6-0+deb12u1 …`; None where it names no release."""
    found = re.match(r"^ffmpeg version n?(\d+)\.(\d+)", version_line)
    return (int(found[1]), int(found[2])) if found else None


def judge_release(version_line: str) -> Finding:
    """What is to be said of an ffmpeg that says this of itself."""
    words = " ".join(version_line.split()[:3])
    release = parse_release(version_line)
    if release is None:
        return warning(
            "ffmpeg", f"{words} is no release that is known here.", "Use ffmpeg 5.1 or newer if it fails."
        )
    if release < OLDEST_RELEASE:
        return problem(
            "ffmpeg", f"{words} is too old: 5.1 or newer is needed.", "Upgrade it: Debian 12 has 5.1."
        )
    return ok("ffmpeg", f"{words}.")
