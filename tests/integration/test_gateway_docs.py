"""The document in a real browser: under its policy, and without a request to anybody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.support.chromium import LAUNCH
from tests.support.gateway_under_test import GatewayUnderTest


@pytest.fixture
def gateway(tmp_path: Path, migrated_database_url: str, redis_url: str) -> Iterator[GatewayUnderTest]:
    with GatewayUnderTest(tmp_path, migrated_database_url, redis_url) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "shows"),
    [("/docs", "#swagger-ui .opblock"), ("/redoc", "#redoc [data-section-id]")],
)
def test_the_pages_show_the_document_and_ask_nobody_else(
    gateway: GatewayUnderTest, path: str, shows: str
) -> None:
    requests: list[str] = []
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))

    with sync_playwright() as playwright, playwright.chromium.launch(**LAUNCH) as browser:
        page = browser.new_page()
        watch(page)
        answer = page.goto(f"{gateway.url}{path}", wait_until="networkidle")
        page.wait_for_selector(shows, timeout=30_000)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "login" in page.inner_text("body")
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert complaints == []
    elsewhere = [url for url in requests if not url.startswith((f"{gateway.url}/", "data:"))]
    assert elsewhere == []
