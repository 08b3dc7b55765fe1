"""Events searched by words, and by likeness, on a real graph: what is found is what should be."""

import math
import string
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.local.neo4j import PrivateNeo4j
from gateway.captions.event import Event
from gateway.captions.events.event_cameras_repository import EventCameras
from gateway.captions.events.event_cursor import TimeCursor
from gateway.captions.events.event_minutes import EventMinutes
from gateway.captions.events.matching_events import MatchingEvents, TimeSort
from gateway.captions.events.search_words import Search, Term, search_of, words_of
from gateway.captions.graph.event_query import MinutesQuery, Narrowed
from shared.spans import utc_ms
from tests.support.events_stand import (
    FIRST,
    FIRST_MS,
    HOUR_MS,
    LAST,
    WORDS,
    EventsStand,
    events_stand,
    in_order,
)

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

LAST_MS = utc_ms(LAST)
DAYS = {"from": FIRST.isoformat(), "to": LAST.isoformat(), "limit": "500"}
typed_texts = (
    st.lists(st.sampled_from([*WORDS.split(), "-red", '"red truck"', '-"the car"', "zebra"]), max_size=4).map(
        " ".join
    )
    | st.text(string.punctuation + "abc é漢 ", max_size=30)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
)
often = settings(
    max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def stand(
    postgres: "PrivatePostgres", migrated_template: str, redis_server: "PrivateRedis", neo4j: PrivateNeo4j
) -> Iterator[EventsStand]:
    from tests.support.servers import fresh_database

    with (
        fresh_database(postgres, migrated_template) as url,
        events_stand(url, redis_server.url(), neo4j) as made,
    ):
        yield made


def found(stand: EventsStand, **query: str) -> list[str]:
    told = stand.viewer.data("/api/v1/events", **{**DAYS, **query})
    return [event["event_id"] for event in told["events"]]


def ids(events: Sequence[Event]) -> list[str]:
    return [event.event_id for event in events]


def matching(events: Sequence[Event], search: Search) -> list[Event]:
    """What should be found, word by word."""

    def has(event: Event, term: Term) -> bool:
        stems = [word.stem for text in event.variants for word in words_of(text)]
        return any(
            stems[at] is not None
            and all(wanted in (None, stem) for wanted, stem in zip(term.stems, stems[at:], strict=False))
            for at in range(len(stems) - len(term.stems) + 1)
        )

    return [
        event
        for event in events
        if all(has(event, term) for term in search.wanted)
        and not any(has(event, term) for term in search.unwanted)
    ]


# -- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["truck", "TRUCKS", "penguin", "red truck", '"red truck"', "truck -red", "-truck", "parking", "the door"],
)
@pytest.mark.parametrize("sort", ["newest", "oldest", "best"])
def test_events_are_found_by_their_words_in_any_form(stand: EventsStand, typed: str, sort: str) -> None:
    expected = ids(matching(stand.events, search_of(typed)))
    assert 0 < len(expected) < len(stand.events)
    told = found(stand, text=typed, sort=sort)
    if sort == "best" and not typed.startswith("-"):
        assert sorted(told) == sorted(expected)
    else:
        assert told == (expected if sort == "oldest" else expected[::-1])


@often
@given(typed=typed_texts, sort=st.sampled_from(["newest", "oldest", "best"]))
def test_whatever_is_typed_finds_what_it_says_and_is_no_error(
    stand: EventsStand, typed: str, sort: str
) -> None:
    if sort == "best" and not typed:
        sort = "newest"
    expected = ids(matching(stand.events, search_of(typed)))
    assert sorted(found(stand, text=typed, sort=sort)) == sorted(expected)


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 1_000,
        "a " * 500,
        "ab " * 333,
        "漢" * 1_000,
        "a.b-" * 250,
        '"' * 1_000,
        "truck " * 166,
        "*:* OR caption:[a TO z]",
        "tokens:b1",
        "\\",
        "truck~2 ^4",
    ],
)
@pytest.mark.parametrize("sort", ["newest", "best"])
def test_odd_and_long_searches_are_answered(stand: EventsStand, typed: str, sort: str) -> None:
    expected = ids(matching(stand.events, search_of(typed)))
    group = {"group_id": "tenant-a"} if sort == "best" else {}
    theirs = expected if not group else [name for name in expected if name in ids(stand.of("door", "gate"))]
    assert sorted(found(stand, text=typed, sort=sort, **group)) == sorted(theirs)


def test_what_was_found_is_marked_where_it_stands(stand: EventsStand) -> None:
    told = stand.viewer.data("/api/v1/events", text="trucks parking", **DAYS)["events"]
    assert told
    for event in told:
        hits = [piece["text"] for piece in event["snippet"] if piece["hit"]]
        assert hits and set(hits) <= {"truck", "trucks", "parked"}


def test_the_best_come_first_and_say_how_good_they_are(stand: EventsStand) -> None:
    told = stand.viewer.data("/api/v1/events", text="penguin", sort="best", **DAYS)["events"]
    scores = [event["score"] for event in told]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1] > 0
    assert all(event["score"] is None for event in stand.viewer.data("/api/v1/events", text="door")["events"])


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize("most_read", [8, 60])
def test_stretch_by_stretch_nothing_is_left_out_whatever_the_density(
    stand: EventsStand, sort: TimeSort, most_read: int
) -> None:
    events = MatchingEvents(stand.graph, most_read=most_read, cameras_at_once=2)
    search = search_of("truck")
    for cameras, from_ms, to_ms in (
        (("door", "gate", "vault", "gone", "moved"), FIRST_MS, LAST_MS),
        (("gate", "yard", "door"), FIRST_MS + HOUR_MS + 17, LAST_MS - 7 * HOUR_MS - 1),
    ):
        narrowed = Narrowed(tuple(stand.camera_ids[name] for name in cameras), from_ms, to_ms)
        expected = [
            event
            for event in matching(stand.of(*cameras), search)
            if event.start_ms < to_ms and event.end_ms >= from_ms
        ]
        expected.sort(key=in_order, reverse=sort == "newest")
        walked: list[str] = []
        cursor: TimeCursor | None = None
        while page := events.in_time(search, narrowed, cursor, sort, 9):
            walked += [event.event_id for event in page]
            cursor = TimeCursor(page[-1].start_ms, page[-1].event_id)
        assert walked == ids(expected)


def test_events_that_began_before_the_time_come_last_and_are_not_lost_between_pages(
    stand: EventsStand,
) -> None:
    long = [event for event in matching(stand.events, search_of("truck")) if event.duration_seconds == 300]
    at_ms = long[3].end_ms
    span = {
        "from": (FIRST + timedelta(milliseconds=at_ms - FIRST_MS)).isoformat(),
        "to": (FIRST + timedelta(milliseconds=at_ms - FIRST_MS + 2 * HOUR_MS)).isoformat(),
    }
    whole = found(stand, text="truck", **span)
    cursor: dict[str, str] = {}
    walked: list[str] = []
    while True:
        told = stand.viewer.data(
            "/api/v1/events", **{**DAYS, **span, **cursor, "text": "truck", "limit": "1"}
        )
        walked += [event["event_id"] for event in told["events"]]
        if told["next_cursor"] is None:
            break
        cursor = {"cursor": told["next_cursor"]}
    assert walked == whole
    assert long[3].event_id in whole


def test_the_largest_question_is_not_more_than_the_index_takes(stand: EventsStand) -> None:
    events = MatchingEvents(stand.graph)
    cameras = tuple(f"{stand.camera_ids['door']}_{number}" for number in range(700))
    search = search_of(" ".join(f"w{number}" for number in range(300)))
    for from_ms, to_ms in ((0, LAST_MS), (LAST_MS - 12_000 * 24 * HOUR_MS + 17, LAST_MS - 1)):
        narrowed = Narrowed(cameras, from_ms, to_ms, brief=True)
        assert events.best(search, narrowed, 500) == []
        assert events.in_time(search, narrowed, None, "newest", 500) == []
        assert events.count(search, narrowed, 10) == 0


def test_times_of_very_many_years_are_asked_for_as_well(stand: EventsStand) -> None:
    expected = ids(matching(stand.events, search_of("penguin -red")))
    theirs = [event_id for event_id in expected if stand.camera_ids["gate"] in event_id]
    query = {"from": "1970-01-01T00:00:00Z", "to": "8999-01-01T00:00:00Z", "text": "penguin -red"}
    told = found(stand, sort="oldest", camera=stand.camera_ids["gate"], **query)
    assert told == theirs != []
    assert found(stand, camera=stand.camera_ids["gate"], **query) == theirs[::-1]


# -- likeness --------------------------------------------------------------------------------------


def cosine(one: Event, other: Event) -> float:
    assert one.embedding is not None and other.embedding is not None
    dot = sum(a * b for a, b in zip(one.embedding, other.embedding, strict=True))
    return dot / (math.hypot(*one.embedding) * math.hypot(*other.embedding))


@pytest.mark.parametrize("names", [("door", "gate"), ("gate",)])
def test_the_most_similar_events_come_first_and_the_event_itself_is_not_among_them(
    stand: EventsStand, names: tuple[str, ...]
) -> None:
    of = stand.of("door")[10]
    others = [event for event in stand.of(*names) if event != of]
    expected = sorted(others, key=lambda event: cosine(of, event), reverse=True)
    query = {"camera": stand.camera_ids["gate"]} if names == ("gate",) else {}
    told = stand.viewer.data("/api/v1/events", similar_to=of.event_id, **{**DAYS, **query, "limit": "20"})
    assert [event["event_id"] for event in told["events"]] == ids(expected[:20])
    for event, known in zip(told["events"], expected, strict=False):
        assert event["score"] == pytest.approx((1 + cosine(of, known)) / 2, abs=1e-4)


def test_an_event_is_not_similar_to_itself_within_its_own_camera(stand: EventsStand) -> None:
    of = stand.of("gate")[3]
    told = stand.viewer.data(
        "/api/v1/events", similar_to=of.event_id, camera=of.camera_id, **{**DAYS, "limit": "20"}
    )
    assert told["events"] and of.event_id not in {event["event_id"] for event in told["events"]}


def test_all_of_the_graph_is_looked_through_for_what_is_similar_page_by_page(stand: EventsStand) -> None:
    of = stand.of("gate")[3]
    first = stand.viewer.data("/api/v1/events", similar_to=of.event_id, limit="30")
    second = stand.viewer.data(
        "/api/v1/events", similar_to=of.event_id, limit="30", cursor=first["next_cursor"]
    )
    told = [event["event_id"] for event in (*first["events"], *second["events"])]
    assert len(told) == len(set(told)) == 60
    scores = [event["score"] for event in (*first["events"], *second["events"])]
    assert all(before >= behind for before, behind in pairwise(scores))
    assert of.event_id not in told


def test_an_event_without_an_embedding_says_so(stand: EventsStand) -> None:
    answer = stand.viewer.get("/api/v1/events", similar_to=stand.of("yard")[0].event_id)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "no_embedding")
    answer = stand.viewer.get("/api/v1/events", similar_to="evt_nobody_1")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "unknown_event")


# -- minutes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "truck", "penguin -red"])
def test_the_minutes_of_devices_are_those_that_their_events_touch(stand: EventsStand, typed: str) -> None:
    begin, end = FIRST + timedelta(hours=5), FIRST + timedelta(hours=20)
    told = stand.viewer.data(
        "/api/v1/events/minutes", text=typed, **{"from": begin.isoformat(), "to": end.isoformat()}
    )
    expected: dict[str, set[int]] = {}
    for event in matching(stand.events, search_of(typed)):
        if event.start_ms < utc_ms(end) and event.end_ms >= utc_ms(begin):
            first, last = max(event.start_ms, utc_ms(begin)), min(event.end_ms, utc_ms(end) - 1)
            minutes = expected.setdefault(event.camera_id, set())
            minutes |= {minute * 60_000 for minute in range(first // 60_000, last // 60_000 + 1)}
    assert {row["camera_id"]: row["minutes"] for row in told["devices"]} == {
        camera_id: sorted(minutes) for camera_id, minutes in expected.items()
    }
    assert not told["truncated"]
    assert told["complete_from"] == told["from"]
    assert told["events"] == sum(row["events"] for row in told["devices"])
    devices = [row["device"] for row in told["devices"]]
    assert devices == sorted(devices, key=lambda device: device or "")
    assert {f"{stand.host}/door", f"{stand.host}/before", None} <= set(devices)


def test_minutes_are_of_the_cameras_that_are_asked_for_and_may_be_seen(stand: EventsStand) -> None:
    span = {"from": FIRST.isoformat(), "to": LAST.isoformat()}

    def seen(**query: str) -> set[str]:
        told = stand.viewer.data("/api/v1/events/minutes", **span, **query)
        return {row["device"] for row in told["devices"]}

    assert seen(group_id="tenant-b") == {f"{stand.other_host}/vault"}
    assert seen(host=stand.other_host) == {f"{stand.other_host}/vault", f"{stand.other_host}/moved"}
    assert seen(camera=stand.camera_ids["gate"]) == {f"{stand.host}/gate"}
    told = stand.limited.data("/api/v1/events/minutes", **span)
    assert {row["device"] for row in told["devices"]} == {f"{stand.host}/door", f"{stand.host}/gate"}
    assert stand.outsider.data("/api/v1/events/minutes", **span)["devices"] == []


def test_of_too_many_events_the_newest_are_told_and_from_when_on_that_is_all(stand: EventsStand) -> None:
    span = (FIRST_MS + HOUR_MS, LAST_MS - HOUR_MS)
    there = [event for event in stand.events if event.start_ms < span[1] and event.end_ms >= span[0]]
    few = EventMinutes(stand.graph, EventCameras(stand.parts.engine), most=50)
    told = few.minutes(MinutesQuery(*span), None)
    assert told.truncated
    assert utc_ms(told.start) == span[0] < utc_ms(told.complete_from) < span[1]
    complete = [event for event in there if event.end_ms >= utc_ms(told.complete_from)]
    assert told.events == sum(row.events for row in told.devices) == len(complete) > 25
    assert {row.camera_id for row in told.devices} == {event.camera_id for event in complete}
    assert min(min(row.minutes) for row in told.devices) >= utc_ms(told.complete_from)
    enough = EventMinutes(stand.graph, EventCameras(stand.parts.engine), most=len(there))
    assert not enough.minutes(MinutesQuery(*span), None).truncated
