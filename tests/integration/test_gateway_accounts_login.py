"""Signing in, going on and signing out, over real PostgreSQL and Redis."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median

import argon2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text, update

from deploy.local.postgres import PrivatePostgres
from gateway.accounts.passwords import Passwords
from gateway.accounts.tables import sessions, users
from gateway.accounts.user import UserChanges
from tests.support.accounts_stand import (
    NOW,
    PASSWORD,
    AccountsStand,
    csrf_of,
    data_of,
    error_of,
    log_in,
)
from tests.support.servers import fresh_database


@pytest.fixture(scope="module")
def accounts_url(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    with fresh_database(postgres, migrated_template) as url:
        yield url


@pytest.fixture
def stand(accounts_url: str, redis_url: str) -> Iterator[AccountsStand]:
    with AccountsStand(accounts_url, redis_url) as made:
        yield made


def refresh(client: FlaskClient, token: str) -> tuple[int, dict[str, str]]:
    answer = client.post("/api/v1/auth/refresh", json={"refreshToken": token})
    body = answer.get_json()
    return answer.status_code, body.get("data") or body["error"]


# -- signing in --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["anna", "ANNA", "anna@example.com", "Anna@Example.com"])
def test_a_program_signs_in_by_username_or_address_in_any_case(stand: AccountsStand, name: str) -> None:
    user = stand.add("anna", "operator")
    data = data_of(stand.log_in(name))
    assert data["expires_in_s"] == 900
    assert data["user"]["id"] == user.id
    assert data["user"]["last_login_at"] == "2026-11-21T14:30:00.000Z"
    assert "hosts:control" in data["user"]["permissions"]
    assert "users:admin" not in data["user"]["permissions"]
    client = stand.client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {data['accessToken']}"
    assert data_of(client.get("/api/v1/auth/me")) == data["user"]


def test_of_two_addresses_that_differ_in_case_the_one_that_was_typed_counts(stand: AccountsStand) -> None:
    """Phase 1 kept addresses as they were typed."""
    stand.add("anna")
    second = stand.add("second")
    with stand.engine.begin() as connection:
        connection.execute(update(users).where(users.c.username == "second").values(email="Anna@Example.com"))
    assert data_of(stand.log_in("Anna@Example.com"))["user"]["id"] == second.id
    assert data_of(stand.log_in("anna@example.com"))["user"]["username"] == "anna"


def test_no_cookies_are_set_for_a_program_and_no_tokens_are_shown_to_a_page(stand: AccountsStand) -> None:
    stand.add("anna")
    program, page = stand.log_in("anna"), stand.log_in("anna", cookies=True)
    assert "Set-Cookie" not in program.headers
    assert data_of(page).keys() == {"expires_in_s", "user"}
    kept = {line.partition("=")[0]: line for line in page.headers.getlist("Set-Cookie")}
    assert kept.keys() == {"coldframe_access", "coldframe_refresh", "coldframe_csrf", "coldframe_media"}
    assert all("SameSite=Strict" in line for line in kept.values())
    assert {name for name, line in kept.items() if "HttpOnly" not in line} == {"coldframe_csrf"}
    assert "Path=/api/v1/auth;" in kept["coldframe_refresh"]
    assert "Path=/media/;" in kept["coldframe_media"]


@pytest.mark.parametrize(
    ("base_url", "is_secure"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("https://127.0.0.1:8000", True),
        ("http://gateway.example", True),
        ("https://gateway.example", True),
    ],
)
def test_cookies_travel_without_tls_within_one_machine_only(
    stand: AccountsStand, base_url: str, is_secure: bool
) -> None:
    stand.add("anna")
    answer = stand.client().post(
        "/api/v1/auth/login",
        json={"username": "anna", "password": PASSWORD, "cookies": True},
        base_url=base_url,
    )
    assert [("Secure" in line) for line in answer.headers.getlist("Set-Cookie")] == [is_secure] * 4


def test_unknown_wrong_and_disabled_are_answered_alike(stand: AccountsStand) -> None:
    stand.add("anna")
    stand.add("berta", is_active=False)
    legacy = stand.add("legacy")
    with stand.engine.begin() as connection:
        connection.execute(
            update(users).where(users.c.username == legacy.username).values(hashed_password="$2b$12$x")
        )
    answers = [
        stand.log_in("nobody"),
        stand.log_in("nobody@example.com"),
        stand.log_in("anna", "a wrong sentence"),
        stand.log_in("berta", PASSWORD),
        stand.log_in("berta", "a wrong sentence"),
        stand.log_in("legacy", "$2b$12$x"),
    ]
    assert {error_of(answer) for answer in answers} == {(401, "wrong_login")}
    assert len({answer.get_data() for answer in answers}) == 1


def test_unknown_and_disabled_take_about_as_long_as_wrong(migrated_database_url: str, redis_url: str) -> None:
    """Far apart where no hash is computed: a hash takes tens of milliseconds, all else a few."""
    dear = Passwords(argon2.PasswordHasher(time_cost=4, memory_cost=32 * 1024, parallelism=1))
    stand = AccountsStand(migrated_database_url, redis_url, login_limit="1000 per minute", passwords=dear)
    stand.add("anna")
    stand.add("berta", is_active=False)

    def took_s(name: str) -> float:
        before = time.perf_counter()
        assert stand.log_in(name, "a wrong sentence").status_code == 401
        return time.perf_counter() - before

    wrong, unknown, disabled = (
        median(took_s(name) for _ in range(5)) for name in ("anna", "nobody", "berta")
    )
    stand.close()
    assert unknown > wrong / 3
    assert disabled > wrong / 3


@pytest.mark.parametrize(
    "body",
    [
        {"username": "anna"},
        {"username": "anna", "password": None},
        {"username": "anna", "password": "x" * 1025},
        {"username": "an\0na", "password": PASSWORD},
        {"username": "anna", "password": "\ud800"},
        {"username": ["anna"], "password": PASSWORD},
        {"username": "anna", "password": PASSWORD, "cookies": "yes"},
        {"username": "anna", "password": PASSWORD, "role": "admin"},
    ],
)
def test_a_login_that_is_none_is_refused(stand: AccountsStand, body: dict[str, object]) -> None:
    answer = stand.client().post("/api/v1/auth/login", data=json.dumps(body), content_type="application/json")
    assert error_of(answer) == (422, "bad_request")


def test_a_page_of_another_site_cannot_sign_a_browser_in_with_a_form(stand: AccountsStand) -> None:
    """Browsers send text/plain across sites without asking first; JSON they do not."""
    stand.add("anna")
    body = f'{{"username": "anna", "password": "{PASSWORD}", "cookies": true}}'
    answer = stand.client().post("/api/v1/auth/login", data=body, content_type="text/plain")
    assert answer.status_code in (415, 422)
    assert "Set-Cookie" not in answer.headers


def test_a_hash_of_old_parameters_is_replaced_at_the_next_login(stand: AccountsStand) -> None:
    stand.add("anna")
    old = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with stand.engine.begin() as connection:
        connection.execute(update(users).values(hashed_password=old))
    data_of(stand.log_in("anna"))
    with stand.engine.begin() as connection:
        new = connection.execute(select(users.c.hashed_password)).scalar_one()
    assert new != old
    assert not stand.passwords.is_outdated(new)
    data_of(stand.log_in("anna"))


def test_a_password_that_is_replaced_while_it_is_verified_signs_nobody_in(stand: AccountsStand) -> None:
    user = stand.add("anna", "viewer")

    class Replacing(Passwords):
        def matches(self, hashed: str | None, password: str) -> bool:
            found = super().matches(hashed, password)
            stand.users.change(user.id, UserChanges(password="another sentence"), None)
            return found

    late = AccountsStand(
        stand.database_url,
        stand.redis_url,
        passwords=Replacing(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
    )
    assert error_of(late.log_in("anna")) == (401, "wrong_login")
    late.close()
    with stand.engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(sessions)).scalar_one() == 0


def test_logins_that_are_over_are_cleaned_away_by_the_next_one(stand: AccountsStand) -> None:
    stand.add("anna")
    for _ in range(3):
        data_of(stand.log_in("anna"))
    stand.clock.pass_time(timedelta(days=30).total_seconds())
    data_of(stand.log_in("anna"))
    with stand.engine.begin() as connection:
        assert connection.execute(select(sessions.c.created_at)).scalars().all() == [NOW + timedelta(days=30)]


# -- going on ----------------------------------------------------------------------------------------


def test_a_refresh_token_gives_new_tokens_and_another_thirty_days(stand: AccountsStand) -> None:
    stand.add("anna")
    client = stand.client()
    token = data_of(log_in(client, "anna", PASSWORD))["refreshToken"]
    for _ in range(3):  # each time near its end
        stand.clock.pass_time(timedelta(days=29).total_seconds())
        status, data = refresh(client, token)
        assert status == 200
        assert data["refreshToken"] != token
        token = data["refreshToken"]
        found = client.get("/probe/archive", headers={"Authorization": f"Bearer {data['accessToken']}"})
        assert found.status_code == 200
    stand.clock.pass_time(timedelta(days=30).total_seconds())
    assert refresh(client, token)[1]["code"] == "token_expired"


def test_two_tabs_that_refresh_at_the_same_moment_both_go_on(stand: AccountsStand) -> None:
    stand.add("anna")
    token = data_of(stand.log_in("anna"))["refreshToken"]
    clients = [stand.client(), stand.client()]
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with ThreadPoolExecutor(2) as pool:
        # Both are let go only when both have come to the row of their login.
        with stand.engine.begin() as holding, stand.engine.connect() as watching:
            holding.execute(select(sessions.c.id).with_for_update())
            tabs = [pool.submit(refresh, client, token) for client in clients]
            deadline = time.monotonic() + 10
            while watching.execute(waiting).scalar_one() < len(tabs):
                watching.rollback()  # or the server goes on showing what it saw first
                assert time.monotonic() < deadline
                time.sleep(0.01)
        first, second = (tab.result(10) for tab in tabs)
    assert (first[0], second[0]) == (200, 200)
    # Both hold the one that is good next, whichever is used.
    stand.clock.pass_time(31)
    status, data = refresh(stand.client(), first[1]["refreshToken"])
    assert status == 200
    stand.clock.pass_time(1)
    status, again = refresh(stand.client(), second[1]["refreshToken"])
    assert status == 200
    assert refresh(stand.client(), again["refreshToken"])[0] == 200
    assert refresh(stand.client(), data["refreshToken"])[0] == 200


def test_a_refresh_token_that_is_used_again_later_ends_the_login_for_everybody(stand: AccountsStand) -> None:
    stand.add("anna")
    stolen = data_of(stand.log_in("anna"))["refreshToken"]
    status, mine = refresh(stand.client(), stolen)
    assert status == 200
    stand.clock.pass_time(31)
    status, error = refresh(stand.client(), stolen)
    assert (status, error["code"]) == (401, "unauthorised")
    assert "before" in error["message"]
    assert refresh(stand.client(), mine["refreshToken"])[0] == 401
    token = {"Authorization": f"Bearer {mine['accessToken']}"}
    assert error_of(stand.client().get("/probe/archive", headers=token)) == (401, "unauthorised")
    data_of(stand.log_in("anna"))  # another login is another matter


def test_what_is_no_refresh_token_refreshes_nothing(stand: AccountsStand) -> None:
    stand.add("anna")
    access = data_of(stand.log_in("anna"))["accessToken"]
    client = stand.client()
    assert refresh(client, access)[0] == 401
    assert refresh(client, "x.y.z")[0] == 401
    assert client.post("/api/v1/auth/refresh").status_code == 401
    bearer = {"Authorization": f"Bearer {access}"}
    assert client.post("/api/v1/auth/refresh", headers=bearer).status_code == 401
    assert error_of(client.post("/api/v1/auth/refresh", json={"refreshToken": 1})) == (422, "bad_request")


def test_a_browser_refreshes_by_its_cookie_and_the_proof_and_sees_no_token(stand: AccountsStand) -> None:
    stand.add("anna")
    browser = stand.browser("anna")
    assert error_of(browser.post("/api/v1/auth/refresh")) == (403, "csrf")
    assert error_of(browser.post("/api/v1/auth/refresh", headers={"X-CSRF-TOKEN": "x"})) == (403, "csrf")
    proof, media = csrf_of(browser), browser.get_cookie("coldframe_media", path="/media/")
    old = browser.get_cookie("coldframe_access")
    stand.clock.pass_time(901)
    assert error_of(browser.get("/probe/archive")) == (401, "token_expired")
    answer = browser.post("/api/v1/auth/refresh", headers=proof)
    assert data_of(answer).keys() == {"expires_in_s", "user"}
    assert browser.get_cookie("coldframe_access") != old
    assert browser.get("/probe/archive").status_code == 200
    # Two tabs share one proof and one media cookie: what one refreshes does not cut the other off.
    assert csrf_of(browser) == proof
    assert browser.get_cookie("coldframe_media", path="/media/") == media


# -- signing out -------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", ["access", "refresh"])
def test_a_program_signs_out_with_either_token(stand: AccountsStand, sent: str) -> None:
    stand.add("anna")
    client = stand.client()
    data = data_of(log_in(client, "anna", PASSWORD))
    bearer = {"Authorization": f"Bearer {data['accessToken']}"}
    if sent == "access":
        answer = client.post("/api/v1/auth/logout", headers=bearer)
    else:
        stand.clock.pass_time(901)  # the access token has expired meanwhile
        answer = client.post("/api/v1/auth/logout", json={"refreshToken": data["refreshToken"]})
    assert data_of(answer) is None
    assert refresh(client, data["refreshToken"])[0] == 401
    assert client.get("/probe/archive", headers=bearer).status_code == 401
    assert data_of(client.post("/api/v1/auth/logout", headers=bearer)) is None  # once more is no error


def test_signing_out_ends_one_login_and_no_other(stand: AccountsStand) -> None:
    stand.add("anna")
    first, second = stand.program("anna"), stand.program("anna")
    data_of(first.post("/api/v1/auth/logout"))
    assert first.get("/probe/archive").status_code == 401
    assert second.get("/probe/archive").status_code == 200


def test_a_browser_signs_out_with_the_proof_and_forgets_its_cookies(stand: AccountsStand) -> None:
    stand.add("anna")
    browser = stand.browser("anna")
    assert browser.get("/media/file").status_code == 200
    kept = {
        name: browser.get_cookie(name, path=path)
        for name, path in (("coldframe_access", "/"), ("coldframe_media", "/media/"))
    }
    assert error_of(browser.post("/api/v1/auth/logout")) == (403, "csrf")
    assert browser.get("/probe/archive").status_code == 200
    data_of(browser.post("/api/v1/auth/logout", headers=csrf_of(browser)))
    assert browser.get_cookie("coldframe_csrf") is None
    assert browser.get_cookie("coldframe_refresh", path="/api/v1/auth") is None
    # What was copied out of the browser before is not good either, and at once.
    thief = stand.client()
    for name, cookie in kept.items():
        assert cookie is not None
        thief.set_cookie(name, cookie.value, path=cookie.path)
    assert thief.get("/probe/archive").status_code == 401
    assert thief.get("/media/file").status_code == 401


def test_a_browser_whose_tokens_have_expired_signs_out_all_the_same(stand: AccountsStand) -> None:
    stand.add("anna")
    browser = stand.browser("anna")
    stand.clock.pass_time(timedelta(days=31).total_seconds())
    data_of(browser.post("/api/v1/auth/logout"))
    assert browser.get_cookie("coldframe_access") is None


def test_a_request_asks_the_database_once_who_sends_it(stand: AccountsStand) -> None:
    stand.add("anna", limited_to_groups=True, camera_group_ids=(stand.add_group("gate"),))
    program = stand.program("anna")
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(stand.engine, "before_cursor_execute", note)
    assert program.get("/probe/archive").status_code == 200
    assert len(statements) == 1
