"""The pages of the migration over HTTP, in this process, on real servers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.accounts.user import NewUser
from gateway.accounts.users import Users
from gateway.bootstrap.parts import Parts
from gateway.captions.caption import Caption
from shared.spans import utc_ms
from tests.support.gateway_app import gateway_parts, make_web
from tests.support.migration_stand import MigrationStand
from tests.support.neo4j import new_camera_id

PASSWORD = "a sentence nobody guesses"
NOBODY: Mapping[str, object] = {"uri": "bolt://127.0.0.1:1", "user": "neo4j", "password": "none"}
ROOT = "/api/v1/migration"


class MigrationApi:
    """An application with an admin, and a guard who may write but sees one group of cameras only."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.app = make_web(parts)
        self.client: FlaskClient = self.app.test_client()
        self.tokens: dict[str, str] = {}
        self.group_id = ""

    def set_up(self) -> None:
        """Users, and the group that one of them is limited to. Once in a database."""
        users: Users = self.app.extensions["coldframe"][Users]
        users.create(NewUser("admin@example.com", "admin", PASSWORD, "admin"))
        self.log_in("admin")
        made = self.ask("POST", "/api/v1/cameras/groups", json={"name": "Yard"})
        self.group_id = made.get_json()["data"]["id"]
        users.create(
            NewUser(
                "guard@example.com",
                "guard",
                PASSWORD,
                "operator",
                limited_to_groups=True,
                camera_group_ids=(self.group_id,),
            )
        )
        self.log_in("guard")

    def log_in(self, *names: str) -> None:
        for name in names:
            answer = self.client.post("/api/v1/auth/login", json={"username": name, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            self.tokens[name] = answer.get_json()["data"]["accessToken"]

    # -- asking ------------------------------------------------------------------------------

    def ask(
        self,
        method: str,
        address: str,
        *,
        user: str = "admin",
        json: Mapping[str, object] | None = None,
        **query: object,
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[user]}"}
        asked = {name.rstrip("_"): str(value) for name, value in query.items()}
        return self.client.open(address, method=method, headers=headers, query_string=asked, json=json)

    def data(self, method: str, address: str, expected: int = 200, **more: Any) -> Any:
        """`data` of the answer, below the migration's address."""
        answer = self.ask(method, f"{ROOT}{address}", **more)
        assert answer.status_code == expected, answer.text
        assert answer.get_json()["success"] is True
        return answer.get_json()["data"]

    def error(self, method: str, address: str, expected: int, **more: Any) -> Any:
        """`error` of the answer, below the migration's address."""
        answer = self.ask(method, f"{ROOT}{address}", **more)
        assert answer.status_code == expected, answer.text
        assert answer.get_json()["success"] is False
        return answer.get_json()["error"]

    # -- cameras and captions ----------------------------------------------------------------

    def camera(self, *, of_the_guard: bool = False, name: str = "Field") -> str:
        """A new camera's external id."""
        camera_id = new_camera_id()
        body: dict[str, object] = {
            "name": name,
            "rtsp_url": f"rtsp://192.0.2.1/{camera_id}",
            "external_id": camera_id,
        }
        if of_the_guard:
            body["group_id"] = self.group_id
        answer = self.ask("POST", "/api/v1/cameras", json=body)
        assert answer.status_code == 201, answer.text
        return camera_id

    def put(self, captions: Sequence[Caption], *, age_s: float = 0.0) -> None:
        """As if they had arrived `age_s` ago."""
        self.stand.put(captions, age_s=age_s)

    @property
    def stand(self) -> MigrationStand:
        return MigrationStand(self.parts)

    @property
    def now_ms(self) -> int:
        return utc_ms(self.parts.clock.now())


@contextmanager
def patient_pages() -> Iterator[None]:
    """Pages wait for the graph for as long as it takes: a busy machine is no graph that hangs."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("gateway.bootstrap.caption_numbers.GRAPH_WAIT_S", 60.0)
        yield


@contextmanager
def migration_api(
    database_url: str, redis_url: str, graph: Mapping[str, object], **captions: object
) -> Iterator[MigrationApi]:
    """On this database, which has the newest schema."""
    parts = gateway_parts(database_url, redis_url, graph=graph, captions=captions)
    try:
        yield MigrationApi(parts)
    finally:
        parts.engine.dispose()
        parts.redis.close()
        parts.captions_redis.close()
