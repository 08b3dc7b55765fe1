"""Signing in, staying signed in, and being signed out."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.support.browser import NARROW, Theme, Windows
from tests.support.browser_checks import assert_accessible, assert_no_horizontal_scroll, wait_until
from tests.support.e2e_stack import LOGINS

LOGIN = "**/api/v1/auth/login"


def enter(page: Page, username: str, password: str) -> None:
    page.get_by_label("User name or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password", exact=True).press("Enter")


def refusal(code: str, message: str, **details: object) -> dict[str, object]:
    return {
        "success": False,
        "error": {"code": code, "message": message, "remedy": "", "details": details},
    }


# -- the form --------------------------------------------------------------------------------


def test_the_keyboard_begins_at_the_name_and_is_all_that_one_needs(anonymous_page: Page) -> None:
    anonymous_page.goto("/sign-in")
    expect(anonymous_page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(anonymous_page.get_by_label("User name or e-mail")).to_be_focused()
    login = LOGINS["viewer"]
    anonymous_page.keyboard.type(login.username)
    anonymous_page.keyboard.press("Tab")
    anonymous_page.keyboard.type(login.password)
    anonymous_page.keyboard.press("Enter")
    anonymous_page.wait_for_url("**/wall")


def test_a_wrong_password_is_told_and_can_be_put_right(windows: Windows) -> None:
    windows.expect_error("401 .*/auth/login")
    page = windows.open(None, "/sign-in")
    enter(page, LOGINS["viewer"].username, "not this one")
    expect(page.get_by_role("alert")).to_contain_text("User name or password is wrong.")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    enter(page, LOGINS["viewer"].username, LOGINS["viewer"].password)
    page.wait_for_url("**/wall")


def test_an_empty_field_is_asked_for_without_asking_the_gateway(anonymous_page: Page) -> None:
    asked: list[Request] = []
    anonymous_page.on("request", lambda request: asked.append(request) if "login" in request.url else None)
    anonymous_page.goto("/sign-in")
    anonymous_page.get_by_label("User name or e-mail").fill("victor")
    anonymous_page.get_by_role("button", name="Sign in").click()
    expect(anonymous_page.get_by_role("alert")).to_contain_text("Enter your user name and your password.")
    expect(anonymous_page.get_by_label("Password", exact=True)).to_be_focused()
    assert not asked


def test_after_too_many_failures_it_is_said_how_long_to_wait(windows: Windows) -> None:
    windows.expect_error("429 .*/auth/login")
    page = windows.open(None, "/sign-in")
    page.route(
        LOGIN,
        lambda route: route.fulfill(
            status=429,
            headers={"Retry-After": "2"},
            json=refusal("too_many_requests", "Too many logins have failed.", retry_after_s=2),
        ),
    )
    enter(page, "victor", "not this one")
    expect(page.get_by_role("alert")).to_contain_text("Too many logins have failed. Wait a little")
    expect(page.get_by_role("button", name=re.compile(r"Wait \d s"))).to_be_disabled()
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()


def test_a_gateway_that_is_away_is_told_in_plain_words(windows: Windows) -> None:
    windows.expect_error("ERR_CONNECTION_REFUSED|Failed to load resource")
    page = windows.open(None, "/sign-in")
    page.route(LOGIN, lambda route: route.abort("connectionrefused"))
    enter(page, "victor", "whatever it is")
    expect(page.get_by_role("alert")).to_contain_text("The gateway does not answer.")
    page.unroute(LOGIN)
    enter(page, LOGINS["viewer"].username, LOGINS["viewer"].password)
    page.wait_for_url("**/wall")


def test_the_password_can_be_shown(anonymous_page: Page) -> None:
    anonymous_page.goto("/sign-in")
    field = anonymous_page.get_by_label("Password", exact=True)
    field.fill("a sentence")
    expect(field).to_have_attribute("type", "password")
    anonymous_page.get_by_role("button", name="Show the password").click()
    expect(field).to_have_attribute("type", "text")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_page_is_accessible_and_fits_a_phone(windows: Windows, theme: Theme) -> None:
    windows.expect_error("401 .*/auth/login")
    page = windows.open(None, "/sign-in", size=NARROW, theme=theme)
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", theme)
    enter(page, "victor", "not this one")
    expect(page.get_by_role("alert")).not_to_be_empty()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)


# -- where one goes on -----------------------------------------------------------------------


def test_one_comes_back_to_the_moment_that_one_asked_for(anonymous_page: Page) -> None:
    moment = "/devices/lab-2/pattern?t=2026-11-20T03:12:05Z"
    anonymous_page.goto(moment)
    expect(anonymous_page.get_by_role("heading", name="Sign in")).to_be_visible()
    enter(anonymous_page, LOGINS["viewer"].username, LOGINS["viewer"].password)
    anonymous_page.wait_for_url(lambda url: "/devices/lab-2/pattern" in url and "sign-in" not in url)


@pytest.mark.parametrize(
    "next_page", ["//example.com/wall", "https://example.com/", "/\\example.com", "javascript:alert(1)"]
)
def test_a_link_cannot_lead_out_of_here_after_signing_in(windows: Windows, next_page: str) -> None:
    page = windows.open("viewer")
    page.goto(f"/sign-in?next={next_page}")
    page.wait_for_url(f"{windows.url}/wall")


def test_who_is_signed_in_goes_on_at_once(viewer_page: Page) -> None:
    viewer_page.goto("/sign-in?next=%2Fhosts")
    viewer_page.wait_for_url("**/hosts")


# -- staying signed in -----------------------------------------------------------------------


def test_the_login_is_renewed_once_for_all_tabs_and_nobody_notices(windows: Windows) -> None:
    windows.expect_error("401 ")
    one = windows.open("admin", "/hosts")
    other = one.context.new_page()
    other.goto("/users")
    expect(one.get_by_role("article", name="Host lab-1")).to_be_visible()
    expect(other.get_by_role("row", name=re.compile("^admin"))).to_be_visible()
    renewals: list[Request] = []
    one.context.on(
        "request", lambda request: renewals.append(request) if "auth/refresh" in request.url else None
    )
    # A browser forgets the cookie when the token in it has run out.
    one.context.clear_cookies(name="coldframe_access")
    for page in (one, other):
        page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
    other.get_by_label("Role").select_option("admin")
    wait_until("the login is renewed", lambda: len(renewals) >= 1, page=one)
    expect(other.get_by_role("row", name=re.compile("^olga"))).to_have_count(0)
    expect(other.get_by_role("row", name=re.compile("^admin"))).to_be_visible()
    wait_until("hosts are asked for again", lambda: _is_answered(one), page=one)
    assert len(renewals) == 1
    assert "sign-in" not in one.url + other.url


def _is_answered(page: Page) -> bool:
    with page.expect_response(re.compile(r"/api/v1/hosts\?"), timeout=10_000) as answered:
        pass
    return answered.value.ok


def test_signing_out_ends_it_in_all_tabs_and_each_comes_back_to_its_page(windows: Windows) -> None:
    windows.expect_error("401 ")
    one = windows.open("viewer", "/hosts")
    other = one.context.new_page()
    other.goto("/heatmap")
    expect(one.get_by_role("article", name="Host lab-1")).to_be_visible()
    one.get_by_role("button", name="account of victor").click()
    one.get_by_role("menuitem", name="Sign out").click()
    for page in (one, other):
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "next=%2Fheatmap" in other.url
    enter(one, LOGINS["viewer"].username, LOGINS["viewer"].password)
    one.wait_for_url("**/hosts")
    other.wait_for_url("**/heatmap")


def test_a_login_that_was_ended_elsewhere_leads_to_the_sign_in_page(windows: Windows) -> None:
    windows.expect_error("401 |403 ")
    page = windows.open("viewer", "/hosts")
    expect(page.get_by_role("article", name="Host lab-1")).to_be_visible()
    page.context.clear_cookies()
    # The page asks for the hosts every few seconds.
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=15_000)
    assert "next=%2Fhosts" in page.url
