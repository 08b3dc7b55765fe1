"""The pages of cameras: the list, the form, a camera's own page, the health report."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from deploy.local.rtsp_relay import RtspRelay, h264_encoding, pattern_source
from tests.support.browser import NARROW, Windows
from tests.support.browser_checks import assert_accessible, assert_no_horizontal_scroll
from tests.support.e2e_slow_answers import SlowAnswers
from tests.support.e2e_stack import Stack

CAMERAS = re.compile(r"/api/v1/cameras\?")
RECORDED_WITHIN_MS = 30_000
# Pages ask for what they show every few seconds.
ASKED_AGAIN_WITHIN_MS = 15_000


@pytest.fixture(autouse=True)
def no_camera_is_left(stack: Stack) -> Iterator[None]:
    """What a test makes of cameras goes with it."""
    yield
    http = stack.gateway.login()
    for camera in http.get("/api/v1/cameras?search=e2e&page_size=100").json()["data"]:
        assert http.delete(f"/api/v1/cameras/{camera['id']}").is_success


def make(stack: Stack, name: str, **more: Any) -> dict[str, Any]:
    body = {"name": name, "rtsp_url": f"rtsp://127.0.0.1:9/{name.replace(' ', '-')}"} | more
    made = stack.gateway.login().post("/api/v1/cameras", json=body)
    assert made.status_code == 201, made.text
    camera: dict[str, Any] = made.json()["data"]
    return camera


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


# -- from the form to the wall ---------------------------------------------------------------


def test_a_camera_that_is_added_by_the_form_is_recorded_tried_pictured_and_deleted(
    windows: Windows, tmp_path: Path
) -> None:
    # Its host has no picture of it in the first seconds.
    windows.expect_error("(404|503) .*/devices/lab-2/e2e-yard/")
    page = windows.open("admin")
    with RtspRelay(tmp_path, names=["yard"]) as relay:
        relay.publish("yard", pattern_source("testsrc2=size=320x180:rate=10"), h264_encoding(gop_frames=5))
        address = relay.url("yard")
        page.goto("/cameras")
        page.get_by_role("button", name="Add a camera").click()
        expect(page.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
        page.keyboard.type("e2e yard")
        page.get_by_role("textbox", name="Address", exact=True).fill(address)
        expect(page.get_by_text("The login was taken out of the address")).to_be_visible()
        expect(page.get_by_role("textbox", name="Address", exact=True)).to_have_value(
            re.sub("//.*@", "//", address)
        )
        expect(page.get_by_role("textbox", name="User name")).to_have_value("cam")
        page.get_by_label("Recorded by").select_option("lab-2")
        expect(page.get_by_text("lab-2 begins recording within 20 s")).to_be_visible()
        page.get_by_role("button", name="Add the camera").click()
        page.wait_for_url("**/cameras/e2e-yard")
        expect(page.get_by_text("Newest picture, taken")).to_be_visible(timeout=RECORDED_WITHIN_MS)
        page.get_by_role("button", name="Test connection").click()
        expect(page.get_by_text("The camera answers")).to_be_visible()
        expect(page.get_by_text(re.compile("320x180.*Tested by lab-2"))).to_be_visible()
        page.get_by_role("button", name="Take a snapshot").click()
        expect(page.get_by_text("Snapshot taken")).to_be_visible()
        page.get_by_role("region", name="Snapshots").get_by_role("button").first.click()
        picture = page.get_by_role("dialog").get_by_role("img", name="e2e yard")
        expect(picture).to_have_js_property("naturalWidth", 320)
        page.keyboard.press("Escape")
        page.goto("/wall?host=lab-2")
        tile = page.get_by_test_id("tile").filter(has_text="e2e yard")
        expect(tile.locator("img, canvas").first).to_be_visible(timeout=RECORDED_WITHIN_MS)
        expect(tile).not_to_contain_text("No picture")
        page.goto("/cameras/e2e-yard")
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_role("dialog")).to_contain_text("lab-2 stops recording it")
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        page.wait_for_url("**/cameras")
        expect(row(page, "Test pattern")).to_be_visible()
        expect(row(page, "e2e yard")).to_have_count(0)


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost_without_a_question(
    windows: Windows, stack: Stack
) -> None:
    windows.expect_error("(409|422) .*/api/v1/cameras")
    make(stack, "e2e one", external_id="e2e_one")
    page = windows.open("admin", "/cameras")
    page.get_by_role("button", name="Add a camera").click()
    page.get_by_role("button", name="Add the camera").click()
    name = page.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description(re.compile("Enter a name"))
    name.fill("e2e two")
    address = page.get_by_role("textbox", name="Address", exact=True)
    address.fill("ftp://camera/x")
    address.press("Tab")
    expect(address).to_have_accessible_description(re.compile("Begin with rtsp://"))
    address.fill("rtsp://127.0.0.1:9/x")
    page.get_by_text("More about the stream").click()
    page.get_by_role("textbox", name="Id for other programs").fill("e2e_one")
    page.get_by_role("button", name="Add the camera").click()
    expect(page.get_by_text(re.compile("e2e_one.*already|another camera", re.IGNORECASE))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.get_by_role("button", name="Go on editing").click()
    expect(name).to_have_value("e2e two")
    page.go_back()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row(page, "e2e two")).to_have_count(0)


def test_a_password_is_kept_unless_somebody_says_otherwise(stack: Stack, admin_page: Page) -> None:
    make(stack, "e2e one", external_id="e2e_one", username="admin", password="s3cret")
    admin_page.goto("/cameras/e2e_one?form=e2e_one")
    form = admin_page.get_by_role("dialog")
    expect(form).to_contain_text("One is stored. It is never shown.")
    form.get_by_role("textbox", name="Place").fill("Hall")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(admin_page.get_by_text("admin, with a password")).to_be_visible()
    expect(admin_page.get_by_text("Hall")).to_be_visible()


def test_of_a_camera_that_its_host_names_only_what_is_ours_is_changed(admin_page: Page) -> None:
    admin_page.goto("/cameras/lab-2__pattern")
    admin_page.get_by_role("button", name="Edit").click()
    form = admin_page.get_by_role("dialog")
    expect(form).to_contain_text("lab-2 names this camera in its own host.toml")
    expect(form.get_by_role("textbox", name="Address", exact=True)).to_have_count(0)
    expect(form.get_by_label("Group")).to_be_visible()
    expect(form).to_contain_text("lab-2 records it either way")
    detects = form.get_by_label("Detect motion")
    expect(detects.get_by_role("option").first).to_have_text("As host.toml of lab-2 says (on)")
    detects.select_option("Off")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    detection = admin_page.get_by_text("Off, set here; host.toml of lab-2 says on (0.7)")
    expect(detection).to_be_visible()
    admin_page.get_by_role("button", name="Edit").click()
    detects.select_option("host")
    form.get_by_role("button", name="Save").click()
    expect(detection).to_have_count(0)
    expect(admin_page.get_by_text(", as host.toml of lab-2 says")).to_be_visible()
    admin_page.get_by_role("button", name="Delete").click()
    expect(form).to_contain_text("Take it out there")
    form.get_by_role("button", name="Close", exact=True).click()
    expect(form).to_have_count(0)


# -- the list --------------------------------------------------------------------------------


def test_cameras_are_filtered_sorted_and_paged_and_the_address_keeps_it(
    stack: Stack, admin_page: Page
) -> None:
    for number in range(21):
        make(stack, f"e2e {number:02}", is_active=False)
    page = admin_page
    page.goto("/cameras?search=e2e")
    expect(page.get_by_text("1–20 of 21")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(row(page, "e2e 20")).to_be_visible()
    page.reload()
    expect(row(page, "e2e 20")).to_be_visible()
    page.go_back()
    expect(row(page, "e2e 00")).to_be_visible()
    page.get_by_role("button", name="Camera", exact=True).press("Enter")
    expect(page.get_by_role("columnheader", name="Camera")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("rowheader").first).to_have_text("e2e 20")
    page.get_by_label("Search cameras").fill("nobody is called so")
    expect(page.get_by_role("heading", name="No camera is like that")).to_be_visible()
    page.get_by_role("button", name="Show all cameras").click()
    page.get_by_role("combobox", name="Host").select_option("lab-2")
    expect(row(page, "Test pattern")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(2)


def test_many_cameras_are_changed_at_once_and_what_was_refused_is_named(
    stack: Stack, windows: Windows
) -> None:
    windows.expect_error("404 .*/api/v1/cameras")
    made = [make(stack, f"e2e {number}") for number in range(3)]
    page = windows.open("admin", "/cameras")
    for name in ("e2e 0", "e2e 1", "e2e 2", "Test pattern"):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    bar = page.get_by_role("region", name="Chosen cameras")
    expect(bar).to_contain_text("4 cameras chosen")
    bar.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    # It stands in its host's own host.toml, and would come back.
    expect(dialog).to_contain_text("1 camera of these is left out")
    # Somebody else is faster with one of the others.
    stack.gateway.login().delete(f"/api/v1/cameras/{made[2]['id']}")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_contain_text("2 cameras deleted, 1 not.")
    expect(dialog.get_by_role("listitem")).to_contain_text("e2e 2: ")
    dialog.get_by_role("button", name="Close").last.click()
    expect(row(page, "e2e 0")).to_have_count(0)
    expect(bar).to_contain_text("1 camera chosen")


# -- files -----------------------------------------------------------------------------------


def test_a_file_is_looked_at_with_its_errors_then_imported_and_exported_again(
    admin_page: Page, stack: Stack
) -> None:
    make(stack, "e2e there")
    page = admin_page
    page.goto("/cameras")
    page.get_by_role("link", name="Import").click()
    rows = [
        "name,rtsp_url,fps",
        "e2e gate 1,rtsp://10.0.0.1/a,25",
        "e2e gate 2,ftp://10.0.0.2/a,25",
        "e2e gate 3,rtsp://10.0.0.3/a,999",
        "e2e there,rtsp://127.0.0.1:9/e2e-there,",
    ]
    page.get_by_label("File of cameras").set_input_files(
        {"name": "cameras.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    )
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text("1 camera is new, 1 row is skipped, 2 rows have errors.")
    errors = preview.get_by_role("table", name="Errors: 2").get_by_role("row")
    expect(errors.nth(1)).to_contain_text("3rtsp_urlIt begins with ftp://")
    expect(errors.nth(2)).to_contain_text("4fpsIt must be a whole number from 1 to 240.")
    expect(preview.get_by_role("table", name="Skipped: 1")).to_contain_text("already")
    expect(preview.get_by_role("button", name="Import 1 camera")).to_be_disabled()
    assert_accessible(page)
    page.get_by_label("Leave rows with errors out").check()
    preview.get_by_role("button", name="Import 1 camera").click()
    expect(page.get_by_role("region", name="What was imported")).to_contain_text("1 camera imported")
    page.get_by_role("link", name="Show the imported cameras").click()
    expect(page.get_by_role("rowheader").first).to_have_text("e2e gate 1")
    page.get_by_role("button", name="Export").click()
    page.get_by_label("With passwords").check()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("audit log")
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("button", name="Download").click()
    assert re.fullmatch(r"cameras_.*\.csv", download.value.suggested_filename)
    assert "e2e gate 1" in Path(download.value.path()).read_text()


# -- roles, states, looks --------------------------------------------------------------------


def test_a_viewer_looks_and_tries_and_is_not_offered_to_change(windows: Windows) -> None:
    page = windows.open("viewer", "/cameras")
    expect(row(page, "Test pattern")).to_be_visible()
    for name in ("Add a camera", "Import"):
        expect(page.get_by_text(name, exact=True)).to_have_count(0)
    expect(page.get_by_role("checkbox", name="Choose")).to_have_count(0)
    row(page, "Test pattern").get_by_role("link", name="Test pattern", exact=True).click()
    expect(page.get_by_role("button", name="Take a snapshot")).to_be_visible()
    for name in ("Edit", "Deactivate", "Delete"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("The camera answers")).to_be_visible()


def test_who_is_limited_sees_the_cameras_of_their_groups(limited_page: Page) -> None:
    limited_page.goto("/cameras")
    expect(row(limited_page, "Test pattern")).to_be_visible()
    expect(limited_page.get_by_role("rowheader")).to_have_count(1)


def test_a_slow_list_says_what_is_waited_for_and_a_failed_one_what_to_do(windows: Windows) -> None:
    windows.expect_error("503 .*/api/v1/cameras")
    page = windows.open("admin")
    answers = SlowAnswers(page, CAMERAS)
    page.goto("/cameras")
    expect(page.get_by_text("Waiting for the cameras")).to_be_visible()
    answers.refuse_what_is_held()
    failed = page.get_by_test_id("failed")
    expect(failed).to_contain_text("The database does not answer.", timeout=ASKED_AGAIN_WITHIN_MS)
    answers.is_ill = False
    failed.get_by_role("button", name="Try again").click()
    expect(row(page, "Test pattern")).to_be_visible()


def test_without_a_camera_the_page_says_both_ways_to_one(windows: Windows) -> None:
    page = windows.open("admin")
    nothing = {"success": True, "data": [], "meta": {"page": 1, "pageSize": 20, "total": 0, "totalPages": 0}}
    page.route(CAMERAS, lambda route: route.fulfill(json=nothing))
    page.goto("/cameras")
    empty = page.get_by_test_id("empty")
    expect(empty).to_contain_text("named in a host's own settings appear here by themselves")
    expect(empty.get_by_role("link", name="Import a list")).to_be_visible()
    empty.get_by_role("button", name="Add a camera").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_form_is_usable_on_a_phone_and_accessible_in_the_light_theme(windows: Windows) -> None:
    page = windows.open("admin", "/cameras?form=new", size=NARROW, theme="light")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_be_visible()
    page.get_by_text("More about the stream").click()
    page.get_by_label("Recorded by").select_option("lab-2")
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
