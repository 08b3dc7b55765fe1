"""Whether this machine's ffmpeg can look at cameras: checks, tests of connections and snapshots need it."""

import shutil
import subprocess

from shared.ffmpeg.release import judge_release
from shared.finding import Finding, problem

_TRY_FOR_S = 10.0
_INSTALL = "Install it: apt-get install ffmpeg."


def examine_ffmpeg() -> Finding:
    """Ask it once what it is."""
    if shutil.which("setpriv") is None:
        return problem(
            "ffmpeg",
            "setpriv is not installed, which ends ffmpeg with the gateway: no camera can be checked.",
            "Install it: apt-get install util-linux.",
        )
    try:
        asked = subprocess.run(
            ["ffmpeg", "-hide_banner", "-version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TRY_FOR_S,
            check=False,
        )
    except FileNotFoundError:
        return problem("ffmpeg", "is not installed: no camera can be checked.", _INSTALL)
    except (OSError, subprocess.TimeoutExpired) as error:
        return problem("ffmpeg", f"cannot be run: {error}", f"Try it: ffmpeg -version. {_INSTALL}")
    if asked.returncode != 0:
        said = (asked.stderr.strip().splitlines() or [f"it ended with {asked.returncode}"])[-1]
        return problem("ffmpeg", f"cannot be run: {said}", f"Try it: ffmpeg -version. {_INSTALL}")
    return judge_release(asked.stdout.partition("\n")[0])
