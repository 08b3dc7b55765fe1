"""The whole of Coldframe in Chromium: what these tests stand on, and how they are written.

    pytest tests/e2e                                    # on frontend/dist (`make ui` builds it)
    pytest tests/e2e/test_wall.py --ui-dir other/dist  # on pages built elsewhere
    COLDFRAME_TEST_UI_DIR=other/dist pytest tests/e2e

The stack (tests/support/e2e_stack.py) is started once a run, in about half a minute: PostgreSQL, Redis, the
gateway with its pages, and two enrolled hosts with real recorders. A test asks for a page and uses it:

    def test_the_wall_says_which_host_a_tile_is_of(admin_page: Page) -> None:
        admin_page.goto("/wall")
        ...

    def test_a_gateway_that_fails_is_told(windows: Windows) -> None:
        page = windows.open("viewer", size=NARROW, theme="light")     # or role=None: signed out
        windows.expect_error("503 .*/api/v1/hosts")
        page.route("**/api/v1/hosts?*", lambda route: route.fulfill(status=503, json={...}))
        page.goto("/hosts")

Pages are 1440x900, dark, in UTC, without motion and under the real content security policy; each has a login
of its own, so signing out disturbs nobody. An error in the console, an uncaught one or a violation of the
policy fails the test, unless it said `windows.expect_error(...)`. A failed test leaves screenshots and traces
in the folder that its report names. What to ask of a page is in tests/support/browser_checks.py:
`assert_accessible`, `assert_no_horizontal_scroll`, `set_theme`, `wait_until`, `difference`,
`wait_until_changes`, `video_facts`, `wait_until_plays`, `frame_of`, `burnt_clock_of`. What a test changes
(users, views, stopped devices) it changes back: the stack is everybody's.
"""

import os
import re
import shutil
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from tests.support.browser import Windows, chromium
from tests.support.e2e_recording import BurntRecording
from tests.support.e2e_stack import BUILT_UI, PROJECT, Stack
from tests.support.servers import fresh_database

UI_DIR_VARIABLE = "COLDFRAME_TEST_UI_DIR"
FAILURES = PROJECT / ".coldframe" / "e2e-failures"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--ui-dir",
        default=os.environ.get(UI_DIR_VARIABLE, str(BUILT_UI)),
        help="folder of the built pages that the gateway serves (default: frontend/dist)",
    )


@pytest.fixture(scope="session")
def ui_dir(pytestconfig: pytest.Config) -> Path:
    """The built pages."""
    folder = Path(str(pytestconfig.getoption("--ui-dir"))).absolute()
    if not (folder / "index.html").is_file():
        pytest.fail(f"{folder} has no built pages: run `make ui`, or name another folder with --ui-dir")
    return folder


@pytest.fixture(scope="session")
def stack(
    request: pytest.FixtureRequest,
    postgres: PrivatePostgres,
    migrated_template: str,
    redis_server: PrivateRedis,
    ui_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """Gateway, hosts and devices, all live, with a day in the past; see tests/support/e2e_stack.py."""
    if any("recording" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("begun_recording")  # which takes minutes, by itself
    with (
        fresh_database(postgres, migrated_template) as database_url,
        Stack(tmp_path_factory.mktemp("e2e"), database_url, redis_server.url(), ui_dir) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def begun_recording(
    postgres: PrivatePostgres,
    migrated_template: str,
    redis_server: PrivateRedis,
    ui_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Future[BurntRecording]]:
    """A recording that begins beside everything else. Its processes end with the thread that started them."""
    with (
        fresh_database(postgres, migrated_template) as database_url,
        ThreadPoolExecutor(1, "recording") as thread,
    ):
        redis_url = redis_server.url(database=1)
        folder = tmp_path_factory.mktemp("recording")
        recording = BurntRecording(folder, database_url, redis_url, ui_dir)
        begun = thread.submit(recording.__enter__)
        yield begun
        if begun.exception() is None:
            thread.submit(recording.__exit__, None, None, None).result()


@pytest.fixture(scope="session")
def recording(begun_recording: Future[BurntRecording]) -> BurntRecording:
    """A camera with a burnt-in clock across an hour's boundary and a gap; the archiver has moved all of it.

    On a gateway of its own, of which the demo's admin is the only user; tests that use it run last.
    """
    running = begun_recording.result()
    running.wait_until_moved()
    return running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of the run."""
    with chromium() as running:
        yield running


@pytest.fixture
def windows(browser: Browser, stack: Stack) -> Iterator[Windows]:
    """Opens pages for one test, of any role and size, and watches them."""
    opened = Windows(browser, stack.url)
    yield opened
    opened.close()


@pytest.fixture
def admin_page(windows: Windows) -> Page:
    """A page of an admin who is signed in; nothing is loaded yet."""
    return windows.open("admin")


@pytest.fixture
def operator_page(windows: Windows) -> Page:
    """As `admin_page`, of an operator."""
    return windows.open("operator")


@pytest.fixture
def viewer_page(windows: Windows) -> Page:
    """As `admin_page`, of a viewer."""
    return windows.open("viewer")


@pytest.fixture
def limited_page(windows: Windows) -> Page:
    """As `admin_page`, of a viewer for whom lab-2/pattern is the only device."""
    return windows.open("limited")


@pytest.fixture
def anonymous_page(windows: Windows) -> Page:
    """A page of nobody."""
    return windows.open(None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is recorded beside the other tests comes last."""
    items.sort(key=lambda item: "recording" in getattr(item, "fixturenames", ()))


# -- what a failed test leaves ---------------------------------------------------------------


def _windows_of(item: pytest.Item) -> Windows | None:
    found = getattr(item, "funcargs", {}).get("windows")
    return found if isinstance(found, Windows) else None


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Errors in the browser fail the test itself."""
    result = yield
    windows = _windows_of(pyfuncitem)
    if windows is not None:
        windows.assert_no_problems()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Pictures and traces while the windows are still open."""
    report = yield
    windows = _windows_of(item)
    if windows is not None and report.when == "call" and report.failed:
        folder = FAILURES / re.sub(r"[^\w.-]+", "-", item.nodeid.partition("tests/e2e/")[2] or item.name)
        shutil.rmtree(folder, ignore_errors=True)
        kept = windows.picture(folder)
        report.sections.append(("what the windows showed", "\n".join(map(str, kept))))
        problems = windows.problems()
        if problems:
            report.sections.append(("errors in the browser", "\n".join(problems)))
    return report
