"""Pictures of every page and of its important states, for people to look at.

    python -m tests.screenshots [--state-dir .coldframe] [--url http://127.0.0.1:8000] [--readme] [NAME …]

Starts a demo of its own, or looks at the one that runs at `--url`. Each state wide and narrow, dark and
light, below `<state-dir>/screenshots`; NAMEs are those of states, all without one. `--readme` renews the
README's pictures in `.github/images` as well.
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error

from deploy.local.demo_plan import ADMIN, ADMIN_PASSWORD, SAMPLE, SAMPLE_HOST
from deploy.local.gateway_api import GatewayApi
from tests.screenshots.states import SETTLED_MS, STATES, State
from tests.support.browser import NARROW, WIDE, Theme, Windows, chromium
from tests.support.browser_checks import set_theme
from tests.support.e2e_stack import PROJECT, reported_minutes

README_IMAGES = PROJECT / ".github" / "images"
# State and name of each of the README's pictures.
README_STATES = {"wall": "wall", "player-archive": "player", "device-heatmap": "heatmap"}
SIZES = {"wide": WIDE, "narrow": NARROW}
THEMES: tuple[Theme, ...] = ("dark", "light")
DEMO_WITHIN_S = 180.0
MINUTES_WITHIN_S = 120.0
STOP_WITHIN_S = 30.0
_OPEN = re.compile(r"^Open (\S+) and sign in")


@contextmanager
def demo(state_dir: Path) -> Iterator[str]:
    """The address of a demo of one's own, which keeps its footage for the next time."""
    folder = state_dir / "screenshots-demo"
    folder.mkdir(parents=True, exist_ok=True)
    clips = folder / "clips"
    if not clips.exists():
        clips.symlink_to(state_dir / "clips")
    command = (sys.executable, "-m", "deploy.local.demo", "--state-dir", str(folder))
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            print(line, end="", flush=True)
            if found := _OPEN.match(line):
                yield found.group(1)
                return
        raise SystemExit("the demo did not start: see above")
    finally:
        process.terminate()
        process.wait(STOP_WITHIN_S)


def wait_for_the_day(url: str) -> None:
    """Wait until the gateway has been told of the sample's day."""
    until = time.monotonic() + MINUTES_WITHIN_S
    end = datetime.now(UTC) - timedelta(minutes=10)
    with GatewayApi(url, ADMIN, ADMIN_PASSWORD) as api:
        api.log_in()
        while reported_minutes(api, f"{SAMPLE_HOST}/{SAMPLE}", end - timedelta(hours=10), end) < 500:
            if time.monotonic() > until:
                raise SystemExit("the sample's day has not arrived at the gateway")
            time.sleep(1)


def take(browser: Browser, url: str, state: State, size: str, folder: Path) -> dict[Theme, Path]:
    """Take a state's pictures in one size; return where they are."""
    windows, taken = Windows(browser, url), {}
    try:
        page = windows.open(state.role, size=SIZES[size])
        state.show(page)
        for theme in THEMES:
            set_theme(page, theme)
            page.wait_for_timeout(SETTLED_MS)
            taken[theme] = folder / f"{state.name}-{size}-{theme}.png"
            page.screenshot(path=taken[theme])
    finally:
        windows.close()
    return taken


def renew_readme(taken: Path, name: str) -> None:
    README_IMAGES.mkdir(parents=True, exist_ok=True)
    path = README_IMAGES / f"{name}.webp"
    with Image.open(taken) as picture:
        picture.save(path, quality=86, method=6)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.screenshots", description=__doc__.partition("\n")[0])
    parser.add_argument("--state-dir", type=Path, default=Path(".coldframe"))
    parser.add_argument("--url", help="of a demo that runs; default: one is started")
    parser.add_argument("--readme", action="store_true", help="renew the README's pictures as well")
    parser.add_argument("names", nargs="*", help=f"states: {', '.join(state.name for state in STATES)}")
    options = parser.parse_args(arguments)
    chosen = [state for state in STATES if not options.names or state.name in options.names]
    folder = options.state_dir.absolute() / "screenshots"
    if not options.names:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    running = nullcontext(options.url) if options.url else demo(options.state_dir.absolute())
    with running as url, chromium() as browser:
        wait_for_the_day(url)
        for state in chosen:
            for size in SIZES:
                try:
                    taken = take(browser, url, state, size, folder)
                except (AssertionError, Error) as error:
                    failed.append(f"{state.name}, {size}: {str(error).splitlines()[0]}")
                    continue
                if options.readme and size == "wide" and state.name in README_STATES:
                    renew_readme(taken["dark"], README_STATES[state.name])
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    for line in failed:
        print(f"not taken: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
