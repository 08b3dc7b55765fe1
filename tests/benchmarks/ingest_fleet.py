"""Heartbeats of a thousand hosts on one worker of the gateway's `ingest`, over a durable PostgreSQL."""

import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

import tomli_w
from sqlalchemy import Engine, text

from deploy.local.free_port import free_port
from deploy.local.gateway_processes import INGEST, GatewayProcesses
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from gateway.db.commands import upgrade
from gateway.db.engine import create_database
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.fleet_repository import FleetRepository
from gateway.hosts.host_states import HostLimits
from gateway.hosts.minute_partitions import MinutePartitions
from gateway.hosts.partition_repository import PartitionRepository
from shared.clock import SystemClock
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target, quantile
from tests.benchmarks.ingest_load import Load, SimulatedHost
from tests.benchmarks.process_cpu import all_processes, family, total_s
from tests.benchmarks.timing import times_ms

HOSTS = 1000
DEVICES = ("door", "street", "yard", "gate")
INTERVAL_S = 10.0


def measure(setting: Setting) -> Outcome:
    rounds = setting.choose(13, 3)  # two minutes of heartbeats after the first, or 20 s
    folder = setting.folder
    with PrivatePostgres(folder / "postgres") as postgres, PrivateRedis(folder / "redis") as redis:
        url = postgres.create_database("bench")
        upgrade(url)
        engine = create_database(url, pool_size=2)
        hosts = _enrolled(engine)
        MinutePartitions(PartitionRepository(engine), SystemClock(), 30).maintain()
        port = free_port()
        settings = {
            "web": {"listen": f"127.0.0.1:{free_port()}"},
            "ingest": {"listen": f"127.0.0.1:{port}"},
            "database": {"url": url},
            "redis": {"url": redis.url()},
            "security": {"secret_key": secrets.token_urlsafe(32)},
        }
        config = folder / "gateway.toml"
        config.write_bytes(tomli_w.dumps(settings).encode())
        gateway = GatewayProcesses(config, web_url="", ingest_url=f"http://127.0.0.1:{port}")
        try:
            gateway.start(INGEST)
            gateway.wait_until_up()
            return _measured(gateway, postgres, engine, hosts, port, rounds)
        finally:
            gateway.stop()
            engine.dispose()


def _measured(
    gateway: GatewayProcesses,
    postgres: PrivatePostgres,
    engine: Engine,
    hosts: Sequence[SimulatedHost],
    port: int,
    rounds: int,
) -> Outcome:
    load = Load(port, hosts, interval_s=INTERVAL_S, rounds=rounds, began_at=datetime.now(UTC))
    before_s, began_s = _cpu_s(gateway.pid(INGEST), postgres.pid), time.monotonic()
    result = load.run()
    took_s = time.monotonic() - began_s
    after_s = _cpu_s(gateway.pid(INGEST), postgres.pid)
    with engine.begin() as connection:
        stored = connection.execute(text("SELECT count(*) FROM activity_minutes")).scalar_one()
    if stored != result.minutes and not result.failures:
        raise RuntimeError(f"{result.minutes} minutes were sent and {stored} are there")
    if not result.taken_ms:
        raise RuntimeError(f"no heartbeat was taken: {result.failures[:1]}")
    outcome = Outcome()
    outcome.add("a heartbeat, p50", "ms", [quantile(result.taken_ms, 0.5)])
    outcome.add("… p99", "ms", [quantile(result.taken_ms, 0.99)], Target(at_most=100.0))
    outcome.add("… the slowest", "ms", [max(result.taken_ms)])
    outcome.add("a host's first, p99", "ms", [quantile(result.first_ms, 0.99)])
    outcome.add("not taken", "", [len(result.failures)], Target(at_most=0))
    gateway_s, database_s = (after - before for before, after in zip(before_s, after_s, strict=True))
    outcome.add("CPU of the gateway", "% of a core", [100 * gateway_s / took_s])
    outcome.add("CPU of PostgreSQL", "% of a core", [100 * database_s / took_s])
    limits = HostLimits(late_after_s=25, offline_after_s=60)
    reports = FleetReports(FleetRepository(engine, limits), SystemClock(), limits)
    outcome.add("the whole fleet's states read", "ms", times_ms(10, reports.reports))
    outcome.notes.append(
        f"{len(hosts)} hosts with {len(DEVICES)} devices each, one heartbeat per {INTERVAL_S:g} s over a"
        f" connection of its own, {len(result.taken_ms)} heartbeats, {result.minutes} minutes of activity;"
        " one worker, PostgreSQL with fsync; the load is made on the same machine."
    )
    if result.failures:
        outcome.notes.append(f"first of what was not taken: {result.failures[0]}")
    return outcome


def _cpu_s(*roots: int) -> list[float]:
    processes = all_processes()
    return [total_s(family(processes, root)) for root in roots]


def _enrolled(engine: Engine) -> list[SimulatedHost]:
    """Hosts whose agents have enrolled: as rows, for enrolment is not what is measured."""
    hosts, rows = [], []
    for index in range(HOSTS):
        credential = secrets.token_urlsafe(32)
        name = f"host-{index:04}"
        # A third is even: neighbours in time are not neighbours by name.
        phase = (index * 0.381966) % 1
        hosts.append(SimulatedHost(name, credential, phase, DEVICES))
        digest = hashlib.sha256(credential.encode()).hexdigest()
        rows.append({"id": str(uuid.uuid4()), "name": name, "credential": digest})
    told = {"rows": json.dumps(rows)}
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO hosts (id, name)"
                " SELECT id, name FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (id uuid, name text)"
            ),
            told,
        )
        connection.execute(
            text(
                "INSERT INTO host_enrolments (host_id, public_url, networks, credential_sha256,"
                " calling_secret_encrypted, enrolled_at)"
                " SELECT id, 'http://127.0.0.1:8700', '{127.0.0.0/8}', credential, '', now()"
                " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (id uuid, credential text)"
            ),
            told,
        )
    return hosts


INGEST_FLEET = Bench("ingest", "heartbeats of 1,000 hosts × 4 devices on one gateway worker", measure)
