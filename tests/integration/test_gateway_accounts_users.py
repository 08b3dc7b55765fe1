"""Users, as admins keep them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, insert, select

from deploy.local.postgres import PrivatePostgres
from gateway.accounts.tables import sessions, users
from gateway.accounts.user import UserChanges
from gateway.catalogue.tables import camera_groups, user_camera_groups
from gateway.wall.tables import wall_views
from tests.support.accounts_stand import PASSWORD, AccountsStand, data_of, error_of, new_id
from tests.support.servers import fresh_database

NEW: dict[str, Any] = {
    "email": "Guard@Example.com",
    "username": "guard",
    "password": PASSWORD,
    "role": "viewer",
}


@pytest.fixture(scope="module")
def accounts_url(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    with fresh_database(postgres, migrated_template) as url:
        yield url


@pytest.fixture
def stand(accounts_url: str, redis_url: str) -> Iterator[AccountsStand]:
    with AccountsStand(accounts_url, redis_url) as made:
        made.add("root", "admin")
        yield made


@pytest.fixture
def admin(stand: AccountsStand) -> FlaskClient:
    return stand.program("root")


def put(client: FlaskClient, user_id: str, **changes: Any) -> Any:
    return client.put(f"/api/v1/users/{user_id}", json=changes)


# -- making ------------------------------------------------------------------------------------------


def test_an_admin_makes_a_user_who_can_sign_in(stand: AccountsStand, admin: FlaskClient) -> None:
    group = stand.add_group("gate")
    answer = admin.post(
        "/api/v1/users", json={**NEW, "limited_to_groups": True, "camera_group_ids": [group, group]}
    )
    assert answer.status_code == 201
    made = data_of(answer)
    assert made == {
        "id": made["id"],
        "email": "guard@example.com",
        "username": "guard",
        "role": "viewer",
        "is_active": True,
        "limited_to_groups": True,
        "camera_group_ids": [group],
        "createdAt": made["createdAt"],
        "updatedAt": made["updatedAt"],
        "last_login_at": None,
    }
    assert data_of(admin.get(f"/api/v1/users/{made['id']}")) == made
    assert stand.program("guard").get("/probe/archive").get_json()["data"]["scope"] == [group]


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "guard"},
        {"email": "a@b@c"},
        {"email": f"{'x' * 250}@example.com"},
        {"username": "gu@rd"},
        {"username": ""},
        {"username": "guard\n"},
        {"username": "x" * 101},
        {"password": "123456789"},
        {"password": "x" * 1025},
        {"password": 1234567890},
        {"role": "Admin"},
        {"role": None},
        {"is_active": "yes"},
        {"camera_group_ids": "gate"},
        {"camera_group_ids": [None]},
        {"id": "0d4c7cf5-7a0f-4b9c-9a52-6b5e9f3c2a11"},
        {"hashed_password": "x"},
        {"role": "admin", "limited_to_groups": True},
    ],
)
def test_a_user_who_cannot_be_is_refused_by_field(admin: FlaskClient, wrong: dict[str, object]) -> None:
    answer = admin.post("/api/v1/users", json={**NEW, **wrong})
    assert error_of(answer) == (422, "bad_request")
    fields = answer.get_json()["error"]["details"]["fields"]
    assert any(name.partition(".")[0] in wrong for name in fields)


@pytest.mark.parametrize("missing", ["email", "username", "password", "role"])
def test_a_user_needs_an_address_a_name_a_password_and_a_role(admin: FlaskClient, missing: str) -> None:
    body = {name: value for name, value in NEW.items() if name != missing}
    answer = admin.post("/api/v1/users", json=body)
    assert error_of(answer) == (422, "bad_request")
    assert missing in answer.get_json()["error"]["details"]["fields"]


def test_no_two_users_have_one_name_or_address_in_any_case(admin: FlaskClient) -> None:
    data_of(admin.post("/api/v1/users", json=NEW))
    for other, field in (({"email": "b@example.com", "username": "GUARD"}, "username"), ({}, "email")):
        answer = admin.post("/api/v1/users", json={**NEW, **other})
        assert error_of(answer) == (409, "taken")
        assert answer.get_json()["error"]["details"]["fields"].keys() == {field}


def test_two_admins_who_give_one_name_at_the_same_time_make_one_user(stand: AccountsStand) -> None:
    both = threading.Barrier(2)
    clients = [stand.program("root"), stand.program("root")]

    def make(number: int) -> int:
        both.wait(10)
        body = {**NEW, "email": f"{number}@example.com"}
        return clients[number].post("/api/v1/users", json=body).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, range(2))) == [201, 409]


def test_an_unknown_group_is_named_and_nothing_is_made(stand: AccountsStand, admin: FlaskClient) -> None:
    group = stand.add_group("gate")
    answer = admin.post("/api/v1/users", json={**NEW, "camera_group_ids": ["cellar", group, "attic"]})
    assert error_of(answer) == (422, "bad_request")
    assert answer.get_json()["error"]["details"]["unknown"] == ["cellar", "attic"]
    assert "cellar, attic" in answer.get_json()["error"]["message"]
    assert data_of(admin.get("/api/v1/users?search=guard")) == []


# -- changing ----------------------------------------------------------------------------------------


def test_a_change_touches_what_is_sent_and_nothing_else(stand: AccountsStand, admin: FlaskClient) -> None:
    group = stand.add_group("gate")
    user = stand.add("guard", limited_to_groups=True, camera_group_ids=(group,))
    before = data_of(admin.get(f"/api/v1/users/{user.id}"))
    stand.clock.pass_time(600)
    after = data_of(put(admin, user.id, role="operator"))
    assert after == {**before, "role": "operator", "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] == "2026-11-21T14:40:00.000Z"
    assert data_of(put(admin, user.id)) == after  # nothing sent, nothing changed
    everything = {
        "email": "g@example.com",
        "username": "g",
        "role": "viewer",
        "is_active": False,
        "limited_to_groups": False,
        "camera_group_ids": [],
    }
    assert everything.items() <= data_of(put(admin, user.id, **everything)).items()


def test_a_name_can_be_written_in_another_case_by_its_owner_only(
    stand: AccountsStand, admin: FlaskClient
) -> None:
    user = stand.add("guard")
    assert data_of(put(admin, user.id, username="Guard"))["username"] == "Guard"
    assert error_of(put(admin, user.id, username="ROOT")) == (409, "taken")
    assert error_of(put(admin, user.id, email="Root@example.com")) == (409, "taken")


def test_an_unknown_group_changes_nothing(stand: AccountsStand, admin: FlaskClient) -> None:
    user = stand.add("guard", camera_group_ids=(stand.add_group("gate"),))
    answer = put(admin, user.id, role="operator", camera_group_ids=["cellar"])
    assert error_of(answer) == (422, "bad_request")
    found = data_of(admin.get(f"/api/v1/users/{user.id}"))
    assert (found["role"], found["camera_group_ids"]) == ("viewer", list(user.camera_group_ids))


def test_a_group_that_goes_leaves_the_user_limited(stand: AccountsStand, admin: FlaskClient) -> None:
    """Or removing a tenant's group would show the tenant's guard every camera."""
    group = stand.add_group("gate")
    user = stand.add("guard", limited_to_groups=True, camera_group_ids=(group,))
    with stand.engine.begin() as connection:
        connection.execute(delete(camera_groups))
    found = data_of(admin.get(f"/api/v1/users/{user.id}"))
    assert (found["limited_to_groups"], found["camera_group_ids"]) == (True, [])
    assert stand.program("guard").get("/probe/archive").get_json()["data"]["scope"] == []


def test_a_password_reset_takes_the_old_one_and_its_logins_away(
    stand: AccountsStand, admin: FlaskClient
) -> None:
    user = stand.add("guard")
    signed_in = stand.program("guard")
    data_of(put(admin, user.id, password="another sentence"))
    assert signed_in.get("/probe/archive").status_code == 401
    assert stand.log_in("guard").status_code == 401
    assert stand.program("guard", "another sentence").get("/probe/archive").status_code == 200
    assert admin.get("/probe/archive").status_code == 200
    assert error_of(put(admin, user.id, password="short")) == (422, "bad_request")


def test_all_else_leaves_logins_as_they_are(stand: AccountsStand, admin: FlaskClient) -> None:
    user = stand.add("guard")
    signed_in = stand.program("guard")
    data_of(put(admin, user.id, username="watch", is_active=True, role="operator"))
    assert data_of(signed_in.get("/api/v1/auth/me"))["username"] == "watch"


@pytest.mark.parametrize("user_id", ["x", "0d4c7cf5-7a0f-4b9c-9a52-6b5e9f3c2a11", "é", "x" * 500])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_user_who_is_not_there_is_not_found(admin: FlaskClient, method: str, user_id: str) -> None:
    body = {"role": "viewer", "password": "another sentence"} if method == "PUT" else None
    answer = admin.open(f"/api/v1/users/{user_id}", method=method, json=body)
    assert error_of(answer) == (404, "unknown_user")


# -- removing ----------------------------------------------------------------------------------------


def test_a_user_goes_with_logins_groups_and_saved_views(stand: AccountsStand, admin: FlaskClient) -> None:
    user = stand.add("guard", camera_group_ids=(stand.add_group("gate"),))
    signed_in = stand.program("guard")
    with stand.engine.begin() as connection:
        connection.execute(
            insert(wall_views).values(id=new_id(), user_id=user.id, name="gates", layout={"devices": []})
        )
    assert data_of(admin.delete(f"/api/v1/users/{user.id}")) is None
    assert admin.get(f"/api/v1/users/{user.id}").status_code == 404
    assert signed_in.get("/probe/archive").status_code == 401
    with stand.engine.begin() as connection:
        for table in (user_camera_groups, wall_views):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
        left = select(sessions.c.user_id).where(sessions.c.user_id == user.id)
        assert connection.execute(left).first() is None


def view_of(stand: AccountsStand, user_id: str, name: str, *, shared: bool) -> None:
    with stand.engine.begin() as connection:
        connection.execute(
            insert(wall_views).values(
                id=new_id(), user_id=user_id, name=name, shared=shared, layout={"columns": 1, "tiles": [None]}
            )
        )


def test_views_that_a_user_shares_become_those_of_the_admin_who_removes_them(
    stand: AccountsStand, admin: FlaskClient
) -> None:
    root = data_of(admin.get("/api/v1/auth/me"))["id"]
    user, other = stand.add("guard"), stand.add("other")
    long = "E" * 100
    view_of(stand, root, "Entrances", shared=False)
    view_of(stand, root, long, shared=True)
    for name, shared in (("Entrances", True), (long, True), ("Yard", True), ("Mine", False)):
        view_of(stand, user.id, name, shared=shared)
    view_of(stand, other.id, "Yard", shared=True)
    data_of(admin.delete(f"/api/v1/users/{user.id}"))
    with stand.engine.begin() as connection:
        query = select(wall_views.c.user_id, wall_views.c.name, wall_views.c.shared)
        left = {(str(row.user_id), row.name, row.shared) for row in connection.execute(query)}
    assert left == {
        (root, "Entrances", False),
        (root, "Entrances (guard)", True),
        (root, long, True),
        (root, f"{'E' * 50} (guard)", True),
        (root, "Yard", True),
        (other.id, "Yard", True),
    }


def test_nobody_inherits_where_nobody_asked(stand: AccountsStand) -> None:
    user, second = stand.add("guard"), stand.add("second")
    for one in (user, second):
        view_of(stand, one.id, "Yard", shared=True)
    assert list(stand.users.remove(user.id, None).shared_views) == []
    # The admin who asked is gone themselves.
    assert list(stand.users.remove(second.id, new_id()).shared_views) == []
    with stand.engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(wall_views)).scalar_one() == 0


# -- the last admin ----------------------------------------------------------------------------------


def test_the_last_active_admin_stays(stand: AccountsStand, admin: FlaskClient) -> None:
    root = data_of(admin.get("/api/v1/auth/me"))["id"]
    stand.add("former", "admin", is_active=False)
    stand.add("guard", "operator")
    assert error_of(admin.delete(f"/api/v1/users/{root}")) == (409, "last_admin")
    assert error_of(put(admin, root, is_active=False)) == (409, "last_admin")
    assert error_of(put(admin, root, role="operator")) == (409, "last_admin")
    assert admin.get("/api/v1/users").status_code == 200


def test_an_admin_shuts_nobody_out_by_accident_least_of_all_themselves(
    stand: AccountsStand, admin: FlaskClient
) -> None:
    root = data_of(admin.get("/api/v1/auth/me"))["id"]
    second = stand.add("second", "admin")
    assert error_of(admin.delete(f"/api/v1/users/{root}")) == (409, "own_account")
    assert error_of(put(admin, root, is_active=False)) == (409, "own_account")
    assert error_of(put(admin, root, role="viewer")) == (409, "own_account")
    assert data_of(put(admin, second.id, role="viewer"))["role"] == "viewer"
    assert error_of(put(admin, root, role="viewer")) == (409, "last_admin")


@pytest.mark.parametrize("way", ["remove", "disable", "demote"])
def test_two_admins_who_take_each_other_away_at_the_same_time_leave_one(
    stand: AccountsStand, way: str
) -> None:
    """Each on a connection of its own, again and again."""

    def take_away(user_id: str, by: str) -> bool:
        client = clients[by]
        if way == "remove":
            return bool(client.delete(f"/api/v1/users/{user_id}").status_code == 200)
        changes: dict[str, Any] = {"is_active": False} if way == "disable" else {"role": "viewer"}
        return bool(put(client, user_id, **changes).status_code == 200)

    first = stand.users.active_admin()
    assert first is not None
    for number in range(8):
        second = stand.add(f"second{number}", "admin")
        clients = {first.id: stand.program(first.username), second.id: stand.program(second.username)}
        both = threading.Barrier(2)

        def race(pair: tuple[str, str], both: threading.Barrier = both) -> bool:
            both.wait(10)
            return take_away(*pair)

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(race, [(second.id, first.id), (first.id, second.id)]))
        assert sorted(done) == [False, True]
        with stand.engine.begin() as connection:
            left = select(func.count()).where(users.c.role == "admin", users.c.is_active)
            assert connection.execute(left).scalar_one() == 1
        found = stand.users.active_admin()
        assert found is not None
        first = found


def test_a_command_on_the_machine_is_bound_by_the_same_rule(stand: AccountsStand) -> None:
    root = stand.users.active_admin()
    assert root is not None
    second = stand.add("second", "admin")
    stand.users.change(root.id, UserChanges(role="viewer"), None)
    assert stand.users.active_admin() == stand.users.user(second.id)


# -- listing -----------------------------------------------------------------------------------------


def names(answer: Any) -> list[str]:
    return [user["username"] for user in data_of(answer)]


def test_users_are_listed_in_pages_in_an_order_that_stays(stand: AccountsStand, admin: FlaskClient) -> None:
    for number in range(5):
        stand.add(f"user{number}", "operator" if number % 2 else "viewer")
    assert names(admin.get("/api/v1/users")) == ["root", *(f"user{number}" for number in range(5))]
    answer = admin.get("/api/v1/users?page=2&page_size=4&sort=-username")
    assert names(answer) == ["user0", "root"]
    assert answer.get_json()["meta"] == {"page": 2, "pageSize": 4, "total": 6, "totalPages": 2}
    # Roles are the same for many: pages by them show everybody once.
    seen = [
        name
        for page in (1, 2, 3)
        for name in names(admin.get(f"/api/v1/users?sort=role&limit=2&page={page}"))
    ]
    assert sorted(seen) == sorted(["root", *(f"user{number}" for number in range(5))])
    assert names(admin.get("/api/v1/users?page=9")) == []


def test_lists_are_filtered_by_role_activity_and_part_of_a_name(
    stand: AccountsStand, admin: FlaskClient
) -> None:
    stand.add("guard_1")
    stand.add("guardx1", "operator")
    stand.add("former", is_active=False)
    assert names(admin.get("/api/v1/users?role=viewer")) == ["former", "guard_1"]
    assert names(admin.get("/api/v1/users?is_active=false")) == ["former"]
    assert names(admin.get("/api/v1/users?is_active=true&role=viewer")) == ["guard_1"]
    assert names(admin.get("/api/v1/users?search=GUARD")) == ["guard_1", "guardx1"]
    assert names(admin.get("/api/v1/users?search=d_1")) == ["guard_1"]  # no wildcard
    assert names(admin.get("/api/v1/users?search=former@example")) == ["former"]
    assert names(admin.get("/api/v1/users?sort=-last_login_at&page_size=1")) == ["root"]


@pytest.mark.parametrize(
    "query",
    ["role=boss", "is_active=1", "sort=hashed_password", "search=", "search=%00", "page=0", "unknown=1"],
)
def test_a_list_that_cannot_be_is_refused(admin: FlaskClient, query: str) -> None:
    assert error_of(admin.get(f"/api/v1/users?{query}")) == (422, "bad_request")


def test_no_answer_ever_holds_a_password_or_its_hash(stand: AccountsStand, admin: FlaskClient) -> None:
    user = stand.add("guard")
    answers = [
        admin.post("/api/v1/users", json=NEW | {"username": "other", "email": "o@example.com"}),
        admin.get("/api/v1/users"),
        put(admin, user.id, password="another sentence"),
        admin.get("/api/v1/auth/me"),
        stand.log_in("root"),
    ]
    for answer in answers:
        assert answer.status_code < 300
        text = answer.get_data(as_text=True)
        assert "argon2" not in text
        assert "sentence" not in text


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_who_is_no_admin_learns_and_changes_nothing(stand: AccountsStand, role: str) -> None:
    user = stand.add("guard", role)
    client = stand.program("guard")
    for answer in (
        client.get("/api/v1/users"),
        client.post("/api/v1/users", json=NEW),
        client.get(f"/api/v1/users/{user.id}"),
        put(client, user.id, role="admin"),
        client.delete(f"/api/v1/users/{user.id}"),
    ):
        assert error_of(answer) == (403, "forbidden")
