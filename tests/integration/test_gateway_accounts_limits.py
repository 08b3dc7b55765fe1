"""Failed logins are limited, in Redis for all processes together, and without it too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from deploy.local.postgres import PrivatePostgres
from gateway.accounts.login_limit import ACCOUNT_FACTOR, ADDRESS_FACTOR, LoginLimits
from gateway.accounts.tables import sessions
from shared.errors import SettingsError
from tests.support.accounts_stand import AccountsStand, error_of
from tests.support.servers import fleeting_redis, fresh_database

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


def fail(stand: AccountsStand, name: str, *, address: str = "203.0.113.1", times: int = LIMIT) -> list[int]:
    answers = [stand.log_in(name, "a wrong sentence", address=address) for _ in range(times)]
    return [answer.status_code for answer in answers]


def sign_in(stand: AccountsStand, name: str, address: str = "203.0.113.1") -> TestResponse:
    return stand.log_in(name, address=address)


def test_after_too_many_failures_even_the_right_password_must_wait(stand: AccountsStand) -> None:
    assert fail(stand, "anna", times=LIMIT + 1) == [401] * LIMIT + [429]
    answer = sign_in(stand, "anna")
    assert error_of(answer) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert sign_in(stand, "berta").status_code == 200  # another account, from there too
    assert sign_in(stand, "anna", "203.0.113.2").status_code == 200  # and the same from elsewhere


def test_an_account_that_is_not_there_is_limited_alike(stand: AccountsStand) -> None:
    assert fail(stand, "nobody", times=LIMIT + 1) == [401] * LIMIT + [429]


def test_a_disabled_account_is_limited_alike_even_with_its_password(stand: AccountsStand) -> None:
    stand.add("former", is_active=False)
    statuses = [sign_in(stand, "former").status_code for _ in range(LIMIT + 1)]
    assert statuses == [401] * LIMIT + [429]


def test_ones_own_successes_do_not_count(stand: AccountsStand) -> None:
    assert {sign_in(stand, "anna").status_code for _ in range(4 * LIMIT)} == {200}
    assert fail(stand, "anna", times=LIMIT - 1) == [401] * (LIMIT - 1)
    assert sign_in(stand, "anna").status_code == 200


def test_what_is_refused_for_its_number_does_not_count_on(stand: AccountsStand) -> None:
    """Or whoever goes on trying would be shut out for ever."""
    fail(stand, "anna", times=5 * LIMIT)
    (key,) = stand.redis_client.scan_iter("*pair*")
    assert stand.redis_client.llen(key) == LIMIT


def test_nobody_gets_around_it_by_the_case_of_the_name(stand: AccountsStand) -> None:
    assert fail(stand, "anna") + fail(stand, "ANNA", times=1) == [401] * LIMIT + [429]


def test_one_address_does_not_try_one_password_on_every_account(stand: AccountsStand) -> None:
    tries = LIMIT * ADDRESS_FACTOR
    statuses = [fail(stand, f"user{number}", times=1)[0] for number in range(tries + 1)]
    assert statuses == [401] * tries + [429]
    assert sign_in(stand, "anna").status_code == 429
    assert sign_in(stand, "anna", "203.0.113.2").status_code == 200


def test_addresses_of_one_ipv6_customer_count_as_one(stand: AccountsStand) -> None:
    statuses = [fail(stand, "anna", address=f"2001:db8::{n}", times=1)[0] for n in range(1, LIMIT + 2)]
    assert statuses == [401] * LIMIT + [429]


def test_an_attack_from_many_addresses_stops_and_does_not_shut_the_user_out(stand: AccountsStand) -> None:
    assert sign_in(stand, "anna", "198.51.100.7").status_code == 200
    tries = LIMIT * ACCOUNT_FACTOR
    for number in range(tries):
        assert fail(stand, "anna", address=f"203.0.113.{number}", times=1) == [401]
    assert fail(stand, "anna", address="203.0.113.200", times=1) == [429]
    # From where they have signed in before, the user goes on; and so does everybody else.
    assert sign_in(stand, "anna", "198.51.100.7").status_code == 200
    assert sign_in(stand, "anna", "198.51.100.8").status_code == 429
    assert sign_in(stand, "berta", "203.0.113.200").status_code == 200
    with stand.engine.begin() as connection:
        assert connection.execute(select(sessions.c.address)).scalars().all().count("198.51.100.7") == 2


def test_processes_count_together(stand: AccountsStand) -> None:
    other = AccountsStand(stand.database_url, stand.redis_url, login_limit=f"{LIMIT} per minute")
    assert fail(stand, "anna", times=LIMIT - 1) == [401] * (LIMIT - 1)
    assert fail(other, "anna", times=2) == [401, 429]
    assert fail(stand, "anna", times=1) == [429]
    other.close()


def test_names_that_were_typed_are_not_in_redis(stand: AccountsStand) -> None:
    fail(stand, "perhaps-a-password")
    stored = list(stand.redis_client.scan_iter())
    assert len(stored) == 3
    assert not any(b"perhaps" in key for key in stored)


def test_without_redis_each_process_counts_for_itself_and_says_so(
    migrated_database_url: str, tmp_path: Path
) -> None:
    with fleeting_redis(tmp_path / "redis") as server:
        stand = AccountsStand(migrated_database_url, server.url(), login_limit=f"{LIMIT} per minute")
        stand.add("anna")
        assert fail(stand, "anna", times=1) == [401]
    with capture_logs() as logs:
        # What failed before Redis went is remembered here too.
        assert fail(stand, "anna", times=LIMIT) == [401] * (LIMIT - 1) + [429]
        assert stand.log_in("anna", address="203.0.113.2").status_code == 200
    assert [entry["log_level"] for entry in logs if entry["event"] == "login_limits_in_memory"] == ["warning"]
    stand.clock.pass_time(60)
    assert sign_in(stand, "anna").status_code == 200
    stand.close()


def test_redis_counts_again_as_soon_as_it_is_back(migrated_database_url: str, tmp_path: Path) -> None:
    with fleeting_redis(tmp_path / "redis") as server:
        stand = AccountsStand(migrated_database_url, server.url(), login_limit=f"{LIMIT} per minute")
        stand.add("anna")
        server.stop()
        assert fail(stand, "anna", times=1) == [401]
        server.start()
        stand.clock.pass_time(6)
        assert fail(stand, "anna", times=LIMIT + 1) == [401] * LIMIT + [429]
        assert list(stand.redis_client.scan_iter("*pair*")) != []
        stand.close()


def test_a_limit_that_is_none_is_refused_at_the_start(stand: AccountsStand) -> None:
    with pytest.raises(SettingsError, match=r"login_limit.*'often'"):
        LoginLimits(stand.redis_client, "often", stand.clock)
