"""Where PostgreSQL's server programs are. The standard library only: set-up asks before it installs."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

PACKAGE = "postgresql"
DEBIAN_FOLDERS = Path("/usr/lib/postgresql")  # not on the path: one folder a major version
_PROGRAMS = ("initdb", "postgres")


def newest_first(folders: Sequence[Path]) -> list[Path]:
    """Order `<version>/bin` folders by version, as numbers: 16 comes before 9.6."""

    def version(folder: Path) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", folder.parent.name)]

    return sorted(folders, key=version, reverse=True)


def find_programs(major: str = "", debian_folders: Path = DEBIAN_FOLDERS) -> Path | None:
    """Return the folder with `postgres` and `initdb`: of version `major`, else the newest; None without."""
    for folder in newest_first(list(debian_folders.glob(f"{major or '*'}/bin"))):
        if all((folder / program).exists() for program in _PROGRAMS):
            return folder
    found = shutil.which(_PROGRAMS[1])
    if found is None or major:
        return None
    folder = Path(found).resolve().parent
    return folder if all((folder / program).exists() for program in _PROGRAMS) else None
