"""The first admin, and users made on the gateway's machine."""

import io
import os
import pty
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from deploy.local.postgres import PrivatePostgres
from gateway.accounts.seeding import (
    DEMO_PASSWORD,
    Seeded,
    create_user,
    password_from,
    password_from_terminal,
    seed,
)
from gateway.accounts.tables import users
from gateway.accounts.user import NewUser, UserChanges
from shared.errors import BadRequestError, ConflictError
from tests.support.accounts_stand import PASSWORD, AccountsStand
from tests.support.servers import fresh_database


@pytest.fixture(scope="module")
def accounts_url(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    with fresh_database(postgres, migrated_template) as url:
        yield url


@pytest.fixture
def stand(accounts_url: str, redis_url: str) -> Iterator[AccountsStand]:
    with AccountsStand(accounts_url, redis_url) as made:
        yield made


def nobody_is_asked() -> str:
    raise AssertionError("nobody is to be asked")


def seed_own(stand: AccountsStand, password: str = PASSWORD, email: str = "Boss@Example.com") -> Seeded:
    return seed(stand.users, demo=False, email=email, username="boss", read_password=lambda: password)


def seed_demo(stand: AccountsStand) -> Seeded:
    return seed(stand.users, demo=True, email="", username="", read_password=nobody_is_asked)


def test_the_first_admin_is_made_once(stand: AccountsStand) -> None:
    first = seed_own(stand)
    assert (first.is_new, first.user.role, first.user.email) == (True, "admin", "boss@example.com")
    again = seed(stand.users, demo=False, email="", username="", read_password=nobody_is_asked)
    assert again == Seeded(first.user, is_new=False)
    assert stand.program("boss").get("/api/v1/users").status_code == 200


def test_where_no_admin_is_active_one_is_made(stand: AccountsStand) -> None:
    stand.add("former", "admin", is_active=False)
    stand.add("guard", "operator")
    assert seed_own(stand).is_new


def test_the_demo_has_its_well_known_admin_however_often_it_is_seeded(stand: AccountsStand) -> None:
    first = seed_demo(stand)
    assert (first.is_new, seed_demo(stand)) == (True, Seeded(first.user, is_new=False))
    program = stand.program("admin@example.com", DEMO_PASSWORD)
    assert program.get("/api/v1/users").status_code == 200
    with stand.engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(users)).scalar_one() == 1


def test_seeding_a_demo_again_changes_nothing_of_its_admin(stand: AccountsStand) -> None:
    stand.users.change(seed_demo(stand).user.id, UserChanges(password="another sentence"), None)
    assert not seed_demo(stand).is_new
    assert stand.log_in("admin", DEMO_PASSWORD).status_code == 401
    assert stand.log_in("admin", "another sentence").status_code == 200


def test_a_demo_that_is_seeded_twice_at_the_same_moment_has_one_admin(stand: AccountsStand) -> None:
    both = threading.Barrier(2)

    def one(_number: int) -> Seeded:
        both.wait(10)
        return seed_demo(stand)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, range(2))
    assert first.user == second.user
    assert first.is_new is not second.is_new


def test_a_demo_whose_admins_name_is_taken_says_so(stand: AccountsStand) -> None:
    stand.users.create(NewUser("somebody@example.com", "admin", PASSWORD, "viewer"))
    with pytest.raises(ConflictError, match="username"):
        seed_demo(stand)


def test_the_demos_password_is_too_short_for_anybody_else(stand: AccountsStand) -> None:
    with pytest.raises(BadRequestError, match="password"):
        seed_own(stand, DEMO_PASSWORD)
    with pytest.raises(BadRequestError, match="password"):
        create_user(
            stand.users,
            email="a@example.com",
            username="anna",
            role="viewer",
            read_password=lambda: DEMO_PASSWORD,
        )


def test_a_command_makes_a_user_of_any_role(stand: AccountsStand) -> None:
    made = create_user(
        stand.users, email="a@example.com", username="anna", role="viewer", read_password=lambda: PASSWORD
    )
    assert (made.role, made.scope) == ("viewer", None)
    assert stand.program("anna").get("/probe/archive").status_code == 200
    with pytest.raises(ConflictError, match="email"):
        create_user(
            stand.users, email="A@Example.com", username="b", role="viewer", read_password=lambda: PASSWORD
        )


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"email": "anna"}, "e-mail"),
        ({"email": "a@b@c"}, "e-mail"),
        ({"username": "an na"}, "username"),
        ({"username": "a@b"}, "username"),
        ({"role": "boss"}, "role"),
    ],
)
def test_what_is_wrong_is_said_before_a_password_is_asked_for(
    stand: AccountsStand, wrong: dict[str, str], what: str
) -> None:
    right = {"email": "a@example.com", "username": "anna", "role": "viewer"}
    with pytest.raises(BadRequestError, match=what):
        create_user(stand.users, **{**right, **wrong}, read_password=nobody_is_asked)


@pytest.mark.parametrize(
    ("sent", "password"), [("a sentence\n", "a sentence"), ("a sentence\r\nmore", "a sentence"), (" x", " x")]
)
def test_a_password_is_the_first_line_that_comes(sent: str, password: str) -> None:
    assert password_from(io.StringIO(sent)) == password


@pytest.mark.parametrize("sent", ["", "\n", "\r\n"])
def test_no_line_is_no_password(sent: str) -> None:
    with pytest.raises(BadRequestError):
        password_from(io.StringIO(sent))


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a sentence\n"))
    with pytest.raises(BadRequestError, match="terminal"):
        password_from_terminal()


@pytest.mark.parametrize(
    ("typed", "taken"), [(("a sentence", "a sentence"), True), (("a sentence", "a sentense"), False)]
)
def test_on_a_terminal_a_password_is_typed_twice_and_not_shown(typed: tuple[str, str], taken: bool) -> None:
    """In a process of its own: what asks is the terminal that it runs on."""
    process, terminal = pty.fork()
    if process == 0:  # pragma: no cover (the child)
        os.execv(
            sys.executable,
            [
                sys.executable,
                "-c",
                "from gateway.accounts.seeding import password_from_terminal as ask; print('got', ask())",
            ],
        )
    shown = b""
    for prompt, line in ((b"Password: ", typed[0]), (b"Once more: ", typed[1])):
        while prompt not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, f"{line}\n".encode())
    _, status = os.waitpid(process, 0)
    while True:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the other end is closed, and all is read
            break
    os.close(terminal)
    assert (os.waitstatus_to_exitcode(status) == 0) is taken
    assert (b"got a sentence" in shown) is taken
    assert shown.count(b"a sentence") == (1 if taken else 0)
