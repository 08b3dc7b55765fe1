"""The audit page: who did what, to what, when and from where; and one's own password."""

import csv
import io
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import NARROW, Theme, Windows, sign_in
from tests.support.browser_checks import assert_accessible, assert_no_horizontal_scroll
from tests.support.e2e_slow_answers import SlowAnswers
from tests.support.e2e_stack import Login, Stack

AUDIT = re.compile(r"/api/v1/audit\?")
PASSWORD = "a sentence is easy to remember"
NEW_PASSWORD = "another sentence to remember"


@dataclass(frozen=True)
class Audited:
    """A user who was made and then changed. The log only grows: each has a name of their own."""

    id: str
    name: str

    @property
    def login(self) -> Login:
        return Login(self.name, PASSWORD)


@pytest.fixture
def audited(stack: Stack) -> Iterator[Audited]:
    """They go with the test."""
    http = stack.gateway.login()
    name = f"e2e-{uuid.uuid4().hex[:10]}"
    body = {"username": name, "email": "e2e-a@example.com", "password": PASSWORD, "role": "viewer"}
    made = http.post("/api/v1/users", json=body)
    assert made.status_code == 201, made.text
    user_id: str = made.json()["data"]["id"]
    groups = http.get("/api/v1/cameras/groups").json()["data"]
    limits = {"limited_to_groups": True, "camera_group_ids": [groups[0]["id"]]}
    changed = http.put(f"/api/v1/users/{user_id}", json={"email": "e2e-b@example.com", **limits})
    assert changed.is_success, changed.text
    yield Audited(user_id, name)
    assert http.delete(f"/api/v1/users/{user_id}").is_success


def rows(page: Page) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader"))


def test_the_log_is_narrowed_down_and_the_address_keeps_it(admin_page: Page, audited: Audited) -> None:
    admin_page.goto("/wall")
    admin_page.get_by_role("link", name="Audit").click()
    expect(rows(admin_page).first).to_be_visible()
    admin_page.get_by_label("Search the audit log").fill(audited.name)
    expect(rows(admin_page)).to_have_count(2)
    expect(rows(admin_page).first).to_contain_text("Changed user")
    admin_page.get_by_label("Did", exact=True).select_option("Created")
    expect(rows(admin_page)).to_have_count(1)
    expect(rows(admin_page)).to_contain_text("admin")
    expect(rows(admin_page)).to_contain_text("127.0.0.1")
    admin_page.get_by_label("To what").select_option("User")
    admin_page.get_by_label("Who").select_option("admin")
    admin_page.get_by_label("When").select_option("The last hour")
    expect(rows(admin_page)).to_have_count(1)
    admin_page.reload()
    expect(admin_page.get_by_label("Search the audit log")).to_have_value(audited.name)
    expect(admin_page.get_by_label("When")).to_have_value("1h")
    expect(rows(admin_page)).to_have_count(1)
    admin_page.get_by_label("Who").select_option("victor")
    expect(admin_page.get_by_role("heading", name="Nothing like that was done.")).to_be_visible()
    admin_page.get_by_role("button", name="Show everything").click()
    expect(rows(admin_page).nth(1)).to_be_visible()


def test_days_are_whole_and_in_the_zone_that_is_shown(windows: Windows, audited: Audited) -> None:
    page = windows.open("admin", f"/audit?subject={audited.id}&kind=user")
    expect(rows(page)).to_have_count(2)
    page.get_by_label("When").select_option("Days…")
    today = page.evaluate("new Date().toISOString().slice(0, 10)")
    with page.expect_request(AUDIT) as asked:
        page.get_by_label("First day").fill(today)
    assert f"from={today}T00%3A00%3A00.000Z" in asked.value.url
    page.get_by_label("First day").fill("2040-01-01")
    expect(page.get_by_role("heading", name="Nothing like that was done.")).to_be_visible()
    page.get_by_label("First day").fill("")
    page.get_by_label("Last day").fill(today)
    expect(rows(page)).to_have_count(2)


def test_a_deed_says_what_was_and_what_is_and_leads_on_by_keyboard(
    admin_page: Page, audited: Audited
) -> None:
    admin_page.goto(f"/audit?search={audited.name}")
    changed = admin_page.get_by_role("button", name="Changed user")
    changed.focus()
    admin_page.keyboard.press("Enter")
    drawer = admin_page.get_by_role("dialog", name="Changed user")
    email = drawer.get_by_role("row", name="Email")
    expect(email.get_by_role("cell").first).to_have_text("e2e-a@example.com")
    expect(email.get_by_role("cell").last).to_have_text("e2e-b@example.com")
    # By the group's name, not by a number that nobody knows.
    expect(drawer.get_by_role("row", name="Camera groups")).to_contain_text("Lobby")
    expect(drawer.get_by_role("term").filter(has_text="Request")).to_be_visible()
    assert_accessible(admin_page)
    admin_page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(changed).to_be_focused()
    changed.press("Enter")
    admin_page.get_by_role("button", name=f"All that was done to {audited.name}").press("Enter")
    expect(drawer).to_have_count(0)
    expect(admin_page).to_have_url(re.compile(f"subject={audited.id}"))
    expect(rows(admin_page)).to_have_count(2)
    admin_page.get_by_role("button", name="Show what was done to all of them").click()
    expect(admin_page).not_to_have_url(re.compile("subject="))
    admin_page.get_by_role("link", name=audited.name).first.click()
    expect(admin_page).to_have_url(re.compile(f"/users\\?search={audited.name}"))


def test_a_long_log_comes_in_pages(stack: Stack, windows: Windows) -> None:
    http = stack.gateway.login()
    for number in range(21):
        token = http.post(
            "/api/v1/hosts/enrolment-tokens",
            json={"host_name": f"e2e-page-{number}", "networks": ["127.0.0.0/8"]},
        )
        assert token.status_code == 201, token.text
        assert http.delete(f"/api/v1/hosts/enrolment-tokens/{token.json()['data']['id']}").is_success
    page = windows.open("admin", "/audit?kind=enrolment-token&verb=create&search=e2e-page-")
    expect(page.get_by_text("1–20 of 21")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("21–21 of 21")).to_be_visible()
    expect(rows(page)).to_have_count(1)


def test_what_is_listed_is_exported_and_that_is_kept(
    windows: Windows, audited: Audited, tmp_path: Path
) -> None:
    page = windows.open("admin", f"/audit?subject={audited.id}&kind=user")
    expect(rows(page)).to_have_count(2)
    for label in ("CSV", "JSON"):
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=re.compile(f"^{label}")).click()
        path = tmp_path / label
        download.value.save_as(path)
        assert download.value.suggested_filename.endswith(f".{label.lower()}")
        text = path.read_text()
        found = list(csv.DictReader(io.StringIO(text))) if label == "CSV" else json.loads(text)
        assert [entry["action"] for entry in found] == ["user.change", "user.create"]
    page.goto("/audit?kind=audit")
    expect(rows(page).first).to_contain_text("Exported audit log")


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_the_page_is_offered_to_admins_only(windows: Windows, role: str) -> None:
    page = windows.open(role, "/audit")
    expect(page.get_by_role("heading", name="There is no such page, or none for you.")).to_be_visible()
    expect(page.get_by_role("link", name="Audit")).to_have_count(0)


def test_a_slow_log_says_what_is_waited_for_and_a_failed_one_what_to_do(windows: Windows) -> None:
    windows.expect_error("503 .*/api/v1/audit")
    page = windows.open("admin")
    answers = SlowAnswers(page, AUDIT)
    page.goto("/audit")
    expect(page.get_by_text("Waiting for the audit log…")).to_be_visible()
    answers.refuse_what_is_held()
    expect(page.get_by_role("heading", name="The database does not answer.")).to_be_visible()
    answers.is_ill = False
    page.get_by_role("button", name="Try again").click()
    expect(rows(page).first).to_be_visible()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_page_and_its_drawer_are_accessible_and_fit_a_phone(
    windows: Windows, audited: Audited, theme: Theme
) -> None:
    page = windows.open("admin", f"/audit?search={audited.name}&period=days", size=NARROW, theme=theme)
    expect(rows(page).first).to_contain_text("Changed user")
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
    page.get_by_role("button", name="Changed user").click()
    expect(page.get_by_role("dialog").get_by_role("row", name="Email")).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)


# -- one's own password ----------------------------------------------------------------------


def open_password_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="account of").click()
    page.get_by_role("menuitem", name="Change password").click()
    dialog = page.get_by_role("dialog", name="Change your password")
    expect(dialog.get_by_label("Present password")).to_be_focused()
    return dialog


def fill(dialog: Locator, current: str, new: str, again: str) -> None:
    dialog.get_by_label("Present password").fill(current)
    dialog.get_by_label("New password", exact=False).nth(0).fill(new)
    dialog.get_by_label("New password once more").fill(again)
    dialog.get_by_role("button", name="Change password").click()


def test_somebody_changes_their_own_password_and_is_signed_out_elsewhere(
    windows: Windows, audited: Audited
) -> None:
    windows.expect_error("401 ")
    windows.expect_error("422 .*/auth/password")
    page = windows.open(audited.login, "/wall")
    elsewhere = windows.open(audited.login, "/hosts")
    dialog = open_password_dialog(page)
    fill(dialog, "not the one", "short", "short")
    expect(dialog.get_by_text("Use 10 characters or more.")).to_be_visible()
    fill(dialog, "not the one", NEW_PASSWORD, NEW_PASSWORD + "s")
    expect(dialog.get_by_text("This is not the same as above.")).to_be_visible()
    fill(dialog, "not the one", NEW_PASSWORD, NEW_PASSWORD)
    current = dialog.get_by_label("Present password")
    expect(current).to_have_accessible_description("This is not your present password.")
    expect(current).to_be_focused()
    fill(dialog, PASSWORD, NEW_PASSWORD, NEW_PASSWORD)
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Your password is changed")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="account of")).to_be_visible()
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(elsewhere, Login(audited.name, NEW_PASSWORD))
    expect(elsewhere.get_by_role("button", name="account of")).to_be_visible()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_password_dialog_is_accessible_and_fits_a_phone(windows: Windows, theme: Theme) -> None:
    page = windows.open("viewer", "/hosts", size=NARROW, theme=theme)
    dialog = open_password_dialog(page)
    dialog.get_by_role("button", name="Change password").click()
    expect(dialog.get_by_text("Type the password that you sign in with now.")).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
