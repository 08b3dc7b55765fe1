"""versitygw, the S3 server of the tests: which version, where it is installed, and what builds it.

Runs before anything is installed: the standard library only.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

NAME = "versitygw"
VERSION = "1.8.0"
MODULE = f"github.com/versity/versitygw/cmd/versitygw@v{VERSION}"
OLDEST_GO = (1, 25)


def program_path(state_dir: Path) -> Path:
    """Where the set-up puts the program; another version has another folder."""
    return state_dir / "s3" / f"{NAME}-{VERSION}" / NAME


def go_is_new_enough(said: str) -> bool:
    """Whether `go version` says that it can build the program; what cannot be read cannot."""
    found = re.match(r"^go version go(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST_GO


def find_go(candidates: Sequence[str], version_of: Callable[[str], str]) -> str | None:
    """The first of `candidates` (commands) that can build the program; `version_of` asks one."""
    return next((each for each in candidates if go_is_new_enough(version_of(each))), None)


def install_environment(target: Path) -> Mapping[str, str]:
    """What `go install` is told: build alone for this machine, into the folder `target`."""
    return {
        "GOBIN": str(target),
        "GOFLAGS": "-modcacherw",  # else nobody could remove what it fetched
        "CGO_ENABLED": "0",
        "GOWORK": "off",
        "GOOS": "",
        "GOARCH": "",
    }


def install_arguments() -> Sequence[str]:
    return ("install", "-trimpath", "-ldflags=-s -w", MODULE)
