"""What the demo records, and how its table reads."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.demo_plan import (
    DemoAgent,
    DemoDevice,
    devices_seen,
    gateway_toml,
    host_toml,
    hosts_seen,
    plan_agents,
    render_table,
    rows_of,
)
from deploy.local.demo_sample import sample_day_of, sample_row
from deploy.local.gateway_processes import without_settings
from deploy.local.server_addresses import GraphAccess, ServerAddresses
from gateway.settings import NAMED_VARIABLES, GatewaySettings
from host_agent.settings import HostSettings

LATER = "2026-11-21T14:00:10.250Z"
DATABASE_URL = 'postgresql://coldframe:"\\@127.0.0.1/coldframe'
BEGIN = datetime(2026, 11, 21, 14, tzinfo=UTC)
SAMPLE = DemoDevice("sample", "Sample", "file:/state/live-day.mp4")
AGENTS = plan_agents(
    Path("/clips"), "rtsp://demo:pw@127.0.0.1:8554/meadow", [(Path("/dev/video0"), "C920")], SAMPLE
)


def test_the_settings_that_are_written_are_taken_by_an_agent() -> None:
    for agent in AGENTS:
        text = host_toml(
            agent,
            folder=Path("/state/lab"),
            port=8101,
            gateway_url="http://127.0.0.1:8001",
            enrolment_token="t0ken",
        )
        settings = HostSettings.model_validate(tomllib.loads(text))
        assert [device.name for device in settings.device] == [device.name for device in agent.devices]
        assert settings.gateway.url == "http://127.0.0.1:8001"


def gateway_settings(servers: ServerAddresses) -> GatewaySettings:
    text = gateway_toml(
        web_port=8000,
        ingest_port=8001,
        servers=servers,
        secret_key="0123456789abcdef0123456789abcdef",
        objects=Path("/srv/demo/objects"),
    )
    return GatewaySettings.model_validate(tomllib.loads(text))


def test_the_settings_that_are_written_are_taken_by_a_gateway_that_stays_on_loopback() -> None:
    settings = gateway_settings(ServerAddresses(DATABASE_URL, "redis://127.0.0.1/0"))
    assert settings.security.demo
    assert (settings.web.listen, settings.ingest.listen) == ("127.0.0.1:8000", "127.0.0.1:8001")
    assert settings.storage.dir == "/srv/demo/objects"
    assert settings.database.url.get_secret_value() == DATABASE_URL
    assert settings.graph.uri == ""


def test_the_settings_name_the_graph_and_a_redis_of_captions_where_there_are_some() -> None:
    graph = GraphAccess("bolt://127.0.0.1:7687", "neo4j", "a-secret")
    settings = gateway_settings(
        ServerAddresses(DATABASE_URL, "redis://127.0.0.1/0", "redis://127.0.0.1:6380/0", graph)
    )
    assert settings.captions.redis_url.get_secret_value() == "redis://127.0.0.1:6380/0"
    assert (settings.graph.uri, settings.graph.user) == (graph.uri, graph.user)
    assert settings.graph.password.get_secret_value() == "a-secret"


def test_every_local_camera_clips_an_rtsp_camera_a_pattern_and_the_sample_are_recorded() -> None:
    kinds = [device.source.partition(":")[0] for agent in AGENTS for device in agent.devices]
    assert sorted(kinds) == ["file", "file", "file", "file", "pattern", "rtsp", "v4l2"]


def device(host: str, name: str, word: str, *, state: str = "live", **more: object) -> dict[str, object]:
    said = {"host": host, "device": name, "word": word, "state": state}
    return {**said, "sentence": "", "removed": False, "reported_at": LATER, **more}


def test_the_table_has_an_address_a_device_and_says_why_one_is_not_well() -> None:
    agent = DemoAgent("lab-1", (DemoDevice("a", "Street", "x"), DemoDevice("b", "Door", "y")))
    devices = [
        device("lab-1", "a", "live", sentence="It records."),
        device("lab-1", "b", "no source", state="backing_off", sentence="The camera refused the login."),
        device("lab-2", "a", "stopped"),
    ]
    hosts = [{"name": "lab-1", "state": "online", "sentence": "It reports.", "last_heartbeat_at": LATER}]
    seen = hosts_seen(hosts, BEGIN) | devices_seen(devices, BEGIN)
    assert render_table(rows_of(agent, "http://gateway", seen)).splitlines() == [
        "HOST   DEVICE  STATE      WHAT        LIVE VIDEO, WITH THE LOGIN",
        "lab-1          online     Host agent",
        "lab-1  a       live       Street      http://gateway/media/lab-1/a/segments/output.m3u8",
        "lab-1  b       no source  Door        http://gateway/media/lab-1/b/segments/output.m3u8",
        "       → The camera refused the login.",
    ]


@pytest.mark.parametrize(
    ("listed", "state", "is_settled"),
    [
        ([], "starting", False),  # the gateway has not heard of it
        ([device("lab", "a", "live", reported_at=None)], "starting", False),
        ([device("lab", "a", "live", reported_at="2026-11-21T13:59:59.000Z")], "starting", False),
        ([device("lab", "a", "live", removed=True)], "starting", False),
        ([device("lab", "a", "live")], "live", True),
        ([device("lab", "a", "frozen")], "frozen", True),
        ([device("lab", "a", "no source", state="backing_off")], "no source", False),
        ([device("lab", "a", "no source", state="misconfigured")], "no source", True),
    ],
)
def test_a_device_is_waited_for_while_waiting_may_help(
    listed: list[dict[str, object]], state: str, is_settled: bool
) -> None:
    agent = DemoAgent("lab", (DemoDevice("a", "A", "x"),))
    [_host, row] = rows_of(agent, "http://gateway", devices_seen(listed, BEGIN))
    assert (row.seen.state, row.seen.is_settled) == (state, is_settled)


@pytest.mark.parametrize(
    ("state", "heard_at", "shown", "is_settled"),
    [
        ("online", "2026-11-21T14:00:10.250Z", "online", True),
        ("late", "2026-11-21T14:00:10.250Z", "late", False),
        ("online", "2026-11-21T13:59:59.000Z", "starting", False),  # of an earlier run
        ("offline", None, "starting", False),
    ],
)
def test_a_host_is_waited_for_until_it_is_online(
    state: str, heard_at: str | None, shown: str, is_settled: bool
) -> None:
    hosts = [{"name": "lab", "state": state, "sentence": "", "last_heartbeat_at": heard_at}]
    [row] = rows_of(DemoAgent("lab", ()), "http://gateway", hosts_seen(hosts, BEGIN))
    assert (row.seen.state, row.seen.is_settled) == (shown, is_settled)


def test_a_sample_whose_past_is_made_is_recorded_from_where_it_goes_on() -> None:
    said = "sample day: 24000 segments\nsample day: record sample from file:/a b/live-day.mp4\n"
    assert sample_day_of(0, said).device == DemoDevice(
        "sample", "Sample (its past day is generated)", "file:/a b/live-day.mp4", frames="all"
    )


@pytest.mark.parametrize(
    ("status", "said", "state", "reason"),
    [
        (None, "", "starting", "its past day is being made"),
        (1, "sample day: no room\n", "missing", "sample day: no room"),
        (-9, "", "missing", "its past day was not made (status -9)"),
        (0, "something else\n", "missing", "something else"),
    ],
)
def test_a_sample_without_a_past_says_why(status: int | None, said: str, state: str, reason: str) -> None:
    row = sample_row(sample_day_of(status, said))
    assert (row.seen.state, row.seen.reason) == (state, reason)
    assert row.seen.is_settled == (state == "missing")


def test_what_the_caller_has_set_for_another_gateway_does_not_reach_this_one() -> None:
    environment = {
        "PATH": "/bin",
        "DATABASE_URL": "x",
        "REDIS_URL": "x",
        "COLDFRAME_SECRET_KEY": "x",
        "COLDFRAME_GATEWAY_CONFIG": "x",
        "COLDFRAME_GATEWAY__WEB__LISTEN": "x",
    }
    assert without_settings(environment) == {"PATH": "/bin"}


def test_no_variable_that_is_a_setting_reaches_a_gateway_of_ones_own() -> None:
    assert without_settings(dict.fromkeys(NAMED_VARIABLES, "of somebody else")) == {}
