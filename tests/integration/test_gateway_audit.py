"""The audit log: what comes into it, what never does, and that nobody takes anything out of it."""

import base64
import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from gateway.catalogue.reported_repository import ReportedDevice
from gateway.catalogue.repository import Catalogue
from tests.support.audit_stand import PASSWORD, AuditStand, audit_stand
from tests.support.servers import flush, fresh_database

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis


@pytest.fixture(scope="module")
def stand(
    postgres: "PrivatePostgres", migrated_template: str, redis_server: "PrivateRedis"
) -> Iterator[AuditStand]:
    with fresh_database(postgres, migrated_template) as url:
        flush(redis_server.url())
        with audit_stand(url, redis_server.url(), web={"trusted_proxies": 1}) as made:
            yield made


def new_user(name: str, **more: Any) -> dict[str, Any]:
    return {
        "email": f"{name}@example.com",
        "username": name,
        "password": f"{name} has a sentence",
        "role": "viewer",
        **more,
    }


def made_user(stand: AuditStand, **more: Any) -> dict[str, Any]:
    answer = stand.ask("root", "POST", "/users", new_user(f"user-{uuid.uuid4().hex[:8]}", **more))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()["data"]
    return made


# -- what is kept ------------------------------------------------------------------------------------


def test_a_change_is_kept_with_who_what_when_and_from_where_behind_a_trusted_proxy(stand: AuditStand) -> None:
    user = made_user(stand)
    before = datetime.now(UTC)
    answer = stand.ask(
        "root",
        "PUT",
        f"/users/{user['id']}",
        {"role": "operator", "email": user["email"]},
        headers={"X-Forwarded-For": "203.0.113.9", "X-Request-ID": "a-change"},
    )
    assert answer.status_code == 200
    entry = stand.newest()
    assert (entry.user_id, entry.username, entry.action) == (stand.ids["root"], "root", "user.change")
    assert (entry.subject_kind, entry.subject_id, entry.subject) == ("user", user["id"], user["username"])
    assert (entry.address, entry.request_id) == ("203.0.113.9", "a-change")
    assert before <= entry.at <= datetime.now(UTC)
    assert entry.details == {"changes": {"role": {"from": "viewer", "to": "operator"}}}


def test_a_user_who_is_made_changed_and_removed_leaves_three_rows_that_outlive_them(
    stand: AuditStand,
) -> None:
    user = made_user(stand)
    stand.ask("root", "PUT", f"/users/{user['id']}", {"is_active": False, "password": "another sentence"})
    assert stand.ask("other", "DELETE", f"/users/{user['id']}").status_code == 200
    kept = list(reversed(stand.kept(subject_id=user["id"])))
    assert [(entry.username, entry.action) for entry in kept] == [
        ("root", "user.create"),
        ("root", "user.change"),
        ("other", "user.delete"),
    ]
    assert kept[1].details == {
        "changes": {"is_active": {"from": True, "to": False}},
        "password": "changed",
    }


def import_csv(stand: AuditStand, text: str, **more: Any) -> None:
    body = {"format": "csv", "data": base64.b64encode(text.encode()).decode(), **more}
    answer = stand.ask("worker", "POST", "/cameras/import", body)
    assert answer.status_code == 200, answer.text


def test_an_import_says_which_cameras_were_made_and_what_of_others_was_changed(stand: AuditStand) -> None:
    catalogue = Catalogue(stand.engine, lambda: str(uuid.uuid4()))
    with stand.engine.begin() as connection:
        host_id = catalogue.ensure_host(connection, "lab-1")
        own = ReportedDevice("street", "Street", "v4l2:///dev/video0")
        catalogue.take_over_report(connection, host_id, [own], datetime.now(UTC))
    rows = "external_id,name,rtsp_url,password,group,location,host,device_name,managed_by\n" + "".join(
        f"door-{number:02},Door,rtsp://10.0.0.1/{number},hush-{number},,,,,\n" for number in range(60)
    )
    rows += ",High Street,v4l2:///dev/video0,,Outside,Gate 3,lab-1,street,host\n"
    import_csv(stand, rows, dry_run=True)
    tried = stand.newest()
    assert (tried.action, tried.details["created"], tried.details["updated"]) == ("camera.import", 60, 1)
    assert (tried.details["created_cameras"], tried.details["updated_cameras"]) == ([], {})  # nothing was
    import_csv(stand, rows)
    details = stand.newest().details
    assert details["created_cameras"] == [*(f"door-{number:02}" for number in range(50)), "… 10 more"]
    assert details["updated_cameras"] == {
        "lab-1__street": {
            "name": {"from": "Street", "to": "High Street"},
            "location": {"from": None, "to": "Gate 3"},
            "group": {"from": None, "to": "Outside"},
        }
    }
    assert "hush" not in stand.everything_kept()


def test_views_that_an_admin_takes_over_with_a_removal_are_kept(stand: AuditStand) -> None:
    user = made_user(stand)
    signed_in = {"username": user["username"], "password": f"{user['username']} has a sentence"}
    token = stand.client().post("/api/v1/auth/login", json=signed_in).get_json()["data"]["accessToken"]
    view = {"name": "Entrances", "shared": True, "layout": {"columns": 1, "tiles": [None]}}
    stand.tokens["leaving"] = token
    assert stand.ask("leaving", "POST", "/wall/views", view).status_code == 201
    assert stand.ask("root", "DELETE", f"/users/{user['id']}").status_code == 200
    assert stand.newest().details["shared_views_taken_over"] == ["Entrances"]
    views = stand.data("root", "/wall/views")
    assert [(view["name"], view["owner"], view["shared"]) for view in views] == [("Entrances", "root", True)]


def test_a_host_that_is_removed_is_kept_with_what_left_with_it(stand: AuditStand) -> None:
    catalogue = Catalogue(stand.engine, lambda: str(uuid.uuid4()))
    with stand.engine.begin() as connection:
        host_id = catalogue.ensure_host(connection, "lab-9")
        own = ReportedDevice("street", "Street", "v4l2:///dev/video0")
        catalogue.take_over_report(connection, host_id, [own], datetime.now(UTC))
    camera = {"name": "Far Gate", "rtsp_url": "rtsp://10.0.0.9/1", "host": "lab-9"}
    assert stand.ask("worker", "POST", "/cameras", camera).status_code == 201
    assert stand.ask("root", "DELETE", "/hosts/lab-9").status_code == 200
    entry = stand.newest()
    assert (entry.action, entry.subject) == ("host.delete", "lab-9")
    assert entry.details == {"devices": ["street"], "cameras_without_host": ["far-gate"]}


def test_signing_in_out_and_in_vain_is_kept(stand: AuditStand) -> None:
    user = made_user(stand)
    client = stand.client("198.51.100.4")
    wrong = {"username": user["username"].upper(), "password": "no idea at all"}
    assert client.post("/api/v1/auth/login", json=wrong).status_code == 401
    right = {"username": user["email"], "password": f"{user['username']} has a sentence"}
    tokens = client.post("/api/v1/auth/login", json=right).get_json()["data"]
    for _ in range(2):  # the second ends nothing
        client.post("/api/v1/auth/logout", json={"refreshToken": tokens["refreshToken"]})
    kept = list(reversed(stand.kept(subject_id=user["id"])))[1:]
    assert [(entry.action, entry.user_id, entry.username, entry.address) for entry in kept] == [
        ("user.fail-login", None, user["username"].upper(), "198.51.100.4"),
        ("user.login", user["id"], user["username"], "198.51.100.4"),
        ("user.logout", user["id"], user["username"], "198.51.100.4"),
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("nobody-here", "nobody-here"), ("no@body.example", "no@body.example")],
)
def test_the_name_of_a_failed_login_is_kept_as_it_was_typed(stand: AuditStand, typed: str, kept: str) -> None:
    wrong = {"username": typed, "password": PASSWORD}
    assert stand.client("198.51.100.5").post("/api/v1/auth/login", json=wrong).status_code == 401
    entry = stand.newest()
    assert (entry.action, entry.username, entry.subject_id) == ("user.fail-login", kept, "")


def test_what_a_user_was_refused_is_kept_once_in_a_while(stand: AuditStand) -> None:
    for _ in range(3):
        assert stand.ask("watcher", "POST", "/users", new_user("intruder")).status_code == 403
        assert stand.ask("watcher", "GET", "/audit").status_code == 403
    kept = [entry for entry in stand.kept(user="watcher") if entry.action == "access.refuse"]
    assert [entry.subject for entry in kept] == ["GET /api/v1/audit", "POST /api/v1/users"]


def test_what_was_not_done_and_what_was_only_read_is_not_kept(stand: AuditStand) -> None:
    newest = stand.newest()
    assert stand.ask("root", "POST", "/users", {"email": "x"}).status_code == 422
    assert stand.ask("root", "DELETE", f"/users/{uuid.uuid4()}").status_code == 404
    assert stand.ask("root", "DELETE", f"/users/{stand.ids['root']}").status_code == 409
    assert stand.ask(None, "POST", "/users", new_user("nobody")).status_code == 401
    for path in ("/users", "/audit", "/devices", "/auth/me"):
        assert stand.ask("root", "GET", path).status_code == 200
    assert stand.newest() == newest


def test_whoever_takes_the_log_along_is_kept_in_it(stand: AuditStand) -> None:
    answer = stand.ask("other", "GET", "/audit/export", query={"format": "json", "user": "root"})
    assert answer.status_code == 200
    entry = stand.newest()
    assert (entry.username, entry.action) == ("other", "audit.export")
    assert entry.details == {"format": "json", "filter": {"user": "root"}}
    assert stand.ask("other", "HEAD", "/audit/export").status_code == 200
    assert stand.newest() == entry


def test_a_host_that_enrols_is_kept_and_its_heartbeats_are_not(stand: AuditStand) -> None:
    asked = {"host_name": "lab-9", "networks": ["127.0.0.0/8"]}
    token = stand.ask("root", "POST", "/hosts/enrolment-tokens", asked).get_json()["data"]["token"]
    credential = "c" * 43
    enrolling = {
        "token": token,
        "name": "lab-9",
        "public_url": "http://127.0.0.1:8090",
        "version": "1",
        "credential_sha256": hashlib.sha256(credential.encode()).hexdigest(),
        "calling_secret": "s" * 43,
    }
    assert stand.ask(None, "POST", "/hosts/enrol", enrolling).status_code == 200
    entry = stand.newest()
    assert (entry.user_id, entry.username, entry.action) == (None, "host lab-9", "host.enrol")
    assert (entry.subject_id, entry.details["public_url"]) == ("lab-9", "http://127.0.0.1:8090")
    assert stand.ask("root", "DELETE", "/hosts/lab-9/credential").status_code == 200
    revoked = stand.newest()
    assert (revoked.action, revoked.subject_id) == ("host.revoke", "lab-9")
    for secret in (token, credential, "s" * 43, enrolling["credential_sha256"]):
        assert secret not in stand.everything_kept()


# -- what is never kept ------------------------------------------------------------------------------


def test_no_row_holds_a_secret(stand: AuditStand) -> None:
    secrets = ["first secret sentence", "second secret sentence", "third secret sentence", "wrong secret one"]
    user = made_user(stand, password=secrets[0], role="operator")
    stand.ask("root", "PUT", f"/users/{user['id']}", {"password": secrets[1]})
    signing_in = {"username": user["username"], "password": secrets[1]}
    tokens = stand.client("198.51.100.6").post("/api/v1/auth/login", json=signing_in).get_json()["data"]
    own = {"Authorization": f"Bearer {tokens['accessToken']}"}
    change = {"current_password": secrets[3], "new_password": secrets[2]}
    assert stand.ask(None, "POST", "/auth/password", change, headers=own).status_code == 422
    change["current_password"] = secrets[1]
    assert stand.ask(None, "POST", "/auth/password", change, headers=own).status_code == 200
    # A password that was typed into the name's field, and cannot be a name.
    mistaken = {"username": "hunter 22!", "password": "x"}
    assert stand.client("198.51.100.6").post("/api/v1/auth/login", json=mistaken).status_code == 401
    kept = stand.everything_kept()
    assert user["username"] in kept
    told = [*secrets, "hunter 22!", tokens["accessToken"], tokens["refreshToken"], "argon2"]
    assert [secret for secret in told if secret in kept] == []


def test_the_password_of_a_camera_is_in_no_row(stand: AuditStand) -> None:
    camera = {"name": "Gate", "rtsp_url": "rtsp://guard:hunter23@127.0.0.1:554/live"}
    answer = stand.ask("root", "POST", "/cameras", camera)
    assert answer.status_code == 201, answer.text
    made = answer.get_json()["data"]
    assert stand.newest().action == "camera.create"
    changed = stand.ask("root", "PUT", f"/cameras/{made['id']}", {"password": "hunter25", "name": "Door"})
    assert changed.status_code == 200, changed.text
    assert stand.newest().action == "camera.change"
    assert stand.ask("root", "DELETE", f"/cameras/{made['id']}").status_code == 200
    assert stand.newest().action == "camera.delete"
    assert "hunter" not in stand.everything_kept().replace("hunter 22!", "")


# -- what stays --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET username = 'nobody'",
        "DELETE FROM audit_log",
        "DELETE FROM audit_log WHERE id = (SELECT max(id) FROM audit_log)",
        "TRUNCATE audit_log",
        "INSERT INTO audit_log (id, username, action, subject_kind) VALUES (1, 'x', 'x.y', 'x')",
    ],
)
def test_not_even_the_application_changes_or_deletes_rows(stand: AuditStand, statement: str) -> None:
    stand.ask("root", "POST", "/users", new_user(f"user-{uuid.uuid4().hex[:8]}"))
    before = stand.everything_kept()
    with pytest.raises(DBAPIError), stand.engine.begin() as connection:
        connection.execute(text(statement))
    assert stand.everything_kept() == before


def test_a_row_that_cannot_be_written_is_logged_whole_and_the_change_stays_done(stand: AuditStand) -> None:
    rename(stand, "audit_log", "audit_log_elsewhere")
    try:
        with capture_logs() as logs:
            user = made_user(stand)
    finally:
        rename(stand, "audit_log_elsewhere", "audit_log")
    assert stand.data("root", f"/users/{user['id']}")["username"] == user["username"]
    (lost,) = [line for line in logs if line["event"] == "audit_row_not_written"]
    assert lost["log_level"] == "error"
    row = lost["row"]
    assert (row["username"], row["action"], row["subject_id"]) == ("root", "user.create", user["id"])
    assert row["details"]["changes"]["email"] == {"from": None, "to": user["email"]}
    assert f"{user['username']} has a sentence" not in str(logs)


def rename(stand: AuditStand, old: str, new: str) -> None:
    with stand.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


# -- reading it --------------------------------------------------------------------------------------


def test_the_log_is_a_page_the_newest_first(stand: AuditStand) -> None:
    users = [made_user(stand) for _ in range(3)]
    answer = stand.ask("root", "GET", "/audit", query={"page_size": "2"}).get_json()
    assert answer["meta"]["pageSize"] == 2 and answer["meta"]["total"] == len(stand.kept())
    assert [entry["subject_id"] for entry in answer["data"]] == [users[2]["id"], users[1]["id"]]
    second = stand.data("root", "/audit", page_size="2", page="2")
    assert second[0]["subject_id"] == users[0]["id"]
    assert set(answer["data"][0]) == {
        "id",
        "at",
        "user_id",
        "username",
        "address",
        "action",
        "subject_kind",
        "subject_id",
        "subject",
        "details",
        "request_id",
    }


def test_the_log_is_found_in_by_who_what_when_and_words(stand: AuditStand) -> None:
    user = made_user(stand)
    later = datetime.now(UTC)
    stand.ask("other", "PUT", f"/users/{user['id']}", {"email": f"found-{user['email']}"})

    def actions(**query: str) -> list[str]:
        found = stand.data("root", "/audit", **{"subject_id": user["id"], **query})
        return [entry["action"] for entry in found]

    assert actions() == ["user.change", "user.create"]
    assert actions(user="OTHER") == actions(user=stand.ids["other"]) == ["user.change"]
    assert actions(action="user.create") == actions(action="create") == ["user.create"]
    assert actions(action="camera.create") == actions(subject_kind="camera") == []
    assert actions(**{"from": later.isoformat()}) == ["user.change"]
    assert actions(to=later.isoformat()) == ["user.create"]
    assert actions(search="FOUND-") == ["user.change"]
    assert actions(search="100%_") == []
    assert actions(search=user["username"], user="root") == ["user.create"]


@pytest.mark.parametrize(
    "query",
    [
        {"user": ""},
        {"search": "x" * 256},
        {"search": "a\0b"},
        {"from": "yesterday"},
        {"from": "2026-11-21T14:00:00Z", "to": "2026-11-21T14:00:00Z"},
        {"page_size": "101"},
        {"sort": "at"},
    ],
)
def test_a_question_that_cannot_be_is_refused(stand: AuditStand, query: dict[str, str]) -> None:
    assert stand.ask("root", "GET", "/audit", query=query).status_code == 422


def test_a_file_of_the_log_holds_all_that_was_asked_for_over_many_batches(
    stand: AuditStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.audit.audit_log.BATCH", 2)
    users = [made_user(stand) for _ in range(5)]
    since = stand.kept(subject_id=users[0]["id"])[0].at - timedelta(microseconds=1)
    query = {"from": since.isoformat(), "action": "user.create"}
    answer = stand.ask("root", "GET", "/audit/export", query={"format": "json", **query})
    found = answer.get_json()
    assert [entry["subject_id"] for entry in found] == [user["id"] for user in reversed(users)]
    assert found[0] == stand.data("root", "/audit", subject_id=users[4]["id"])[0]
    lines = stand.ask("root", "GET", "/audit/export", query=query)
    assert lines.content_type.startswith("text/csv")
    assert lines.headers["Content-Disposition"].startswith('attachment; filename="audit_')
    assert len(lines.text.splitlines()) == 6


def test_only_admins_read_the_log(stand: AuditStand) -> None:
    for user in ("worker", "watcher"):
        for path in ("/audit", "/audit/export"):
            assert stand.ask(user, "GET", path).status_code == 403
