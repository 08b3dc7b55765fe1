"""Events of a million through the gateway's `web`: by words, by camera, by likeness, minute by minute."""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from neo4j import GraphDatabase
from sqlalchemy import select

from deploy.local.neo4j import PrivateNeo4j
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.graph_address import GraphAddress
from gateway.catalogue.tables import cameras
from shared.spans import from_utc_ms, iso_ms
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.event_crowd import DAY_MS, FIRST_MS, embed, fill
from tests.benchmarks.figure import Outcome, Target, quantile
from tests.benchmarks.fleet_rows import make_devices
from tests.benchmarks.served_gateway import ServedGateway, serving_gateway
from tests.benchmarks.timed_client import TimedAnswer
from tests.support.neo4j import graph_section, neo4j_jars

PATH = "/api/v1/events"
EMBEDDING = 384
DAYS = 30
_KB = 1000
_BELOW_A_SECOND = Target(at_most=1000)
# From a word of every other event to one of some thousandth of a percent, and what people type.
WORDS = ("person", "truck", "stretcher", "penguin", "red trucks", '"white delivery van"', "bicycle -red")


def measure(setting: Setting) -> Outcome:
    outcome = Outcome()
    rounds, count, events_a_camera, embedded = setting.choose((40, 1000, 1000, 20), (5, 100, 100, 2))
    with (
        PrivateNeo4j(neo4j_jars(), setting.folder / "neo4j") as graph,
        serving_gateway(setting.folder, graph=graph_section(graph)) as served,
    ):
        make_devices(served.engine, count)
        with served.engine.connect() as connection:
            camera_ids = sorted(connection.execute(select(cameras.c.external_id)).scalars())
        EventGraph(GraphAddress(graph.uri, graph.user, graph.password)).prepare()
        with GraphDatabase.driver(graph.uri, auth=(graph.user, graph.password)) as driver:
            fill(driver, camera_ids, events_a_camera=events_a_camera, days=DAYS)
            embed(driver, camera_ids[:embedded], EMBEDDING)
        served.client.close()  # making events takes longer than an idle connection is kept
        _words(outcome, served, rounds)
        _places(outcome, served, rounds, camera_ids[7])
        _minutes(outcome, served, rounds)
        _likeness(outcome, served, rounds, camera_ids[0])
    made, alike = count * events_a_camera, embedded * events_a_camera
    outcome.notes.append(
        f"{made:,} events of {count} cameras over {DAYS} days; {alike:,} of them with an embedding of"
        f" {EMBEDDING}. End to end over HTTP; Neo4j with 512 MB of heap and 256 MB of page cache."
    )
    return outcome


def _words(outcome: Outcome, served: ServedGateway, rounds: int) -> None:
    day = _span(DAYS / 2, 1)
    for title, query in (
        ("words, the newest first", {}),
        ("words, the oldest first", {"sort": "oldest"}),
        ("words, the best first", {"sort": "best"}),
        ("words in a day", day),
        ("words in a group of 100 cameras", {"group_id": "group-3"}),
    ):
        times: list[float] = []
        for word in WORDS:
            times += served.times_ms(rounds // 2, PATH, text=word, **query)
        _add(outcome, f"{title}, {len(WORDS)} searches", times, _BELOW_A_SECOND)
    _add(
        outcome, "a word of every other event, the newest first", served.times_ms(rounds, PATH, text="person")
    )
    _add(outcome, "… a page in the middle", _deep(served, rounds, text="person"))


def _deep(served: ServedGateway, rounds: int, **query: str) -> list[float]:
    """Page after page, from the middle of the days on."""
    asked, times = {**query, "to": _span(0, DAYS / 2)["to"]}, []
    for _ in range(rounds):
        answer = served.client.good(PATH, **asked)
        times.append(answer.took_ms)
        asked = {**asked, "cursor": _data(answer)["next_cursor"]}
    return times


def _places(outcome: Outcome, served: ServedGateway, rounds: int, camera_id: str) -> None:
    five_minutes = {**_span(DAYS / 2, 300 / 86_400), "camera": camera_id, "sort": "oldest"}
    _add(outcome, "5 minutes of a camera", served.times_ms(rounds, PATH, **five_minutes))
    _add(outcome, "a camera, the newest page", served.times_ms(rounds, PATH, camera=camera_id))
    _add(outcome, "all, the newest page", served.times_ms(rounds, PATH))
    _add(outcome, "… a page in the middle", _deep(served, rounds))
    _add(
        outcome, "a group of 100 cameras, the newest page", served.times_ms(rounds, PATH, group_id="group-3")
    )
    found = _data(served.client.good(PATH, **_span(DAYS / 2, 1), limit="1"))["events"][0]
    _add(outcome, "one event with all of it", served.times_ms(rounds, f"{PATH}/{found['event_id']}"))


def _minutes(outcome: Outcome, served: ServedGateway, rounds: int) -> None:
    for title, word in (("a day", ""), ("a day with a word of every other event", "person")):
        query = {**_span(DAYS / 2, 1), "text": word}
        answer = served.client.good(f"{PATH}/minutes", **query)
        told = _data(answer)
        if told["truncated"]:
            raise RuntimeError("more events than an answer holds")
        times = served.times_ms(rounds // 2, f"{PATH}/minutes", **query)
        _add(outcome, f"minutes of {title}, {told['events']:,} events", times, _BELOW_A_SECOND)
        outcome.add("… the answer", "kB", [len(answer.body) / _KB])
    month = served.times_ms(rounds // 4, f"{PATH}/minutes", **_span(0, DAYS), text="person")
    _add(outcome, "minutes of a month, cut at 50,000 events", month)


def _likeness(outcome: Outcome, served: ServedGateway, rounds: int, camera_id: str) -> None:
    [event] = _data(served.client.good(PATH, camera=camera_id, limit="1"))["events"]
    query = {"similar_to": event["event_id"]}
    _add(outcome, "like an event, among all", served.times_ms(rounds, PATH, **query))
    _add(outcome, "like an event, of its camera", served.times_ms(rounds, PATH, **query, camera=camera_id))


def _data(answer: TimedAnswer) -> Any:
    packed = answer.body.startswith(b"\x1f\x8b")
    return json.loads(gzip.decompress(answer.body) if packed else answer.body)["data"]


def _add(outcome: Outcome, name: str, times: list[float], target: Target | None = None) -> None:
    outcome.add(f"{name}: p50", "ms", [quantile(times, 0.5)])
    outcome.add(f"{name}: p95", "ms", [quantile(times, 0.95)], target)


def _span(first_day: float, days: float) -> Mapping[str, str]:
    first_ms = FIRST_MS + round(first_day * DAY_MS)
    return {"from": iso_ms(from_utc_ms(first_ms)), "to": iso_ms(from_utc_ms(first_ms + round(days * DAY_MS)))}


EVENTS = Bench(
    "events", "events of a million by words, camera, likeness and minute through the gateway", measure
)
