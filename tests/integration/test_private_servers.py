"""The private PostgreSQL and Redis: theirs alone, back after a crash, gone with their starter."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from neo4j import GraphDatabase
from redis.backoff import NoBackoff
from redis.retry import Retry

from deploy.local.demo_graph import DemoGraph
from deploy.local.demo_servers import SERVERS, DemoServers
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from deploy.local.server_addresses import GraphAccess, ServerAddresses
from shared.errors import ConflictError, UnavailableError
from tests.support.neo4j import neo4j_jars

ROOT = Path(__file__).resolve().parents[2]
GONE_WITHIN_S = 20.0
STARTER = """
import sys, time
from pathlib import Path
from deploy.local.demo_servers import DemoServers
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
folder = Path(sys.argv[1])
postgres = PrivatePostgres(folder / "postgres", durable=False).start()
redis = PrivateRedis(folder / "redis").start()
print(postgres.create_database("kept"), redis.url(), postgres.pid, redis.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivatePostgres]:
    """A PostgreSQL of this test's own, to be stopped and killed."""
    with PrivatePostgres(tmp_path / "postgres", durable=False) as running:
        yield running


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + GONE_WITHIN_S
    while is_running(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.02)


def test_a_database_is_copied_from_another_and_dropped_while_in_use(postgres: PrivatePostgres) -> None:
    original = postgres.create_database("original")
    rows(original, "CREATE TABLE kept (n int)")
    rows(original, "INSERT INTO kept VALUES (7)")
    copy = postgres.create_database("copied", template="original")
    busy = psycopg.connect(copy)
    assert busy.execute("SELECT n FROM kept").fetchall() == [(7,)]
    postgres.drop_database("copied")
    busy.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        rows(copy, "SELECT 1")
    postgres.drop_database("original")


def test_databases_belong_to_a_role_without_privileges(postgres: PrivatePostgres, database_url: str) -> None:
    asked = "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert rows(database_url, asked) == [("coldframe", False, False)]
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert rows(database_url, owner) == [("coldframe",)]
    assert rows(database_url, "SHOW timezone") == [("UTC",)]
    assert rows(database_url, "SHOW server_encoding") == [("UTF8",)]


def test_a_fresh_database_is_empty(database_url: str) -> None:
    tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    assert rows(database_url, tables) == [(0,)]
    rows(database_url, "CREATE TABLE left_behind (n int)")


def test_nobody_gets_in_without_the_password(database_url: str, redis_server: PrivateRedis) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(database_url, password="guessed")
    with (
        redis.Redis(port=redis_server.port, retry=Retry(NoBackoff(), 0)) as client,
        pytest.raises(redis.AuthenticationError, match="Authentication required"),
    ):
        client.ping()


def test_a_stopped_server_comes_back_on_its_port_with_its_data(server: PrivatePostgres) -> None:
    url = server.create_database("kept")
    rows(url, "CREATE TABLE kept AS SELECT 7 AS n")
    idle = psycopg.connect(url)
    server.stop()  # a connection that is open does not hold it up
    idle.close()
    server.start()
    assert rows(url, "SELECT n FROM kept") == [(7,)]


def test_a_killed_server_comes_back_though_its_pid_is_somebody_elses(server: PrivatePostgres) -> None:
    url = server.create_database("kept")
    rows(url, "CREATE TABLE kept AS SELECT 7 AS n")
    server.kill()
    pid_file = server.folder / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    sleeper = subprocess.Popen(["sleep", "600"])
    try:
        pid_file.write_text("\n".join([str(sleeper.pid), *lines[1:]]) + "\n")
        server.start()
        assert rows(url, "SELECT n FROM kept") == [(7,)]
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_data_has_one_server_at_a_time(server: PrivatePostgres) -> None:
    with pytest.raises(ConflictError, match=r"running on .* already"):
        PrivatePostgres(server.folder).start()
    assert rows(server.url("postgres"), "SELECT 1") == [(1,)]


def test_data_of_a_version_that_is_not_installed_is_left_alone(server: PrivatePostgres) -> None:
    server.stop()
    (server.folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(UnavailableError, match="PostgreSQL 9's, which is not installed"):
        server.start()


def test_a_port_that_is_taken_is_said(server: PrivatePostgres, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="did not start"):
        PrivatePostgres(tmp_path / "second", server.port, durable=False).start()
    with pytest.raises(UnavailableError, match="did not start"):
        PrivateRedis(tmp_path / "redis", server.port, durable=False).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused by PostgreSQL")
def test_root_has_one_below_a_folder_that_only_root_can_enter(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with PrivatePostgres(home / "checkout" / "postgres", durable=False) as running:
        assert Path(f"/proc/{running.pid}").stat().st_uid != 0
        assert rows(running.url("postgres"), "SELECT 1") == [(1,)]


def test_both_end_with_a_starter_that_is_killed_and_keep_what_they_had(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    with starter.stdout as said:
        database, redis_url, *pids = said.readline().split()
    rows(database, "CREATE TABLE kept AS SELECT 7 AS n")
    with redis.Redis.from_url(redis_url) as client:
        client.set("kept", "7")
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    for pid in pids:
        wait_until_gone(int(pid))
    with PrivatePostgres(tmp_path / "postgres", durable=False) as again:
        assert rows(again.url("kept"), "SELECT n FROM kept") == [(7,)]
    with (
        PrivateRedis(tmp_path / "redis") as redis_again,
        redis.Redis.from_url(redis_again.url()) as client,
    ):
        assert client.get("kept") == b"7"


def test_the_demo_uses_the_servers_that_it_is_given_and_starts_none(tmp_path: Path) -> None:
    said: list[str] = []
    given = {
        "DATABASE_URL": "postgresql://db.example/fleet",
        "REDIS_URL": "redis://cache.example/0",
        "CAPTIONS_REDIS_URL": "redis://cache.example/1",
        "NEO4J_URI": "bolt://graph.example",
        "NEO4J_PASSWORD": "a-secret",
    }
    servers = DemoServers(tmp_path, tmp_path / "jars", given, said.append)
    try:
        assert servers.start() == ServerAddresses(
            "postgresql://db.example/fleet",
            "redis://cache.example/0",
            "redis://cache.example/1",
            GraphAccess("bolt://graph.example", "neo4j", "a-secret"),
        )
        servers.wait_for_graph()
        assert said == [f"the server that {variable} names is used" for variable in SERVERS]
        assert servers.ended() == []
        assert list(tmp_path.iterdir()) == []
    finally:
        servers.stop()


def test_the_demo_notices_that_a_server_of_its_own_has_ended(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgresql://db.example/fleet", "NEO4J_URI": "bolt://graph.example"}
    servers = DemoServers(tmp_path, tmp_path / "jars", given, print)
    try:
        redis_url = servers.start().redis_url
        assert servers.ended() == []
        with redis.Redis.from_url(redis_url) as client:
            os.kill(int(client.info("server")["process_id"]), signal.SIGKILL)
        deadline = time.monotonic() + GONE_WITHIN_S
        while servers.ended() != ["Redis"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        servers.stop()


def test_the_demo_goes_on_without_a_graph_that_is_not_installed(tmp_path: Path) -> None:
    said: list[str] = []
    given = {"DATABASE_URL": "postgresql://db.example/fleet", "REDIS_URL": "redis://cache.example/0"}
    servers = DemoServers(tmp_path, tmp_path / "jars", given, said.append)
    assert servers.start().graph is None
    servers.wait_for_graph()
    assert said[2:] == ["captions are off, for want of Neo4j: make set-up-demo fetches it"]
    assert servers.ended() == []
    servers.stop()


def test_the_demo_goes_on_when_its_graph_ends_and_says_so_once(tmp_path: Path) -> None:
    said: list[str] = []
    graph = DemoGraph(neo4j_jars(), tmp_path, {}, said.append)
    try:
        graph.begin()
        graph.notice_end()
        assert said == []
        assert graph.server is not None
        os.kill(graph.server.pid, signal.SIGKILL)
        deadline = time.monotonic() + GONE_WITHIN_S
        while not said:
            assert time.monotonic() < deadline
            time.sleep(0.02)
            graph.notice_end()
        graph.notice_end()
        assert [words.partition(":")[0] for words in said] == ["Neo4j ended"]
    finally:
        graph.stop()


def test_the_demos_graph_keeps_its_password_and_what_is_in_it(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgresql://db.example/fleet", "REDIS_URL": "redis://cache.example/0"}
    servers = DemoServers(tmp_path, neo4j_jars(), given, print)
    for _time in range(2):
        try:
            graph = servers.start().graph
            assert graph is not None
            servers.wait_for_graph()
            assert servers.ended() == []
            with GraphDatabase.driver(graph.uri, auth=(graph.user, graph.password)) as driver:
                found = driver.execute_query(
                    "MERGE (n:Kept) SET n.times = coalesce(n.times, 0) + 1 RETURN n.times"
                )
        finally:
            servers.stop()
    assert found.records[0].values() == [2]


@pytest.mark.parametrize("_time", [1, 2])
def test_redis_is_empty_at_the_begin_of_a_test(redis_url: str, _time: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left behind", "1")
