"""Events over HTTP on a real graph: by camera, group, host and time, page by page, one by one."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from deploy.local.neo4j import PrivateNeo4j
from gateway.captions.event import Event
from shared.spans import from_utc_ms, iso_ms
from tests.support.events_stand import (
    FIRST,
    FIRST_MS,
    HOUR_MS,
    LAST,
    MOVED_AT,
    EventsStand,
    event_of,
    events_stand,
    in_order,
    write,
)
from tests.support.gateway_rooms import RoomsClient
from tests.support.neo4j import new_camera_id

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

EVERYBODY = ("door", "gate", "gone", "moved", "vault", "yard")
DAYS = {"from": FIRST.isoformat(), "to": LAST.isoformat()}


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


def listed(client: RoomsClient, **query: str) -> list[str]:
    """The ids of one page, which must be all there are."""
    told = client.data("/api/v1/events", **{**DAYS, "limit": "500", **query})
    assert told["next_cursor"] is None
    return [event["event_id"] for event in told["events"]]


def walked(client: RoomsClient, between: Callable[[int], None] | None = None, /, **query: str) -> list[str]:
    """The ids of all pages; `between` is called with the number of pages before each but the first."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    for page in range(1, 500):
        told = client.data("/api/v1/events", **{**DAYS, **query, **cursor})
        found += [event["event_id"] for event in told["events"]]
        if told["next_cursor"] is None:
            return found
        assert len(told["events"]) <= int(query["limit"])
        cursor = {"cursor": told["next_cursor"]}
        if between is not None:
            between(page)
    raise AssertionError("pages without end")


def ids(events: list[Event]) -> list[str]:
    return [event.event_id for event in events]


# -- which -----------------------------------------------------------------------------------------


def test_events_come_newest_first_and_oldest_first_where_asked(stand: EventsStand) -> None:
    assert listed(stand.viewer) == ids(stand.events)[::-1]
    assert listed(stand.viewer, sort="oldest") == ids(stand.events)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"group_id": "tenant-a"}, ("door", "gate")),
        ({"group_id": "tenant-b"}, ("vault",)),
        ({"group_id": "nobodys"}, ()),
        ({"host": "no-such-host"}, ()),
    ],
)
def test_events_are_listed_by_group_and_host(
    stand: EventsStand, query: dict[str, str], names: tuple[str, ...]
) -> None:
    assert listed(stand.viewer, sort="oldest", **query) == ids(stand.of(*names))


@pytest.mark.parametrize("name", ["door", "moved", "gone"])
def test_events_of_one_camera_are_found_also_of_one_that_was_deleted(stand: EventsStand, name: str) -> None:
    assert listed(stand.viewer, camera=stand.camera_ids[name], sort="oldest") == ids(stand.of(name))


def test_a_camera_is_looked_for_in_the_group_that_is_asked_for(stand: EventsStand) -> None:
    door = stand.camera_ids["door"]
    assert listed(stand.viewer, camera=door, group_id="tenant-b") == []
    assert (
        listed(stand.viewer, camera=door, group_id="tenant-a", host=stand.host) == ids(stand.of("door"))[::-1]
    )


def test_a_host_has_what_it_recorded_and_not_what_its_cameras_saw_elsewhere(stand: EventsStand) -> None:
    before = [event for event in stand.of("moved") if from_utc_ms(event.start_ms) < MOVED_AT]
    after = [event for event in stand.of("moved") if event not in before]
    assert before and after
    first = sorted([*stand.of("door", "gate", "yard"), *before], key=in_order)
    assert listed(stand.viewer, host=stand.host, sort="oldest") == ids(first)
    second = sorted([*stand.of("vault"), *after], key=in_order)
    assert listed(stand.viewer, host=stand.other_host, sort="oldest") == ids(second)
    assert walked(stand.viewer, host=stand.other_host, limit="7") == ids(second)[::-1]


def test_brief_events_are_left_out_or_alone(stand: EventsStand) -> None:
    brief = [event for event in stand.events if event.brief]
    assert listed(stand.viewer, brief="true", sort="oldest") == ids(brief)
    others = [event for event in stand.events if not event.brief]
    assert listed(stand.viewer, brief="false", sort="oldest") == ids(others)
    assert brief and others


@pytest.mark.parametrize("name", ["door", None])
@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_an_event_is_in_a_time_from_its_first_caption_to_its_last_both_included(
    stand: EventsStand, name: str | None, sort: str
) -> None:
    event = next(event for event in stand.of("door")[5:] if event.duration_seconds == 300)
    camera = {} if name is None else {"camera": stand.camera_ids[name]}

    def is_in(from_ms: int, to_ms: int) -> bool:
        span = {"from": iso_ms(from_utc_ms(from_ms)), "to": iso_ms(from_utc_ms(to_ms))}
        return event.event_id in listed(stand.viewer, sort=sort, **span, **camera)

    start, end = event.start_ms, event.end_ms
    assert is_in(start, start + 1) and is_in(end, end + 1) and is_in(end - 1, end)
    assert is_in(start - HOUR_MS, end + HOUR_MS)
    assert not is_in(start - HOUR_MS, start)
    assert not is_in(end + 1, end + HOUR_MS)


# -- pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "query"),
    [
        ("1", {"to": (FIRST + timedelta(hours=2)).isoformat()}),
        ("30", {}),
        ("13", {"group_id": "tenant-a"}),
        ("13", {"brief": "true", "text": "truck"}),
    ],
)
@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_pages_are_the_list(stand: EventsStand, sort: str, query: dict[str, str], limit: str) -> None:
    assert walked(stand.viewer, sort=sort, limit=limit, **query) == listed(stand.viewer, sort=sort, **query)


@pytest.mark.parametrize(
    "query", [{"camera": "its"}, {"sort": "oldest"}, {"text": "zebra"}, {"text": "zebra", "sort": "best"}]
)
def test_no_event_comes_twice_and_none_is_left_out_while_others_come_and_go(
    stand: EventsStand, query: dict[str, str]
) -> None:
    camera_id, day_ms = new_camera_id(), FIRST_MS + 1_000 * 24 * HOUR_MS

    def zebra(minute: int) -> Event:
        said = "one zebra waits" if minute % 2 else "a zebra"
        return event_of(camera_id, day_ms + minute * 60_000, [said], seconds=0)

    there = [zebra(minute) for minute in range(60)]
    write(stand.graph, there)
    pruned: list[Event] = []

    def come_and_go(page: int) -> None:
        write(stand.graph, [zebra(60 + page * 9 + at) for at in range(9)])
        write(stand.graph, [zebra(-page * 9 - at) for at in range(9)])
        pruned.extend((there[page], there[30 + page], there[-page]))
        stand.delete(*pruned[-3:])

    span = {name: iso_ms(from_utc_ms(day_ms + at * HOUR_MS)) for name, at in (("from", -10), ("to", 10))}
    asked = {**query, "camera": camera_id} if "camera" in query else query
    try:
        found = walked(stand.viewer, come_and_go, limit="20", **span, **asked)
    finally:
        stand.graph.prune(camera_id, day_ms + 100 * HOUR_MS, 1_000)
    assert len(found) == len(set(found))
    assert set(ids(there)) - set(ids(pruned)) <= set(found)
    assert len(pruned) >= 6


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "ü"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"sort": "loudest"}, "sort"),
        ({"sort": "best"}, "sort"),
        ({"similar_to": "evt_1", "text": "truck"}, "similar_to"),
        ({"similar_to": "evt_1", "sort": "newest"}, "sort"),
        ({"from": LAST.isoformat(), "to": FIRST.isoformat()}, "to"),
        ({"from": "yesterday"}, "from"),
        ({"text": "x" * 1_001}, "text"),
        ({"text": "\0"}, "text"),
        ({"brief": "perhaps"}, "brief"),
        ({"camera": ""}, "camera"),
        ({"host": "Not A Host"}, "host"),
        ({"page": "1"}, "page"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_field(
    stand: EventsStand, query: dict[str, str], field: str
) -> None:
    answer = stand.viewer.get("/api/v1/events", **query)
    assert answer.status_code == 422, answer.text
    assert list(answer.get_json()["error"]["details"]["fields"]) == [field]


def test_a_cursor_of_another_order_is_refused(stand: EventsStand) -> None:
    told = stand.viewer.data("/api/v1/events", limit="2", **DAYS)
    answer = stand.viewer.get("/api/v1/events", cursor=told["next_cursor"], sort="oldest", **DAYS)
    assert answer.status_code == 422
    assert "another order" in answer.get_json()["error"]["message"]


# -- one by one ------------------------------------------------------------------------------------


def test_an_event_is_told_with_its_camera_its_picture_and_the_player(stand: EventsStand) -> None:
    event = next(event for event in stand.of("door")[3:] if event.frame_count > 2)
    told = stand.viewer.data(f"/api/v1/events/{event.event_id}")
    at = iso_ms(from_utc_ms(event.start_ms))
    shown = {name: told[name] for name in told if name not in ("variants", "previous", "next")}
    assert shown == {
        "event_id": event.event_id,
        "camera_id": event.camera_id,
        "camera": f"door of {stand.host}",
        "group_id": "tenant-a",
        "group": "tenant-a",
        "device": f"{stand.host}/door",
        "caption": event.caption,
        "snippet": [{"text": event.caption, "hit": False}],
        "start_time": at,
        "end_time": iso_ms(from_utc_ms(event.end_ms)),
        "duration_seconds": event.duration_seconds,
        "frame_count": event.frame_count,
        "brief": event.brief,
        "model": "made",
        "frame": f"https://frames.example.com/{event.camera_id}/{event.start_ms}.jpg",
        "score": None,
        "picture_url": f"/api/v1/devices/{stand.host}/door/frame?at={at.replace(':', '%3A')}",
        "player_url": f"/devices/{stand.host}/door?t={at.replace('.000Z', 'Z')}",
        "has_embedding": True,
    }
    assert not stand.viewer.data(f"/api/v1/events/{stand.of('yard')[0].event_id}")["has_embedding"]


def test_an_event_has_every_text_with_the_times_that_it_was_said(stand: EventsStand) -> None:
    event = next(event for event in stand.of("yard") if (len(event.variants), event.frame_count) == (3, 4))
    told = stand.viewer.data(f"/api/v1/events/{event.event_id}")
    assert [(variant["text"], variant["times"]) for variant in told["variants"]] == [
        (text, [iso_ms(from_utc_ms(frame.ms)) for frame in event.frames if frame.variant == number])
        for number, text in enumerate(event.variants)
    ]


def test_an_event_knows_the_ones_before_and_after_it_of_its_camera(stand: EventsStand) -> None:
    door = stand.of("door")
    for at in (0, 20, len(door) - 1):
        told = stand.viewer.data(f"/api/v1/events/{door[at].event_id}")
        around = [None if told[name] is None else told[name]["event_id"] for name in ("previous", "next")]
        before = door[at - 1].event_id if at else None
        behind = door[at + 1].event_id if at + 1 < len(door) else None
        assert around == [before, behind]


@pytest.mark.parametrize(("before", "after"), [(5, 5), (0, 3), (3, 0), (0, 0), (50, 50)])
def test_neighbours_are_those_of_the_camera_in_order_of_time(
    stand: EventsStand, before: int, after: int
) -> None:
    gate = stand.of("gate")
    address = f"/api/v1/events/{gate[20].event_id}/neighbours"
    told = stand.viewer.data(address, before=str(before), after=str(after))
    assert told["event_id"] == gate[20].event_id
    assert [event["event_id"] for event in told["before"]] == ids(gate[max(0, 20 - before) : 20])
    assert [event["event_id"] for event in told["after"]] == ids(gate[21 : 21 + after])


def test_an_event_of_a_camera_that_was_moved_leads_to_the_device_that_recorded_it(stand: EventsStand) -> None:
    before, after = stand.of("moved")[0], stand.of("moved")[-1]
    devices = [stand.viewer.data(f"/api/v1/events/{event.event_id}")["device"] for event in (before, after)]
    assert devices == [f"{stand.host}/before", f"{stand.other_host}/moved"]


def test_an_event_of_a_camera_that_was_deleted_is_called_by_its_id_and_leads_nowhere(
    stand: EventsStand,
) -> None:
    told = stand.viewer.data(f"/api/v1/events/{stand.of('gone')[7].event_id}")
    gone = stand.camera_ids["gone"]
    names = ("camera_id", "camera", "group_id", "group", "device", "picture_url", "player_url")
    assert [told[name] for name in names] == [gone, gone, None, None, None, None, None]
    assert told["previous"]["event_id"] == stand.of("gone")[6].event_id


@pytest.mark.parametrize("address", ["", "/neighbours"])
@pytest.mark.parametrize("event_id", ["evt_nobody_1", "evt_%22%27%7B%7D", "minutes-", "x" * 500])
def test_an_event_that_is_not_there_is_a_404(stand: EventsStand, address: str, event_id: str) -> None:
    answer = stand.viewer.get(f"/api/v1/events/{event_id}{address}")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "unknown_event")


# -- who -------------------------------------------------------------------------------------------


def test_a_limited_user_sees_events_of_their_groups_alone(stand: EventsStand) -> None:
    theirs = ids(stand.of("door", "gate"))
    assert listed(stand.limited, sort="oldest") == theirs
    assert listed(stand.limited, host=stand.host, sort="oldest") == theirs
    assert listed(stand.limited, group_id="tenant-b") == []
    found = listed(stand.limited, text="truck", sort="best")
    assert found and set(found) <= set(theirs)
    assert listed(stand.outsider) == []
    assert listed(stand.outsider, text="truck", sort="best") == []


@pytest.mark.parametrize("name", ["vault", "yard", "moved", "gone"])
def test_to_a_limited_user_an_event_of_others_is_as_one_that_is_not_there(
    stand: EventsStand, name: str
) -> None:
    event_id, door = stand.of(name)[5].event_id, stand.camera_ids["door"]
    for address, query in (
        ("/api/v1/events/X", {}),
        ("/api/v1/events/X/neighbours", {}),
        ("/api/v1/events", {"similar_to": "X", "camera": door}),
    ):
        answers = []
        for asked in (event_id, "evt_nobody_1"):
            filled = {key: value.replace("X", asked) for key, value in query.items()}
            answer = stand.limited.get(address.replace("X", asked), **filled)
            answers.append((answer.status_code, answer.text.replace(asked, "X")))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


@pytest.mark.parametrize("address", ["/api/v1/events", "/api/v1/events/minutes"])
def test_to_a_limited_user_a_camera_of_others_is_as_one_that_is_not_there(
    stand: EventsStand, address: str
) -> None:
    asked = (stand.camera_ids["vault"], stand.camera_ids["gone"], "no-such-camera")
    answers = [stand.limited.get(address, camera=camera, **DAYS) for camera in asked]
    assert {answer.status_code for answer in answers} == {404}
    told = {answer.text.replace(camera, "X") for answer, camera in zip(answers, asked, strict=True)}
    assert len(told) == 1
    assert stand.viewer.get(address, camera=asked[2], **DAYS).status_code == 200
