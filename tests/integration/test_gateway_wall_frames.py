"""The wall's pictures through a real Redis from hosts that are honest, slow, silent, odd or gone."""

import json
import socket
import struct
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import redis
from sqlalchemy import Engine, delete, insert

from deploy.local.free_port import free_port
from gateway.catalogue.repository import Catalogue
from gateway.catalogue.tables import hosts
from gateway.db.engine import create_database
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.fleet_repository import FleetRepository
from gateway.hosts.host_client import CallLimits, HostClient
from gateway.hosts.host_states import HostLimits
from gateway.hosts.tables import host_reports
from gateway.wall.frames.fetching import HostFetcher
from gateway.wall.frames.routes import blp
from gateway.wall.frames.shared_pictures import SharedPictures
from gateway.wall.frames.wall import WallFrames
from shared.clock import SystemClock
from tests.support.fleet_rows import add_group, add_host
from tests.support.gateway_rooms import RoomsClient, a_caller, rooms_app, signed_in
from tests.support.picture_host import PictureHost
from tests.support.raw_host import RawHost, answering

CLOCK = SystemClock()
LIMITS = HostLimits(late_after_s=25, offline_after_s=60)
PATH = "/api/v1/wall/frames"
CALLERS = [a_caller("admin", role="admin"), a_caller("guard", scope=frozenset({"tenant"}))]


def never(connection: socket.socket, _head: bytes) -> None:
    while connection.recv(1000):
        pass


@dataclass(frozen=True, slots=True)
class Wall:
    """An answer, taken apart. `pictures`: by device, those that were sent."""

    cursor: str
    frames: dict[str, dict[str, Any]]
    pictures: dict[str, bytes]


def read(body: bytes) -> Wall:
    (length,) = struct.unpack(">I", body[:4])
    head = json.loads(body[4 : 4 + length])
    at, pictures = 4 + length, {}
    for frame in head["frames"]:
        if frame["length"]:
            pictures[frame["device"]] = body[at : at + frame["length"]]
        at += frame["length"]
    assert at == len(body)
    return Wall(head["cursor"], {frame["device"]: frame for frame in head["frames"]}, pictures)


@dataclass
class Fleet:
    """Hosts in the database, and as many processes of the gateway as a test makes."""

    engine: Engine
    redis_url: str
    stack: ExitStack
    catalogue: Catalogue = field(init=False)
    servers: dict[str, RawHost] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.catalogue = Catalogue(self.engine, lambda: str(uuid.uuid4()))

    def add(self, name: str, server: RawHost, devices: Sequence[str]) -> dict[str, int]:
        """A host that has just reported these devices as live."""
        self.servers[name] = self.stack.enter_context(server)
        with self.engine.begin() as connection:
            ids = add_host(connection, self.catalogue, name, devices, CLOCK.now())
        self.report(name, devices)
        return ids

    def add_pictures(self, name: str, *devices: str, **options: Any) -> PictureHost:
        host = PictureHost(devices, **options)
        self.add(name, host.server, devices)
        return host

    def report(self, name: str, devices: Sequence[str], *, heard: datetime | None = None) -> None:
        told = {device: {"name": device, "state": "live", "sentence": "It records."} for device in devices}
        with self.engine.begin() as connection:
            known = hosts.select().with_only_columns(hosts.c.id).where(hosts.c.name == name)
            host_id = connection.execute(known).scalar_one()
            connection.execute(delete(host_reports).where(host_reports.c.host_id == host_id))
            row = {"host_id": host_id, "received_at": heard or CLOCK.now(), "version": "1"}
            row |= {"clock_offset_s": 0.0, "report": {"devices": told}, "devices_digest": ""}
            connection.execute(insert(host_reports).values(row))

    def process(self, redis_url: str | None = None) -> tuple[RoomsClient, RoomsClient]:
        """The admin's and the guard's requests to a process of the gateway, with connections of its own."""
        find: Callable[[str], Any] = {
            name: host.known(name) for name, host in self.servers.items()
        }.__getitem__
        client = HostClient(find, time.monotonic, CallLimits(connect_s=0.5))
        self.stack.callback(client.close)
        connection = redis.Redis.from_url(redis_url or self.redis_url, socket_timeout=2)
        self.stack.callback(connection.close)
        shared = SharedPictures(connection)
        fetcher = HostFetcher(shared, client, CLOCK)
        self.stack.callback(fetcher.close)
        reports = FleetReports(FleetRepository(self.engine, LIMITS), CLOCK, LIMITS)
        wall = WallFrames(self.catalogue, reports, shared, fetcher, CLOCK, lambda: uuid.uuid4().hex)
        app = rooms_app([blp], [wall], CALLERS)
        admin, guard = (signed_in(app, caller) for caller in CALLERS)
        return admin, guard


@pytest.fixture
def fleet(migrated_database_url: str, redis_url: str) -> Iterator[Fleet]:
    with ExitStack() as stack:
        engine = create_database(migrated_database_url, pool_size=10)
        stack.callback(engine.dispose)
        yield Fleet(engine, redis_url, stack)


def ask(who: RoomsClient, *devices: str, after: str = "") -> Wall:
    answer = who.get(PATH, devices=",".join(devices), **({"after": after} if after else {}))
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/vnd.coldframe.frames"
    assert answer.headers["Cache-Control"] == "no-store"
    return read(answer.data)


def ask_until(condition: Callable[[Wall], bool], who: RoomsClient, *devices: str, within_s: float) -> Wall:
    """Ask as a browser does, only more often, until the answer is as it should be."""
    deadline_s = time.monotonic() + within_s
    while not condition(found := ask(who, *devices)):
        assert time.monotonic() < deadline_s, found
        time.sleep(0.1)
    return found


def test_the_newest_pictures_of_devices_of_many_hosts_are_one_answer(fleet: Fleet) -> None:
    lab, shop = fleet.add_pictures("lab", "street", "yard"), fleet.add_pictures("shop", "door")
    admin, _ = fleet.process()
    found = ask(admin, "shop/door", "lab/street")
    assert list(found.frames) == ["shop/door", "lab/street"]
    assert found.pictures == {"shop/door": shop.jpeg("door", 1), "lab/street": lab.jpeg("street", 1)}
    street = found.frames["lab/street"]
    assert (street["word"], street["state"], street["sentence"]) == ("live", "live", "It records.")
    assert (street["stale"], street["number"]) == (False, 1)
    assert 0 <= street["age_s"] < 8
    assert "devices=street" in fleet.servers["lab"].heads[0].decode()  # nobody looks at the yard


def test_a_viewer_gets_only_what_is_newer_than_their_cursor(fleet: Fleet) -> None:
    host = fleet.add_pictures("lab", "street", "yard")
    host.still.add("yard")
    admin, _ = fleet.process()
    first = ask(admin, "lab/street", "lab/yard")
    assert set(first.pictures) == {"lab/street", "lab/yard"}
    again = ask(admin, "lab/street", "lab/yard", after=first.cursor)
    assert "lab/yard" not in again.pictures
    assert again.frames["lab/yard"]["number"] == 0
    newer = ask_until(lambda wall: wall.frames["lab/street"]["number"] > 1, admin, "lab/street", within_s=5)
    # The yard was not asked for in between; that the viewer has it is not forgotten.
    both = ask(admin, "lab/yard", "lab/street", after=ask(admin, "lab/street", after=first.cursor).cursor)
    assert both.frames["lab/yard"]["length"] == 0
    assert newer.pictures["lab/street"] == host.jpeg("street", newer.frames["lab/street"]["number"])
    assert set(ask(admin, "lab/street", "lab/yard").pictures) == {"lab/street", "lab/yard"}


def test_twenty_viewers_in_two_processes_ask_a_host_once_a_second(fleet: Fleet) -> None:
    devices = [f"camera-{number}" for number in range(6)]
    host = fleet.add_pictures("lab", *devices, size_bytes=12_000)
    processes = [fleet.process()[0], fleet.process()[0]]
    names = [f"lab/{device}" for device in devices]
    until_s = time.monotonic() + 3.0
    sights: list[int] = []

    def look(viewer: int) -> None:
        cursor, seen = "", 0
        who = RoomsClient(processes[viewer % 2].client.application.test_client(), "admin")
        while time.monotonic() < until_s:
            found = ask(who, *names, after=cursor)
            cursor, seen = found.cursor, seen + bool(found.pictures)
            time.sleep(0.05)
        sights.append(seen)

    threads = [threading.Thread(target=look, args=(viewer,)) for viewer in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(host.asked_at_s) >= 2
    # The last may have come quickly and the first slowly.
    assert len(host.asked_at_s) - 1 <= host.asked_at_s[-1] - host.asked_at_s[0] + 0.5
    assert len(sights) == 20
    assert min(sights) >= 1


def test_one_who_asks_once_a_second_gets_something_new_each_time(fleet: Fleet) -> None:
    fleet.add_pictures("lab", "street")
    admin, _ = fleet.process()
    cursor, new, due_s = "", 0, time.monotonic()
    for _ in range(5):
        time.sleep(max(0.0, due_s - time.monotonic()))
        found = ask(admin, "lab/street", after=cursor)
        cursor, new, due_s = found.cursor, new + len(found.pictures), due_s + 1.0
    # A busy machine may make one of them come too early.
    assert new >= 4


def test_a_host_that_is_silent_costs_nothing_and_its_last_picture_is_stale(fleet: Fleet) -> None:
    host = fleet.add_pictures("lab", "street")
    admin, _ = fleet.process()
    before = ask(admin, "lab/street")
    fleet.report("lab", ["street"], heard=CLOCK.now() - timedelta(seconds=300))
    ask_until(
        lambda wall: wall.frames["lab/street"]["word"] == "host silent", admin, "lab/street", within_s=5
    )
    asked = len(host.asked_at_s)
    with redis.Redis.from_url(fleet.redis_url) as client:
        until_s = time.monotonic() + 5
        while client.exists("wall:{lab}:lease"):  # were it not silent, it would be asked after this
            assert time.monotonic() < until_s
            time.sleep(0.05)
    found = ask(admin, "lab/street")
    told = found.frames["lab/street"]
    assert (told["word"], told["stale"]) == ("host silent", True)
    assert told["sentence"].startswith("Host lab is silent. ")
    assert set(found.pictures) == set(before.pictures)
    assert len(host.asked_at_s) == asked


def test_hosts_that_never_answer_or_answer_nonsense_do_not_hold_up_the_others(fleet: Fleet) -> None:
    host = fleet.add_pictures("lab", "street")
    fleet.add("never", RawHost(never), ["street"])
    odd = RawHost(answering(b"<html>", content_type="text/html"))
    fleet.add("odd", odd, ["street"])
    slow = fleet.add_pictures("slow", "street", delay_s=2.0)
    admin, _ = fleet.process()
    names = ("never/street", "odd/street", "slow/street", "lab/street")
    begun_s = time.monotonic()
    first = ask(admin, *names)
    # A short wait; with room for a busy machine, and less than the slow host alone would take.
    assert time.monotonic() - begun_s < 1.8
    assert first.pictures["lab/street"] == host.jpeg("street", 1)
    for name in names[:3]:
        assert (first.frames[name]["number"], first.frames[name]["stale"]) == (None, True)
        assert first.frames[name]["word"] == "live"  # as it reports, and without a picture
    # The slow host's picture comes when it comes; it is asked less often then, and nobody waits for it.
    found = ask_until(lambda wall: "slow/street" in wall.pictures, admin, *names, within_s=8)
    assert found.pictures["slow/street"] == slow.jpeg("street", 1)
    asked = len(slow.asked_at_s)
    until_s = time.monotonic() + 2.5
    while time.monotonic() < until_s:
        ask(admin, *names)
        time.sleep(0.2)
    assert len(slow.asked_at_s) == asked
    # One that fails is tried again, and more and more seldom.
    assert 1 <= len(odd.heads) <= 4
    assert len(host.asked_at_s) >= 3


def test_a_device_that_is_not_there_or_not_to_be_seen_does_not_darken_the_wall(fleet: Fleet) -> None:
    fleet.add_pictures("lab", "street")
    ids = fleet.add("shop", (shop := PictureHost(["door"])).server, ["door"])
    with fleet.engine.begin() as connection:
        add_group(connection, "tenant", ids.values())
    admin, guard = fleet.process()
    found = ask(guard, "lab/street", "shop/door", "lab/none", "nowhere/street")
    assert found.pictures == {"shop/door": shop.jpeg("door", 1)}
    for name in ("lab/street", "lab/none", "nowhere/street"):
        told = found.frames[name]
        assert (told["device"], told["word"], told["state"]) == (name, "unknown", "unknown")
        assert told["sentence"] == f"There is no device {name}."
        assert (told["time"], told["number"], told["length"], told["stale"]) == (None, None, 0, True)
    assert fleet.servers["lab"].heads == []
    # Pictures that others have fetched are no way round.
    assert "lab/street" in ask(admin, "lab/street").pictures
    assert ask(guard, "lab/street").pictures == {}


def test_a_device_that_its_host_has_dropped_since_its_report_does_not_take_the_others_along(
    fleet: Fleet,
) -> None:
    host = fleet.add_pictures("lab", "street", "gone")
    host.devices.remove("gone")
    admin, _ = fleet.process()
    assert ask(admin, "lab/street", "lab/gone").pictures == {}
    found = ask_until(lambda wall: bool(wall.pictures), admin, "lab/street", "lab/gone", within_s=5)
    assert set(found.pictures) == {"lab/street"}
    fleet.report("lab", ["street"])
    told = ask_until(
        lambda wall: wall.frames["lab/gone"]["word"] == "stopped", admin, "lab/street", "lab/gone", within_s=5
    ).frames["lab/gone"]
    assert told["sentence"] == "The host lab does not have this device any more."


def test_everything_in_redis_expires(fleet: Fleet) -> None:
    fleet.add_pictures("lab", "street")
    fleet.add("odd", RawHost(answering(b"{}")), ["street"])
    admin, _ = fleet.process()
    ask(admin, "lab/street", "odd/street")
    with redis.Redis.from_url(fleet.redis_url) as client:
        keys = list(client.scan_iter("*"))
        assert any(key.endswith(b"jpegs") for key in keys)
        assert all(key.startswith(b"wall:") for key in keys)
        assert [key for key in keys if client.pttl(key) == -1] == []


def test_pictures_that_redis_has_evicted_come_again(fleet: Fleet) -> None:
    host = fleet.add_pictures("lab", "street")
    host.still.add("street")
    ask(fleet.process()[0], "lab/street")
    with redis.Redis.from_url(fleet.redis_url) as client:
        client.delete("wall:{lab}:jpegs")
    # A process that has read none of them yet.
    found = ask_until(lambda wall: bool(wall.pictures), fleet.process()[0], "lab/street", within_s=5)
    assert found.pictures == {"lab/street": host.jpeg("street", 0)}


def test_a_fetch_that_died_with_its_process_holds_nobody_up_for_long(fleet: Fleet) -> None:
    fleet.add_pictures("lab", "street")
    admin, _ = fleet.process()
    with redis.Redis.from_url(fleet.redis_url) as client:
        client.set("wall:{lab}:lease", b"running elsewhere", px=1500)
    begun_s = time.monotonic()
    assert ask(admin, "lab/street").pictures == {}
    assert time.monotonic() - begun_s < 1.4
    assert ask_until(lambda wall: bool(wall.pictures), admin, "lab/street", within_s=5)


def test_without_redis_the_wall_says_so(fleet: Fleet) -> None:
    host = fleet.add_pictures("lab", "street")
    admin, _ = fleet.process(f"redis://127.0.0.1:{free_port()}/0")
    refused = admin.get(PATH, devices="lab/street")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "unavailable")
    assert host.asked_at_s == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"devices": ""},
        {"devices": "street"},
        {"devices": ",".join(f"lab/d{number}" for number in range(101))},
        {"devices": "lab/street", "after": "no cursor!"},
        {"devices": "lab/street", "after": "AAAA"},
        {"devices": "lab/street", "every": "1"},
    ],
)
def test_what_cannot_be_meant_is_refused(fleet: Fleet, wrong: dict[str, str]) -> None:
    admin, _ = fleet.process()
    assert admin.get(PATH, **wrong).status_code == 422


@pytest.mark.parametrize("taken", ["9999-12-31T23:59:59-12:00", "6500-01-01T00:00:00Z"])
def test_a_host_whose_picture_is_of_the_end_of_time_darkens_nobody_elses(fleet: Fleet, taken: str) -> None:
    frame = {"device": "street", "time": taken, "number": 1, "length": 4}
    head = json.dumps({"cursor": "", "frames": [frame]}).encode()
    body = struct.pack(">I", len(head)) + head + b"\xff\xd8\xff\xd9"
    odd = RawHost(answering(body, content_type="application/vnd.coldframe.frames"))
    fleet.add("odd", odd, ["street"])
    fleet.add_pictures("lab", "street")
    admin, _ = fleet.process()
    with redis.Redis.from_url(fleet.redis_url) as client:
        wall = ask_until(
            lambda _: client.hget("wall:{odd}:facts", "#failures") == b"1",
            admin,
            "lab/street",
            "odd/street",
            within_s=5,
        )
    assert wall.frames["odd/street"]["number"] is None
    assert ask(admin, "lab/street", "odd/street").frames["lab/street"]["number"] is not None
