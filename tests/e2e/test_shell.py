"""The frame around all pages: rail, search, clock, account, keys, and what it says of troubles."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import NARROW, Theme, Windows
from tests.support.browser_checks import assert_accessible, assert_no_horizontal_scroll
from tests.support.e2e_slow_answers import REFUSED

# Pages ask for what they show every few seconds.
ASKED_AGAIN_WITHIN_MS = 15_000
RAIL = {
    "admin": ["Wall", "Heatmap", "Events", "Cameras", "Hosts", "Jobs", "Users", "Audit"],
    "operator": ["Wall", "Heatmap", "Events", "Cameras", "Hosts", "Jobs"],
    "viewer": ["Wall", "Heatmap", "Events", "Cameras", "Hosts", "Jobs"],
    "limited": ["Wall", "Heatmap", "Events", "Cameras", "Hosts"],
}


def rail(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Pages", exact=True)


def search(page: Page, text: str) -> None:
    page.keyboard.press("Control+k")
    field = page.get_by_role("textbox", name="Search or go to")
    expect(field).to_be_focused()
    field.fill(text)


def result(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("dialog").get_by_role("button").filter(has_text=text)


def open_hosts(page: Page) -> None:
    page.goto("/hosts")
    expect(page.get_by_role("article", name="Host lab-1")).to_be_visible()


# -- rail, heading, focus --------------------------------------------------------------------


@pytest.mark.parametrize("role", list(RAIL))
def test_the_rail_has_the_pages_of_ones_role_and_marks_where_one_is(windows: Windows, role: str) -> None:
    page = windows.open(role)
    page.goto("/hosts")
    expect(page.get_by_role("article", name=re.compile("^Host lab-")).first).to_be_visible()
    links = rail(page).get_by_role("link").filter(has_text=re.compile("."))
    expect(links).to_have_text(RAIL[role])
    expect(rail(page).get_by_role("link", name="Hosts")).to_have_attribute("aria-current", "page")


def test_a_new_page_has_the_keyboard_and_names_the_window(viewer_page: Page) -> None:
    open_hosts(viewer_page)
    expect(viewer_page).to_have_title("Hosts · Coldframe")
    rail(viewer_page).get_by_role("link", name="Heatmap").click()
    expect(viewer_page).to_have_title("Heatmap · Coldframe")
    expect(viewer_page.get_by_role("main")).to_be_focused()


def test_the_first_key_leads_to_the_content(viewer_page: Page) -> None:
    open_hosts(viewer_page)
    viewer_page.keyboard.press("Tab")
    expect(viewer_page.get_by_role("link", name="Skip to content")).to_be_focused()
    viewer_page.keyboard.press("Enter")
    expect(viewer_page.get_by_role("main")).to_be_focused()


def test_an_address_that_is_no_page_says_so(viewer_page: Page) -> None:
    viewer_page.goto("/hosts/lab-1/what/is/this")
    expect(viewer_page.get_by_role("heading", name="There is no such page, or none for you.")).to_be_visible()
    viewer_page.get_by_role("link", name="the wall").click()
    viewer_page.wait_for_url("**/wall")


# -- search and go to ------------------------------------------------------------------------


def test_a_camera_a_host_and_a_page_are_found_by_a_part_of_their_name(admin_page: Page) -> None:
    open_hosts(admin_page)
    search(admin_page, "back")
    result(admin_page, "Back seat").first.click()
    admin_page.wait_for_url("**/devices/lab-2/backseat")
    admin_page.keyboard.press("Control+k")
    search(admin_page, "users")
    admin_page.keyboard.press("Enter")
    admin_page.wait_for_url("**/users")
    search(admin_page, "lab-1")
    result(admin_page, re.compile(r"^lab-1")).click()
    admin_page.wait_for_url("**/hosts/lab-1")


def test_a_camera_and_a_time_lead_to_that_moment_of_it(viewer_page: Page) -> None:
    open_hosts(viewer_page)
    search(viewer_page, "test pattern 2026-01-05 03:12")
    expect(result(viewer_page, "Test pattern, Mon 5 Jan 03:12:00")).to_be_visible()
    viewer_page.keyboard.press("Enter")
    viewer_page.wait_for_url("**/devices/lab-2/pattern?t=2026-01-05T03:12:00Z")


def test_a_time_alone_is_of_the_camera_that_is_open_and_else_of_all(viewer_page: Page) -> None:
    viewer_page.goto("/heatmap/lab-2/pattern")
    expect(viewer_page.get_by_role("heading", level=1)).to_be_visible()
    search(viewer_page, "2026-01-05 03:12")
    expect(viewer_page.get_by_role("dialog").get_by_role("button").first).to_contain_text("Test pattern")
    viewer_page.keyboard.press("Escape")
    open_hosts(viewer_page)
    search(viewer_page, "yesterday")
    first = viewer_page.get_by_role("dialog").get_by_role("button").first
    expect(first).to_contain_text("All cameras")
    first.click()
    viewer_page.wait_for_url(re.compile(r"/heatmap\?day=\d{4}-\d\d-\d\d$"))


def test_what_is_nowhere_says_what_to_try_and_escape_gives_the_keyboard_back(viewer_page: Page) -> None:
    open_hosts(viewer_page)
    viewer_page.keyboard.press("/")
    field = viewer_page.get_by_role("textbox", name="Search or go to")
    field.fill("zzzz")
    # Captions are off here: there is nothing in them to be searched.
    expect(viewer_page.get_by_text("Nothing found. Try a part of a name")).to_be_visible()
    expect(viewer_page.get_by_role("dialog").get_by_role("button")).to_have_count(0)
    field.fill("2999-01-01 14:20")
    expect(viewer_page.get_by_text("That time has not been yet.")).to_be_visible()
    viewer_page.keyboard.press("Escape")
    expect(viewer_page.get_by_role("dialog")).to_have_count(0)
    viewer_page.get_by_label("Search hosts and their devices").fill("a/b?")
    expect(viewer_page.get_by_role("dialog")).to_have_count(0)


def test_who_is_limited_to_a_group_finds_its_cameras_only(limited_page: Page) -> None:
    limited_page.goto("/wall")
    expect(rail(limited_page)).to_be_visible()
    search(limited_page, "lab")
    expect(result(limited_page, "Test pattern")).to_be_visible()
    expect(result(limited_page, "Back seat")).to_have_count(0)


# -- clock, account, keys --------------------------------------------------------------------


def test_the_clock_changes_between_the_viewers_zone_and_utc_and_remembers_it(windows: Windows) -> None:
    page = windows.open("viewer", zone="Asia/Kolkata")
    open_hosts(page)
    clock = page.get_by_role("button", name=re.compile(r"\d\d:\d\d:\d\d"))
    expect(clock).to_contain_text(re.compile("GMT\\+5:30|IST"))
    clock.click()
    expect(clock).to_contain_text("UTC")
    page.reload()
    expect(clock).to_contain_text("UTC")


def test_the_theme_is_chosen_and_may_follow_the_system(viewer_page: Page) -> None:
    open_hosts(viewer_page)
    html = viewer_page.locator("html")
    viewer_page.get_by_role("button", name="account of victor").click()
    viewer_page.get_by_role("menuitemradio", name="Light theme").click()
    expect(html).to_have_attribute("data-mantine-color-scheme", "light")
    viewer_page.emulate_media(color_scheme="dark")
    viewer_page.get_by_role("menuitemradio", name="Theme of the system").click()
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    viewer_page.emulate_media(color_scheme="light")
    expect(html).to_have_attribute("data-mantine-color-scheme", "light")


def test_no_page_begins_in_the_other_theme(windows: Windows) -> None:
    page = windows.open(None, theme="light")
    page.route(re.compile(r"/assets/index-.*\.js"), lambda route: route.abort())
    windows.expect_error("Failed to load resource|ERR_FAILED")
    page.goto("/sign-in")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")


def test_the_keys_are_listed_and_typing_is_not_one_of_them(viewer_page: Page) -> None:
    open_hosts(viewer_page)
    viewer_page.get_by_label("Search hosts and their devices").press("?")
    expect(viewer_page.get_by_role("dialog")).to_have_count(0)
    viewer_page.get_by_role("main").focus()
    viewer_page.keyboard.press("?")
    dialog = viewer_page.get_by_role("dialog", name="Keyboard")
    expect(dialog.get_by_text("Search or go to")).to_be_visible()
    viewer_page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


# -- when something is wrong -----------------------------------------------------------------


def test_a_gateway_that_is_away_is_said_until_it_is_back(windows: Windows) -> None:
    windows.expect_error("Failed to load resource|ERR_")
    page = windows.open("viewer")
    open_hosts(page)
    page.route("**/api/**", lambda route: route.abort("connectionrefused"))
    banner = page.get_by_text("The gateway does not answer.", exact=True)
    expect(banner).to_be_visible(timeout=ASKED_AGAIN_WITHIN_MS)
    expect(page.get_by_role("article", name="Host lab-1")).to_be_visible()
    page.unroute("**/api/**")
    expect(banner).to_have_count(0, timeout=ASKED_AGAIN_WITHIN_MS)


def test_who_one_is_is_asked_again_until_it_is_answered(windows: Windows) -> None:
    windows.expect_error("503 .*/api/v1/auth/me")
    page = windows.open("viewer")
    page.route("**/auth/me", lambda route: route.fulfill(status=503, json=REFUSED))
    page.goto("/hosts")
    expect(page.get_by_role("heading", name="The database does not answer.")).to_be_visible(
        timeout=ASKED_AGAIN_WITHIN_MS
    )
    page.unroute("**/auth/me")
    expect(page.get_by_role("article", name="Host lab-1")).to_be_visible(timeout=ASKED_AGAIN_WITHIN_MS)


def test_a_part_that_cannot_be_loaded_says_to_load_again(windows: Windows) -> None:
    windows.expect_error("Failed to load resource|ERR_|dynamically imported module|error boundary|Users")
    page = windows.open("admin")
    part = re.compile(r"/assets/UsersPage-.*\.js")
    page.route(part, lambda route: route.abort())
    open_hosts(page)
    rail(page).get_by_role("link", name="Users").click()
    expect(page.get_by_role("heading", name="A part of this page could not be loaded.")).to_be_visible()
    expect(rail(page)).to_be_visible()
    assert_accessible(page)
    page.unroute(part)
    page.get_by_role("button", name="Load again").click()
    expect(page.get_by_role("heading", name="Users")).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()


# -- looks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_frame_menu_palette_and_keys_are_accessible_and_fit_a_phone(windows: Windows, theme: Theme) -> None:
    page = windows.open("admin", size=NARROW, theme=theme)
    open_hosts(page)
    page.get_by_role("button", name="account of admin").click()
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("menuitem", name="Keyboard").click()
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Search or go to").click()
    page.get_by_role("textbox", name="Search or go to").fill("lab")
    expect(result(page, "Test pattern")).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
