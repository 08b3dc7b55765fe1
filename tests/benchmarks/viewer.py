"""A viewer's browser for benchmarks: Chromium, signed in at a gateway, its processes' CPU and its network."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, CDPSession, Page, Request, ViewportSize, sync_playwright

from tests.benchmarks.process_cpu import ProcessCpu, all_processes, family, total_s
from tests.support.chromium import LAUNCH
from tests.support.gateway_under_test import ADMIN, ADMIN_PASSWORD

_WINDOW: ViewportSize = {"width": 1440, "height": 900}


@dataclass(slots=True)
class Transfers:
    """What a page has fetched over the network: compressed bytes of each script, by address."""

    scripts: dict[str, int] = field(default_factory=dict)

    @property
    def script_bytes(self) -> int:
        return sum(self.scripts.values())


@dataclass(frozen=True, slots=True)
class Viewer:
    """A browser that is signed in at `url`."""

    url: str
    context: BrowserContext
    _before: frozenset[int]

    def page(self) -> Page:
        """An empty page; to be closed."""
        return self.context.new_page()

    @contextmanager
    def newcomer(self) -> Iterator[Page]:
        """A page of the same login in a browser that has nothing in its cache."""
        browser = self.context.browser
        assert browser is not None
        context = browser.new_context(
            base_url=self.url, viewport=_WINDOW, storage_state=self.context.storage_state()
        )
        try:
            yield context.new_page()
        finally:
            context.close()

    def cpu_s(self) -> float:
        """CPU seconds of all of the browser's processes so far."""
        processes = all_processes()
        roots = [p for p in processes.values() if _is_browser(p) and p.pid not in self._before]
        pids = {p.pid for p in roots}
        tops = [p for p in roots if p.parent_pid not in pids]
        return sum(total_s(family(processes, top.pid)) for top in tops)


@contextmanager
def viewing(url: str) -> Iterator[Viewer]:
    """Start a browser and sign in; it is gone at the end."""
    before = frozenset(p.pid for p in all_processes().values() if _is_browser(p))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        try:
            context = browser.new_context(base_url=url, viewport=_WINDOW)
            signed_in = context.request.post(
                "/api/v1/auth/login",
                data={"username": ADMIN, "password": ADMIN_PASSWORD, "cookies": True},
            )
            if not signed_in.ok:
                raise RuntimeError(f"{signed_in.status} {signed_in.text()[:300]}")
            yield Viewer(url, context, before)
        finally:
            browser.close()


def _is_browser(process: ProcessCpu) -> bool:
    return "chromium" in process.program


def slow_down(page: Page, times: float) -> CDPSession:
    """Make the page's processor `times` slower, as Chromium's developer tools do."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": times})
    return session


def watch_transfers(page: Page) -> Transfers:
    """Count what the page fetches from now on, by the bytes on the wire."""
    transfers = Transfers()

    def finished(request: Request) -> None:
        if request.resource_type == "script":
            sizes = request.sizes()
            transfers.scripts[request.url] = sizes["responseBodySize"]

    page.on("requestfinished", finished)
    return transfers
