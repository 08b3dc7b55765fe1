"""One's own password: changed by who knows it, and what was signed in with the old one ends."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from deploy.local.postgres import PrivatePostgres
from gateway.accounts.login import media_token_sha256
from tests.support.accounts_stand import PASSWORD, AccountsStand, csrf_of, data_of, error_of
from tests.support.servers import fresh_database

NEW = "another sentence to remember"
LIMIT = 3


@pytest.fixture(scope="module")
def accounts_url(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    with fresh_database(postgres, migrated_template) as url:
        yield url


@pytest.fixture
def stand(accounts_url: str, redis_url: str) -> Iterator[AccountsStand]:
    with AccountsStand(accounts_url, redis_url, login_limit=f"{LIMIT} per minute") as made:
        made.add("anna")
        made.add("berta")
        yield made


def change(client: FlaskClient, current: str = PASSWORD, new: str = NEW, **more: Any) -> TestResponse:
    body = {"current_password": current, "new_password": new}
    return client.post("/api/v1/auth/password", json=body, **more)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/api/v1/auth/me").status_code == 200


def test_the_new_password_counts_and_the_old_one_does_not(stand: AccountsStand) -> None:
    assert data_of(change(stand.program("anna"))) is None
    assert stand.log_in("anna").status_code == 401
    assert stand.log_in("anna", NEW).status_code == 200
    assert stand.log_in("berta").status_code == 200


def test_the_login_that_asks_stays_and_all_others_of_the_same_user_end(stand: AccountsStand) -> None:
    asking, program, browser = stand.browser("anna"), stand.program("anna"), stand.browser("anna")
    other = stand.program("berta")
    media = browser.get_cookie("coldframe_media", path="/media/")
    assert media is not None and stand.media.signed_in(media_token_sha256(media.value)) is not None
    assert change(asking, headers=csrf_of(asking)).status_code == 200
    assert [is_signed_in(client) for client in (asking, other, program, browser)] == [
        True,
        True,
        False,
        False,
    ]
    # Its media too, though that was remembered a moment ago; and its refresh token.
    assert stand.media.signed_in(media_token_sha256(media.value)) is None
    assert browser.post("/api/v1/auth/refresh", json={}, headers=csrf_of(browser)).status_code == 401
    assert asking.post("/api/v1/auth/refresh", json={}, headers=csrf_of(asking)).status_code == 200


def test_a_wrong_present_password_is_refused_by_field_and_ends_nothing(stand: AccountsStand) -> None:
    asking, other = stand.program("anna"), stand.program("anna")
    answer = change(asking, current="not the one")
    assert error_of(answer) == (422, "wrong_password")
    assert answer.get_json()["error"]["details"]["fields"].keys() == {"current_password"}
    assert is_signed_in(asking) and is_signed_in(other)
    assert stand.log_in("anna").status_code == 200


def test_whoever_took_over_a_login_guesses_no_more_often_than_at_the_login(stand: AccountsStand) -> None:
    taken = stand.program("anna")
    answers = [change(taken, current="a guess").status_code for _ in range(LIMIT + 1)]
    assert answers == [422] * LIMIT + [429]
    right = change(taken)
    assert error_of(right) == (429, "too_many_requests") and "Retry-After" in right.headers
    assert stand.log_in("anna").status_code == 429  # they count together
    assert change(stand.program("berta")).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"current_password": PASSWORD, "new_password": "123456789"}, "new_password"),
        ({"current_password": PASSWORD, "new_password": "x" * 1025}, "new_password"),
        ({"current_password": PASSWORD, "new_password": PASSWORD}, "new_password"),
        ({"current_password": PASSWORD}, "new_password"),
        ({"new_password": NEW}, "current_password"),
        ({"current_password": "", "new_password": NEW}, "current_password"),
        ({"current_password": PASSWORD, "new_password": NEW, "user_id": "x"}, "user_id"),
    ],
)
def test_what_cannot_be_a_password_is_refused_by_field(
    stand: AccountsStand, body: dict[str, str], field: str
) -> None:
    answer = stand.program("anna").post("/api/v1/auth/password", json=body)
    assert error_of(answer) == (422, "bad_request")
    assert field in answer.get_json()["error"]["details"]["fields"]
    assert stand.log_in("anna").status_code == 200


def test_a_browser_must_prove_that_its_own_page_asks(stand: AccountsStand) -> None:
    assert error_of(change(stand.browser("anna"))) == (403, "csrf")
    assert change(stand.client()).status_code == 401


def test_an_admins_reset_of_a_password_ends_all_logins_of_that_user(stand: AccountsStand) -> None:
    anna = stand.add("carla")
    stand.add("root", "admin")
    program, admin = stand.program("carla"), stand.program("root")
    assert admin.put(f"/api/v1/users/{anna.id}", json={"password": NEW}).status_code == 200
    assert not is_signed_in(program)
    assert stand.log_in("carla", NEW).status_code == 200
