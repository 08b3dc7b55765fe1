"""Somebody who has never seen it: by clicks alone to live pictures, the last day, and an earlier moment."""

import time
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from deploy.local.demo_plan import SAMPLE_LABEL
from tests.support.browser_checks import wait_until_changes, wait_until_plays
from tests.support.e2e_stack import LOGINS

ALL_WITHIN_S = 60.0


def test_within_a_minute_a_newcomer_has_seen_live_pictures_the_last_day_and_an_earlier_moment(
    anonymous_page: Page,
) -> None:
    page, begun = anonymous_page, time.monotonic()
    steps: list[str] = []

    def reached(what: str) -> None:
        steps.append(f"{what} after {time.monotonic() - begun:.1f} s")

    page.goto("/")
    page.get_by_label("User name or e-mail").fill(LOGINS["admin"].username)
    page.get_by_label("Password", exact=True).fill(LOGINS["admin"].password)
    page.get_by_role("button", name="Sign in").click()
    wait_until_changes(page.get_by_test_id("tile").first)
    reached("live pictures")

    rail = page.get_by_role("navigation", name="Pages")
    rail.get_by_role("link", name="Heatmap").click()
    cells = page.get_by_role("application")
    expect(cells.locator("canvas").first).to_be_visible()
    reached("the last day")

    label = page.get_by_text(SAMPLE_LABEL).first.bounding_box()
    board = cells.bounding_box()
    assert label is not None
    assert board is not None
    seven_hours_ago = board["width"] * 17 / 24
    page.mouse.click(board["x"] + seven_hours_ago, label["y"] + label["height"] / 2)
    page.wait_for_url("**/devices/lab-1/sample?t=*")
    wait_until_plays(page.locator("main video").first)
    reached("an earlier moment plays")
    shown = datetime.fromisoformat(page.get_by_test_id("shown-time").get_attribute("datetime") or "")
    assert timedelta(hours=6, minutes=30) < datetime.now(UTC) - shown < timedelta(hours=7, minutes=30)

    print(" · ".join(steps))
    assert time.monotonic() - begun < ALL_WITHIN_S
