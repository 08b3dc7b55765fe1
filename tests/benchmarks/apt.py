"""Debian packages that only a benchmark needs: named, then installed where that is allowed."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from deploy.local.system_packages import has_program, plan_installation
from tests.benchmarks.bench import CannotMeasureError


def install(packages: Sequence[str], purpose: str) -> None:
    """Install `packages` with apt, as root or through sudo. Raises CannotMeasureError with the command
    that a person can run instead."""
    plan = plan_installation(
        packages, is_root=os.geteuid() == 0, has_sudo=has_program("sudo"), has_apt=has_program("apt-get")
    )
    if not plan.commands:
        raise CannotMeasureError(f"{' '.join(packages)} {purpose}, and is not installed: {plan.by_hand}")
    print(f"bench: installing {' '.join(packages)} with apt: it {purpose}", flush=True)
    for command in plan.commands:
        if status(command) != 0:
            raise CannotMeasureError(f"{' '.join(packages)} could not be installed: {plan.by_hand}")


def as_root(command: Sequence[str]) -> int:
    """The exit status of `command`, through sudo where needed."""
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    return status([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *command])


def status(command: Sequence[str], folder: Path | None = None) -> int:
    """The exit status of `command`, 127 where there is no such program."""
    try:
        return subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode
    except FileNotFoundError:
        return 127
