"""The page of jobs: what runs, waits and failed, what is done again and again, and who does it.

On a gateway of its own, whose workers and schedule these tests start and stop.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.support.browser import NARROW, Theme, Windows, sign_in
from tests.support.browser_checks import assert_accessible, assert_no_horizontal_scroll
from tests.support.e2e_stack import LOGINS
from tests.support.gateway_under_test import SCHEDULER, WORKER
from tests.support.jobs_stand import JobsStand
from tests.support.servers import fresh_database

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres

JOBS = re.compile(r"/api/v1/jobs\?")
# Pages ask for what they show every few seconds.
ASKED_AGAIN_WITHIN_MS = 15_000


@pytest.fixture(scope="module")
def jobs(
    postgres: "PrivatePostgres",
    migrated_template: str,
    ui_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[JobsStand]:
    with (
        fresh_database(postgres, migrated_template) as url,
        JobsStand(tmp_path_factory.mktemp("jobs"), url, web={"ui_dir": str(ui_dir)}) as stand,
    ):
        for role in ("operator", "viewer"):
            login = LOGINS[role]
            body = {
                "username": login.username,
                "email": f"{login.username}@example.com",
                "password": login.password,
                "role": role,
            }
            assert stand.http.post("/api/v1/users", json=body).status_code == 201
        stand.gateway.restart(WORKER, SCHEDULER)
        stand.begin("long")
        yield stand
        stand.go.touch()


@pytest.fixture
def windows(browser: Browser, jobs: JobsStand) -> Iterator[Windows]:
    """Windows on this gateway."""
    opened = Windows(browser, jobs.gateway.url)
    yield opened
    opened.close()


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Lists of jobs").get_by_role("link", name=name, exact=True)


def test_a_running_job_is_opened_and_ended_with_the_keyboard(windows: Windows, jobs: JobsStand) -> None:
    page = windows.open("operator", "/jobs")
    expect(page.get_by_role("row", name=re.compile("test.effect.*Running"))).to_be_visible()
    tab(page, "Waiting").press("Enter")
    waits = jobs.enqueue("test.effect", {"name": "w", "token": "hidden"}, description="Waits its turn")
    page.get_by_role("button", name="Waits its turn").press("Enter", timeout=ASKED_AGAIN_WITHIN_MS)
    drawer = page.get_by_role("dialog", name="Job")
    expect(drawer.get_by_role("region", name="Arguments")).to_contain_text('"token": "***"')
    drawer.get_by_role("button", name="Cancel it").press("Enter")  # what waits is cancelled at once
    expect(drawer.get_by_role("definition").first).to_contain_text("Cancelled")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(page.get_by_role("button", name="Waits its turn")).to_have_count(0)

    tab(page, "Running").press("Enter")
    page.get_by_role("button", name="test.effect").press("Enter")
    drawer.get_by_role("button", name="Cancel it").press("Enter")
    question = page.get_by_role("dialog", name="End this job?")
    question.get_by_role("button", name="Cancel", exact=True).last.press("Enter")
    expect(question).to_have_count(0)
    drawer.get_by_role("button", name="Cancel it").press("Enter")
    question.get_by_role("button", name="End it").press("Enter")
    expect(drawer.get_by_role("definition").first).to_contain_text("Cancelled", timeout=ASKED_AGAIN_WITHIN_MS)
    drawer.get_by_role("button", name="Try again").press("Enter")
    expect(drawer.get_by_role("definition").first).to_contain_text("Running", timeout=ASKED_AGAIN_WITHIN_MS)
    assert jobs.job(waits)["state"] == "cancelled"


def test_a_failed_job_says_why_here_and_at_rq(windows: Windows, jobs: JobsStand) -> None:
    jobs.go.touch()
    failed = jobs.enqueue("test.fail", {"name": "gate"}, description="Look at <b>the gate</b>")
    jobs.wait_state(failed, "failed")
    page = windows.open("admin", "/jobs?view=failed")
    row = page.get_by_role("row", name=re.compile("^Look at"))
    expect(row).to_contain_text("ValueError: cannot reach rtsp://***@camera.example/gate")
    expect(row).to_contain_text("3 tries")
    row.get_by_role("button").click()
    error = page.get_by_role("region", name="What went wrong")
    expect(error).to_contain_text("raise ValueError")
    assert_accessible(page)
    page.reload()
    expect(error).to_be_visible()  # a link leads to it
    page.keyboard.press("Escape")

    page.get_by_role("link", name="RQ dashboard").click()
    expect(page.get_by_role("heading", name="Queues")).to_be_visible()
    page.get_by_role("row", name=re.compile("default")).get_by_role("link").nth(5).click()
    expect(page.locator("#jobs")).to_contain_text("Look at <b>the gate</b>")
    page.get_by_role("link", name="Requeue", exact=True).click()
    jobs.wait_for("it is tried again", lambda: jobs.job(failed)["attempts"] > 3)
    jobs.wait_state(failed, "failed")


def test_who_asks_for_rq_signs_in_first_and_comes_back_to_it(windows: Windows) -> None:
    page = windows.open(None)
    sign_in(page, "admin", "/rq/0/view/workers")
    expect(page.get_by_role("heading", name="Workers")).to_be_visible()
    expect(page.locator("#workers")).to_contain_text("critical, default, video")


def test_an_entry_of_the_schedule_is_run_now_and_not_twice(windows: Windows, jobs: JobsStand) -> None:
    windows.expect_error("409 .*/run")
    page = windows.open("operator", "/jobs?view=schedule")
    row = page.get_by_role("row", name=re.compile("Tidy up the busy tables"))
    expect(row).to_contain_text("Sundays at 04:00 UTC")
    expect(row).to_contain_text("never")
    jobs.gateway.stop(WORKER)
    run = row.get_by_role("button", name=re.compile("^Run now"))
    run.click()
    expect(page.get_by_text("“Tidy up the busy tables of the database.” waits for a worker")).to_be_visible()
    expect(row).to_contain_text("Waiting", timeout=ASKED_AGAIN_WITHIN_MS)
    run.click()
    expect(page.get_by_text("A run of this task waits or runs already.")).to_be_visible()
    expect(page.get_by_role("status").get_by_text("No worker is running.")).to_be_visible(
        timeout=ASKED_AGAIN_WITHIN_MS
    )
    expect(page.get_by_text("python -m gateway worker")).to_be_visible()
    tab(page, "Workers").click()
    expect(page.get_by_role("heading", name="There is no worker.")).to_be_visible()
    jobs.gateway.restart(WORKER)
    expect(page.get_by_role("cell", name="Idle")).to_be_visible(timeout=ASKED_AGAIN_WITHIN_MS)
    expect(page.get_by_text("No worker is running.")).to_have_count(0)
    tab(page, "Schedule").click()
    expect(row).to_contain_text("Finished", timeout=ASKED_AGAIN_WITHIN_MS)


def test_a_viewer_looks_and_changes_nothing(windows: Windows, jobs: JobsStand) -> None:
    done = jobs.enqueue("test.effect", {"name": "seen"}, description="Seen by all")
    page = windows.open("viewer", f"/jobs?view=finished&job={done}")
    drawer = page.get_by_role("dialog", name="Job")
    expect(drawer.get_by_role("region", name="Result")).to_contain_text('"did": "seen"')
    expect(drawer.get_by_role("button", name=re.compile("Cancel it|Try again"))).to_have_count(0)
    page.keyboard.press("Escape")
    tab(page, "Schedule").click()
    expect(page.get_by_role("row", name=re.compile("Tidy up"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Run now"))).to_have_count(0)
    expect(page.get_by_role("link", name="RQ dashboard")).to_have_count(0)


def test_what_is_waited_for_and_what_went_wrong_is_said(windows: Windows) -> None:
    windows.expect_error("503 .*/api/v1/jobs")
    page = windows.open("viewer")
    held: list[Route] = []
    page.route(JOBS, lambda route: held.append(route))  # noqa: PLW0108 (it is marked by an attribute)
    page.goto("/jobs?view=finished")
    expect(page.get_by_text("Waiting for the jobs…")).to_be_visible()
    error = {"code": "unavailable", "message": "Redis cannot be used now.", "remedy": "Wait.", "details": {}}
    page.route(JOBS, lambda route: route.fulfill(status=503, json={"success": False, "error": error}))
    for route in held:
        route.fulfill(status=503, json={"success": False, "error": error})
    expect(page.get_by_role("alert")).to_contain_text("Redis cannot be used now.")
    assert_accessible(page)
    page.unroute(JOBS)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("table")).to_be_visible()
    tab(page, "To be tried again").click()
    expect(page.get_by_role("heading", name="Nothing is to be tried again.")).to_be_visible()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("view", ["finished", "schedule", "workers"])
def test_it_is_accessible_and_fits_a_phone(windows: Windows, view: str, theme: Theme) -> None:
    page = windows.open("admin", f"/jobs?view={view}", size=NARROW, theme=theme)
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_role("navigation", name="Lists of jobs").locator("[aria-current]")).to_be_in_viewport()
    assert_no_horizontal_scroll(page)
    assert_accessible(page)
