"""How tests start the system's Chromium."""

import shutil
from typing import TypedDict


class Launch(TypedDict):
    """Arguments of Playwright's `launch`."""

    executable_path: str
    args: list[str]


LAUNCH: Launch = {
    "executable_path": shutil.which("chromium") or "/usr/bin/chromium",
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ],
}
