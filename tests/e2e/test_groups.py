"""The page of camera groups: made, given cameras, used on the wall and heatmap, deleted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import Windows
from tests.support.e2e_stack import Stack


@pytest.fixture(autouse=True)
def no_group_is_left(stack: Stack) -> Iterator[None]:
    """What a test makes of groups goes with it."""
    yield
    http = stack.gateway.login()
    for group in http.get("/api/v1/cameras/groups?page_size=100").json()["data"]:
        if group["name"].startswith("e2e"):
            assert http.delete(f"/api/v1/cameras/groups/{group['id']}").is_success


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def act(page: Page, name: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_group_is_made_given_a_camera_shown_on_the_wall_renamed_and_deleted(admin_page: Page) -> None:
    page = admin_page
    # The wall is asked for before there is the group: it must notice.
    page.goto("/wall")
    expect(page.get_by_test_id("tile").first).to_be_visible()
    page.get_by_role("link", name="Cameras", exact=True).click()
    page.get_by_role("link", name="Groups", exact=True).click()
    page.get_by_role("button", name="New group").click()
    page.keyboard.type("Lobby")
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Name")
    expect(name).to_have_accessible_description("There is a group of this name. Choose another.")
    name.fill("e2e docks")
    page.get_by_role("textbox", name="Place").fill("East side")
    page.keyboard.press("Enter")
    expect(row(page, "e2e docks")).to_contain_text("East side")
    act(page, "e2e docks", "Choose its cameras")
    # It follows what is being saved, which is a moment later.
    page.get_by_role("checkbox", name="Back seat").click()
    expect(page.get_by_role("checkbox", name="Back seat")).to_be_checked()
    expect(row(page, "e2e docks")).to_contain_text("1 camera")
    # Of another group, and by mistake: it goes back there.
    lobbys = page.get_by_role("checkbox", name="Test pattern")
    lobbys.click()
    expect(lobbys).to_be_checked()
    expect(row(page, "Lobby")).to_contain_text("0 cameras")
    lobbys.click()
    expect(lobbys).not_to_be_checked()
    expect(row(page, "Lobby")).to_contain_text("1 camera")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    act(page, "e2e docks", "Show on the wall")
    expect(page.get_by_test_id("tile")).to_have_count(1)
    expect(page.get_by_test_id("tile")).to_contain_text("Back seat")
    page.get_by_role("link", name="Heatmap", exact=True).click()
    expect(page.get_by_role("combobox", name="Group")).to_contain_text("e2e docks")
    page.goto("/groups")
    act(page, "e2e docks", "Rename or move")
    page.get_by_role("textbox", name="Name").fill("e2e quay")
    page.get_by_role("button", name="Save").click()
    expect(row(page, "e2e quay")).to_be_visible()
    act(page, "e2e quay", "Delete")
    expect(page.get_by_role("dialog")).to_contain_text("Its 1 camera and their footage stay")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row(page, "e2e quay")).to_have_count(0)
    expect(row(page, "Lobby")).to_be_visible()


@pytest.mark.parametrize("role", ["viewer", "limited"])
def test_who_may_not_change_groups_looks_at_them(windows: Windows, role: str) -> None:
    page = windows.open(role, "/groups")
    expect(row(page, "Lobby")).to_contain_text("1 camera")
    expect(page.get_by_role("button", name="New group")).to_have_count(0)
    page.get_by_role("button", name="Actions for Lobby").click()
    expect(page.get_by_role("menuitem")).to_have_text(["Show on the wall"])
