"""The addresses of the migration: what they answer, whom, and what they leave as it is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from gateway.captions.caption import Caption
from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.migration.cache_clearing import CacheClearing
from gateway.captions.troubles import WHAT_TO_SET
from shared.errors import UnavailableError
from shared.http.permissions import declared_permission
from tests.support.migration_api import NOBODY, ROOT, MigrationApi, migration_api, patient_pages
from tests.support.neo4j import graph_section

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

ONE_PM_MS = 1_761_742_800_000  # 2025-10-29 13:00:00
AGE_S = 6910.0  # due for ten seconds
FIELDS = (
    (0, "surveillance camera view of man in fields"),
    (30, "man in fields surveillance view"),
    (60, "surveillance view of man in field"),
    (90, "man working in agricultural field"),
    (120, "man in fields"),
    (180, "person walking away from field"),
)


@pytest.fixture(scope="module")
def api(
    postgres: "PrivatePostgres", migrated_template: str, redis_server: "PrivateRedis", neo4j: "PrivateNeo4j"
) -> Iterator[MigrationApi]:
    from tests.support.servers import fresh_database

    with (
        patient_pages(),
        fresh_database(postgres, migrated_template) as url,
        migration_api(url, redis_server.url(), graph_section(neo4j)) as made,
    ):
        made.set_up()
        yield made


@pytest.fixture
def away(api: MigrationApi) -> Iterator[MigrationApi]:
    """The same, with a graph that does not answer."""
    settings = api.parts.settings
    url, redis_url = settings.database.url.get_secret_value(), settings.redis.url.get_secret_value()
    with migration_api(url, redis_url, NOBODY) as made:
        made.log_in("admin")
        yield made


def fields(camera_id: str, begin_ms: int = ONE_PM_MS) -> list[Caption]:
    return [Caption(camera_id, begin_ms + seconds * 1000, text) for seconds, text in FIELDS]


# -- status ----------------------------------------------------------------------------------


def test_the_status_is_the_documented_one(api: MigrationApi, redis_url: str) -> None:
    due, fresh = api.camera(), api.camera()
    api.put(fields(due), age_s=AGE_S)
    api.put(fields(fresh))
    told = api.data("GET", "/status")
    stats = told.pop("cache_stats")
    assert stats.pop("used_memory_mb") > 0
    assert stats == {"total_keys": 12, "ttl_mode": "FIXED 2 HOURS", "max_memory_mb": None}
    assert told["migration"] == {
        "keys_near_expiry": 6,
        "cameras_affected": 1,
        "next_check": "Every 60 seconds (automatic)",
    }
    assert told["graph"]["reachable"] is True and told["graph"]["events"] >= 0
    assert 9 <= told["oldest_due_seconds"] <= 100
    assert told["status"] == "active" and told["behind"] is False
    assert told["problem"] == "No worker runs, so captions wait: python -m gateway worker"
    assert told["queue"]["workers"] == 0 and told["queue"]["scheduler_seen_seconds"] is None


def test_what_is_due_for_longer_than_two_checks_is_behind(api: MigrationApi, redis_url: str) -> None:
    api.put(fields(api.camera()), age_s=6900 + 121)
    told = api.data("GET", "/status")
    assert (told["status"], told["behind"]) == ("behind", True)


def test_a_graph_that_is_away_is_behind_and_said_so(away: MigrationApi) -> None:
    told = away.data("GET", "/status")
    assert (told["status"], told["behind"]) == ("behind", True)
    assert told["graph"] == {"reachable": False, "events": None}
    assert "nothing is lost" in told["problem"] and "NEO4J_URI" in told["problem"]


def test_without_a_graph_captions_are_off_and_every_address_says_what_to_set(api: MigrationApi) -> None:
    settings = api.parts.settings
    url, redis_url = settings.database.url.get_secret_value(), settings.redis.url.get_secret_value()
    camera_id = api.camera()
    with migration_api(url, redis_url, {}) as off:
        off.log_in("admin")
        told = off.data("GET", "/status")
        assert (told["status"], told["behind"]) == ("off", False)
        assert told["problem"] == f"Captions are off. {WHAT_TO_SET}"
        addresses = {
            (method, rule.rule.replace("<id:camera_id>", camera_id))
            for rule in off.app.url_map.iter_rules()
            if rule.rule.startswith(ROOT)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        } - {("GET", f"{ROOT}/status")}
        assert len(addresses) == 9
        for method, address in addresses:
            answer = off.ask(method, address, json={} if method == "PUT" else None)
            assert answer.status_code == 503, (method, address)
            error = answer.get_json()["error"]
            assert (error["code"], error["remedy"]) == ("captions_off", WHAT_TO_SET)


def test_who_is_limited_is_told_of_their_own_cameras_and_nothing_of_the_whole(
    api: MigrationApi, redis_url: str
) -> None:
    theirs, others, idle = api.camera(of_the_guard=True), api.camera(), api.camera(of_the_guard=True)
    api.put(fields(theirs)[:2], age_s=AGE_S)
    api.put(fields(theirs)[2:])
    api.put(fields(others), age_s=6900 + 300)
    told = api.data("GET", "/status", user="guard")
    assert told["cache_stats"] == {
        "used_memory_mb": None,
        "max_memory_mb": None,
        "total_keys": 6,
        "ttl_mode": "FIXED 2 HOURS",
    }
    assert (told["migration"]["keys_near_expiry"], told["migration"]["cameras_affected"]) == (2, 1)
    assert 9 <= told["oldest_due_seconds"] <= 100
    # Others' captions are behind, theirs are not.
    assert (told["status"], told["behind"]) == ("active", False)
    assert told["graph"] == {"reachable": True, "events": None}
    assert set(told["queue"].values()) == {None}
    whole = api.data("GET", "/status")
    assert (whole["status"], whole["cache_stats"]["total_keys"]) == ("behind", 12)
    assert whole["graph"]["events"] is not None and whole["queue"]["workers"] == 0
    assert cached(api, idle) == 0


# -- preview ---------------------------------------------------------------------------------


def test_the_preview_of_six_captions_of_a_field_is_the_documented_one(api: MigrationApi) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))
    told = api.data("GET", f"/camera/{camera_id}/preview")
    summary, events = told["summary"], told["preview_events"]
    assert {name: summary[name] for name in ("original_captions", "deduplicated_events", "reduction")} == {
        "original_captions": 6,
        "deduplicated_events": 2,
        "reduction": "66.7%",
    }
    documented = ("caption", "start_time", "end_time", "duration_seconds", "frame_count")
    assert [{name: event[name] for name in documented} for event in events] == [
        {
            "caption": "surveillance camera view of man in fields",
            "start_time": "2025-10-29T13:00:00.000Z",
            "end_time": "2025-10-29T13:02:00.000Z",
            "duration_seconds": 120.0,
            "frame_count": 5,
        },
        {
            "caption": "person walking away from field",
            "start_time": "2025-10-29T13:03:00.000Z",
            "end_time": "2025-10-29T13:03:00.000Z",
            "duration_seconds": 0.0,
            "frame_count": 1,
        },
    ]
    assert [(event["brief"], event["extends"]) for event in events] == [(False, False), (True, False)]
    assert events[0]["variants"] == [text for _, text in FIELDS[:5]]
    assert (told["from_graph"], told["note"], told["truncated"]) == (True, None, False)
    assert told["rules"] == {"similarity_threshold": 0.95, "min_duration_s": 60, "max_duration_s": 300}


def everything(api: MigrationApi, camera_id: str) -> tuple[object, ...]:
    """All that there is of a camera: in the graph, in Redis, in the history."""
    nodes = api.stand.graph.read(
        "MATCH (n) WHERE n.camera_id = $camera_id RETURN labels(n) AS kind, properties(n) AS told,"
        " COUNT {(n)--()} AS links ORDER BY elementId(n)",
        camera_id=camera_id,
    )
    client: Any = api.parts.captions_redis
    keys = sorted(key for pattern in ("caption:*", "captions:*") for key in client.keys(pattern))
    return nodes, [(key, client.dump(key)) for key in keys], api.stand.runs()


@pytest.mark.parametrize("is_known", [False, True])
def test_a_preview_writes_nothing(api: MigrationApi, is_known: bool) -> None:
    camera_id = api.camera()
    if is_known:
        api.put(fields(camera_id)[:3])
        api.stand.migration.migrate_now(camera_id, trigger="force")
    api.put(fields(camera_id))
    before = everything(api, camera_id)
    api.data("GET", f"/camera/{camera_id}/preview")
    api.data("GET", f"/camera/{camera_id}/preview", similarity_threshold=1)
    assert everything(api, camera_id) == before
    assert before[0] != [] if is_known else before[0] == []


def test_a_preview_tells_what_a_migration_then_makes(api: MigrationApi) -> None:
    """It goes on in the open event, puts late captions where they belong, counts none twice."""
    camera_id = api.camera()
    captions = fields(camera_id) + fields(camera_id, ONE_PM_MS + 600_000)
    api.put([captions[0], captions[1], captions[8]])
    api.stand.migration.migrate_now(camera_id, trigger="force")
    before = {event.event_id for event in api.stand.stored(camera_id).events}
    api.put(captions)
    told = api.data("GET", f"/camera/{camera_id}/preview")
    counts = api.stand.migration.migrate_now(camera_id, trigger="force")
    summary = told["summary"]
    assert (summary["original_captions"], summary["late"]) == (counts.read, counts.late)
    assert (summary["events_created"], summary["events_extended"]) == (counts.created, counts.extended)
    assert summary["repeated"] == counts.repeated == 3
    stored = {event.event_id: event for event in api.stand.stored(camera_id).events}
    for event in told["preview_events"]:
        made = stored[event["event_id"]]
        assert event["frame_count"] == made.frame_count and event["variants"] == list(made.variants)
        assert event["extends"] is (made.event_id in before)
    assert {event["event_id"] for event in told["preview_events"]} >= stored.keys() - before


def test_limits_are_tried_without_being_set(api: MigrationApi) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))

    def tried(**limits: Any) -> Any:
        return api.data("GET", f"/camera/{camera_id}/preview", **limits)

    # "man in fields surveillance view" and "man in field" say the same to the letter, once they are words.
    assert tried(similarity_threshold=1)["summary"]["deduplicated_events"] == 4
    assert tried(max_duration_s=60)["summary"]["deduplicated_events"] == 3
    short = tried(min_duration_s=0)
    assert [event["brief"] for event in short["preview_events"]] == [False, False]
    assert short["rules"]["min_duration_s"] == 0
    shown = tried(similarity_threshold=1, limit=2)
    assert len(shown["preview_events"]) == 2 and shown["truncated"] is True
    assert tried()["summary"]["deduplicated_events"] == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"similarity_threshold": 0}, "similarity_threshold"),
        ({"similarity_threshold": 1.01}, "similarity_threshold"),
        ({"similarity_threshold": "nan"}, "similarity_threshold"),
        ({"min_duration_s": -1}, "min_duration_s"),
        ({"min_duration_s": 400}, "min_duration_s"),
        ({"max_duration_s": 0}, "max_duration_s"),
        ({"max_duration_s": 30}, "min_duration_s"),
        ({"limit": 0}, "limit"),
        ({"window": 5}, "window"),
    ],
)
def test_limits_that_settings_would_not_take_are_not_tried(
    api: MigrationApi, query: dict[str, object], field: str
) -> None:
    error = api.error("GET", f"/camera/{api.camera()}/preview", 422, **query)
    assert field in error["details"]["fields"]


def test_without_the_graph_a_preview_is_made_from_the_cache_and_says_so(
    api: MigrationApi, away: MigrationApi
) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))
    told = away.data("GET", f"/camera/{camera_id}/preview")
    assert told["from_graph"] is False and "The graph does not answer" in told["note"]
    assert told["summary"]["deduplicated_events"] == 2


def test_a_preview_of_nothing_is_empty(api: MigrationApi) -> None:
    told = api.data("GET", f"/camera/{api.camera()}/preview")
    assert told["summary"]["reduction"] == "0.0%" and told["preview_events"] == []


# -- orders ----------------------------------------------------------------------------------


def arguments(api: MigrationApi, job_id: str) -> Any:
    answer = api.ask("GET", f"/api/v1/jobs/{job_id}")
    assert answer.status_code == 200, answer.text
    job = answer.get_json()["data"]
    assert job["task"] == "captions.migrate_cameras"
    return job["arguments"]


def test_what_is_due_is_given_to_jobs(api: MigrationApi, redis_url: str) -> None:
    due, fresh = api.camera(), api.camera()
    api.put(fields(due), age_s=AGE_S)
    api.put(fields(fresh))
    (job_id,) = api.data("POST", "/trigger", 202)["job_ids"]
    assert arguments(api, job_id) == {"cameras": [due], "trigger": "trigger", "only_due": True}


def test_who_asks_again_is_told_of_the_jobs_that_do_it_already(api: MigrationApi, redis_url: str) -> None:
    first, second = api.camera(), api.camera()
    api.put(fields(first), age_s=AGE_S)
    begun = api.data("POST", "/trigger", 202)["job_ids"]
    assert api.data("POST", "/trigger", 202)["job_ids"] == begun
    api.put(fields(second), age_s=AGE_S)
    (job_id, other_id) = api.data("POST", "/trigger", 202)["job_ids"]
    assert [job_id] == begun and arguments(api, other_id)["cameras"] == [second]


def test_nothing_due_needs_no_job(api: MigrationApi, redis_url: str) -> None:
    api.put(fields(api.camera()))
    assert api.data("POST", "/trigger", 202) == {"job_ids": []}


@pytest.mark.parametrize(
    ("query", "trigger", "only_due"),
    [({}, "trigger", True), ({"force": "false"}, "trigger", True), ({"force": "true"}, "force", False)],
)
def test_one_camera_is_given_to_a_job(
    api: MigrationApi, query: dict[str, str], trigger: str, only_due: bool
) -> None:
    camera_id = api.camera()
    (job_id,) = api.data("POST", f"/camera/{camera_id}/migrate", 202, **query)["job_ids"]
    assert arguments(api, job_id) == {"cameras": [camera_id], "trigger": trigger, "only_due": only_due}


def test_who_is_limited_has_their_own_cameras_migrated(api: MigrationApi, redis_url: str) -> None:
    theirs, others = api.camera(of_the_guard=True), api.camera()
    api.put(fields(theirs), age_s=AGE_S)
    api.put(fields(others), age_s=AGE_S)
    (job_id,) = api.data("POST", "/trigger", 202, user="guard")["job_ids"]
    assert arguments(api, job_id)["cameras"] == [theirs]


def test_to_who_is_limited_other_cameras_do_not_exist(api: MigrationApi) -> None:
    others = api.camera(name="Vault")
    api.put(fields(others))
    api.stand.migration.migrate_now(others, trigger="force")
    api.put(fields(others))
    asked: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("GET", "preview", {}),
        ("POST", "migrate", {"force": "true"}),
        ("DELETE", "cache", {}),
        ("GET", "rules", {}),
        ("GET", "ended", {"retention_days": 1}),
        ("PUT", "rules", {"json": {"retention_days": 1}}),
    )
    for method, what, more in asked:
        error = api.error(method, f"/camera/{others}/{what}", 404, user="guard", **more)
        assert error["code"] == "unknown_camera"
    lists: tuple[tuple[str, dict[str, Any]], ...] = (
        ("/cameras", {"search": "Vault"}),
        ("/cameras", {"cached_only": "true"}),
        ("/cameras", {"camera": others}),
        ("/history", {}),
        ("/status", {}),
    )
    for address, query in lists:
        answer = api.ask("GET", f"{ROOT}{address}", user="guard", **query)
        assert answer.status_code == 200
        assert others not in answer.text and "Vault" not in answer.text
    assert api.data("GET", "/history", user="guard", camera=others) == []
    assert len(api.data("GET", "/history", camera=others)) == 1


# -- clearing --------------------------------------------------------------------------------


def cached(api: MigrationApi, camera_id: str) -> int:
    return len(api.stand.cache.entries(camera_id, until_ms=None, count=1000).entries)


def last_deed(api: MigrationApi, action: str) -> Any:
    answer = api.ask("GET", "/api/v1/audit", action=action, page_size=1)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["data"][0]


def test_a_cache_is_migrated_before_it_is_cleared(api: MigrationApi) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))
    told = api.data("DELETE", f"/camera/{camera_id}/cache")
    assert told == {
        "camera_id": camera_id,
        "migrated": 6,
        "deleted": 0,
        "events_created": 2,
        "events_extended": 0,
        "cached": 0,
    }
    assert cached(api, camera_id) == 0 and len(api.stand.stored(camera_id).events) == 2
    (run,) = api.data("GET", "/history", camera=camera_id)
    assert (run["trigger"], run["state"]) == ("clear", "done")


def test_where_migrating_fails_nothing_is_deleted(api: MigrationApi, away: MigrationApi) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))
    before = everything(api, camera_id)
    error = away.error("DELETE", f"/camera/{camera_id}/cache", 503, migrate_first="true")
    assert error["code"] == "graph_unreachable"
    assert cached(api, camera_id) == 6 and everything(api, camera_id)[0] == before[0]
    (run,) = api.data("GET", "/history", camera=camera_id)
    assert (run["state"], run["error_code"]) == ("failed", "graph_unreachable")


@pytest.mark.parametrize("confirm", [None, "cam_other"])
def test_captions_are_thrown_away_only_where_the_camera_is_named_again(
    api: MigrationApi, confirm: str | None
) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))
    more = {} if confirm is None else {"confirm": confirm}
    error = api.error("DELETE", f"/camera/{camera_id}/cache", 422, migrate_first="false", **more)
    assert error["details"]["fields"] == {"confirm": f"must be {camera_id}."}
    assert f"confirm={camera_id}" in error["remedy"]
    assert cached(api, camera_id) == 6


def test_what_is_thrown_away_is_in_the_audit_log(api: MigrationApi) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))
    told = api.data("DELETE", f"/camera/{camera_id}/cache", migrate_first="false", confirm=camera_id)
    assert (told["migrated"], told["deleted"], told["cached"]) == (0, 6, 0)
    assert cached(api, camera_id) == 0 and api.stand.stored(camera_id).events == []
    deed = last_deed(api, "caption-cache.delete")
    assert (deed["subject_id"], deed["details"]["deleted_captions"]) == (camera_id, 6)


def test_captions_that_come_meanwhile_are_not_thrown_away(api: MigrationApi) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))

    class Meanwhile:
        """The cache, into which one more comes while it is being read."""

        def __getattr__(self, name: str) -> Any:
            return getattr(api.stand.cache, name)

        def entries(self, *args: Any, **more: Any) -> Any:
            api.put([Caption(camera_id, ONE_PM_MS + 900_000, "a fox")])
            return api.stand.cache.entries(*args, **more)

    clearing = CacheClearing(
        KnownCameras(api.parts.engine, api.parts.clock.monotonic),
        Meanwhile(),
        api.stand.migration,
        lambda camera: cached(api, camera),
        lambda: "token",
        lock_s=30,
    )
    cleared = clearing.clear(camera_id, None, migrate_first=False, confirm=camera_id)
    assert (cleared.deleted, cleared.cached) == (6, 1)
    (left,) = api.stand.cache.entries(camera_id, until_ms=None, count=10).entries
    assert left.caption.text == "a fox"
    assert api.stand.cache.lock(camera_id, "somebody else", 1), "its lock is given back"


def test_a_cache_that_is_being_migrated_is_not_cleared(api: MigrationApi) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))
    assert api.stand.cache.lock(camera_id, "somebody", 30)
    error = api.error("DELETE", f"/camera/{camera_id}/cache", 409, migrate_first="false", confirm=camera_id)
    assert error["code"] == "migration_running"
    assert cached(api, camera_id) == 6


@pytest.mark.parametrize(
    ("stopped_at", "is_answer_lost", "deleted", "perhaps", "left"),
    [(2, False, 1000, 200, 200), (2, True, 1000, 200, 0), (1, True, 0, 1000, 200)],
)
def test_a_clearing_that_is_stopped_says_how_many_are_gone_and_is_in_the_audit_log(
    api: MigrationApi,
    monkeypatch: pytest.MonkeyPatch,
    stopped_at: int,
    is_answer_lost: bool,
    deleted: int,
    perhaps: int,
    left: int,
) -> None:
    camera_id = api.camera()
    api.put([Caption(camera_id, ONE_PM_MS + number, f"scene {number}") for number in range(1200)])

    class GoesAway:
        """The cache, which is away with a step: before that is done, or before it has said so."""

        steps = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(api.stand.cache, name)

        def remove(self, *args: Any) -> int:
            self.steps += 1
            if self.steps == stopped_at:
                if is_answer_lost:
                    api.stand.cache.remove(*args)
                raise UnavailableError("Redis is away.", remedy="Start it.", code="captions_unavailable")
            return api.stand.cache.remove(*args)

        def release(self, *_args: Any) -> bool:
            raise UnavailableError("Redis is away.", remedy="Start it.", code="captions_unavailable")

    clearing = CacheClearing(
        KnownCameras(api.parts.engine, api.parts.clock.monotonic),
        GoesAway(),
        api.stand.migration,
        lambda camera: cached(api, camera),
        lambda: "token",
        lock_s=30,
    )
    monkeypatch.setitem(api.app.extensions["coldframe"], CacheClearing, clearing)
    address = f"/camera/{camera_id}/cache"
    error = api.error("DELETE", address, 503, migrate_first="false", confirm=camera_id)
    assert error["code"] == "captions_unavailable"
    assert error["details"] == {"deleted": deleted, "perhaps": perhaps}
    assert error["message"].startswith(f"Redis is away. By then {deleted} captions")
    assert f"and perhaps {perhaps} more" in error["message"]
    assert cached(api, camera_id) == left
    deed = last_deed(api, "caption-cache.delete")
    assert deed["subject_id"] == camera_id
    assert deed["details"] == {
        "deleted_captions": deleted,
        "perhaps_more": perhaps,
        "stopped_by": "captions_unavailable",
    }


# -- history ---------------------------------------------------------------------------------


def test_the_history_has_pages_and_filters_and_outlives_its_camera_and_redis(
    api: MigrationApi, redis_url: str
) -> None:
    camera_id = api.camera()
    for number in range(3):
        api.put([Caption(camera_id, ONE_PM_MS + number * 600_000, f"scene {'abc'[number]}")])
        api.stand.migration.migrate_now(camera_id, trigger="demo" if number == 0 else "force")
    answer = api.ask("GET", f"{ROOT}/history", camera=camera_id, limit=2, page=2)
    (oldest,) = answer.get_json()["data"]
    assert answer.get_json()["meta"] == {"page": 2, "pageSize": 2, "total": 3, "totalPages": 2}
    assert oldest["trigger"] == "demo" and oldest["captions_read"] == oldest["events_created"] == 1
    assert oldest["reduction"] == "0.0%" and oldest["error"] is None
    assert len(api.data("GET", "/history", camera=camera_id, trigger="force")) == 2
    assert api.data("GET", "/history", camera=camera_id, state="failed") == []
    assert api.error("GET", "/history", 422, limit=101)["details"]["fields"].keys() == {"limit"}
    assert api.error("GET", "/history", 422, camera="\0")["details"]["fields"].keys() == {"camera"}
    assert api.ask("DELETE", f"/api/v1/cameras/{camera_id}").status_code == 200
    api.parts.captions_redis.flushall()
    assert len(api.data("GET", "/history", camera=camera_id)) == 3


# -- rules and cameras -----------------------------------------------------------------------


def rules(**own: object) -> dict[str, object]:
    names = ("similarity_threshold", "min_duration_s", "max_duration_s", "retention_days")
    return {name: own.get(name) for name in names}


def test_a_camera_is_given_rules_of_its_own(api: MigrationApi) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))
    standard = {
        "similarity_threshold": 0.95,
        "min_duration_s": 60,
        "max_duration_s": 300,
        "retention_days": 0,
    }
    assert api.data("GET", f"/camera/{camera_id}/rules") == {
        "camera_id": camera_id,
        **rules(),
        "effective": standard,
        "settings": standard,
    }
    told = api.data("PUT", f"/camera/{camera_id}/rules", json={"max_duration_s": 60, "retention_days": 30})
    assert told == api.data("GET", f"/camera/{camera_id}/rules")
    assert told["effective"] == {**standard, "max_duration_s": 60, "retention_days": 30}
    assert told["settings"] == standard
    assert api.data("GET", f"/camera/{camera_id}/preview")["summary"]["deduplicated_events"] == 3
    deed = last_deed(api, "caption-rules.change")
    assert deed["subject_id"] == camera_id
    assert deed["details"]["changes"]["max_duration_s"] == {"from": None, "to": 60}
    assert api.data("PUT", f"/camera/{camera_id}/rules", json=rules())["effective"] == standard


def test_rules_that_are_not_sent_stay_as_they_are(api: MigrationApi) -> None:
    address = f"/camera/{api.camera()}/rules"
    api.data("PUT", address, json={"max_duration_s": 900, "retention_days": 30})
    told = api.data("PUT", address, json={"min_duration_s": 600})
    own = {name: told[name] for name in rules()}
    assert own == rules(min_duration_s=600, max_duration_s=900, retention_days=30)
    told = api.data("PUT", address, json={"retention_days": None})
    assert {name: told[name] for name in rules()} == rules(min_duration_s=600, max_duration_s=900)
    # By the settings an event is 300 s long at most.
    error = api.error("PUT", address, 422, json={"max_duration_s": None})
    assert "min_duration_s" in error["details"]["fields"]
    assert api.data("GET", address) == told == api.data("PUT", address, json={})


def test_how_many_events_a_retention_deletes_is_told_before_it_is_set(api: MigrationApi) -> None:
    camera_id, day_ms = api.camera(), 86_400_000
    ages = (1, 40, 50)
    for days in ages:
        api.put(fields(camera_id, api.now_ms - days * day_ms))
    api.stand.migration.migrate_now(camera_id, trigger="force")

    def told(**query: Any) -> Any:
        return api.data("GET", f"/camera/{camera_id}/ended", **query)

    answer = told(retention_days=30)
    assert (answer["retention_days"], answer["events"]) == (30, 4)
    before = datetime.fromisoformat(answer["before"])
    assert timedelta(0) <= api.parts.clock.now() - timedelta(days=30) - before < timedelta(minutes=10)
    assert told(retention_days=45)["events"] == 2
    assert told(retention_days=60)["events"] == 0
    for query in ({"retention_days": 0}, {}):
        assert told(**query) == {
            "camera_id": camera_id,
            "retention_days": 0,
            "before": None,
            "events": 0,
        }
    api.error("GET", f"/camera/{camera_id}/ended", 422, retention_days=-1)


def test_without_the_graph_it_is_said_that_nobody_knows_how_many_a_retention_deletes(
    api: MigrationApi, away: MigrationApi
) -> None:
    told = away.data("GET", f"/camera/{api.camera()}/ended", retention_days=30)
    assert told["events"] is None and told["before"] is not None


@pytest.mark.parametrize(
    ("own", "field"),
    [
        (rules(similarity_threshold=0), "similarity_threshold"),
        (rules(similarity_threshold=float("nan")), "similarity_threshold"),
        (rules(min_duration_s=301), "min_duration_s"),
        (rules(max_duration_s=59), "min_duration_s"),
        (rules(retention_days=1.5), "retention_days"),
        (rules(retention_days=-1), "retention_days"),
        ({"min_duration_s": 301}, "min_duration_s"),
        ({**rules(), "threshold": 1}, "threshold"),
    ],
)
def test_rules_that_settings_would_not_take_are_refused(
    api: MigrationApi, own: dict[str, object], field: str
) -> None:
    camera_id = api.camera()
    error = api.error("PUT", f"/camera/{camera_id}/rules", 422, json=own)
    assert field in error["details"]["fields"]


def test_cameras_are_listed_with_what_is_cached_and_stored(api: MigrationApi, redis_url: str) -> None:
    camera_id, idle = api.camera(name="Acre"), api.camera(name="Barn")
    api.put(fields(camera_id))
    api.stand.migration.migrate_now(camera_id, trigger="force")
    now_ms = api.now_ms
    api.put([Caption(camera_id, now_ms - 7_000_000, "a fox")], age_s=AGE_S)
    api.put([Caption(camera_id, now_ms, "a deer")])
    api.data("PUT", f"/camera/{camera_id}/rules", json=rules(min_duration_s=10))
    (told,) = api.data("GET", "/cameras", camera=camera_id)
    assert 9 <= told.pop("oldest_due_seconds") <= 100
    assert told.pop("newest")["text"] == "a deer"
    assert told == {
        "camera_id": camera_id,
        "camera": "Acre",
        "group_id": None,
        "group": None,
        "cached": 2,
        "due": 1,
        "events": 2,
        "has_rules": True,
    }
    listed = [camera["camera_id"] for camera in api.data("GET", "/cameras", limit=100)]
    assert listed.index(camera_id) < listed.index(idle)
    assert [camera["camera_id"] for camera in api.data("GET", "/cameras", cached_only="true")] == [camera_id]
    assert [camera["camera_id"] for camera in api.data("GET", "/cameras", search=idle[4:].upper())] == [idle]


# -- numbers ---------------------------------------------------------------------------------


def scraped(api: MigrationApi) -> dict[str, float]:
    answer = api.ask("GET", "/metrics")
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.text.splitlines() if line.startswith("coldframe_caption")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_prometheus_is_told_of_captions_events_and_what_is_due(api: MigrationApi, redis_url: str) -> None:
    camera_id = api.camera()
    api.put(fields(camera_id))
    api.stand.migration.migrate_now(camera_id, trigger="force")
    api.put(fields(camera_id, ONE_PM_MS + 600_000), age_s=AGE_S)
    told = scraped(api)
    assert told.pop("coldframe_caption_graph_events") >= 2
    assert told.pop("coldframe_captions_redis_used_bytes") > 100_000
    assert 9 <= told.pop("coldframe_captions_oldest_due_seconds") <= 100
    assert told.pop('coldframe_caption_migration_duration_seconds_sum{state="done"}') > 0
    assert told == {
        "coldframe_captions_up": 1,
        "coldframe_caption_graph_up": 1,
        "coldframe_caption_migration_behind": 0,
        "coldframe_captions_cached": 6,
        "coldframe_captions_cameras": 1,
        "coldframe_captions_near_expiry": 6,
        "coldframe_captions_cameras_due": 1,
        "coldframe_captions_in_total": 12,
        "coldframe_captions_repeated_total": 0,
        "coldframe_captions_refused_total": 0,
        "coldframe_captions_embeddings_dropped_total": 0,
        "coldframe_captions_migrated_total": 6,
        "coldframe_captions_late_total": 0,
        'coldframe_caption_events_total{change="created"}': 2,
        'coldframe_caption_events_total{change="extended"}': 0,
        "coldframe_caption_reduction_ratio": 0.667,
        'coldframe_caption_migration_duration_seconds_count{state="done"}': 1,
        'coldframe_caption_migration_duration_seconds_count{state="failed"}': 0,
        'coldframe_caption_migration_duration_seconds_sum{state="failed"}': 0,
    }


def test_prometheus_is_told_that_the_graph_is_away(away: MigrationApi, redis_url: str) -> None:
    told = scraped(away)
    assert (told["coldframe_caption_graph_up"], told["coldframe_caption_migration_behind"]) == (0, 1)
    assert "coldframe_caption_graph_events" not in told and told["coldframe_captions_up"] == 1


def test_the_statistics_task_writes_down_how_it_does(api: MigrationApi, redis_url: str) -> None:
    from gateway.bootstrap.caption_numbers import keep_migration_stats
    from gateway.captions.migration.stats_repository import StatsHistory

    api.put(fields(api.camera()), age_s=AGE_S)
    begun = api.parts.clock.now()
    told = keep_migration_stats(api.parts)
    assert isinstance(told, dict) and told["keys_near_expiry"] == 6
    (row,) = StatsHistory(api.parts.engine).since(begun)
    assert row.as_json() == told
    assert (row.cached, row.cameras, row.behind) == (6, 1, False)
    assert row.events is not None and row.redis_used_bytes > 0 and row.oldest_due_seconds >= 9


def test_reading_needs_another_permission_than_writing(api: MigrationApi) -> None:
    declared = {
        method: declared_permission(api.app.view_functions[rule.endpoint])
        for rule in api.app.url_map.iter_rules()
        if rule.rule.startswith(ROOT)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert declared == {
        "GET": "captions:read",
        "POST": "captions:write",
        "PUT": "captions:write",
        "DELETE": "captions:write",
    }
