"""Turns an `active_captures.conf` (one capture folder a line) into the devices of a `host.toml`."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import click

from host_agent.capture.local_cameras import find_local_cameras
from host_agent.ring.layout import DEVICE_NAME
from shared.errors import SettingsError
from shared.toml_text import toml_string


@dataclass(frozen=True, slots=True)
class ImportedDevice:
    """A device of the old file: its folder was `root`/`label`; `name` is `label` made to fit the rules."""

    name: str
    label: str
    root: PurePosixPath


def parse_captures(text: str) -> list[ImportedDevice]:
    """Return the devices in the order of the file; comments, blank lines and repetitions are left out.

    Raises SettingsError naming the line that is no absolute path, or saying that there is none at all.
    """
    devices: list[ImportedDevice] = []
    seen: set[PurePosixPath] = set()
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        folder_text = re.sub(r"(^|\s)#.*$", "", line).strip().strip("\"'").strip()
        if not folder_text:
            continue
        folder = PurePosixPath(folder_text)
        if not folder.is_absolute() or not folder.name or ".." in folder.parts:
            raise SettingsError(
                f"line {number}: {folder_text!r} is not the path of a capture folder.",
                remedy="One folder a line is expected, such as /var/www/html/stream/capture1.",
            )
        if folder not in seen:
            seen.add(folder)
            taken = {device.name for device in devices}
            devices.append(ImportedDevice(_name_for(folder.name, taken), folder.name, folder.parent))
    if not devices:
        raise SettingsError("no folder is named.", remedy="One folder a line is expected.")
    return devices


def _name_for(label: str, taken: set[str]) -> str:
    wanted = re.sub(r"[^a-z0-9_-]+", "-", label.lower()).strip("-_")[:56] or "device"
    name, attempt = wanted, 1
    while name in taken:
        attempt += 1
        name = f"{wanted}-{attempt}"
    assert DEVICE_NAME.fullmatch(name)
    return name


def render_devices(devices: Sequence[ImportedDevice], cameras: Sequence[Path]) -> str:
    """Return `[[device]]` blocks for `host.toml`.

    The old file does not say which camera a folder belonged to: the first device gets the first of
    `cameras` and so on, then `/dev/video0`, `/dev/video1`, …; a comment asks to check it. Where folders
    lay under different roots, those that differ from the commonest name theirs.
    """
    commonest = Counter(device.root for device in devices).most_common(1)[0][0]
    lines = [
        f"# The folders were under {commonest}. To go on there:",
        "# [agent]",
        f"# root = {toml_string(str(commonest))}",
    ]
    for index, device in enumerate(devices):
        source = cameras[index] if index < len(cameras) else Path(f"/dev/video{index}")
        lines += ["", "[[device]]", f"name = {toml_string(device.name)}"]
        if device.label != device.name:
            lines.append(f"label = {toml_string(device.label)}")
        lines.append(f"source = {toml_string(f'v4l2:{source}')}  # check: the old file names no camera")
        if device.root != commonest:
            lines.append(f"root = {toml_string(str(device.root))}")
    return "\n".join(lines) + "\n"


def print_imported_captures(path: Path) -> int:
    """`doctor --import-captures FILE`: print the blocks. Raises SettingsError with the file's name."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: cannot be read: {error}.", remedy="Name an active_captures.conf."
        ) from None
    try:
        devices = parse_captures(text)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error.message}", remedy=error.remedy) from None
    cameras, _unreadable = find_local_cameras()
    click.echo(render_devices(devices, [camera.path for camera in cameras]), nl=False)
    return 0
