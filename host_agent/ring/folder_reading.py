"""Reading folders that others move files in and out of meanwhile."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from host_agent.ring.layout import RingFile, parse_file_name


def list_names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def text_of(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def numbered_files(folder: Path) -> list[RingFile]:
    found = [file for name in list_names(folder) if (file := parse_file_name(name)) is not None]
    found.sort(key=lambda file: file.number)
    return found


def dated_folders(folder: Path) -> Iterator[tuple[date, Path]]:
    for name in list_names(folder):
        try:
            yield date.fromisoformat(name), folder / name
        except ValueError:
            continue


def same_content(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while chunk := left.read(1 << 20):
            if chunk != right.read(1 << 20):
                return False
    return True
