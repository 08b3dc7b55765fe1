"""What the gateway and its doctor say of the graph: everything else goes on without it."""

from collections.abc import Mapping

from flask import Flask

from deploy.local.free_port import free_port
from deploy.local.neo4j import PrivateNeo4j
from gateway.doctor.graph_check import examine_graph
from gateway.settings import GatewaySettings
from shared.finding import Finding, Verdict
from tests.support.gateway_app import gateway_parts, make_ingest, make_web
from tests.support.neo4j import graph_section

SECRET = "a-password-that-nobody-reads"


def nobody_there() -> dict[str, object]:
    return {"uri": f"bolt://127.0.0.1:{free_port()}", "password": SECRET}


def health(app: Flask) -> tuple[int, str, dict[str, dict[str, object]]]:
    answer = app.test_client().get("/api/v1/health")
    told = answer.get_json()
    assert told["success"] == (answer.status_code == 200)
    return answer.status_code, told["data"]["status"], told["data"]["dependencies"]


def test_a_graph_that_is_not_set_is_off_and_nothing_is_wrong(
    migrated_database_url: str, redis_url: str
) -> None:
    parts = gateway_parts(migrated_database_url, redis_url)
    status, word, told = health(make_web(parts))
    assert (status, word, told["graph"]["status"]) == (200, "ok", "off")
    assert "NEO4J_URI" in str(told["graph"]["message"])
    parts.engine.dispose()


def test_a_graph_that_answers_is_told(
    migrated_database_url: str, redis_url: str, neo4j: PrivateNeo4j
) -> None:
    parts = gateway_parts(migrated_database_url, redis_url, graph=graph_section(neo4j))
    assert parts.graph is not None
    parts.graph.check()  # loads the driver, which may take longer than health waits
    status, word, told = health(make_web(parts))
    assert (status, word, told["graph"]["status"]) == (200, "ok", "ok")
    parts.engine.dispose()


def test_a_gateway_without_its_graph_is_degraded_and_ready(
    migrated_database_url: str, redis_url: str
) -> None:
    parts = gateway_parts(migrated_database_url, redis_url, graph=nobody_there())
    status, word, told = health(make_web(parts))
    assert (status, word, told["graph"]["status"]) == (200, "degraded", "failed")
    assert "127.0.0.1" not in str(told)
    assert SECRET not in str(told)
    # What hosts report to has nothing to do with it.
    assert "graph" not in health(make_ingest(parts))[2]
    parts.engine.dispose()


def test_a_redis_of_captions_own_that_is_away_degrades_and_no_more(
    migrated_database_url: str, redis_url: str
) -> None:
    parts = gateway_parts(
        migrated_database_url,
        redis_url,
        graph=nobody_there(),
        captions={"redis_url": f"redis://127.0.0.1:{free_port()}/0"},
    )
    status, word, told = health(make_ingest(parts))
    assert (status, word, told["captions_redis"]["status"]) == (200, "degraded", "failed")
    parts.engine.dispose()


def doctor_of(graph: Mapping[str, object]) -> Finding:
    return examine_graph(GatewaySettings.model_validate({"graph": graph}))


def test_the_doctor_says_what_to_set_where_there_is_no_graph() -> None:
    found = doctor_of({})
    assert found.verdict is Verdict.OK
    assert "captions are off" in found.sentence
    assert "NEO4J_PASSWORD" in found.sentence


def test_the_doctor_asks_the_graph(neo4j: PrivateNeo4j) -> None:
    assert doctor_of(graph_section(neo4j)) == Finding(Verdict.OK, "graph", f"{neo4j.uri} answers.")


def test_the_doctor_says_what_is_wrong_with_the_graph_and_what_to_do() -> None:
    found = doctor_of(nobody_there())
    assert found.verdict is Verdict.PROBLEM
    assert "Connection refused" in found.sentence
    assert "NEO4J_URI" in found.remedy
    assert SECRET not in f"{found}"
