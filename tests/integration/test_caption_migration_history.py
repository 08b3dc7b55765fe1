"""The history of migrations: what was running when its process died, who sees what, what is forgotten."""

import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from gateway.captions.merging import Rules
from gateway.captions.migration.migration_history_repository import SILENT_AFTER_S, MigrationHistory
from gateway.captions.migration.migration_run import INTERRUPTED, INTERRUPTED_CODE, RunCounts, RunState
from gateway.captions.rules import OwnRules, RulesInForce
from gateway.captions.rules_repository import CaptionRules
from gateway.db.engine import create_database
from shared.errors import UnavailableError
from shared.paging import PageQuery
from tests.support.gateway_app import NOWHERE

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
EVERYTHING = PageQuery(page_size=100)
COUNTS = RunCounts(read=150, created=42, extended=1, late=3, repeated=2)


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    found = create_database(migrated_database_url, pool_size=2)
    yield found
    found.dispose()


@pytest.fixture
def history(engine: Engine) -> MigrationHistory:
    return MigrationHistory(engine)


def states(history: MigrationHistory, now: datetime = NOW, **wanted: str) -> list[tuple[str, str]]:
    found = history.page(None, EVERYTHING, now, **wanted)  # type: ignore[arg-type]
    assert found.total == len(found.items)
    return [(run.camera_id, run.state) for run in found.items]


def test_a_run_is_told_as_it_goes_on_and_as_it_ended(history: MigrationHistory) -> None:
    run_id = history.begin("cam_001", "schedule", "job-1", NOW)
    history.go_on(run_id, RunCounts(read=100, created=30), 900)
    [run] = history.page(None, EVERYTHING, NOW).items
    assert (run.state, run.counts.read, run.duration_ms, run.started_at) == ("running", 100, 900, NOW)
    history.end(run_id, COUNTS, 1300)
    [run] = history.page(None, EVERYTHING, NOW).items
    assert (run.id, run.camera_id, run.trigger, run.job_id) == (run_id, "cam_001", "schedule", "job-1")
    assert (run.state, run.counts, run.duration_ms, run.error_code, run.error) == (
        "done",
        COUNTS,
        1300,
        None,
        None,
    )


def test_why_a_run_failed_is_told_and_no_longer_than_it_may_be(history: MigrationHistory) -> None:
    run_id = history.begin("cam_001", "force", "", NOW)
    history.end(run_id, RunCounts(), 5, ("graph_unreachable", "x" * 1000))
    [run] = history.page(None, EVERYTHING, NOW).items
    assert (run.state, run.error_code, run.error) == ("failed", "graph_unreachable", "x" * 500)


def test_a_run_of_which_nothing_is_heard_is_told_as_interrupted(history: MigrationHistory) -> None:
    run_id = history.begin("cam_001", "schedule", "", NOW)
    history.go_on(run_id, COUNTS, 60_000)
    silent_at = NOW + timedelta(seconds=60 + SILENT_AFTER_S)
    assert states(history, silent_at) == [("cam_001", "running")]
    later = silent_at + timedelta(seconds=1)
    [run] = history.page(None, EVERYTHING, later).items
    assert (run.state, run.error_code, run.error) == ("interrupted", INTERRUPTED_CODE, INTERRUPTED)
    # It was only slow.
    history.end(run_id, COUNTS, 400_000)
    assert states(history, later) == [("cam_001", "done")]


def test_the_next_run_of_the_camera_tells_what_the_last_one_left_behind(history: MigrationHistory) -> None:
    left = history.begin("cam_001", "schedule", "", NOW)
    others = history.begin("cam_002", "schedule", "", NOW)
    history.begin("cam_001", "schedule", "", NOW + timedelta(seconds=1))
    assert states(history, camera_id="cam_001") == [("cam_001", "running"), ("cam_001", "interrupted")]
    assert states(history, camera_id="cam_002") == [("cam_002", "running")]
    history.end(left, COUNTS, 10)  # it was only slow
    history.end(others, COUNTS, 10)
    assert states(history, camera_id="cam_001") == [("cam_001", "running"), ("cam_001", "done")]


def test_runs_are_found_by_camera_state_and_trigger_the_newest_first(history: MigrationHistory) -> None:
    def run(camera_id: str, second: int, trigger: str, state: RunState) -> None:
        run_id = history.begin(camera_id, trigger, "", NOW + timedelta(seconds=second))  # type: ignore[arg-type]
        if state in ("done", "failed"):
            history.end(run_id, COUNTS, 10, None if state == "done" else ("internal", "It broke."))

    run("cam_001", 0, "schedule", "done")
    run("cam_001", 1, "schedule", "running")
    run("cam_001", 2, "force", "failed")  # the one before was interrupted
    run("cam_002", 3, "clear", "running")
    assert states(history) == [
        ("cam_002", "running"),
        ("cam_001", "failed"),
        ("cam_001", "interrupted"),
        ("cam_001", "done"),
    ]
    assert states(history, state="interrupted") == [("cam_001", "interrupted")]
    assert states(history, state="failed") == [("cam_001", "failed")]
    assert states(history, state="running") == [("cam_002", "running")]
    assert states(history, NOW + timedelta(hours=1), state="running") == []
    assert states(history, NOW + timedelta(hours=1), state="interrupted", camera_id="cam_002") == [
        ("cam_002", "interrupted")
    ]
    assert states(history, trigger="force") == [("cam_001", "failed")]
    second = history.page(None, PageQuery(page=2, page_size=3), NOW)
    assert (second.total, [run.state for run in second.items]) == (4, ["done"])


def test_who_is_limited_sees_the_runs_of_cameras_of_their_groups(
    history: MigrationHistory, engine: Engine
) -> None:
    groups = [str(uuid.uuid4()), str(uuid.uuid4())]
    with engine.begin() as connection:
        for number, group in enumerate(groups):
            connection.execute(
                text("INSERT INTO camera_groups (id, name) VALUES (:id, :name)"), {"id": group, "name": group}
            )
            connection.execute(
                text(
                    "INSERT INTO cameras (id, external_id, name, rtsp_url, group_id)"
                    " VALUES (:id, :external, :external, 'rtsp://c', :group)"
                ),
                {"id": str(uuid.uuid4()), "external": f"cam_{number}", "group": group},
            )
    for camera_id in ("cam_0", "cam_1", "cam_gone"):
        history.begin(camera_id, "schedule", "", NOW)

    def seen(scope: frozenset[str] | None) -> set[str]:
        return {run.camera_id for run in history.page(scope, EVERYTHING, NOW).items}

    assert seen(frozenset(groups[:1])) == {"cam_0"}
    assert seen(frozenset(groups)) == {"cam_0", "cam_1"}
    assert seen(frozenset()) == set()
    assert seen(None) == {"cam_0", "cam_1", "cam_gone"}


def test_the_oldest_rows_are_forgotten_a_bounded_number_at_once(history: MigrationHistory) -> None:
    for day in range(5):
        history.begin("cam_001", "schedule", "", NOW - timedelta(days=day))
    assert history.forget(NOW - timedelta(days=1, seconds=1), 2) == 2
    assert history.forget(NOW - timedelta(days=1, seconds=1), 2) == 1
    assert history.forget(NOW - timedelta(days=1, seconds=1), 2) == 0
    assert len(states(history)) == 2


def test_a_database_that_is_away_stops_a_run_in_words() -> None:
    history = MigrationHistory(create_database(NOWHERE, pool_size=1))
    with pytest.raises(UnavailableError) as caught:
        history.begin("cam_001", "schedule", "", NOW)
    assert caught.value.code == "database_unreachable" and "DATABASE_URL" in caught.value.remedy


def test_rules_of_a_camera_are_set_changed_and_taken_away(engine: Engine) -> None:
    of_all = RulesInForce(Rules(0.95, 60.0, 300.0), 90)
    rules = CaptionRules(engine, of_all)
    assert rules.in_force("cam_001") == of_all and rules.own("cam_001") == OwnRules()
    first = OwnRules(similarity_threshold=0.9, retention_days=0)
    assert rules.change("cam_001", lambda _own: first) == (OwnRules(), first)
    assert rules.in_force("cam_001") == RulesInForce(Rules(0.9, 60.0, 300.0), 0)
    second = OwnRules(max_duration_s=600.0, retention_days=30)
    assert rules.change("cam_001", lambda _own: second) == (first, second)
    rules.change("cam_002", lambda _own: OwnRules(min_duration_s=1.0))
    assert rules.own_of(["cam_001", "cam_002", "cam_003"]) == {
        "cam_001": second,
        "cam_002": OwnRules(min_duration_s=1.0),
    }
    assert rules.retention() == {"cam_001": 30}
    rules.change("cam_001", lambda _own: OwnRules())
    assert rules.own("cam_001") == OwnRules() and rules.retention() == {}


def test_a_change_of_rules_that_is_refused_leaves_them(engine: Engine) -> None:
    rules = CaptionRules(engine, RulesInForce(Rules(0.95, 60.0, 300.0), 90))

    def refuse(_own: OwnRules) -> OwnRules:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rules.change("cam_001", refuse)
    assert rules.own_of(["cam_001"]) == {}


def wait_until_a_row_is_waited_for(database_url: str) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'"
    )
    watching = create_database(database_url, pool_size=1)
    deadline = time.monotonic() + 30
    try:
        with watching.connect() as connection:
            while not connection.execute(waiting).scalar_one():
                assert time.monotonic() < deadline, "nobody waits"
                connection.rollback()
                time.sleep(0.01)
    finally:
        watching.dispose()


def test_of_two_who_change_rules_at_once_each_changes_what_it_wants(
    engine: Engine, migrated_database_url: str
) -> None:
    rules = CaptionRules(engine, RulesInForce(Rules(0.95, 60.0, 300.0), 90))
    inside, may_end = threading.Event(), threading.Event()

    def slowly(own: OwnRules) -> OwnRules:
        inside.set()
        assert may_end.wait(30)
        return replace(own, min_duration_s=10.0)

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(rules.change, "cam_001", slowly)
        assert inside.wait(30)
        other = threads.submit(rules.change, "cam_001", lambda own: replace(own, retention_days=30))
        try:
            wait_until_a_row_is_waited_for(migrated_database_url)
        finally:
            may_end.set()
        one.result(30)
        other.result(30)
    assert rules.own("cam_001") == OwnRules(min_duration_s=10.0, retention_days=30)
