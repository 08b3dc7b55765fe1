"""Who may what, with which token or cookie: the check of every request."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from deploy.local.postgres import PrivatePostgres
from gateway.accounts.user import UserChanges
from tests.support.accounts_stand import PASSWORD, AccountsStand, csrf_of, data_of, error_of, log_in
from tests.support.servers import fresh_database


@pytest.fixture(scope="module")
def accounts_url(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    with fresh_database(postgres, migrated_template) as url:
        yield url


@pytest.fixture
def stand(accounts_url: str, redis_url: str) -> Iterator[AccountsStand]:
    with AccountsStand(accounts_url, redis_url) as made:
        yield made


def cookie_of(browser: FlaskClient, name: str, path: str = "/") -> str:
    cookie = browser.get_cookie(name, path=path)
    assert cookie is not None
    return cookie.value


# -- roles -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reads", "controls", "administers"),
    [
        ("admin", 200, 200, 200),
        ("operator", 200, 200, 403),
        ("viewer", 200, 403, 403),
        ("of another program", 403, 403, 403),
    ],
)
def test_each_role_may_what_it_may(
    stand: AccountsStand, role: str, reads: int, controls: int, administers: int
) -> None:
    stand.add("anna", role)
    program = stand.program("anna")
    assert program.get("/probe/archive").status_code == reads
    assert program.post("/probe/control").status_code == controls
    assert program.get("/api/v1/users").status_code == administers
    assert program.get("/api/v1/auth/me").status_code == 200


def test_a_refusal_names_the_permission_that_is_missing(stand: AccountsStand) -> None:
    stand.add("anna", "viewer")
    answer = stand.program("anna").post("/probe/control")
    assert error_of(answer) == (403, "forbidden")
    assert answer.get_json()["error"]["details"] == {"permission": "hosts:control"}


def test_a_new_role_counts_with_the_next_request(stand: AccountsStand) -> None:
    user = stand.add("anna", "operator")
    program, browser = stand.program("anna"), stand.browser("anna")
    assert program.post("/probe/control").status_code == 200
    stand.users.change(user.id, UserChanges(role="viewer"), None)
    assert program.post("/probe/control").status_code == 403
    assert browser.post("/probe/control", headers=csrf_of(browser)).status_code == 403
    assert data_of(program.get("/api/v1/auth/me"))["role"] == "viewer"


def test_a_viewer_who_is_limited_to_groups_is_so_in_every_request(stand: AccountsStand) -> None:
    gate, hall = stand.add_group("gate"), stand.add_group("hall")
    user = stand.add("anna", limited_to_groups=True, camera_group_ids=(gate,))
    stand.add("berta", camera_group_ids=(gate,))
    program = stand.program("anna")
    assert program.get("/probe/archive").get_json()["data"]["scope"] == [gate]
    stand.users.change(user.id, UserChanges(camera_group_ids=(gate, hall)), None)
    assert program.get("/probe/archive").get_json()["data"]["scope"] == sorted([gate, hall])
    stand.users.change(user.id, UserChanges(camera_group_ids=()), None)
    assert program.get("/probe/archive").get_json()["data"]["scope"] == []
    assert stand.program("berta").get("/probe/archive").get_json()["data"]["scope"] is None


# -- nobody ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/probe/archive"),
        ("POST", "/probe/control"),
        ("GET", "/media/file"),
        ("GET", "/media/nothing"),
        ("GET", "/nowhere"),
        ("DELETE", "/probe/archive"),
        ("GET", "/api/v1/auth/me"),
        ("GET", "/api/v1/users"),
    ],
)
def test_nobody_learns_what_there_is_without_a_login(stand: AccountsStand, method: str, path: str) -> None:
    answer = stand.client().open(path, method=method)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_user_is_told_what_there_is_not(stand: AccountsStand) -> None:
    stand.add("anna", "admin")
    program = stand.program("anna")
    assert error_of(program.get("/nowhere")) == (404, "not_found")
    assert error_of(program.delete("/probe/archive")) == (405, "method_not_allowed")


def test_what_is_public_or_for_hosts_is_asked_without_a_login_or_with_a_bad_one(
    stand: AccountsStand,
) -> None:
    bad = {"Authorization": "Bearer x.y.z"}
    for headers in ({}, bad):
        assert stand.client().get("/healthz", headers=headers).status_code == 200
        assert stand.client().post("/probe/host", headers=headers).status_code == 200


# -- bearer tokens -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "bearer a.b.c", "Bearer é", "Basic YTpi", "x"]
)
def test_a_header_that_holds_no_token_of_ours_opens_nothing(stand: AccountsStand, header: str) -> None:
    answer = stand.client().get("/probe/archive", headers={"Authorization": header})
    assert error_of(answer) == (401, "unauthorised")


def test_the_word_bearer_is_taken_in_any_case(stand: AccountsStand) -> None:
    stand.add("anna")
    token = data_of(stand.log_in("anna"))["accessToken"]
    answer = stand.client().get("/probe/archive", headers={"Authorization": f"bEARER {token}"})
    assert answer.status_code == 200


def test_a_bad_bearer_token_is_not_made_good_by_cookies(stand: AccountsStand) -> None:
    stand.add("anna")
    browser = stand.browser("anna")
    assert browser.get("/probe/archive", headers={"Authorization": "Bearer x.y.z"}).status_code == 401
    assert browser.get("/media/file", headers={"Authorization": "Bearer x.y.z"}).status_code == 401
    # What a proxy asks for is no business of ours.
    assert browser.get("/probe/archive", headers={"Authorization": "Basic YTpi"}).status_code == 200


def test_a_bearer_token_opens_media_and_needs_no_proof(stand: AccountsStand) -> None:
    stand.add("anna", "operator")
    program = stand.program("anna")
    assert program.get("/media/file").status_code == 200
    assert program.post("/probe/control").status_code == 200


def test_a_refresh_token_is_no_bearer_token(stand: AccountsStand) -> None:
    stand.add("anna")
    token = data_of(stand.log_in("anna"))["refreshToken"]
    answer = stand.client().get("/probe/archive", headers={"Authorization": f"Bearer {token}"})
    assert error_of(answer) == (401, "unauthorised")


def test_an_access_token_ends_after_fifteen_minutes(stand: AccountsStand) -> None:
    stand.add("anna")
    program = stand.program("anna")
    stand.clock.pass_time(899)
    assert program.get("/probe/archive").status_code == 200
    stand.clock.pass_time(1)
    assert error_of(program.get("/probe/archive")) == (401, "token_expired")


@pytest.mark.parametrize("end", ["disabled", "removed", "new password"])
def test_whoever_is_shut_out_is_out_at_once_with_every_token_and_cookie(
    stand: AccountsStand, end: str
) -> None:
    user = stand.add("anna")
    program, browser = stand.program("anna"), stand.browser("anna")
    data = data_of(stand.log_in("anna"))
    proof = csrf_of(browser)
    assert browser.get("/media/file").status_code == 200
    if end == "removed":
        stand.users.remove(user.id, None)
    elif end == "disabled":
        stand.users.change(user.id, UserChanges(is_active=False), None)
    else:
        stand.users.change(user.id, UserChanges(password="another sentence"), None)
    assert error_of(program.get("/probe/archive")) == (401, "unauthorised")
    assert browser.get("/probe/archive").status_code == 401
    assert browser.get("/media/file").status_code == 401
    assert browser.post("/api/v1/auth/refresh", headers=proof).status_code == 401
    client = stand.client()
    refused = client.post("/api/v1/auth/refresh", json={"refreshToken": data["refreshToken"]})
    assert refused.status_code == 401
    assert log_in(client, "anna", PASSWORD).status_code == 401


def test_enabling_a_user_again_does_not_bring_old_logins_back(stand: AccountsStand) -> None:
    user = stand.add("anna")
    program = stand.program("anna")
    stand.users.change(user.id, UserChanges(is_active=False), None)
    stand.users.change(user.id, UserChanges(is_active=True), None)
    assert program.get("/probe/archive").status_code == 401
    assert stand.program("anna").get("/probe/archive").status_code == 200


# -- cookies and the proof ---------------------------------------------------------------------------


def test_a_browser_changes_things_only_with_the_proof(stand: AccountsStand) -> None:
    stand.add("anna", "operator")
    stand.add("berta", "operator")
    browser, other = stand.browser("anna"), stand.browser("berta")
    assert browser.get("/probe/archive").status_code == 200
    assert error_of(browser.post("/probe/control")) == (403, "csrf")
    for wrong in ("", "x", "prööf", csrf_of(other)["X-CSRF-TOKEN"]):
        answer = browser.post("/probe/control", headers={"X-CSRF-TOKEN": wrong})
        assert error_of(answer) == (403, "csrf"), wrong
    assert browser.post("/probe/control", headers=csrf_of(browser)).status_code == 200


def test_a_cookie_of_one_kind_does_not_do_for_another(stand: AccountsStand) -> None:
    stand.add("anna", "operator")
    browser = stand.browser("anna")
    proof = csrf_of(browser)
    access = cookie_of(browser, "coldframe_access")
    renewing = cookie_of(browser, "coldframe_refresh", "/api/v1/auth")
    media = cookie_of(browser, "coldframe_media", "/media/")

    def asks(path: str, name: str, value: str) -> int:
        client = stand.client()
        client.set_cookie(name, value)
        return client.get(path).status_code

    assert asks("/probe/archive", "coldframe_access", access) == 200
    assert asks("/probe/archive", "coldframe_access", renewing) == 401
    assert asks("/probe/archive", "coldframe_access", media) == 401
    assert asks("/probe/archive", "coldframe_refresh", renewing) == 401
    assert asks("/media/file", "coldframe_media", access) == 401
    client = stand.client()
    client.set_cookie("coldframe_refresh", access, path="/api/v1/auth")
    assert client.post("/api/v1/auth/refresh", headers=proof).status_code == 401


# -- media -------------------------------------------------------------------------------------------


def media_only(stand: AccountsStand, browser: FlaskClient, path: str = "/") -> FlaskClient:
    """A browser with nothing but the media cookie, sent to every address below `path`."""
    client = stand.client()
    client.set_cookie("coldframe_media", cookie_of(browser, "coldframe_media", "/media/"), path=path)
    return client


def test_the_media_cookie_opens_media_to_read_and_nothing_else(stand: AccountsStand) -> None:
    stand.add("anna", "admin")
    client = media_only(stand, stand.browser("anna"))
    assert client.get("/media/file").status_code == 200
    assert client.head("/media/file").status_code == 200
    assert client.post("/media/file").status_code == 401
    assert client.get("/media/nothing").status_code == 404
    for path in ("/probe/archive", "/api/v1/auth/me", "/api/v1/users", "/mediafile", "/media"):
        assert client.get(path).status_code == 401, path


def test_a_browser_sends_the_media_cookie_below_media_only(stand: AccountsStand) -> None:
    stand.add("anna")
    browser = stand.browser("anna")
    browser.delete_cookie("coldframe_access")
    assert browser.get("/media/file").status_code == 200
    assert browser.get("/probe/archive").status_code == 401


def test_a_long_video_goes_on_while_access_tokens_expire(stand: AccountsStand) -> None:
    stand.add("anna")
    browser = stand.browser("anna")
    stand.clock.pass_time(6 * 3600)
    assert browser.get("/probe/archive").status_code == 401
    assert browser.get("/media/file").status_code == 200
    stand.clock.pass_time(30 * 86_400)
    assert browser.get("/media/file").status_code == 401


def test_a_role_that_may_not_read_the_archive_sees_no_media(stand: AccountsStand) -> None:
    stand.add("anna", "of another program")
    assert error_of(stand.browser("anna").get("/media/file")) == (403, "forbidden")


def test_many_segments_of_one_viewer_ask_the_database_once(stand: AccountsStand) -> None:
    stand.add("anna")
    client = media_only(stand, stand.browser("anna"))
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(stand.engine, "before_cursor_execute", note)
    for _ in range(50):
        assert client.get("/media/file").status_code == 200
    assert len(statements) == 1
    stand.clock.pass_time(10)
    assert client.get("/media/file").status_code == 200
    assert len(statements) == 2


def test_a_login_that_ends_in_another_process_opens_media_ten_seconds_more_at_most(
    stand: AccountsStand,
) -> None:
    user = stand.add("anna")
    other = AccountsStand(stand.database_url, stand.redis_url, clock=stand.clock)
    client = media_only(stand, stand.browser("anna"))
    assert client.get("/media/file").status_code == 200
    other.users.change(user.id, UserChanges(is_active=False), None)
    other.close()
    stand.clock.pass_time(10)
    assert client.get("/media/file").status_code == 401


@pytest.mark.parametrize("value", ["", "x", "é", "x" * 4000])
def test_an_invented_media_cookie_opens_nothing(stand: AccountsStand, value: str) -> None:
    stand.add("anna")
    answer = stand.client().get("/media/file", headers={"Cookie": f"coldframe_media={value}"})
    assert error_of(answer) == (401, "unauthorised")


# -- the demo ----------------------------------------------------------------------------------------


@pytest.fixture
def demo(accounts_url: str, redis_url: str) -> Iterator[AccountsStand]:
    with AccountsStand(accounts_url, redis_url, demo=True) as made:
        made.add("anna")
        yield made


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_a_demo_answers_to_its_own_machine(demo: AccountsStand, host: str) -> None:
    body = {"username": "anna", "password": PASSWORD}
    answer = demo.client().post("/api/v1/auth/login", json=body, headers={"Host": host})
    assert answer.status_code == 200


def test_a_name_that_was_made_to_mean_this_machine_does_not_reach_a_demo(demo: AccountsStand) -> None:
    body = {"username": "anna", "password": PASSWORD}
    headers = {"Host": "rebound.example:8000"}
    answer = demo.client().post("/api/v1/auth/login", json=body, headers=headers)
    assert error_of(answer) == (403, "wrong_host")
    assert error_of(demo.client().get("/healthz", headers=headers)) == (403, "wrong_host")


def test_a_page_of_another_site_changes_nothing_in_a_demo(demo: AccountsStand) -> None:
    body = {"username": "anna", "password": PASSWORD}
    for origin, status in (("http://evil.example", 403), ("null", 403), ("http://localhost", 200)):
        answer = demo.client().post("/api/v1/auth/login", json=body, headers={"Origin": origin})
        assert answer.status_code == status, origin


def test_a_gateway_that_is_no_demo_is_asked_by_any_name(stand: AccountsStand) -> None:
    stand.add("anna")
    body = {"username": "anna", "password": PASSWORD}
    answer = stand.client().post("/api/v1/auth/login", json=body, headers={"Host": "gateway.example"})
    assert answer.status_code == 200
