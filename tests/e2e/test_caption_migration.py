"""The pages of captions: how they become events, what other rules would make of them, having it done.

On a gateway of its own with real Redis, Neo4j, worker and scheduler.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from deploy.local.free_port import free_port
from tests.support.browser import NARROW, Windows
from tests.support.browser_checks import assert_accessible, assert_no_horizontal_scroll, set_theme
from tests.support.captions_stand import SIX_CAPTIONS, CaptionsStand
from tests.support.e2e_stack import LOGINS, Login
from tests.support.gateway_under_test import SCHEDULER
from tests.support.neo4j import graph_section, new_camera_id
from tests.support.servers import fresh_database

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

# Of the one Redis of these tests.
DATABASE = 7
STATUS = "**/api/v1/migration/status"
CAMERAS = "**/api/v1/migration/cameras?*"
# Pages ask for what they show every few seconds; a job is begun at once, and takes a second the first time.
SHOWN_WITHIN_MS = 15_000
LIMITED = Login("landlord", "whose cameras are those of one lobby")
NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Camera:
    """`id`: its external id, by which captions name it."""

    id: str
    name: str

    @property
    def path(self) -> str:
        return f"/cameras/{self.id}/captions"


@pytest.fixture(scope="module")
def stand(
    postgres: "PrivatePostgres",
    migrated_template: str,
    redis_server: "PrivateRedis",
    neo4j: "PrivateNeo4j",
    ui_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CaptionsStand]:
    with (
        fresh_database(postgres, migrated_template) as url,
        CaptionsStand(
            tmp_path_factory.mktemp("captions"),
            url,
            redis_server.url(database=DATABASE),
            neo4j,
            web={"ui_dir": str(ui_dir)},
        ) as running,
    ):
        group = running.http.post("/api/v1/cameras/groups", json={"name": "Lobby"}).json()["data"]["id"]
        users = [(role, LOGINS[role], []) for role in ("operator", "viewer")] + [
            ("operator", LIMITED, [group])
        ]
        for role, login, groups in users:
            body = {
                "username": login.username,
                "email": f"{login.username}@example.com",
                "password": login.password,
                "role": role,
                "limited_to_groups": groups != [],
                "camera_group_ids": groups,
            }
            assert running.http.post("/api/v1/users", json=body).status_code == 201
        yield running


@pytest.fixture
def windows(browser: Browser, stand: CaptionsStand) -> Iterator[Windows]:
    """Windows on this gateway."""
    opened = Windows(browser, stand.gateway.url)
    yield opened
    opened.close()


@pytest.fixture
def camera(stand: CaptionsStand) -> Camera:
    """A camera that no other test knows."""
    made = Camera(new_camera_id(), f"Field {next(NUMBERS)}")
    stand.add_camera(made.name, made.id)
    return made


def post_six(stand: CaptionsStand, camera: Camera) -> None:
    """The six captions that are two events, of the last minutes."""
    stand.post(camera.id, SIX_CAPTIONS, stand.now_ms() - 240_000)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def number(page: Page, name: str) -> Locator:
    """What is said of `name` among the numbers of a page."""
    return (
        page.locator("dl > div")
        .filter(has=page.get_by_role("term").get_by_text(name, exact=True))
        .get_by_role("definition")
    )


def preview(page: Page) -> Locator:
    return page.get_by_role("region", name="Preview")


def assert_fits_in_both_themes(page: Page) -> None:
    for theme in ("dark", "light"):
        set_theme(page, theme)
        assert_accessible(page)
    assert_no_horizontal_scroll(page)


# -- from captions to events -----------------------------------------------------------------


def test_captions_that_come_are_shown_tried_by_other_rules_merged_and_told_of(
    windows: Windows, stand: CaptionsStand, camera: Camera
) -> None:
    post_six(stand, camera)
    page = windows.open("operator", "/jobs")
    page.get_by_role("navigation", name="Lists of jobs").get_by_role("link", name="Captions").press("Enter")
    expect(page.get_by_text("Captions become events before they leave the cache.")).to_be_visible()
    expect(number(page, "Due now")).to_have_text("0")
    page.get_by_role("searchbox", name="Search cameras").fill(camera.name)
    expect(page.get_by_text("1–1 of 1", exact=True)).to_be_visible()
    expect(row(page, camera.name)).to_contain_text("person walking away from field")
    expect(row(page, camera.name).get_by_role("cell").nth(0)).to_have_text("6")
    page.get_by_role("link", name=camera.name, exact=True).press("Enter")

    expect(preview(page)).to_contain_text("6 captions → 2 events")
    expect(preview(page).get_by_role("row", name=re.compile("2 min.*5.*of man in fields"))).to_be_visible()
    similarity = page.get_by_role("textbox", name=re.compile("^Similarity"))
    similarity.fill("1,5")
    expect(similarity).to_have_accessible_description(re.compile("Enter a number above 0, up to 1"))
    expect(page.get_by_role("button", name="Save as this camera's rules")).to_be_disabled()
    page.get_by_role("slider", name=re.compile("^Similarity")).press("End")
    expect(similarity).to_have_value("1")
    expect(preview(page)).to_contain_text("6 captions → 4 events")
    expect(preview(page)).to_contain_text("By the rules that count now there are 2.")
    assert stand.data(f"/migration/camera/{camera.id}/rules")["similarity_threshold"] is None
    meanwhile = stand.http.put(
        f"/api/v1/migration/camera/{camera.id}/rules", json={"min_duration_s": 30, "retention_days": 365}
    )
    assert meanwhile.status_code == 200, meanwhile.text
    page.get_by_label("Events are kept").select_option("90 days")
    page.get_by_role("button", name="Save as this camera's rules").press("Enter")
    question = page.get_by_role("dialog", name=f"Keep events of {camera.id} for 90 days only?")
    expect(question).to_contain_text("No event is older than that now.")
    expect(question).to_contain_text("So far they are kept for 365 days.")
    assert stand.data(f"/migration/camera/{camera.id}/rules")["retention_days"] == 365
    assert_accessible(page)
    question.get_by_role("button", name="Save, and delete older events").click()
    expect(page.get_by_text("The limits count from the next migration on.")).to_contain_text(
        "Events are kept for 90 days; older ones are deleted every night."
    )
    expect(number(page, "Rules")).to_have_text("Its own")
    kept = stand.data(f"/migration/camera/{camera.id}/rules")
    assert (kept["similarity_threshold"], kept["retention_days"], kept["min_duration_s"]) == (1, 90, 30)

    page.get_by_role("button", name="Migrate all now").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Done.")).to_be_visible(timeout=SHOWN_WITHIN_MS)
    expect(number(page, "Cached")).to_have_text("0 captions", timeout=SHOWN_WITHIN_MS)
    expect(number(page, "Events").get_by_role("link")).to_have_attribute(
        "href", f"/events?camera={camera.id}"
    )
    expect(number(page, "Events")).to_have_text("4 events", timeout=SHOWN_WITHIN_MS)
    run = page.get_by_role("region", name="What became of its captions").get_by_role("row").nth(1)
    expect(run).to_contain_text("6 captions → 4 new events")
    expect(run).to_contain_text("33.3 % fewer")
    expect(page.get_by_role("heading", name="Nothing is cached now")).to_be_visible()
    assert_accessible(page)

    page.goto(f"/jobs/captions?list=history&camera={camera.id}")
    page.get_by_role("row", name=re.compile(camera.id)).get_by_role("link", name="Its job").click()
    expect(page.get_by_role("dialog", name="Job")).to_contain_text("Finished")
    assert "list=history" in page.url
    page.keyboard.press("Escape")
    page.get_by_label("State").select_option("Failed")
    expect(page.get_by_role("heading", name="Nothing like that was done")).to_be_visible()


def test_a_cache_is_cleared_after_its_captions_are_events_or_when_its_name_is_typed(
    windows: Windows, stand: CaptionsStand, camera: Camera
) -> None:
    post_six(stand, camera)
    page = windows.open("operator", f"/cameras/{camera.id}")
    card = page.get_by_role("region", name="Captions")
    expect(card).to_contain_text("6 captions")
    expect(card).to_contain_text("person walking away from field")
    card.get_by_role("link", name="Preview and rules").click()
    page.get_by_role("button", name="Clear the cache").click()
    question = page.get_by_role("dialog", name=f"Empty the cache of {camera.id}?")
    expect(question).to_contain_text("6 captions are cached")
    expect(question.get_by_role("checkbox")).to_be_checked()
    assert_accessible(page)
    question.get_by_role("button", name="Merge and empty").click()
    expect(page.get_by_text("6 captions merged: 2 new.")).to_be_visible(timeout=SHOWN_WITHIN_MS)
    expect(number(page, "Cached")).to_have_text("0 captions", timeout=SHOWN_WITHIN_MS)
    expect(page.get_by_role("button", name="Clear the cache")).to_be_disabled()

    stand.post(camera.id, [(0, "a hare"), (30, "a tractor")], stand.now_ms() - 40_000)
    page.reload()
    page.get_by_role("button", name="Clear the cache").click()
    question.get_by_role("checkbox").uncheck()
    throw_away = question.get_by_role("button", name="Throw away 2 captions")
    expect(throw_away).to_be_disabled()
    question.get_by_role("textbox").fill(camera.id)
    throw_away.click()
    expect(page.get_by_text("2 captions thrown away.")).to_be_visible()
    expect(number(page, "Events")).to_have_text("2 events", timeout=SHOWN_WITHIN_MS)


def test_what_is_due_is_merged_at_once_where_somebody_has_it_checked(
    windows: Windows, stand: CaptionsStand, camera: Camera
) -> None:
    stand.gateway.stop(SCHEDULER)  # which would be as fast
    stand.put_as_of(camera.id, SIX_CAPTIONS, stand.now_ms() - 7_200_000, ago_s=7_000)
    page = windows.open("operator", "/jobs/captions?cached=1")
    expect(number(page, "Due now")).to_contain_text("6of 1 camera")
    expect(row(page, camera.name)).to_contain_text("since 1 min 4")
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("status").filter(has_text="Done.")).to_be_visible(timeout=SHOWN_WITHIN_MS)
    expect(number(page, "Due now")).to_have_text("0", timeout=SHOWN_WITHIN_MS)
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("Nothing is due yet, so there was nothing to begin.")).to_be_visible()
    page.get_by_text("History", exact=True).click()
    expect(page.get_by_role("row", name=re.compile(camera.id))).to_contain_text("Asked for: what was due")
    stand.gateway.restart(SCHEDULER)
    stand.wait_until_well()


def test_cameras_are_shown_page_by_page(windows: Windows, stand: CaptionsStand, camera: Camera) -> None:
    post_six(stand, camera)
    for place in range(21):
        stand.add_camera(f"Shelf {place:02}", new_camera_id())
    page = windows.open("viewer", "/jobs/captions?search=shelf")
    expect(page.get_by_text("1–20 of 21", exact=True)).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(row(page, "Shelf 20")).to_be_visible()
    page.go_back()
    expect(row(page, "Shelf 00")).to_be_visible()
    page.get_by_label("With cached captions only").click()  # it is set with the address, a moment later
    expect(page.get_by_role("heading", name="No camera is like that")).to_be_visible()
    page.get_by_role("button", name="Show all cameras").click()
    page.get_by_label("With cached captions only").click()
    expect(page.get_by_label("With cached captions only")).to_be_checked()
    expect(row(page, "Shelf 00")).to_have_count(0)
    expect(row(page, camera.name)).to_be_visible()


# -- who may what ----------------------------------------------------------------------------


def test_a_viewer_looks_and_tries_and_is_offered_no_change_also_on_a_phone(
    windows: Windows, stand: CaptionsStand, camera: Camera
) -> None:
    post_six(stand, camera)
    page = windows.open("viewer", "/jobs/captions?cached=1", size=NARROW)
    expect(row(page, camera.name)).to_be_visible()
    expect(page.get_by_role("button", name="Check now")).to_have_count(0)
    assert_fits_in_both_themes(page)
    page.get_by_text("History", exact=True).click()
    expect(page.get_by_label("Why")).to_be_visible()
    assert_fits_in_both_themes(page)
    page.get_by_text("Cameras", exact=True).last.click()
    page.get_by_role("link", name=camera.name, exact=True).click()
    expect(preview(page)).to_contain_text("6 captions → 2 events")
    page.get_by_role("textbox", name=re.compile("^The longest")).fill("60")
    expect(preview(page)).to_contain_text(re.compile("6 captions → [3-6] events"))
    expect(page.get_by_text("What you try here changes nothing.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Save|Migrate|Clear"))).to_have_count(0)
    assert_fits_in_both_themes(page)


def test_who_is_limited_to_a_group_merges_its_captions_and_knows_no_others(
    windows: Windows, stand: CaptionsStand, camera: Camera
) -> None:
    theirs = Camera(new_camera_id(), "Lobby door")
    group = stand.data("/cameras/groups")[0]["id"]
    stand.add_camera(theirs.name, theirs.id, group_id=group)
    post_six(stand, theirs)
    page = windows.open(LIMITED, theirs.path)
    page.get_by_role("button", name="Migrate all now").click()
    expect(page.get_by_text("What comes of it is in the history.")).to_be_visible()
    expect(number(page, "Events")).to_have_text("2 events", timeout=SHOWN_WITHIN_MS)
    expect(page.get_by_role("link", name="Its job")).to_have_count(0)
    page.goto("/jobs/captions")
    expect(number(page, "Cached captions")).to_have_text("0")
    expect(number(page, "Jobs")).to_have_count(0)
    page.goto(camera.path)
    expect(page.get_by_role("heading", name=f"There is no camera {camera.id}")).to_be_visible()


# -- what is missing -------------------------------------------------------------------------


def test_a_graph_that_is_away_is_told_with_what_follows_and_nothing_is_thrown_away(
    windows: Windows, stand: CaptionsStand, neo4j: "PrivateNeo4j", camera: Camera
) -> None:
    windows.expect_error("503 .*/cache")
    post_six(stand, camera)
    stand.restart_web(graph={"uri": f"bolt://127.0.0.1:{free_port()}", "timeout_s": 1})
    page = windows.open("operator", "/jobs/captions")
    standing = page.get_by_role("region", name="How it does")
    expect(standing).to_contain_text("Behind")
    expect(standing).to_contain_text("Captions wait for the graph, and nothing is lost.")
    expect(number(page, "Events in the graph")).to_have_text("It does not answer")
    page.goto(camera.path)
    expect(preview(page)).to_contain_text("6 captions → 2 events")
    page.get_by_role("button", name="Clear the cache").click()
    page.get_by_role("button", name="Merge and empty").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was thrown away.", timeout=SHOWN_WITHIN_MS)
    page.keyboard.press("Escape")
    expect(number(page, "Cached")).to_have_text("6 captions")

    page.goto("about:blank")
    stand.restart_web(graph={"uri": ""})
    page.goto("/jobs/captions")
    expect(page.get_by_role("heading", name="Captions are off")).to_be_visible()
    expect(page.get_by_text(re.compile("^Set NEO4J_URI"))).to_be_visible()
    expect(page.get_by_role("button", name="Check now")).to_have_count(0)
    assert_accessible(page)
    page.goto(camera.path)
    expect(page.get_by_text(re.compile("^Set NEO4J_URI"))).to_be_visible()
    page.goto(f"/cameras/{camera.id}")
    expect(page.get_by_role("region", name="Captions")).to_contain_text("Captions are off.")
    page.goto("about:blank")
    stand.restart_web(graph={**graph_section(neo4j), "timeout_s": 10})
    stand.wait_until_well()


def test_what_is_waited_for_and_what_went_wrong_is_said(windows: Windows, camera: Camera) -> None:
    windows.expect_error("403 .*/api/v1/migration")
    page = windows.open("viewer")
    error = {"code": "refused", "message": "Redis cannot be used now.", "remedy": "Wait.", "details": {}}

    def fail(route: Route) -> None:
        # What the gateway refuses is not asked for again by itself, which takes seconds.
        route.fulfill(status=403, json={"success": False, "error": error})

    held: list[Route] = []
    page.route(STATUS, lambda route: held.append(route))  # noqa: PLW0108 (it is marked by an attribute)
    page.goto(f"/jobs/captions?search={camera.id}")
    expect(page.get_by_text("Waiting for the captions…")).to_be_visible()
    page.route(STATUS, fail)
    for route in held:
        fail(route)
    expect(page.get_by_role("alert")).to_contain_text("Redis cannot be used now.")
    page.route(CAMERAS, fail)
    page.unroute(STATUS)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Captions become events before they leave the cache.")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Redis cannot be used now.", timeout=SHOWN_WITHIN_MS)
    assert_accessible(page)
    page.unroute(CAMERAS)
    page.get_by_role("button", name="Try again").click()
    expect(row(page, camera.name)).to_be_visible()
