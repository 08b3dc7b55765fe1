"""The browser's pages as the gateway's process serves them: addresses, headers, and builds that change."""

import gzip
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from gateway.ui.routes import PAGES
from tests.support.gateway_under_test import GatewayUnderTest
from tests.support.servers import flush, fresh_database

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

FIRST_SCRIPT = "/assets/index-first.js"
DEEP_LINKS = (
    "/",
    "/sign-in?next=/wall",
    "/wall/",
    "/heatmap/lab-1/street",
    "/devices/lab-1/street?t=2026-11-21T03:12:05Z",
    "/devices/lab-1/street?t=2026-11-21T03:12:05Z&t=2026-11-21T03:12:06Z",
    "/hosts/lab-1?q=a&q=b&state=late",
    "/hosts/caf%C3%A9%20%FF",
    "/users/nobody/at/all",
)
HARDENING = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


def build(folder: Path, name: str) -> None:
    """What a build of that name leaves in `folder`, put there as Vite does it: emptied, then filled."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "assets").mkdir(parents=True)
    script = f"/assets/index-{name}.js"
    folder.joinpath(script[1:]).write_text(f"document.title = '{name}';\n" * 100)
    (folder / "assets" / "inter.woff2").write_bytes(bytes(4000))
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text("{}")
    (folder / "index.html").write_text(f'<!doctype html><script type="module" src="{script}"></script>')


@pytest.fixture(scope="module")
def gateway(
    postgres: "PrivatePostgres",
    migrated_template: str,
    redis_server: "PrivateRedis",
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[GatewayUnderTest]:
    folder = tmp_path_factory.mktemp("pages")
    flush(redis_server.url())
    with (
        fresh_database(postgres, migrated_template) as database_url,
        GatewayUnderTest(
            folder / "gateway", database_url, redis_server.url(), web={"ui_dir": str(folder / "dist")}
        ) as running,
    ):
        yield running


@pytest.fixture
def dist(gateway: GatewayUnderTest) -> Path:
    """The folder that the gateway serves, with a build in it."""
    folder = gateway.folder.parent / "dist"
    build(folder, "first")
    return folder


@pytest.fixture
def http(gateway: GatewayUnderTest, dist: Path) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway.url) as client:
        yield client


@pytest.fixture
def signed_in(gateway: GatewayUnderTest, dist: Path) -> httpx.Client:
    """Of somebody: to others the gateway does not even say which addresses there are."""
    return gateway.login()


def policy_of(answer: httpx.Response) -> dict[str, set[str]]:
    directives = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {name: set(values) for name, *values in directives}


def assert_envelope(answer: httpx.Response, status: int) -> dict[str, str]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body["success"] is False
    error: dict[str, str] = body["error"]
    assert error["code"]
    assert error["message"].endswith(".")
    return error


# -- pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*DEEP_LINKS, *(f"/{page}" for page in PAGES)])
def test_every_pages_address_is_the_one_document(http: httpx.Client, address: str) -> None:
    answer = http.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert FIRST_SCRIPT in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in answer.headers


def test_a_page_is_kept_to_what_it_is_made_of(http: httpx.Client) -> None:
    answer = http.get("/wall")
    policy = policy_of(answer)
    assert policy["default-src"] == {"'none'"}
    assert policy["script-src"] == policy["connect-src"] == policy["font-src"] == {"'self'"}
    assert policy["img-src"] == {"'self'", "blob:", "data:"}
    assert policy["media-src"] == policy["worker-src"] == {"'self'", "blob:"}
    for name in ("frame-ancestors", "base-uri", "form-action"):
        assert policy[name] == {"'none'"}
    every = " ".join(source for sources in policy.values() for source in sources)
    assert not re.search(r"unsafe-eval|https?:|\*", every)
    assert {name: answer.headers.get(name) for name in HARDENING} == HARDENING


@pytest.mark.parametrize("address", [FIRST_SCRIPT, "/favicon.svg", "/assets/gone.js"])
def test_files_and_refusals_are_hardened_too(http: httpx.Client, address: str) -> None:
    answer = http.get(address)
    assert policy_of(answer)["default-src"] == {"'none'"}
    assert {name: answer.headers.get(name) for name in HARDENING} == HARDENING


def test_other_origins_are_not_let_in(http: httpx.Client) -> None:
    answer = http.get("/wall", headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("address", ["/", "/wall", "/devices/lab-1/street"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_page_is_only_read(http: httpx.Client, signed_in: httpx.Client, method: str, address: str) -> None:
    answer = signed_in.request(method, address)
    assert_envelope(answer, 405)
    assert "GET" in answer.headers["allow"]
    assert_envelope(http.request(method, address), 401)


@pytest.mark.parametrize("address", ["/", "/hosts/lab-1", FIRST_SCRIPT])
def test_a_head_request_is_answered_like_a_get_without_its_body(http: httpx.Client, address: str) -> None:
    head, get = http.head(address), http.get(address)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("etag", "content-type", "content-length", "cache-control", "content-security-policy"):
        assert head.headers[name] == get.headers[name], name


@pytest.mark.parametrize("address", ["/camera", "/walls", "/wall.html", "/index.html", "/api", "/dist/"])
def test_what_is_no_page_is_not_answered_with_one(
    http: httpx.Client, signed_in: httpx.Client, address: str
) -> None:
    assert_envelope(signed_in.get(address), 404)
    assert_envelope(http.get(address), 401)


def test_parameters_of_the_api_are_still_judged(http: httpx.Client) -> None:
    assert_envelope(http.get("/api/v1/health?a=1&a=2"), 422)


# -- files -----------------------------------------------------------------------------------


def test_a_file_named_by_its_content_is_kept_for_ever_and_the_icon_for_a_day(http: httpx.Client) -> None:
    script = http.get(FIRST_SCRIPT)
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert http.get("/assets/inter.woff2").headers["content-type"] == "font/woff2"
    icon = http.get("/favicon.svg")
    assert icon.headers["content-type"].startswith("image/svg+xml")
    assert icon.headers["cache-control"] == "public, max-age=86400"


@pytest.mark.parametrize("coding", ["gzip", "identity"])
@pytest.mark.parametrize("address", ["/hosts", FIRST_SCRIPT])
def test_what_the_browser_has_already_is_not_sent_again(
    http: httpx.Client, address: str, coding: str
) -> None:
    first = http.get(address, headers={"Accept-Encoding": coding})
    tag = first.headers["etag"]
    again = http.get(address, headers={"Accept-Encoding": coding, "If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert again.headers["cache-control"] == first.headers["cache-control"]
    other = http.get(address, headers={"Accept-Encoding": coding, "If-None-Match": '"another"'})
    assert other.status_code == 200


def test_a_script_is_sent_compressed_to_who_takes_that(http: httpx.Client, dist: Path) -> None:
    plain = http.get(FIRST_SCRIPT, headers={"Accept-Encoding": "identity"})
    packed = http.get(FIRST_SCRIPT, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 5
    assert packed.content == plain.content == dist.joinpath(FIRST_SCRIPT[1:]).read_bytes()
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers
    refused = http.get(FIRST_SCRIPT, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers
    with httpx.stream("GET", str(packed.url), headers={"Accept-Encoding": "gzip"}) as raw:
        assert gzip.decompress(b"".join(raw.iter_raw())) == plain.content


@pytest.mark.parametrize(
    "address",
    [
        "/assets/",
        "/assets/index-of-another-build.js",
        "/assets/%2e%2e/index.html",
        "/assets/..%2f.vite%2fmanifest.json",
        "/assets/..%5c..%5csecret",
        "/assets/%00",
        "/assets//etc/passwd",
        "/assets/index-first.js%00.css",
        "/assets/" + "a" * 4000,
        "/.vite/manifest.json",
        "/favicon.svg/",
    ],
)
def test_what_is_no_file_of_the_build_is_refused_in_the_apis_form(
    signed_in: httpx.Client, address: str
) -> None:
    answer = signed_in.get(address)
    assert_envelope(answer, 404)
    assert answer.headers["cache-control"] == "no-store"


def test_folders_are_not_listed(signed_in: httpx.Client) -> None:
    for address in ("/assets", "/assets/", "/assets/."):
        answer = signed_in.get(address)
        assert answer.status_code == 404
        assert "index-first.js" not in answer.text


# -- another build ---------------------------------------------------------------------------


def test_a_build_that_takes_the_place_of_another_is_served_at_once(http: httpx.Client, dist: Path) -> None:
    tag = http.get("/wall").headers["etag"]
    build(dist, "second")
    page = http.get("/wall", headers={"If-None-Match": tag})
    assert page.status_code == 200
    assert "/assets/index-second.js" in page.text
    assert http.get("/assets/index-second.js").text.startswith("document.title = 'second'")


def test_a_page_of_the_build_before_is_told_that_its_file_is_gone(http: httpx.Client, dist: Path) -> None:
    assert http.get(FIRST_SCRIPT).status_code == 200
    build(dist, "second")
    gone = http.get(FIRST_SCRIPT)
    error = assert_envelope(gone, 404)
    assert "Load the page again" in error["remedy"]
    assert "<!doctype" not in gone.text.lower()
    assert gone.headers["cache-control"] == "no-store"


def test_without_a_build_the_pages_say_so_and_the_api_works(http: httpx.Client, dist: Path) -> None:
    shutil.rmtree(dist)
    for address in ("/", "/wall", "/devices/lab-1/street?t=2026-11-21T03:12:05Z"):
        error = assert_envelope(http.get(address), 503)
        assert error["message"] == "The pages are not built."
        assert "make ui" in error["remedy"]
    assert http.get("/api/v1/health").status_code == 200
    assert http.get("/docs").status_code == 200
    build(dist, "third")
    assert "/assets/index-third.js" in http.get("/wall").text
