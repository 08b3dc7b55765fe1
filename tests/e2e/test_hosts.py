"""The pages of hosts: what they say, who may control what, and how a host comes in."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from host_agent.settings import load_settings
from tests.support.browser import NARROW, Theme, Windows
from tests.support.browser_checks import assert_accessible, assert_no_horizontal_scroll, set_theme
from tests.support.e2e_stack import Stack

HOSTS_ANSWER = re.compile(r"/api/v1/hosts\?")
PATTERN = "lab-2/pattern"
# Lists are asked for every 5 s, and again some seconds after a failure.
RENEWED_WITHIN_MS = 20_000
# A device is told at once; its recorder ends and starts within seconds, and a heartbeat says so.
CONTROLLED_WITHIN_MS = 30_000


def host_row(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=f"Host {name}")


def device_row(page: Page, label: str) -> Locator:
    return page.get_by_role("listitem", name=label)


def with_hosts(page: Page, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """The list of hosts is the real one, with `change` made to it on its way to the page."""

    def answer(route: Route) -> None:
        real = route.fetch()
        body = real.json()
        change(body["data"])
        route.fulfill(response=real, body=json.dumps(body))

    page.route(HOSTS_ANSWER, answer)


def failure(status: int, message: str, remedy: str) -> dict[str, Any]:
    error = {"code": "unavailable", "message": message, "remedy": remedy, "details": {}}
    return {"status": status, "json": {"success": False, "error": error}}


# -- the list --------------------------------------------------------------------------------


def test_hosts_are_listed_with_state_devices_and_disks(viewer_page: Page) -> None:
    viewer_page.goto("/hosts")
    for name in ("lab-1", "lab-2"):
        row = host_row(viewer_page, name)
        expect(row).to_contain_text("Online")
        expect(row).to_contain_text(re.compile(r"Last heartbeat \d+ s ago"))
        expect(row).to_contain_text("2 devices")
        expect(row).to_contain_text(re.compile(r"[\d.]+ [GT]B free of [\d.]+ [GT]B"))


def test_a_host_is_found_by_a_device_of_it_and_the_filter_is_in_the_address(viewer_page: Page) -> None:
    viewer_page.goto("/hosts")
    expect(host_row(viewer_page, "lab-1")).to_be_visible()
    viewer_page.get_by_label("Search hosts and their devices").fill("test pattern")
    expect(host_row(viewer_page, "lab-1")).to_have_count(0)
    expect(host_row(viewer_page, "lab-2")).to_be_visible()
    assert "q=test+pattern" in viewer_page.url
    viewer_page.reload()
    expect(viewer_page.get_by_label("Search hosts and their devices")).to_have_value("test pattern")
    viewer_page.get_by_label("Search hosts and their devices").fill("nowhere")
    expect(viewer_page.get_by_role("heading", name="No host matches")).to_be_visible()
    viewer_page.get_by_role("button", name="Show all hosts").click()
    expect(host_row(viewer_page, "lab-1")).to_be_visible()


def test_trouble_is_said_in_words_and_stands_first(viewer_page: Page) -> None:
    def trouble(hosts: list[dict[str, Any]]) -> None:
        hosts.insert(0, {**hosts[0], "name": "a-fine-one", "devices": [], "disks": []})
        hosts[2].update(state="offline", last_heartbeat_at="2026-01-01T00:00:00Z")
        hosts[1].update(state="late", clock_warning="Its clock is 4.0 s ahead of the gateway's.")
        hosts[1]["devices"] = [{**each, "word": "frozen"} for each in hosts[1]["devices"]]
        hosts[1]["disks"][0].update(full_in_hours=5, problem="It is nearly full.")

    with_hosts(viewer_page, trouble)
    viewer_page.goto("/hosts")
    rows = viewer_page.get_by_role("article")
    offline = host_row(viewer_page, "lab-2")
    expect(offline).to_contain_text("Offline since Thu 1 Jan 00:00:00")
    expect(offline).to_contain_text("Host lab-2 has not reported for")
    expect(offline).to_contain_text("its archive will appear when it is back")
    late = host_row(viewer_page, "lab-1")
    expect(late).to_contain_text("Late")
    expect(late).to_contain_text("2 frozen")
    expect(late).to_contain_text("Its clock is 4.0 s ahead of the gateway's.")
    expect(late).to_contain_text("It is nearly full.")
    expect(late).to_contain_text("Full in 5 h at today's rate")
    expect(rows.nth(2)).to_have_accessible_name("Host a-fine-one")
    viewer_page.get_by_role("button", name=re.compile("^Offline")).click()
    expect(rows).to_have_count(1)
    assert_accessible(viewer_page)


def test_slow_hosts_are_waited_for_in_words(viewer_page: Page) -> None:
    viewer_page.route(HOSTS_ANSWER, lambda route: None)
    viewer_page.goto("/hosts")
    expect(viewer_page.get_by_role("status").filter(has_text="Waiting for the hosts")).to_be_visible()
    assert_accessible(viewer_page)


def test_a_gateway_that_fails_says_so_and_is_asked_again(windows: Windows) -> None:
    page = windows.open("viewer")
    windows.expect_error("503 .*/api/v1/hosts")
    page.route(
        HOSTS_ANSWER, lambda route: route.fulfill(**failure(503, "The database is down.", "Wait for it."))
    )
    page.goto("/hosts")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The database is down.")
    expect(alert).to_contain_text("Wait for it.")
    assert_accessible(page)
    page.unroute(HOSTS_ANSWER)
    page.get_by_role("button", name="Try again").click()
    expect(host_row(page, "lab-1")).to_be_visible()


def test_hosts_stay_in_view_while_the_gateway_does_not_answer(windows: Windows) -> None:
    page = windows.open("viewer", "/hosts")
    expect(host_row(page, "lab-1")).to_be_visible()
    windows.expect_error("503 .*/api/v1/hosts")
    page.route(
        HOSTS_ANSWER, lambda route: route.fulfill(**failure(503, "The database is down.", "Wait for it."))
    )
    notice = page.get_by_role("status").filter(has_text="Shown as of")
    expect(notice).to_contain_text("The database is down.", timeout=RENEWED_WITHIN_MS)
    expect(host_row(page, "lab-1")).to_be_visible()
    page.unroute(HOSTS_ANSWER)
    expect(notice).to_have_count(0, timeout=RENEWED_WITHIN_MS)


@pytest.mark.parametrize(
    ("role", "title", "offered"),
    [("admin", "No host yet: enrol the first one", 1), ("viewer", "No host yet", 0)],
)
def test_without_hosts_an_admin_is_told_to_enrol_one(
    windows: Windows, role: str, title: str, offered: int
) -> None:
    page = windows.open(role)
    with_hosts(page, lambda hosts: hosts.clear())
    page.goto("/hosts")
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Enrol a host")).to_have_count(offered)
    assert_accessible(page)


# -- one host --------------------------------------------------------------------------------


def test_a_host_tells_all_facts_and_leads_to_its_devices_pages(viewer_page: Page) -> None:
    viewer_page.goto("/hosts")
    host_row(viewer_page, "lab-1").get_by_role("link", name="lab-1").click()
    expect(viewer_page).to_have_url(re.compile("/hosts/lab-1$"))
    expect(viewer_page.get_by_role("heading", name="lab-1", level=1)).to_be_visible()
    state = viewer_page.get_by_role("region", name="State")
    expect(state).to_contain_text("It reports.")
    expect(state.get_by_text("ffmpeg")).to_be_visible()
    clock = device_row(viewer_page, "Clock (RTSP camera)")
    expect(clock).to_contain_text("Live")
    expect(clock).to_contain_text("Recording.")
    expect(clock).to_contain_text(re.compile(r"Newest footage \d\d:\d\d:\d\d"))
    expect(clock.get_by_role("link", name="Play Clock")).to_have_attribute("href", "/devices/lab-1/clock")
    heatmap = clock.get_by_role("link", name="Heatmap of Clock")
    expect(heatmap).to_have_attribute("href", "/heatmap/lab-1/clock")


def test_a_host_that_does_not_exist_says_so(windows: Windows) -> None:
    page = windows.open("viewer")
    windows.expect_error("404 .*/api/v1/")
    page.goto("/hosts/lab-99")
    expect(page.get_by_test_id("empty")).to_contain_text("There is no host lab-99")
    expect(page.get_by_role("link", name="Look at all hosts")).to_be_visible()


def test_the_pages_of_hosts_can_be_used_with_the_keyboard_alone(admin_page: Page) -> None:
    admin_page.goto("/hosts")
    link = host_row(admin_page, "lab-2").get_by_role("link", name="lab-2")
    expect(link).to_be_visible()
    admin_page.get_by_label("Search hosts and their devices").focus()
    for _ in range(12):
        admin_page.keyboard.press("Tab")
        if link.evaluate("each => each === document.activeElement"):
            break
    admin_page.keyboard.press("Enter")
    expect(admin_page).to_have_url(re.compile("/hosts/lab-2$"))
    stop = admin_page.get_by_role("button", name="Stop Test pattern")
    stop.focus()
    admin_page.keyboard.press("Enter")
    dialog = admin_page.get_by_role("dialog", name="Stop recording Test pattern?")
    expect(dialog.get_by_role("button", name="Cancel").last).to_be_focused()
    admin_page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(stop).to_be_focused()


# -- control ---------------------------------------------------------------------------------


@pytest.fixture
def pattern_again(stack: Stack) -> Iterator[None]:
    """Whatever a test does to it, the pattern records afterwards."""
    yield
    assert stack.api().http.post("/api/v1/devices/lab-2/pattern/start").status_code == 202
    stack.wait_for("the pattern is live", lambda: stack.device(PATTERN)["word"] == "live")


def test_an_operator_stops_and_starts_a_device(
    operator_page: Page, stack: Stack, pattern_again: None
) -> None:
    operator_page.goto("/hosts/lab-2")
    pattern = device_row(operator_page, "Test pattern")
    pattern.get_by_role("button", name="Stop Test pattern").click()
    dialog = operator_page.get_by_role("dialog", name="Stop recording Test pattern?")
    expect(dialog).to_contain_text("Nothing is recorded until somebody starts it again")
    assert stack.device(PATTERN)["word"] == "live"
    dialog.get_by_role("button", name="Stop recording").click()
    expect(pattern.get_by_role("status")).to_contain_text("Recording of pattern stops within seconds")
    expect(pattern).to_contain_text("Stopped", timeout=CONTROLLED_WITHIN_MS)
    assert stack.device(PATTERN)["word"] == "stopped"
    pattern.get_by_role("button", name="Start Test pattern").click()
    expect(pattern.get_by_role("status")).to_contain_text("starts within seconds")
    expect(pattern).to_contain_text("Live", timeout=CONTROLLED_WITHIN_MS)


def test_a_command_for_a_host_that_cannot_be_reached_waits_for_it(
    operator_page: Page, stack: Stack, pattern_again: None
) -> None:
    agent = stack.agents["lab-2"]
    operator_page.goto("/hosts/lab-2")
    pattern = device_row(operator_page, "Test pattern")
    expect(pattern).to_be_visible()
    agent.stop()
    try:
        pattern.get_by_role("button", name="Restart Test pattern").click()
        dialog = operator_page.get_by_role("dialog")
        expect(dialog).to_contain_text("A second or two is not recorded")
        dialog.get_by_role("button", name="Restart").click()
        said = pattern.get_by_role("status")
        expect(said).to_contain_text("lab-2 cannot be reached. This waits for the host's next heartbeat.")
        command = operator_page.get_by_role("row").filter(has_text="Restart pattern").first
        expect(command).to_contain_text("Waits")
        expect(command).to_contain_text("olga")
    finally:
        agent.start()
    expect(command).to_contain_text("Done", timeout=CONTROLLED_WITHIN_MS)
    stack.wait_for(
        "lab-2 records again",
        lambda: all(each["word"] == "live" for each in stack.api().devices() if each["host"] == "lab-2"),
    )


def test_a_refusal_is_said_beside_the_button(windows: Windows) -> None:
    page = windows.open("operator", "/hosts/lab-2")
    windows.expect_error("502 .*/restart")
    page.route(
        "**/api/v1/devices/lab-2/pattern/restart",
        lambda route: route.fulfill(**failure(502, "The host refused.", "Look at its log.")),
    )
    page.get_by_role("button", name="Restart Test pattern").click()
    page.get_by_role("dialog").get_by_role("button", name="Restart").click()
    expect(device_row(page, "Test pattern").get_by_role("status")).to_have_text(
        "The host refused. Look at its log."
    )
    assert_accessible(page)


def test_a_viewer_is_offered_no_control_and_no_enrolment(viewer_page: Page, stack: Stack) -> None:
    viewer_page.goto("/hosts")
    expect(host_row(viewer_page, "lab-2")).to_be_visible()
    expect(viewer_page.get_by_role("button", name="Enrol a host")).to_have_count(0)
    viewer_page.goto("/hosts/lab-2")
    expect(device_row(viewer_page, "Test pattern")).to_be_visible()
    for action in ("Start", "Stop", "Restart", "Revoke"):
        expect(viewer_page.get_by_role("button", name=re.compile(f"^{action}"))).to_have_count(0)
    refused = stack.api("viewer").http.post("/api/v1/devices/lab-2/pattern/stop")
    assert refused.status_code == 403


def test_an_operator_may_not_enrol_or_revoke_and_is_not_offered_it(operator_page: Page) -> None:
    operator_page.goto("/hosts")
    expect(host_row(operator_page, "lab-2")).to_be_visible()
    expect(operator_page.get_by_role("button", name="Enrol a host")).to_have_count(0)
    operator_page.goto("/hosts/lab-2")
    expect(operator_page.get_by_role("button", name="Stop Test pattern")).to_be_visible()
    expect(operator_page.get_by_role("button", name=re.compile("^Revoke"))).to_have_count(0)


def test_who_is_limited_to_a_group_sees_its_devices_and_nothing_of_the_rest(limited_page: Page) -> None:
    limited_page.goto("/hosts")
    expect(host_row(limited_page, "lab-2")).to_contain_text("1 device")
    expect(host_row(limited_page, "lab-1")).to_have_count(0)
    expect(limited_page.get_by_text(" free of ")).to_have_count(0)
    limited_page.goto("/hosts/lab-2")
    expect(device_row(limited_page, "Test pattern")).to_be_visible()
    expect(device_row(limited_page, "Back seat")).to_have_count(0)
    expect(limited_page.get_by_role("region", name="Recent commands")).to_have_count(0)


# -- enrolment -------------------------------------------------------------------------------


def assert_an_agent_takes(lines: str, folder: Path) -> None:
    """With a root and a device, the lines are settings that the agent accepts."""
    config = folder / "host.toml"
    root = lines.replace("[agent]", f'[agent]\nroot = "{folder}"')
    config.write_text(f'{root}\n[[device]]\nname = "door"\nsource = "pattern:testsrc2"\n')
    settings = load_settings(config, {})
    assert (settings.agent.name, settings.agent.listen) == ("lab-3", "10.0.0.9:8101")
    assert settings.agent.public_url == "http://10.0.0.9:8101"


def test_an_admin_makes_a_token_sees_it_once_and_withdraws_it(
    admin_page: Page, stack: Stack, tmp_path: Path
) -> None:
    admin_page.goto("/hosts")
    admin_page.get_by_role("button", name="Enrol a host").click()
    form = admin_page.get_by_role("dialog", name="Enrol a host")
    form.get_by_label("Name of the host").fill("Lab 3")
    form.get_by_role("button", name="Make the token").click()
    expect(form).to_contain_text("Small letters, digits")
    assert_accessible(admin_page)
    form.get_by_label("Name of the host").fill("lab-1")
    expect(form).to_contain_text("There is a host lab-1 already, online.")
    form.get_by_label("Name of the host").fill("lab-3")
    form.get_by_label("Networks").fill("10.0.0.0/8\n192.168.7.0/24")
    form.get_by_label("Good for").select_option("8 hours")
    with admin_page.expect_response("**/api/v1/hosts/enrolment-tokens") as made:
        form.get_by_role("button", name="Make the token").click()
    token = made.value.json()["data"]["token"]
    listed = stack.api().http.get("/api/v1/hosts/enrolment-tokens").json()["data"][0]
    assert (listed["host_name"], listed["replaces_host"]) == ("lab-3", False)
    assert listed["networks"] == ["10.0.0.0/8", "192.168.7.0/24"]
    steps = admin_page.get_by_role("dialog", name="Enrol lab-3")
    expect(steps.get_by_text(token, exact=True)).to_be_visible()
    steps.get_by_label("Address of that machine").fill("10.0.0.9")
    expect(steps).to_contain_text('listen = "10.0.0.9:8101"')
    expect(steps).to_contain_text(f'enrolment_token = "{token}"')
    expect(steps).to_contain_text(f'url = "{stack.url}"')
    assert_an_agent_takes(steps.locator("pre", has_text="[agent]").inner_text(), tmp_path)
    admin_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    steps.get_by_role("button", name="Copy the token").click()
    assert admin_page.evaluate("navigator.clipboard.readText()") == token
    admin_page.keyboard.press("Escape")
    expect(steps.get_by_text(token, exact=True)).to_be_visible()
    assert_accessible(admin_page)
    steps.get_by_role("button", name="Done").click()
    expect(admin_page.get_by_role("dialog")).to_have_count(0)
    expect(admin_page.get_by_text(token)).to_have_count(0)
    tokens = admin_page.get_by_role("region", name="Open enrolment tokens")
    listed_token = tokens.get_by_role("listitem").filter(has_text="lab-3")
    expect(listed_token).to_contain_text(re.compile("Expires in (8 h|7 h 59 min)"))
    tokens.get_by_role("button", name="Withdraw the token for lab-3").click()
    question = admin_page.get_by_role("dialog", name="Withdraw the token for lab-3?")
    question.get_by_role("button", name="Withdraw").click()
    expect(tokens.get_by_role("listitem").filter(has_text="lab-3")).to_have_count(0)
    left = stack.api().http.get("/api/v1/hosts/enrolment-tokens").json()["data"]
    assert [each for each in left if each["host_name"] == "lab-3"] == []


def test_a_host_that_enrols_while_its_lines_are_shown_is_announced(admin_page: Page, stack: Stack) -> None:
    admin_page.goto("/hosts")
    admin_page.get_by_role("button", name="Enrol a host").click()
    form = admin_page.get_by_role("dialog", name="Enrol a host")
    form.get_by_label("Name of the host").fill("lab-4")
    with admin_page.expect_response("**/api/v1/hosts/enrolment-tokens") as made:
        form.get_by_role("button", name="Make the token").click()
    try:
        steps = admin_page.get_by_role("dialog", name="Enrol lab-4")
        expect(steps.get_by_role("status")).to_contain_text("Waiting for lab-4")

        def arrive(hosts: list[dict[str, Any]]) -> None:
            enrolled_at = "2099-01-01T00:00:00Z"
            hosts.append({**hosts[0], "name": "lab-4", "enrolled_at": enrolled_at, "devices": []})

        with_hosts(admin_page, arrive)
        expect(steps.get_by_role("status")).to_contain_text("lab-4 has enrolled.", timeout=RENEWED_WITHIN_MS)
        steps.get_by_role("button", name="Done").click()
        expect(host_row(admin_page, "lab-4")).to_be_visible()
    finally:
        token_id = made.value.json()["data"]["id"]
        assert stack.api().http.delete(f"/api/v1/hosts/enrolment-tokens/{token_id}").status_code == 200


def test_a_credential_is_revoked_only_after_the_hosts_name_is_typed(admin_page: Page) -> None:
    asked: list[str] = []

    def note(route: Route) -> None:
        # Two hosts are everybody's here: what would be sent is looked at, and not done.
        asked.append(f"{route.request.method} {route.request.url.partition('/api')[2]}")
        route.fulfill(json={"success": True, "data": None})

    admin_page.route("**/api/v1/hosts/lab-2/credential", note)
    admin_page.goto("/hosts/lab-2")
    admin_page.get_by_role("button", name="Revoke the credential").click()
    dialog = admin_page.get_by_role("dialog", name="Revoke the credential of lab-2?")
    revoke = dialog.get_by_role("button", name="Revoke")
    expect(revoke).to_be_disabled()
    dialog.get_by_label("Type lab-2 to confirm").fill("lab-1")
    expect(revoke).to_be_disabled()
    assert_accessible(admin_page)
    dialog.get_by_label("Type lab-2 to confirm").fill("lab-2")
    revoke.click()
    expect(dialog).to_have_count(0)
    assert asked == ["DELETE /v1/hosts/lab-2/credential"]


def test_a_revoked_host_is_removed_for_good_after_it_is_said_what_goes_and_what_stays(
    admin_page: Page,
) -> None:
    asked: list[str] = []

    def revoked(route: Route) -> None:
        if route.request.method == "DELETE":
            # It is everybody's here: what would be sent is looked at, and not done.
            asked.append(route.request.url.partition("/api")[2])
            route.fulfill(json={"success": True, "data": None})
            return
        real = route.fetch()
        body = real.json()
        body["data"]["state"] = "revoked"
        route.fulfill(response=real, body=json.dumps(body))

    admin_page.route("**/api/v1/hosts/lab-2", revoked)
    admin_page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    admin_page.goto("/hosts/lab-2")
    admin_page.get_by_role("button", name="Remove lab-2").click()
    dialog = admin_page.get_by_role("dialog", name="Remove lab-2 for good?")
    expect(dialog).to_contain_text("The host and 2 devices leave the wall")
    expect(dialog).to_contain_text("What it reported stays")
    remove = dialog.get_by_role("button", name="Remove")
    expect(remove).to_be_disabled()
    assert_accessible(admin_page)
    assert_no_horizontal_scroll(admin_page)
    dialog.get_by_label("Type lab-2 to confirm").fill("lab-2")
    remove.click()
    expect(admin_page).to_have_url(re.compile(r"/hosts$"))
    expect(admin_page.get_by_text("lab-2 is removed")).to_be_visible()
    assert asked == ["/v1/hosts/lab-2"]


def test_a_host_whose_credential_counts_is_not_to_be_removed(admin_page: Page) -> None:
    admin_page.goto("/hosts/lab-2")
    expect(admin_page.get_by_role("button", name="Revoke the credential")).to_be_visible()
    expect(admin_page.get_by_role("button", name="Remove lab-2")).to_have_count(0)


# -- every page ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/hosts", "/hosts/lab-1"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_pages_are_accessible_in_both_themes_and_narrow(
    windows: Windows, path: str, theme: Theme
) -> None:
    page = windows.open("admin", path, theme=theme)
    ready = host_row(page, "lab-1") if path == "/hosts" else device_row(page, "Clock (RTSP camera)")
    expect(ready).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert_no_horizontal_scroll(page)
    assert_accessible(page)


def test_the_dialog_of_enrolment_fits_a_phone_in_both_themes(windows: Windows) -> None:
    page = windows.open("admin", "/hosts", size=NARROW)
    page.get_by_role("button", name="Enrol a host").click()
    expect(page.get_by_role("dialog", name="Enrol a host").get_by_label("Networks")).to_be_visible()
    assert_no_horizontal_scroll(page)
    set_theme(page, "light")
    assert_accessible(page)
