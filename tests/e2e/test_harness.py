"""What all browser tests stand on: signing in works, and an error in a page is noticed."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Windows, sign_in
from tests.support.browser_checks import wait_until


def test_a_person_signs_in_and_comes_to_the_wall(anonymous_page: Page) -> None:
    sign_in(anonymous_page, "admin")
    anonymous_page.wait_for_url("**/wall")
    expect(anonymous_page.get_by_role("navigation", name="Pages")).to_be_visible()


@pytest.mark.parametrize("role", ["admin", "operator", "viewer", "limited"])
def test_a_page_of_each_role_is_signed_in_from_the_start(windows: Windows, role: str) -> None:
    page = windows.open(role, "/wall")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    assert page.url.endswith("/wall")


def test_what_the_policy_forbids_is_noticed_as_an_error(windows: Windows) -> None:
    page = windows.open(None, "/sign-in")
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {src: 'data:,1'}))")
    wait_until(
        "the policy's refusal is noticed",
        lambda: any("Content Security Policy" in problem for problem in windows.problems()),
        page=page,
    )
    windows.expect_error("Content Security Policy")
