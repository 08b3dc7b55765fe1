"""Media, pictures and clips of the gateway in front of hosts that are really called: agents on rings that
were filled by hand, and servers that answer as a test says."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine
from werkzeug.serving import make_server

from gateway.archive.clips.clips import Clips
from gateway.archive.clips.routes import blp as clips_routes
from gateway.archive.pictures.pictures import Pictures
from gateway.archive.pictures.routes import blp as pictures_routes
from gateway.audit.audit_log import AuditLog
from gateway.audit.recent_deeds import RecentDeeds
from gateway.audit.repository import AuditStore
from gateway.catalogue.repository import Catalogue
from gateway.db.engine import create_database
from gateway.hosts.host_address import parse_host_url
from gateway.hosts.host_client import CallLimits, HostClient
from gateway.hosts.host_directory import KnownHost
from gateway.hosts.media.carrier import MediaCarrier
from gateway.hosts.media.device_access import DeviceAccess
from gateway.hosts.media.media import Media
from gateway.hosts.media.routes import blp as media_routes
from gateway.hosts.media.stream_slots import StreamSlots
from shared.clock import SystemClock
from tests.support.fleet_rows import add_group, add_host
from tests.support.gateway_rooms import RoomsClient, a_caller, rooms_app, signed_in
from tests.support.http_agent import NOW, HttpAgent, ReadingClient, make_agent

SECRET = "secret-of-a-host-0123456789-0123456789-0123"
GROUP = "tenant"
DEVICES = ("street", "office")


@dataclass(frozen=True, slots=True)
class MediaStand:
    """`guard` is a viewer who sees the devices of one group alone; `viewer` one who sees all."""

    app: Flask
    engine: Engine
    client: HostClient
    slots: StreamSlots
    admin: RoomsClient
    viewer: RoomsClient
    guard: RoomsClient
    operator_of_group: RoomsClient


def fill_catalogue(database_url: str) -> None:
    """Hosts lab-1 and lab-2 with the devices `street`, which the group holds, and `office`, in no group."""
    engine = create_database(database_url, pool_size=1)
    try:
        with engine.begin() as connection:
            catalogue = _catalogue(engine)
            ids = {
                name: number
                for host in ("lab-1", "lab-2")
                for name, number in add_host(connection, catalogue, host, DEVICES, NOW).items()
            }
            add_group(connection, GROUP, [ids["lab-1/street"], ids["lab-2/street"]])
    finally:
        engine.dispose()


def _catalogue(engine: Engine) -> Catalogue:
    return Catalogue(engine, lambda: str(uuid.uuid4()))


@contextmanager
def media_stand(
    database_url: str,
    *hosts: KnownHost,
    streams: int = 8,
    limits: CallLimits | None = None,
    front_prefix: str = "",
) -> Iterator[MediaStand]:
    """The rooms, on a filled catalogue, with `hosts` as the directory gives them."""
    with ExitStack() as stack:
        engine = create_database(database_url, pool_size=4)
        stack.callback(engine.dispose)
        catalogue = _catalogue(engine)
        client = HostClient(
            {host.name: host for host in hosts}.__getitem__,
            time.monotonic,
            limits or CallLimits(connect_s=1.0, answer_s=10.0, stall_s=2.0),
        )
        stack.callback(client.close)
        slots = StreamSlots(streams)
        carrier = MediaCarrier(client, slots)
        access = DeviceAccess(catalogue.device, time.monotonic)
        callers = [
            a_caller("admin", role="admin"),
            a_caller("viewer"),
            a_caller("guard", scope=frozenset({GROUP})),
            a_caller("operator-of-group", role="operator", scope=frozenset({GROUP})),
        ]
        app = rooms_app(
            [media_routes, pictures_routes, clips_routes],
            [
                Media(client, carrier, access, front_prefix=front_prefix),
                Pictures(client, catalogue.device),
                Clips(client, carrier, catalogue.device),
            ],
            callers,
            audit=AuditLog(AuditStore(engine), RecentDeeds(time.monotonic), SystemClock()),
        )
        app.test_client_class = ReadingClient
        yield MediaStand(app, engine, client, slots, *(signed_in(app, caller) for caller in callers))


@contextmanager
def served_agent(folder: Path, name: str) -> Iterator[tuple[HttpAgent, KnownHost]]:
    """An agent with empty rings, listening on loopback, and how it is called."""
    agent = make_agent(folder, devices=DEVICES, name=name, token=SECRET)
    server = make_server("127.0.0.1", 0, agent.app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        url = parse_host_url(f"http://127.0.0.1:{server.port}")
        yield agent, KnownHost(name, url, ("127.0.0.0/8",), SECRET, is_silent=False)
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
