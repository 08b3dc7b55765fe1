"""Saved views of the wall in a real PostgreSQL: whose they are, and what each viewer sees."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.catalogue.repository import Catalogue
from gateway.db.engine import create_database
from gateway.wall.views.repository import ViewRepository
from gateway.wall.views.routes import blp
from gateway.wall.views.views import WallViews
from tests.support.fleet_rows import add_group, add_host, add_user
from tests.support.gateway_rooms import RoomsClient, a_caller, rooms_app, signed_in

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
PATH = "/api/v1/wall/views"
STREET, YARD, DOOR = "lab-1/street", "lab-1/yard", "lab-2/door"


@dataclass(frozen=True, slots=True)
class People:
    admin: RoomsClient
    anna: RoomsClient
    ben: RoomsClient
    guard: RoomsClient


@pytest.fixture
def people(migrated_database_url: str) -> Iterator[People]:
    """Three devices; the guard sees that of the group `tenant`, lab-1/yard, alone."""
    engine = create_database(migrated_database_url, pool_size=4)
    try:
        catalogue = Catalogue(engine, lambda: str(uuid.uuid4()))
        with engine.begin() as connection:
            ids = add_host(connection, catalogue, "lab-1", ["street", "yard"], NOW)
            add_host(connection, catalogue, "lab-2", ["door"], NOW)
            add_group(connection, "tenant", [ids[YARD]])
            callers = [
                a_caller("admin", role="admin", user_id=add_user(connection, "admin")),
                a_caller("anna", user_id=add_user(connection, "anna")),
                a_caller("ben", user_id=add_user(connection, "ben")),
                a_caller("guard", user_id=add_user(connection, "guard"), scope=frozenset({"tenant"})),
            ]
        views = WallViews(ViewRepository(engine, lambda: str(uuid.uuid4())), catalogue)
        app = rooms_app([blp], [views], callers)
        yield People(*(signed_in(app, caller) for caller in callers))
    finally:
        engine.dispose()


def _view(name: str = "Entrances", *tiles: str | None, **more: Any) -> dict[str, Any]:
    return {"name": name, "layout": {"columns": 2, "tiles": list(tiles) or [STREET, None, YARD]}, **more}


def _save(who: RoomsClient, view: dict[str, Any]) -> Any:
    answer = who.send("POST", PATH, json=view)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["data"]


def _names(who: RoomsClient) -> list[str]:
    return [view["name"] for view in who.data(PATH)]


def _refusal(who: RoomsClient, method: str, path: str, **options: Any) -> tuple[int, str]:
    answer = who.send(method, path, **options)
    return answer.status_code, answer.get_json()["error"]["code"]


def test_a_view_is_kept_as_it_was_saved(people: People) -> None:
    saved = _save(people.anna, _view())
    assert (saved["name"], saved["shared"], saved["owner"]) == ("Entrances", False, "anna")
    assert (saved["is_own"], saved["may_change"]) == (True, True)
    assert saved["layout"] == {"columns": 2, "tiles": [STREET, None, YARD]}
    assert people.anna.data(PATH) == [saved]


def test_only_what_is_sent_is_changed(people: People) -> None:
    saved = _save(people.anna, _view())
    path = f"{PATH}/{saved['id']}"
    changed = people.anna.send("PUT", path, json={"name": "Doors"}).get_json()["data"]
    assert {**changed, "name": "Entrances", "updatedAt": None} == {**saved, "updatedAt": None}
    layout = {"columns": 6, "tiles": [DOOR]}
    changed = people.anna.send("PUT", path, json={"layout": layout, "shared": True}).get_json()["data"]
    assert (changed["name"], changed["layout"], changed["shared"]) == ("Doors", layout, True)
    assert people.anna.send("PUT", path, json={}).get_json()["data"] == changed


def test_a_private_view_is_there_for_its_owner_alone(people: People) -> None:
    path = f"{PATH}/{_save(people.anna, _view())['id']}"
    for other in (people.ben, people.guard, people.admin):
        assert _names(other) == []
        assert _refusal(other, "PUT", path, json={"name": "mine"}) == (404, "not_found")
        assert _refusal(other, "DELETE", path) == (404, "not_found")
    assert _names(people.anna) == ["Entrances"]


def test_a_shared_view_is_seen_by_all_and_changed_by_its_owner_and_admins(people: People) -> None:
    path = f"{PATH}/{_save(people.anna, _view(shared=True))['id']}"
    (seen,) = people.ben.data(PATH)
    assert (seen["owner"], seen["is_own"], seen["may_change"]) == ("anna", False, False)
    assert _refusal(people.ben, "PUT", path, json={"name": "mine"}) == (403, "forbidden")
    assert _refusal(people.ben, "DELETE", path) == (403, "forbidden")
    changed = people.admin.send("PUT", path, json={"name": "Doors"}).get_json()["data"]
    assert (changed["owner"], changed["is_own"], changed["may_change"]) == ("anna", False, True)
    assert people.admin.send("DELETE", path).get_json() == {"success": True, "data": None}
    assert _names(people.anna) == []
    assert _refusal(people.anna, "DELETE", path) == (404, "not_found")


def test_each_viewer_of_a_shared_view_sees_only_their_devices(people: People) -> None:
    _save(people.anna, _view("All", DOOR, YARD, None, STREET, shared=True))
    (seen,) = people.guard.data(PATH)
    assert seen["layout"]["tiles"] == [None, YARD, None, None]
    (seen,) = people.ben.data(PATH)
    assert seen["layout"]["tiles"] == [DOOR, YARD, None, STREET]


def test_a_device_that_one_may_not_see_is_as_unknown_as_one_that_is_not_there(people: People) -> None:
    for tiles in ((YARD, STREET), (YARD, "lab-9/none")):
        answer = people.guard.send("POST", PATH, json=_view("Mine", *tiles))
        assert answer.status_code == 404
        assert answer.get_json()["error"]["message"] == f"There is no device {tiles[1]}."
    path = f"{PATH}/{_save(people.guard, _view('Mine', YARD))['id']}"
    layout = {"columns": 1, "tiles": [DOOR]}
    assert _refusal(people.guard, "PUT", path, json={"layout": layout}) == (404, "unknown_device")
    assert people.guard.data(PATH)[0]["layout"]["tiles"] == [YARD]


def test_a_users_names_are_unique_and_others_may_use_them(people: People) -> None:
    _save(people.anna, _view())
    second = _save(people.anna, _view("Second"))
    assert _refusal(people.anna, "POST", PATH, json=_view()) == (409, "name_taken")
    change = {"name": "Entrances"}
    assert _refusal(people.anna, "PUT", f"{PATH}/{second['id']}", json=change) == (409, "name_taken")
    _save(people.ben, _view())
    assert _names(people.anna) == ["Entrances", "Second"]


def test_views_come_by_name_in_pages(people: People) -> None:
    for name in ("c", "a", "b"):
        _save(people.anna, _view(name))
    _save(people.ben, _view("aa", shared=True))
    _save(people.ben, _view("hidden"))
    answer = people.anna.get(PATH, page="1", page_size="3").get_json()
    assert [view["name"] for view in answer["data"]] == ["a", "aa", "b"]
    assert answer["meta"] == {"page": 1, "pageSize": 3, "total": 4, "totalPages": 2}


@pytest.mark.parametrize("view_id", ["x", "0", "not-a-uuid", "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11"])
def test_a_view_that_nobody_saved_is_not_found(people: People, view_id: str) -> None:
    assert _refusal(people.admin, "PUT", f"{PATH}/{view_id}", json={}) == (404, "not_found")
    assert _refusal(people.admin, "DELETE", f"{PATH}/{view_id}") == (404, "not_found")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "x"},
        {"layout": {"columns": 1, "tiles": [None]}},
        {**_view(), "shared": "yes"},
        {**_view(), "user_id": "somebody"},
        _view("x\x00y"),
        _view("x", "street"),
    ],
)
def test_what_is_no_view_is_refused(people: People, wrong: dict[str, Any]) -> None:
    assert _refusal(people.anna, "POST", PATH, json=wrong) == (422, "bad_request")
