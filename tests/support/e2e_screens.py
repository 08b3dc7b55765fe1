"""Every page in its important states: where it is, and when it shows what it is for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from shared.spans import iso_ms
from tests.support.browser_checks import wait_until, wait_until_plays

SHOWN_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Screen:
    """`name` is of a file, too. `path` may have `{earlier}`, a moment some hours ago, and `{hour}`, of then.
    `ready` waits until everything is shown. `role`: who looks; None: nobody is signed in."""

    name: str
    path: str
    ready: Callable[[Page], None]
    role: str | None = "admin"

    def address(self, now: datetime) -> str:
        earlier = now - timedelta(hours=7)
        hour = earlier.replace(minute=0, second=0, microsecond=0)
        return self.path.format(earlier=iso_ms(earlier), hour=hour.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def show(self, page: Page) -> None:
        """Go there, and wait until it is shown whole."""
        page.goto(self.address(datetime.now(UTC)))
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        self.ready(page)
        expect(page.get_by_test_id("loading").filter(visible=True)).to_have_count(
            0, timeout=SHOWN_WITHIN_S * 1000
        )


def stands(page: Page) -> None:
    """There is nothing to wait for."""


def has_pictures(page: Page) -> None:
    """Every tile shows a picture."""
    expect(page.get_by_test_id("tile").first).to_be_visible()
    wait_until(
        "each tile has its picture",
        lambda: not re.search(r"No picture|Waiting", page.get_by_role("list", name="Devices").inner_text()),
        page=page,
        within_s=SHOWN_WITHIN_S,
    )
    page.wait_for_function(
        """() => [...document.querySelectorAll("[data-testid=tile]")].every(
            (tile) => tile.querySelector("img, canvas, video") !== null)"""
    )


def is_painted(page: Page) -> None:
    """The canvas with the minutes has been painted."""
    expect(page.locator("main canvas").first).to_be_visible(timeout=SHOWN_WITHIN_S * 1000)


def has_hour(page: Page) -> None:
    """The gallery of an hour is open, and its pictures are there."""
    gallery = page.get_by_role("dialog")
    expect(gallery.get_by_role("link").first).to_be_visible(timeout=SHOWN_WITHIN_S * 1000)
    page.wait_for_load_state("networkidle")


def plays(page: Page) -> None:
    """The picture moves."""
    wait_until_plays(page.locator("main video").first, for_s=0.5, within_s=SHOWN_WITHIN_S)


def lists(page: Page) -> None:
    """A list has its entries."""
    expect(page.locator("main").get_by_text(re.compile("lab-1|olga|Online")).first).to_be_visible()


def has_rows(page: Page) -> None:
    """A table has its rows."""
    expect(page.get_by_role("table").get_by_role("row").nth(1)).to_be_visible()


def shows_camera(page: Page) -> None:
    """A camera's picture and its history are there."""
    expect(page.get_by_role("img", name="Test pattern")).to_be_visible(timeout=SHOWN_WITHIN_S * 1000)
    expect(page.get_by_role("region", name="Health")).to_be_visible()


SCREENS = (
    Screen("sign-in", "/sign-in", stands, role=None),
    Screen("wall", "/wall", has_pictures),
    Screen("heatmap", "/heatmap", is_painted),
    Screen("device-heatmap", "/heatmap/lab-1/sample", is_painted),
    Screen("device-pictures", "/heatmap/lab-1/sample?show=pictures", is_painted),
    Screen("hour", "/heatmap/lab-1/sample?hour={hour}", has_hour),
    Screen("player-live", "/devices/lab-2/backseat", plays),
    Screen("player-archive", "/devices/lab-1/sample?t={earlier}", plays),
    Screen("events", "/events", stands),
    Screen("cameras", "/cameras", has_rows),
    Screen("camera", "/cameras/lab-2__pattern", shows_camera),
    Screen("camera-captions", "/cameras/lab-2__pattern/captions", stands),
    Screen("camera-health", "/cameras/health", has_rows),
    Screen("camera-import", "/cameras/import", stands),
    Screen("groups", "/groups", stands),
    Screen("hosts", "/hosts", lists),
    Screen("host", "/hosts/lab-1", lists),
    Screen("jobs", "/jobs?view=schedule", has_rows),
    Screen("captions", "/jobs/captions", stands),
    Screen("users", "/users", stands),
    Screen("audit", "/audit", stands),
    Screen("not-found", "/wall/nowhere", stands),
)
