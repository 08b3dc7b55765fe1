"""`python -m gateway doctor`: looks at what the gateway needs once, judges it, prints what to do."""

import socket
from collections.abc import Iterator
from pathlib import Path

import redis
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from gateway.db.engine import create_database
from gateway.db.schema_state import require_current
from gateway.db.verify_schema import verify_schema
from gateway.doctor.captions_check import examine_captions_redis
from gateway.doctor.ffmpeg_check import examine_ffmpeg
from gateway.doctor.graph_check import examine_graph
from gateway.doctor.job_checks import judge_plan, judge_schedule, judge_workers
from gateway.doctor.migration_check import examine_migration
from gateway.doctor.minutes_check import examine_minutes
from gateway.doctor.storage_check import examine_storage
from gateway.documentation.assets import ASSETS, asset_content
from gateway.jobs.schedule import SCHEDULE
from gateway.jobs.schedule_list import ScheduleList
from gateway.jobs.worker_list import WorkerList
from gateway.settings import DEMO_SECRET, GatewaySettings, load_settings, require_secret
from shared.clock import Clock, SystemClock
from shared.errors import ColdframeError, SettingsError, UnavailableError
from shared.finding import Finding, ok, problem, warning
from shared.findings_report import print_findings

TRY_FOR_S = 3.0


def run_doctor(config: Path | None) -> int:
    """Print a finding a line. Returns 1 where there is a problem."""
    return print_findings(list(examine(config)))


def examine(config: Path | None) -> Iterator[Finding]:
    """Look at everything; without readable settings there is nothing to look at."""
    try:
        settings = load_settings(config)
    except SettingsError as error:
        for line in error.message.splitlines():
            yield problem("configuration", line.rstrip("."), error.remedy)
        return
    yield ok("configuration", "the environment alone." if config is None else f"{config}: is read.")
    yield _secret(settings)
    yield from _database(settings)
    yield from _redis(settings)
    yield examine_graph(settings)
    yield from examine_captions_redis(settings)
    yield from examine_migration(settings)
    yield examine_storage(settings)
    yield examine_ffmpeg()
    for name, address in (("web", settings.web.listen), ("ingest", settings.ingest.listen)):
        yield _listener(name, address)
    yield _documentation()


def _secret(settings: GatewaySettings) -> Finding:
    try:
        require_secret(settings)
    except SettingsError as error:
        return problem("secret key", error.message, error.remedy)
    if settings.security.secrets[0] == DEMO_SECRET:
        return warning("secret key", "is the demo's, which everybody knows.", "Never use it elsewhere.")
    return ok("secret key", "is set.")


def _database(settings: GatewaySettings) -> Iterator[Finding]:
    try:
        engine = create_database(settings.database.url.get_secret_value(), pool_size=1)
    except SettingsError as error:
        yield problem("database", error.message, error.remedy)
        return
    try:
        with engine.connect():
            yield ok("database", "answers.")
        yield from _schema(engine, SystemClock(settings.testing.clock_offset_s))
    except SQLAlchemyError as error:
        sentence = str(error.__cause__ or error).strip().splitlines()[0]
        yield problem("database", sentence, "Is PostgreSQL running, and is DATABASE_URL right?")
    finally:
        engine.dispose()


def _schema(engine: Engine, clock: Clock) -> Iterator[Finding]:
    try:
        require_current(engine)
    except UnavailableError as error:
        yield problem("schema", error.message, error.remedy)
        return
    wrong = verify_schema(engine)
    if wrong:
        sentence = f"is not as it should be (differences: {len(wrong)}): {wrong[0]}"
        yield problem("schema", sentence, "python -m gateway verify-schema lists them.")
    else:
        yield ok("schema", "is the newest and complete.")
        yield examine_minutes(engine, clock.now())


def _redis(settings: GatewaySettings) -> Iterator[Finding]:
    clock, silent_after_s = SystemClock(settings.testing.clock_offset_s), settings.jobs.silent_after_s
    try:
        client = redis.Redis.from_url(
            settings.redis.url.get_secret_value(), socket_timeout=TRY_FOR_S, socket_connect_timeout=TRY_FOR_S
        )
        client.ping()
        workers = WorkerList(client, clock, silent_after_s).workers()
        schedule = ScheduleList(client, SCHEDULE)
        heartbeat_at = schedule.heartbeat_at()
        planned = {entry.name: entry.next_run_at for entry in schedule.entries()}
    except (redis.RedisError, ValueError, OSError) as error:
        yield problem("redis", str(error), "Is Redis running, and is REDIS_URL right?")
        return
    yield ok("redis", "answers.")
    yield from judge_workers(workers)
    yield judge_schedule(heartbeat_at, clock.now(), silent_after_s)
    yield from judge_plan(SCHEDULE, planned, clock.now())


def _listener(name: str, address: str) -> Finding:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), TRY_FOR_S):
            return ok(name, f"something listens on {address}.")
    except OSError:
        return warning(name, f"nothing listens on {address}.", f"Start it: python -m gateway {name}")


def _documentation() -> Finding:
    try:
        for asset in ASSETS.values():
            asset_content(asset)
    except ColdframeError as error:
        return warning("documentation", error.message, error.remedy)
    return ok("documentation", "/docs and /redoc are installed.")
