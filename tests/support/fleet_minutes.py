"""Minutes of activity as a host's own API tells them, and as its gateway keeps and shows them."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg

from host_agent.ring.layout import DeviceFolders, Hour
from host_agent.ring.store import RingStore
from shared.clock import SystemClock
from shared.spans import iso_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.fleet_host import write_hour

NOT_KNOWN = 255
_SERVE = ("host_agent", "serve", "--config")
_MINUTE = timedelta(minutes=1)
_ROWS = """
    SELECT at, revision, frames, analysed, motion_mean, motion_peak, black_s, frozen_s, missing_s, thumbnail
    FROM activity_minutes
    JOIN devices ON devices.id = device_id
    JOIN hosts ON hosts.id = devices.host_id
    WHERE hosts.name = %s AND devices.name = %s
"""
_MEASURES = ("motion_mean", "motion_peak", "black_s", "frozen_s", "missing_s")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a minute, rounded to what both ends keep."""

    revision: int
    frames: int
    analysed: bool
    thumbnail: int | None
    measures: tuple[float | None, ...]


Minutes = Mapping[datetime, Told]


def hours_before(running: Hour, first_ago: int, count: int) -> list[Hour]:
    """`count` whole hours, the first of them so many hours before `running`, which is 0."""
    return [Hour(running.start - timedelta(hours=ago)) for ago in range(first_ago, first_ago - count, -1)]


def minutes_of_hours(hours: Iterable[Hour]) -> set[datetime]:
    """The minutes of `hours`, by their begin."""
    return {hour.start + index * _MINUTE for hour in hours for index in range(60)}


def write_past(agent: AgentUnderTest, device: str, hours: Iterable[Hour], *, revision: int = 1) -> int:
    """Have the ring of a device hold the minutes of `hours`; return how many these are."""
    agent.root.mkdir(parents=True, exist_ok=True)
    store = RingStore(DeviceFolders(agent.root, device), SystemClock())
    store.prepare()
    written = list(hours)
    for hour in written:
        write_hour(store, hour, revision=revision)
    return 60 * len(written)


def minutes_of_agent(agent: AgentUnderTest, device: str) -> dict[datetime, Told]:
    """All minutes of the last day and of the present that the host's own API tells."""
    now = datetime.now(UTC)
    span = {"from": iso_ms(now - timedelta(hours=24)), "to": iso_ms(now + timedelta(hours=1))}
    told = agent.json(f"/api/host/heatmap/{device}", **span)["minutes"]
    return {datetime.fromisoformat(minute["start"]): _told(minute) for minute in told}


def minutes_of_gateway(database_url: str, host: str, device: str) -> dict[datetime, Told]:
    """All minutes that its database has. Raises AssertionError where it has one twice."""
    with psycopg.connect(database_url, row_factory=psycopg.rows.dict_row) as connection:
        rows = connection.execute(_ROWS, (host, device)).fetchall()
    found = {row["at"].astimezone(UTC): _told(row) for row in rows}
    assert len(found) == len(rows), f"{host}/{device} has a minute twice"
    return found


def minutes_of_heatmap(api: httpx.Client, full_name: str) -> dict[datetime, int]:
    """The minutes of the last day that the fleet's heatmap shows of a device, and their frames.

    Raises AssertionError where it does not answer.
    """
    now = datetime.now(UTC)
    query = {"devices": full_name, "from": iso_ms(now - timedelta(hours=24)), "to": iso_ms(now + _MINUTE)}
    answer = api.get("/api/v1/heatmap", params=query)
    assert answer.status_code == 200, answer.text[:500]
    data = answer.json()["data"]
    begin = datetime.fromisoformat(data["from"])
    [row] = data["devices"]
    frames = base64.b64decode(row.get("frames", ""))
    return {begin + index * _MINUTE: count for index, count in enumerate(frames) if count != NOT_KNOWN}


def differences(agent: Minutes, gateway: Minutes, *, until: datetime) -> list[str]:
    """What the two say differently of the minutes before `until`; nothing where every minute of the host's
    is at the gateway, with its newest revision, and no other."""
    moments = sorted(at for at in {*agent, *gateway} if at < until)
    return [
        f"{at:%d %H:%M}: {agent.get(at)} at the host, {gateway.get(at)} at the gateway"
        for at in moments
        if agent.get(at) != gateway.get(at)
    ]


def look_for_minutes_now(agent: AgentUnderTest) -> None:
    """Have the agent look for finished minutes: once a minute it does, and whenever `serve` starts."""
    killed = agent.kill("serve")

    def is_back() -> bool:
        running = [seen.pid for seen in agent.processes() if seen.arguments[-4:-1] == _SERVE]
        return bool(running) and killed not in running and _answers(agent)

    agent.wait_for("another serve", is_back)


def _answers(agent: AgentUnderTest) -> bool:
    try:
        return agent.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _told(minute: Mapping[str, Any]) -> Told:
    measures = (minute[name] for name in _MEASURES)
    return Told(
        minute["revision"],
        minute["frames"],
        minute["analysed"],
        minute["thumbnail"],
        tuple(None if value is None else round(value, 3) for value in measures),
    )
