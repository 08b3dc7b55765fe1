"""The document in a real browser: under its policy, and without a request to anybody else."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.support.chromium import LAUNCH
from tests.support.gateway_under_test import ADMIN, ADMIN_PASSWORD, GatewayUnderTest


@pytest.fixture
def gateway(tmp_path: Path, migrated_database_url: str, redis_url: str) -> Iterator[GatewayUnderTest]:
    with GatewayUnderTest(tmp_path, migrated_database_url, redis_url) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/docs", "#swagger-ui .opblock"),
        ("/redoc", "#redoc [data-section-id]"),
    ],
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


def test_an_operation_can_be_tried_on_the_page_with_the_token_of_a_login(gateway: GatewayUnderTest) -> None:
    login = {"username": ADMIN, "password": ADMIN_PASSWORD}
    answer = httpx.post(f"{gateway.url}/api/v1/auth/login", json=login)
    with sync_playwright() as playwright, playwright.chromium.launch(**LAUNCH) as browser:
        page = browser.new_page()
        page.goto(f"{gateway.url}/docs")
        page.locator("button.authorize").click()
        page.locator(".modal-ux input").fill(answer.json()["data"]["accessToken"])
        page.locator(".modal-ux button.authorize").click()
        page.locator(".modal-ux button.btn-done").click()
        operation = page.locator(".opblock", has=page.locator('[data-path="/api/v1/hosts"]'))
        operation.locator(".opblock-summary-control").click()
        with page.expect_response(f"{gateway.url}/api/v1/hosts?*") as expected:
            operation.locator("button.execute").click()
        assert expected.value.status == 200


def test_patterns_of_the_document_are_those_of_json_schema(gateway: GatewayUnderTest) -> None:
    document = httpx.get(f"{gateway.url}/openapi.json").text
    assert '"pattern"' in document
    assert r"\\Z" not in document
