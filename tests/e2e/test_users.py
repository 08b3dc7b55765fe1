"""The page of users: who may sign in, and what they may do."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import NARROW, Theme, Windows
from tests.support.browser_checks import assert_accessible, assert_no_horizontal_scroll
from tests.support.e2e_slow_answers import SlowAnswers
from tests.support.e2e_stack import Login, Stack

USERS = re.compile(r"/api/v1/users\?")
# Pages ask for what they show every few seconds.
ASKED_AGAIN_WITHIN_MS = 15_000
PASSWORD = "a sentence is easy to remember"


@pytest.fixture(autouse=True)
def nobody_is_left(stack: Stack) -> Iterator[None]:
    """What a test makes of users goes with it."""
    yield
    http = stack.gateway.login()
    for user in http.get("/api/v1/users?search=e2e-&page_size=100").json()["data"]:
        assert http.delete(f"/api/v1/users/{user['id']}").is_success


def make(stack: Stack, *usernames: str, **more: Any) -> None:
    http = stack.gateway.login()
    for username in usernames:
        body = {"username": username, "email": f"{username}@example.com", "password": PASSWORD}
        made = http.post("/api/v1/users", json={**body, "role": "viewer", **more})
        assert made.status_code == 201, made.text


def row(page: Page, username: str) -> Locator:
    return page.get_by_role("row", name=re.compile(f"^{username}\\b"))


def act(page: Page, username: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {username}").click()
    page.get_by_role("menuitem", name=action).click()


# -- the list --------------------------------------------------------------------------------


def test_users_are_listed_filtered_and_sorted_and_the_address_keeps_it(admin_page: Page) -> None:
    admin_page.goto("/users")
    for name in ("admin", "olga", "victor", "tenant"):
        expect(row(admin_page, name)).to_be_visible()
    expect(row(admin_page, "tenant")).to_contain_text("Lobby")
    admin_page.get_by_label("Role").select_option("viewer")
    expect(row(admin_page, "olga")).to_have_count(0)
    admin_page.get_by_label("Search users").fill("vict")
    expect(row(admin_page, "tenant")).to_have_count(0)
    expect(row(admin_page, "victor")).to_be_visible()
    admin_page.reload()
    expect(admin_page.get_by_label("Search users")).to_have_value("vict")
    admin_page.get_by_label("Search users").fill("nobody is called so")
    expect(admin_page.get_by_role("heading", name="No user is like that.")).to_be_visible()
    admin_page.get_by_role("button", name="Show all users").click()
    expect(row(admin_page, "olga")).to_be_visible()
    first = admin_page.get_by_role("row").nth(1)
    expect(first).to_contain_text("admin")
    admin_page.get_by_role("button", name="User", exact=True).click()
    expect(first).to_contain_text("victor")
    expect(admin_page.get_by_role("columnheader", name="User")).to_have_attribute("aria-sort", "descending")


def test_a_long_list_comes_in_pages(stack: Stack, admin_page: Page) -> None:
    make(stack, *(f"e2e-{number:02}" for number in range(18)))
    admin_page.goto("/users")
    expect(admin_page.get_by_text("1–20 of 22")).to_be_visible()
    admin_page.get_by_role("button", name="Next").click()
    expect(admin_page.get_by_text("21–22 of 22")).to_be_visible()
    expect(row(admin_page, "victor")).to_be_visible()
    expect(admin_page.get_by_role("button", name="Next")).to_be_disabled()


# -- the form --------------------------------------------------------------------------------


def test_a_user_is_made_with_the_keyboard_and_can_sign_in(windows: Windows, stack: Stack) -> None:
    page = windows.open("admin", "/users")
    page.get_by_role("button", name="New user").press("Enter")
    expect(page.get_by_role("textbox", name="User name")).to_be_focused()
    page.keyboard.type("e2e-guard")
    page.keyboard.press("Tab")
    page.keyboard.type("e2e-guard@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.get_by_label("Operator").check()
    page.get_by_label("Sees only the cameras of some groups").check()
    page.get_by_placeholder("Choose groups").click()
    page.get_by_role("option", name=re.compile("Lobby")).click()
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row(page, "e2e-guard")).to_contain_text("Operator")
    expect(row(page, "e2e-guard")).to_contain_text("Lobby")
    expect(page.get_by_text("e2e-guard can sign in now")).to_be_visible()
    theirs = windows.open(Login("e2e-guard", PASSWORD), "/wall")
    expect(theirs.get_by_role("button", name="account of e2e-guard")).to_be_visible()


def test_what_is_wrong_is_said_at_its_field_by_the_page_and_by_the_gateway(windows: Windows) -> None:
    windows.expect_error("409 .*/api/v1/users")
    page = windows.open("admin", "/users")
    page.get_by_role("button", name="New user").click()
    page.get_by_role("button", name="Create user").click()
    name = page.get_by_role("textbox", name="User name")
    expect(name).to_have_accessible_description("Enter a user name.")
    expect(name).to_be_focused()
    name.fill("vic tor")
    name.press("Tab")
    expect(name).to_have_accessible_description(re.compile("Use letters, digits"))
    name.fill("victor")
    page.get_by_role("textbox", name="E-mail").fill("e2e-new@example.com")
    page.get_by_label("Password", exact=False).first.fill("short")
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_text("Use 10 characters or more.")).to_be_visible()
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Create user").click()
    expect(name).to_have_accessible_description(re.compile("Another user has this username"))
    expect(name).to_be_focused()


def test_a_user_is_changed(stack: Stack, admin_page: Page) -> None:
    make(stack, "e2e-one")
    admin_page.goto("/users?search=e2e-")
    act(admin_page, "e2e-one", "Edit")
    expect(admin_page.get_by_role("textbox", name="E-mail")).to_have_value("e2e-one@example.com")
    admin_page.get_by_label("Operator").check()
    admin_page.get_by_role("button", name="Save").click()
    expect(row(admin_page, "e2e-one")).to_contain_text("Operator")


# -- what takes something away ---------------------------------------------------------------


def test_a_user_is_disabled_enabled_and_deleted_after_a_question(windows: Windows, stack: Stack) -> None:
    windows.expect_error("401 ")
    make(stack, "e2e-one")
    theirs = windows.open(Login("e2e-one", PASSWORD), "/hosts")
    expect(theirs.get_by_role("article", name="Host lab-1")).to_be_visible()
    page = windows.open("admin", "/users?search=e2e-")
    act(page, "e2e-one", "Disable")
    page.get_by_role("button", name="Cancel").last.click()
    expect(row(page, "e2e-one")).not_to_contain_text("Disabled")
    act(page, "e2e-one", "Disable")
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(row(page, "e2e-one")).to_contain_text("Disabled")
    expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible(timeout=ASKED_AGAIN_WITHIN_MS)
    act(page, "e2e-one", "Enable")
    page.get_by_role("dialog").get_by_role("button", name="Enable").click()
    expect(row(page, "e2e-one")).not_to_contain_text("Disabled")
    act(page, "e2e-one", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No user is like that.")).to_be_visible()


def test_a_password_is_reset_and_ends_what_the_user_was_signed_in_to(windows: Windows, stack: Stack) -> None:
    windows.expect_error("401 ")
    make(stack, "e2e-one")
    theirs = windows.open(Login("e2e-one", PASSWORD), "/hosts")
    expect(theirs.get_by_role("article", name="Host lab-1")).to_be_visible()
    page = windows.open("admin", "/users?search=e2e-")
    act(page, "e2e-one", "Reset password")
    dialog = page.get_by_role("dialog")
    password = dialog.get_by_role("textbox", name="New password")
    expect(password).to_be_focused()
    password.fill("short")
    dialog.get_by_role("button", name="Reset password").click()
    expect(dialog.get_by_text("Use 10 characters or more.")).to_be_visible()
    assert_accessible(page)
    password.fill(f"{PASSWORD} again")
    password.press("Enter")
    expect(page.get_by_text("e2e-one has a new password")).to_be_visible()
    expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible(timeout=ASKED_AGAIN_WITHIN_MS)
    again = windows.open(Login("e2e-one", f"{PASSWORD} again"), "/hosts")
    expect(again.get_by_role("button", name="account of e2e-one")).to_be_visible()
    # Of one's own account, only what asks for the present password.
    page.goto("/users")
    page.get_by_role("button", name="Actions for admin").click()
    expect(page.get_by_role("menuitem", name="Edit")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Reset password")).to_have_count(0)
    page.get_by_role("menuitem", name="What they did").click()
    expect(page).to_have_url(re.compile(r"/audit\?user=[0-9a-f-]{36}$"))
    expect(page.get_by_label("Who").locator("option:checked")).to_have_text("admin")


def test_a_user_is_limited_to_groups_and_sees_only_their_cameras(windows: Windows, stack: Stack) -> None:
    make(stack, "e2e-one")
    page = windows.open("admin", "/users?search=e2e-")
    expect(row(page, "e2e-one")).to_contain_text("All cameras")
    act(page, "e2e-one", "Edit")
    page.get_by_label("Sees only the cameras of some groups").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Choose a group")).to_be_visible()
    page.get_by_placeholder("Choose groups").click()
    page.get_by_role("option", name=re.compile("Lobby")).click()
    page.get_by_role("button", name="Save").click()
    expect(row(page, "e2e-one")).to_contain_text("Lobby")
    theirs = windows.open(Login("e2e-one", PASSWORD), "/hosts")
    expect(theirs.get_by_role("article", name="Host lab-2")).to_be_visible()
    expect(theirs.get_by_role("article", name="Host lab-1")).to_have_count(0)


def test_without_groups_the_form_leads_to_where_they_are_made(windows: Windows, stack: Stack) -> None:
    make(stack, "e2e-one")
    page = windows.open("admin")
    meta = {"page": 1, "pageSize": 100, "total": 0, "totalPages": 0}
    page.route(
        re.compile(r"/api/v1/cameras/groups\?"),
        lambda route: route.fulfill(json={"success": True, "data": [], "meta": meta}),
    )
    page.goto("/users?search=e2e-")
    act(page, "e2e-one", "Edit")
    page.get_by_label("Sees only the cameras of some groups").check()
    expect(page.get_by_text("There are no camera groups yet")).to_be_visible()
    page.get_by_role("link", name="Make a group").click()
    expect(page).to_have_url(re.compile("/groups$"))


def test_the_last_admin_is_kept_and_the_gateway_says_why(windows: Windows) -> None:
    windows.expect_error("409 .*/api/v1/users")
    page = windows.open("admin", "/users")
    act(page, "admin", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text(
        "admin is the last active admin. Make somebody else an admin first."
    )
    page.keyboard.press("Escape")
    act(page, "admin", "Edit")
    page.get_by_label("Viewer").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("is the last active admin")
    page.keyboard.press("Escape")
    act(page, "admin", "Disable")
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("is the last active admin")


# -- roles, states, looks --------------------------------------------------------------------


@pytest.mark.parametrize("role", ["operator", "viewer", "limited"])
def test_the_page_is_offered_to_admins_only(windows: Windows, role: str) -> None:
    page = windows.open(role, "/users")
    expect(page.get_by_role("heading", name="There is no such page, or none for you.")).to_be_visible()
    expect(page.get_by_role("link", name="Users")).to_have_count(0)


def test_a_slow_list_says_what_is_waited_for_and_a_failed_one_what_to_do(windows: Windows) -> None:
    windows.expect_error("503 .*/api/v1/users")
    page = windows.open("admin")
    answers = SlowAnswers(page, USERS)
    page.goto("/users")
    expect(page.get_by_text("Waiting for the users…")).to_be_visible()
    answers.refuse_what_is_held()
    expect(page.get_by_role("heading", name="The database does not answer.")).to_be_visible()
    answers.is_ill = False
    page.get_by_role("button", name="Try again").click()
    expect(row(page, "victor")).to_be_visible()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_page_and_its_form_are_accessible_and_fit_a_phone(windows: Windows, theme: Theme) -> None:
    page = windows.open("admin", "/users", size=NARROW, theme=theme)
    expect(row(page, "tenant")).to_contain_text("Lobby")
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
    page.get_by_role("button", name="New user").click()
    page.get_by_label("Sees only the cameras of some groups").check()
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_text("Enter a user name.")).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
