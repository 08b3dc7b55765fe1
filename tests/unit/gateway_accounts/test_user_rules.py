"""Which changes of users are refused."""

from datetime import UTC, datetime

import pytest

from gateway.accounts.user import (
    User,
    UserChanges,
    check_change,
    check_limits_of_role,
    check_removal,
    checked_password,
)
from shared.errors import BadRequestError, ConflictError

THEN = datetime(2026, 11, 21, tzinfo=UTC)


def user(role: str = "admin", *, is_active: bool = True, limited: bool = False) -> User:
    return User("u1", "a@example.com", "anna", role, is_active, limited, ("g1",), THEN, THEN, None)


@pytest.mark.parametrize(
    "changes", [UserChanges(is_active=False), UserChanges(role="viewer"), UserChanges(role="operator")]
)
@pytest.mark.parametrize("asker", ["u1", "u2", None])
def test_the_last_active_admin_stays_one(changes: UserChanges, asker: str | None) -> None:
    with pytest.raises(ConflictError) as refusal:
        check_change(user(), changes, asker, other_active_admins=0)
    assert refusal.value.code == "last_admin"


@pytest.mark.parametrize("changes", [UserChanges(is_active=False), UserChanges(role="viewer")])
def test_nobody_takes_their_own_administration_away_but_another_admin_may(changes: UserChanges) -> None:
    with pytest.raises(ConflictError) as refusal:
        check_change(user(), changes, "u1", other_active_admins=3)
    assert refusal.value.code == "own_account"
    check_change(user(), changes, "u2", other_active_admins=1)


@pytest.mark.parametrize(
    "changes",
    [
        UserChanges(),
        UserChanges(email="b@example.com", username="berta", password="a sentence"),
        UserChanges(role="admin", is_active=True, limited_to_groups=False),
    ],
)
def test_the_last_admin_may_change_all_else_of_themselves(changes: UserChanges) -> None:
    check_change(user(), changes, "u1", other_active_admins=0)


@pytest.mark.parametrize("present", [user("viewer"), user("operator"), user("admin", is_active=False)])
def test_who_is_no_active_admin_can_go_at_any_time(present: User) -> None:
    check_removal(present, "u1", other_active_admins=0)
    check_change(present, UserChanges(is_active=False), "u1", other_active_admins=0)


def test_the_last_admin_and_ones_own_account_are_not_removed() -> None:
    with pytest.raises(ConflictError) as last:
        check_removal(user(), "u2", other_active_admins=0)
    with pytest.raises(ConflictError) as own:
        check_removal(user(), "u1", other_active_admins=1)
    assert (last.value.code, own.value.code) == ("last_admin", "own_account")
    check_removal(user(), "u2", other_active_admins=1)


@pytest.mark.parametrize(
    ("present", "changes"),
    [
        (user(), UserChanges(limited_to_groups=True)),
        (user("viewer", limited=True), UserChanges(role="admin")),
        (user("viewer"), UserChanges(role="admin", limited_to_groups=True)),
    ],
)
def test_an_admin_is_never_limited_to_groups(present: User, changes: UserChanges) -> None:
    with pytest.raises(BadRequestError):
        check_change(present, changes, "u2", other_active_admins=5)


def test_a_limited_viewer_becomes_an_admin_where_the_limit_is_lifted() -> None:
    check_change(user("viewer", limited=True), UserChanges(role="admin", limited_to_groups=False), "u2", 5)
    check_limits_of_role("viewer", limited_to_groups=True)


def test_only_the_groups_of_a_limited_user_are_their_scope() -> None:
    assert user("viewer").scope is None
    assert user("viewer", limited=True).scope == frozenset({"g1"})


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        (UserChanges(password="x"), True),
        (UserChanges(is_active=False), True),
        (UserChanges(is_active=True, role="viewer", camera_group_ids=()), False),
    ],
)
def test_a_new_password_and_disabling_end_logins(changes: UserChanges, ends: bool) -> None:
    assert changes.end_sessions is ends


@pytest.mark.parametrize("length", [0, 9, 1025])
def test_a_password_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(BadRequestError):
        checked_password("x" * length)


@pytest.mark.parametrize("length", [10, 1024])
def test_a_password_of_a_fair_length_is_taken(length: int) -> None:
    assert checked_password("x" * length) == "x" * length
