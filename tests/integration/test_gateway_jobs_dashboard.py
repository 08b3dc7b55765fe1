"""`/rq`: for admins alone, and safe from other sites' pages; and jobs in pages, as the API lists them."""

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import redis
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.accounts.permissions import Caller
from gateway.accounts.user import NewUser
from gateway.accounts.users import Users
from gateway.bootstrap.jobs import build_job_queue
from gateway.bootstrap.parts import new_id
from gateway.jobs.dashboard_routes import dashboard_pages
from gateway.jobs.job_maker import JobMaker
from gateway.jobs.queue import JobQueue
from gateway.settings import JobSettings
from tests.support.gateway_app import gateway_parts, make_web

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

PASSWORD = "a sentence nobody guesses"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


class Stand:
    """The application of `web` in this process, on a Redis without workers."""

    def __init__(self, database_url: str, redis_url: str) -> None:
        parts = gateway_parts(database_url, redis_url)
        self.engine = parts.engine
        self._browsers: dict[str | None, FlaskClient] = {}
        self.queue: JobQueue = build_job_queue(parts)
        self._app = make_web(parts)
        users: Users = self._app.extensions["coldframe"][Users]
        for role in ("admin", "operator", "viewer"):
            users.create(NewUser(email=f"{role}@example.com", username=role, password=PASSWORD, role=role))
        limited = NewUser("limited@example.com", "limited", PASSWORD, "operator", limited_to_groups=True)
        users.create(limited)

    def browser(self, role: str | None) -> FlaskClient:
        """One that is signed in by cookies, the same for all tests."""
        if role in self._browsers:
            return self._browsers[role]
        client = self._browsers[role] = self._app.test_client()
        if role is not None:
            body = {"username": role, "password": PASSWORD, "cookies": True}
            assert client.post("/api/v1/auth/login", json=body).status_code == 200
        return client


@pytest.fixture(scope="module")
def everything(
    postgres: "PrivatePostgres", migrated_template: str, redis_server: "PrivateRedis"
) -> Iterator[Stand]:
    from tests.support.servers import fresh_database

    with fresh_database(postgres, migrated_template) as url:
        stand = Stand(url, redis_server.url())
        try:
            yield stand
        finally:
            stand.engine.dispose()


@pytest.fixture
def stand(everything: Stand, redis_url: str) -> Stand:
    """With nothing in Redis."""
    return everything


def test_only_admins_see_it_and_who_is_nobody_is_led_to_sign_in(stand: Stand) -> None:
    nobody = stand.browser(None)
    for address in ("/rq", "/rq/", "/rq/0/view/jobs"):
        answer = nobody.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/sign-in?next={address.replace('/', '%2F')}"
    assert nobody.post("/rq/queue/default/compact").status_code == 401
    for role in ("viewer", "operator"):
        assert stand.browser(role).get("/rq/").status_code == 403
    admin = stand.browser("admin")
    assert admin.get("/rq").status_code == 308
    page = admin.get("/rq/")
    assert page.status_code == 200 and "RQ dashboard" in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "'sha256-" in policy and "script-src 'self'" in policy and "http" not in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]


def test_its_files_come_from_its_package(stand: Stand) -> None:
    admin = stand.browser("admin")
    text = admin.get("/rq/0/view/jobs").text
    sources = {part.partition('"')[0] for part in text.split('src="')[1:]}
    assert sources and all(source.startswith("/rq/static/") for source in sources)
    for source in sources:
        assert admin.get(source).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 200),
        (OWN_PAGE, 200),
    ],
)
def test_other_sites_pages_change_nothing(stand: Stand, headers: dict[str, str], status: int) -> None:
    job_id = stand.queue.enqueue("test.effect", {})
    admin = stand.browser("admin")
    assert admin.post(f"/rq/job/{job_id}/delete", headers=headers).status_code == status
    left = admin.get(f"/api/v1/jobs/{job_id}").status_code
    assert left == (404 if status == 200 else 200)
    assert admin.get("/rq/requeue/default").status_code == 405  # by a link nothing is done


def test_a_process_that_has_shown_no_page_yet_changes_jobs_too(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url)
    maker = JobMaker(client, JobSettings(), new_id, random.Random(1).random)
    job_id = JobQueue(maker).enqueue("test.effect", {})
    app = Flask("gateway")
    app.register_blueprint(dashboard_pages(client, lambda _job_id: None))

    @app.before_request
    def sign_in() -> None:
        g.caller = Caller("1", "root", "root@example.com", "admin", None, "s")

    assert app.test_client().post(f"/rq/job/{job_id}/delete").status_code == 200
    assert client.exists(f"rq:job:{job_id}") == 0


@pytest.mark.parametrize(
    "address",
    [
        "/rq/7/view/queues",
        "/rq/0/view/nothing",
        "/rq/0/data/job/nobody.json",
        "/rq/0/data/jobs/default/failed/0/asc/1.json",
        "/rq/0/data/jobs/default/failed/x/asc/1.json",
        "/rq/0/data/jobs/default/everything/8/asc/1.json",
        "/rq/0/data/jobs/default/queued/8/asc/99999999999999999999.json",
        "/rq/0/view/job/..%2f..",
        "/rq/static/../web.py",
    ],
)
def test_an_address_that_names_nothing_is_told_so(stand: Stand, address: str) -> None:
    assert stand.browser("admin").get(address).status_code in (404, 422)


def test_texts_of_jobs_are_no_html_in_its_pages(stand: Stand) -> None:
    text = "<img src=x onerror=alert(1)> rtsp://guard:hunter2@gate/1"
    job_id = stand.queue.enqueue("test.effect", {"password": "hunter2"}, description=text)
    admin = stand.browser("admin")
    told = admin.get(f"/rq/0/data/job/{job_id}.json")
    assert told.get_json()["description"].startswith("&lt;img src=x")
    for address in (f"/rq/0/data/job/{job_id}.json", "/rq/0/data/jobs/default/queued/8/asc/1.json"):
        assert "hunter2" not in admin.get(address).text


def test_who_is_limited_to_some_cameras_sees_and_moves_no_jobs(stand: Stand) -> None:
    job_id = stand.queue.enqueue("test.effect", {})
    login = stand.browser(None).post("/api/v1/auth/login", json={"username": "limited", "password": PASSWORD})
    sent = {"Authorization": f"Bearer {login.get_json()['data']['accessToken']}"}
    asked = [
        *(("GET", path) for path in ("", "/schedule", "/workers", f"/{job_id}")),
        *(("POST", path) for path in (f"/{job_id}/cancel", f"/{job_id}/retry", "/schedule/x/run")),
    ]
    for method, path in asked:
        answer = stand.browser(None).open(f"/api/v1/jobs{path}", method=method, headers=sent)
        assert answer.status_code == 403, (method, path, answer.text)
    assert stand.browser("admin").get(f"/api/v1/jobs/{job_id}").get_json()["data"]["state"] == "queued"


def test_jobs_are_listed_in_pages_in_their_order(stand: Stand) -> None:
    urgent_last = [stand.queue.enqueue("t", {"n": number}, queue="video") for number in range(3)]
    ids = [stand.queue.enqueue("t", {"n": number}) for number in range(5)]
    urgent = [stand.queue.enqueue("t", {}, queue="critical", job_id="mine") for _again in range(2)]
    admin = stand.browser("admin")

    def page(number: int, **query: str) -> Any:
        asked = {"page": str(number), "page_size": "4", **query}
        return answered(admin.get("/api/v1/jobs", query_string=asked))

    found = [job["id"] for number in (1, 2, 3) for job in page(number)["data"]]
    assert found == [urgent[0], *ids, *urgent_last]
    assert page(9)["data"] == [] and page(9)["meta"]["total"] == 9
    assert page(1, state="failed")["data"] == []
    assert admin.get("/api/v1/jobs?state=lost").status_code == 422
    assert answered(admin.get("/api/v1/jobs/workers"))["data"] == []
    entries = answered(admin.get("/api/v1/jobs/schedule"))["data"]
    assert [entry["next_run_at"] for entry in entries] == [None] * len(entries) and entries


def answered(answer: TestResponse) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_the_request_that_asked_for_a_job_is_kept_with_it(stand: Stand) -> None:
    admin = stand.browser("admin")
    csrf = admin.get_cookie("coldframe_csrf")
    assert csrf is not None
    headers = {"X-CSRF-TOKEN": csrf.value, "X-Request-ID": "asked-by-me"}
    run = admin.post("/api/v1/jobs/schedule/database.vacuum/run", headers=headers)
    assert run.status_code == 201
    assert run.get_json()["data"]["request_id"] == "asked-by-me"
    again = admin.post("/api/v1/jobs/schedule/database.vacuum/run", headers=headers)
    assert again.status_code == 409
    metrics = admin.get("/metrics").text
    assert 'coldframe_queue_jobs{queue="default",state="waiting"} 1.0' in metrics
    assert "coldframe_jobs_up 1.0" in metrics
