"""Many who ask for what is slow leave room for all others."""

import threading

from argon2 import PasswordHasher
from sqlalchemy import text

from tests.support.gateway_app import gateway_parts, make_web
from tests.support.held_table import held_table

PASSWORD = "a sentence is easy to remember"
POOL = 4


def test_heatmaps_that_take_their_time_leave_connections_for_everybody_else(
    migrated_database_url: str, redis_url: str
) -> None:
    parts = gateway_parts(migrated_database_url, redis_url, database={"pool": POOL})
    app = make_web(parts)
    hashed = PasswordHasher().hash(PASSWORD)
    with parts.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO users (id, email, username, hashed_password, role)"
                " VALUES (gen_random_uuid(), 'anna@example.com', 'anna', :hashed, 'viewer')"
            ),
            {"hashed": hashed},
        )
        connection.execute(text("INSERT INTO hosts (id, name) VALUES (gen_random_uuid(), 'lab-1')"))
        connection.execute(text("INSERT INTO devices (host_id, name) SELECT id, 'street' FROM hosts"))
    login = app.test_client().post("/api/v1/auth/login", json={"username": "anna", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {login.get_json()['data']['accessToken']}"}
    span = {"from": "2026-11-21T14:00:00Z", "to": "2026-11-21T15:00:00Z"}
    statuses: list[int] = []

    def ask() -> None:
        found = app.test_client().get("/api/v1/heatmap", headers=headers, query_string=span)
        statuses.append(found.status_code)

    threads = [threading.Thread(target=ask) for _ in range(2 * POOL)]
    with held_table(migrated_database_url, "activity_minutes") as minutes:
        for thread in threads:
            thread.start()
        minutes.wait_for("FROM activity_minutes")
        me = app.test_client().get("/api/v1/auth/me", headers=headers)
        assert me.status_code == 200, me.get_data(as_text=True)
        minutes.release()
        for thread in threads:
            thread.join(30)
    parts.engine.dispose()
    assert statuses == [200] * len(threads)
