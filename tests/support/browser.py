"""Windows of the system's Chromium on a gateway: signed in, watched for errors, pictured on failure."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    expect,
    sync_playwright,
)

from tests.support.chromium import LAUNCH
from tests.support.e2e_stack import LOGINS, Login

WIDE = (1440, 900)
NARROW = (360, 740)
ACTION_WITHIN_MS = 15_000
# What a page is to show is waited for as long as for what one does in it: a busy machine is no defect.
expect.set_options(timeout=ACTION_WITHIN_MS)
# What the browser itself writes when somebody who is signed out is asked who they are.
_SIGNED_OUT = re.compile(r"401 .* /api/v1/auth/(me|refresh)$")
# Where Mantine keeps the theme.
_THEME_KEY = "mantine-color-scheme-value"

Theme = Literal["dark", "light"]


@dataclass
class _Window:
    """A context with its one page to begin with, and what went wrong in it."""

    context: BrowserContext
    problems: list[str] = field(default_factory=list)


class Windows:
    """The windows of one test. Errors in any of them are the test's, but for what it says it expects."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self._browser = browser
        self._windows: list[_Window] = []
        self._expected: list[re.Pattern[str]] = [_SIGNED_OUT]

    def open(
        self,
        role: str | Login | None = "admin",
        path: str | None = None,
        *,
        size: tuple[int, int] = WIDE,
        theme: Theme = "dark",
        zone: str = "UTC",
        bypass_csp: bool = False,
    ) -> Page:
        """A page in a window of its own with a login of its own; `path`: go there.

        `role` is one of LOGINS (admin, operator, viewer, limited) or None for nobody. Signing out or being
        signed out in it concerns no other window. `zone`: the viewer's, as "Europe/Paris". `bypass_csp` is
        for tools only.
        """
        width, height = size
        context = self._browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": height},
            timezone_id=zone,
            locale="en-GB",
            reduced_motion="reduce",
            bypass_csp=bypass_csp,
            has_touch=width < 600,
        )
        window = _Window(context)
        self._windows.append(window)
        context.set_default_timeout(ACTION_WITHIN_MS)
        context.tracing.start(snapshots=True)
        context.on("console", lambda message: self._hear(window, message))
        context.on("weberror", lambda error: window.problems.append(f"uncaught: {error.error}"))
        # Before any script of the page, which paints with the theme that it finds.
        context.add_init_script(
            f"if (location.protocol !== 'about:' && localStorage.getItem('{_THEME_KEY}') === null)"
            f" localStorage.setItem('{_THEME_KEY}', '{theme}')"
        )
        if role is not None:
            _log_in(context, LOGINS[role] if isinstance(role, str) else role)
        page = context.new_page()
        if path is not None:
            page.goto(path)
        return page

    def expect_error(self, pattern: str) -> None:
        """Errors that the test provokes: a regular expression, found in "503 GET… /api/v1/hosts" or in what
        the console says. Not finding any is no failure."""
        self._expected.append(re.compile(pattern))

    def problems(self) -> list[str]:
        """What went wrong so far and was not expected."""
        return [
            problem
            for window in self._windows
            for problem in window.problems
            if not any(pattern.search(problem) for pattern in self._expected)
        ]

    def assert_no_problems(self) -> None:
        problems = self.problems()
        assert not problems, "errors in the browser:\n" + "\n".join(problems)

    def picture(self, folder: Path) -> list[Path]:
        """Keep what every open window shows, and its trace (`playwright show-trace`), in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        kept: list[Path] = []
        for number, window in enumerate(self._windows, 1):
            for index, page in enumerate(window.context.pages, 1):
                shot = folder / f"window-{number}-page-{index}.png"
                try:
                    page.screenshot(path=shot, timeout=5_000)
                    kept.append(shot)
                except Error as error:
                    window.problems.append(f"no screenshot: {error.message}")
            trace = folder / f"window-{number}-trace.zip"
            window.context.tracing.stop(path=trace)
            kept.append(trace)
        return kept

    def close(self) -> None:
        for window in self._windows:
            window.context.close()
        self._windows.clear()

    def _hear(self, window: _Window, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        address = httpx.URL(message.location["url"]) if message.location["url"] else httpx.URL("")
        status = re.search(r"status of (\d{3})", message.text)
        if status is not None:
            window.problems.append(f"{status.group(1)} {message.type}: {address.path}")
        elif message.type == "error" or "deprecated" in message.text.lower():
            window.problems.append(f"console {message.type}: {message.text} ({message.location['url']})")


def _log_in(context: BrowserContext, login: Login) -> None:
    """Sign in over the API; the window has the cookies of it."""
    body = {"username": login.username, "password": login.password, "cookies": True}
    answer = context.request.post("/api/v1/auth/login", data=body)
    assert answer.ok, answer.text()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium without windows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Page, role: str | Login, path: str = "/sign-in") -> None:
    """Sign in as a person does: on the sign-in page, with the keyboard."""
    login = LOGINS[role] if isinstance(role, str) else role
    page.goto(path)
    page.get_by_label("User name or e-mail").fill(login.username)
    page.get_by_label("Password", exact=True).fill(login.password)
    page.keyboard.press("Enter")


__all__ = ["NARROW", "WIDE", "Theme", "Windows", "chromium", "sign_in"]
