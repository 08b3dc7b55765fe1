"""A real disk of a chosen size, that can be filled, made read-only and taken away."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A mounted tmpfs. `path` is its mount point."""

    def __init__(self, path: Path, options: str) -> None:
        self.path = path
        self._options = options
        self.is_mounted = False

    def mount(self) -> None:
        """Mount a fresh, empty disk."""
        _run("mount", "-t", "tmpfs", "-o", self._options, "coldframe-test", str(self.path))
        self.is_mounted = True

    def unmount(self) -> None:
        """Take the disk away: what is left is the empty mount point."""
        _run("umount", "-l", str(self.path))
        self.is_mounted = False

    def make_read_only(self) -> None:
        _run("mount", "-o", "remount,ro", str(self.path))

    def make_writable(self) -> None:
        _run("mount", "-o", "remount,rw", str(self.path))


@contextmanager
def small_disk(path: Path, options: str) -> Iterator[SmallDisk]:
    """Mount a tmpfs with `options` (such as `size=16m`) at the folder `path`; skip where we may not."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    path.mkdir(parents=True, exist_ok=True)
    disk = SmallDisk(path, options)
    try:
        disk.mount()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"mounting is not allowed here: {error.stderr}")
    try:
        yield disk
    finally:
        if disk.is_mounted:
            disk.unmount()


@contextmanager
def bound_in_place(folder: Path) -> Iterator[None]:
    """Make `folder` a mount point of itself: it stays readable and writable and cannot be renamed."""
    _run("mount", "--bind", str(folder), str(folder))
    try:
        yield
    finally:
        _run("umount", "-l", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
