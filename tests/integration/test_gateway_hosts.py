"""Hosts and devices as they are listed: states by the time that passed, words, filters, who sees which."""

from typing import Any

import pytest

from tests.support.fleet_stand import Agent, FleetStand, device_report, error_of


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


def names(stand: FleetStand, path: str, **options: Any) -> list[str]:
    return [item.get("full_name") or item["name"] for item in stand.data("GET", path, **options)]


# -- states --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("silent_s", "state", "word"),
    [
        (0, "online", "live"),
        (25, "online", "live"),
        (25.001, "late", "live"),
        (60, "late", "live"),
        (60.001, "offline", "host silent"),
        (86_400, "offline", "host silent"),
        (-3600, "offline", "host silent"),  # the gateway's clock was set back, and it has not reported since
    ],
)
def test_a_hosts_state_follows_from_its_silence(
    stand: FleetStand, silent_s: float, state: str, word: str
) -> None:
    stand.beat(stand.enrolled(), "street")
    stand.clock.pass_time(silent_s)
    (host,) = stand.data("GET", "/hosts")
    assert (host["state"], host["devices"][0]["word"]) == (state, word)
    assert host["last_heartbeat_at"] == "2026-11-21T14:02:03.250Z"
    for asked in ("online", "late", "offline", "revoked"):
        assert names(stand, f"/hosts?state={asked}") == (["lab-1"] if asked == state else [])
    device = stand.data("GET", "/devices/lab-1/street")
    assert (device["host_state"], device["word"]) == (state, word)
    assert device["state"] == ("unknown" if word == "host silent" else "live")
    assert names(stand, f"/devices?word={word}") == ["lab-1/street"]


def test_a_host_that_enrolled_and_never_reported_is_offline(stand: FleetStand) -> None:
    stand.enrolled()
    (host,) = stand.data("GET", "/hosts?state=offline")
    assert (host["last_heartbeat_at"], host["devices"], host["version"]) == (None, [], None)
    assert host["sentence"] == "It enrolled and has not reported yet."


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "live"),
        ({"picture": None}, "live"),
        ({"picture": "frozen"}, "frozen"),
        ({"picture": "black"}, "black"),
        ({"state": "starting"}, "starting"),
        ({"state": "stalled", "picture": "frozen"}, "stalled"),
        ({"state": "backing_off"}, "no source"),
        ({"state": "misconfigured"}, "no source"),
        ({"state": "stopped"}, "stopped"),
    ],
)
def test_lists_and_filters_agree_about_the_word(
    stand: FleetStand, changes: dict[str, str], word: str
) -> None:
    stand.beat(stand.enrolled(), device_report("street", **changes))
    assert stand.data("GET", "/devices/lab-1/street")["word"] == word
    shown = {
        asked: names(stand, f"/devices?word={asked}")
        for asked in ("live", "starting", "stalled", "no source", "stopped", "frozen", "black", "host silent")
    }
    assert [asked for asked, found in shown.items() if found] == [word]


def test_a_host_tells_its_clock_its_disks_and_its_alarms(stand: FleetStand) -> None:
    agent = stand.enrolled()
    stand.beat(
        agent,
        "street",
        sent_utc_ms=int(stand.clock.now().timestamp() * 1000) - 2500,
        versions={"ffmpeg": "5.1.6"},
        disks=[{"root": "/srv", "free_bytes": 2**60, "total_bytes": 2**61, "full_in_hours": 12.5}],
        alarms=["The disk is full in 12 hours."],
        minutes_waiting=10**12,
    )
    host = stand.data("GET", "/hosts/lab-1")
    assert host["clock_offset_s"] == -2.5
    assert host["clock_warning"].startswith("Its clock is 2.5 s behind the gateway's.")
    assert host["disks"] == [
        {"root": "/srv", "free_bytes": 2**60, "total_bytes": 2**61, "full_in_hours": 12.5, "problem": ""}
    ]
    assert (host["alarms"], host["versions"]) == (["The disk is full in 12 hours."], {"ffmpeg": "5.1.6"})
    assert host["minutes_waiting"] == 2**31 - 1


def test_a_clock_that_is_off_by_less_is_not_warned_of(stand: FleetStand) -> None:
    stand.beat(stand.enrolled(), sent_utc_ms=int(stand.clock.now().timestamp() * 1000) + 2000)
    host = stand.data("GET", "/hosts/lab-1")
    assert (host["clock_offset_s"], host["clock_warning"]) == (2.0, "")


def test_a_report_that_another_version_kept_is_no_reason_to_fail(stand: FleetStand) -> None:
    agent = stand.enrolled()
    stand.beat(agent, "street")
    stand.run("""UPDATE host_reports SET report = '{"devices": {"street": {"state": "dreaming"}}}'""")
    assert stand.data("GET", "/hosts/lab-1")["state"] == "online"
    assert stand.data("GET", "/devices/lab-1/street")["state"] == "unknown"


# -- lists ---------------------------------------------------------------------------------------


@pytest.fixture
def fleet(stand: FleetStand) -> FleetStand:
    """Two hosts with two devices each; lab-1/street and lab-2/yard are of tenant a, lab-1/yard of b."""
    for host in ("lab-1", "lab-2"):
        stand.beat(stand.enrolled(host), "street", "yard", alarms=["street: something"])
    for name, group in (("a", "lab-1/street"), ("a", "lab-2/yard"), ("b", "lab-1/yard")):
        known = {row["name"]: row["id"] for row in stand.data("GET", "/cameras/groups")}
        group_id = known.get(f"tenant {name}") or stand.group(f"tenant {name}")
        stand.data("PUT", f"/devices/{group}", json={"group_id": group_id})
    return stand


def group_id(stand: FleetStand, name: str) -> str:
    return str(next(row["id"] for row in stand.data("GET", "/cameras/groups") if row["name"] == name))


def test_devices_are_filtered_and_paged(fleet: FleetStand) -> None:
    everything = ["lab-1/street", "lab-1/yard", "lab-2/street", "lab-2/yard"]
    assert names(fleet, "/devices") == everything
    assert names(fleet, "/devices?host=lab-2") == everything[2:]
    assert names(fleet, f"/devices?group={group_id(fleet, 'tenant a')}") == ["lab-1/street", "lab-2/yard"]
    assert names(fleet, "/devices?search=YARD") == ["lab-1/yard", "lab-2/yard"]
    assert names(fleet, "/devices?search=tenant b") == ["lab-1/yard"]
    assert names(fleet, "/devices?search=%25") == []
    assert names(fleet, "/devices?word=live&host=lab-1&search=street") == ["lab-1/street"]
    answer = fleet.ask("GET", "/devices?page=2&page_size=3").get_json()
    assert [device["full_name"] for device in answer["data"]] == everything[3:]
    assert answer["meta"] == {"page": 2, "pageSize": 3, "total": 4, "totalPages": 2}
    assert names(fleet, "/hosts?search=-2") == ["lab-2"]


@pytest.mark.parametrize(
    "query",
    [
        "word=happy",
        "host=",
        "search=%00",
        "group=%00",
        "page=0",
        "limit=101",
        "colour=red",
        "word=live&word=live",
    ],
)
def test_bad_filters_are_refused(stand: FleetStand, query: str) -> None:
    assert stand.ask("GET", f"/devices?{query}").status_code == 422


def test_who_is_limited_sees_the_devices_of_their_groups_and_the_hosts_of_these(fleet: FleetStand) -> None:
    a, b = group_id(fleet, "tenant a"), group_id(fleet, "tenant b")
    assert names(fleet, "/devices", role="viewer", groups=[a]) == ["lab-1/street", "lab-2/yard"]
    assert names(fleet, "/devices", role="viewer", groups=[b]) == ["lab-1/yard"]
    assert names(fleet, "/devices", role="viewer", groups=[]) == []
    assert names(fleet, "/hosts", role="viewer", groups=[b]) == ["lab-1"]
    assert names(fleet, "/hosts", role="viewer", groups=[]) == []
    host = fleet.data("GET", "/hosts/lab-1", role="viewer", groups=[b])
    assert [device["device"] for device in host["devices"]] == ["yard"]
    # An alarm may name a device that is none of theirs; so may the folder of a disk.
    assert (host["public_url"], host["alarms"], host["disks"]) == (None, None, None)
    assert fleet.data("GET", "/hosts", role="viewer", groups=[b])[0]["disks"] is None
    assert error_of(fleet.ask("GET", "/hosts/lab-2", groups=[b])) == (404, "unknown_host")
    assert error_of(fleet.ask("GET", "/devices/lab-1/street", groups=[b])) == (404, "unknown_device")
    assert names(fleet, f"/devices?group={a}", groups=[b]) == []
    assert names(fleet, "/devices?search=street", groups=[b]) == []


def test_what_is_not_there_and_what_may_not_be_seen_are_answered_alike(fleet: FleetStand) -> None:
    b = group_id(fleet, "tenant b")
    hidden = fleet.ask("GET", "/devices/lab-1/street", groups=[b]).get_json()
    missing = fleet.ask("GET", "/devices/lab-1/nobody", groups=[b]).get_json()
    assert str(hidden).replace("street", "nobody") == str(missing)


# -- groups --------------------------------------------------------------------------------------


def test_groups_are_made_changed_and_deleted(fleet: FleetStand) -> None:
    a = group_id(fleet, "tenant a")
    assert [(row["name"], row["cameras"]) for row in fleet.data("GET", "/cameras/groups")] == [
        ("tenant a", 2),
        ("tenant b", 1),
    ]
    changed = fleet.data("PUT", f"/cameras/groups/{a}", json={"location": "East wing"})
    assert (changed["name"], changed["location"], changed["cameras"]) == ("tenant a", "East wing", 2)
    assert set(changed) == {"id", "name", "location", "cameras", "createdAt", "updatedAt"}
    assert fleet.data("PUT", f"/cameras/groups/{a}", json={})["location"] == "East wing"
    assert error_of(fleet.ask("PUT", f"/cameras/groups/{a}", json={"name": "tenant b"})) == (
        409,
        "name_taken",
    )
    assert error_of(fleet.ask("POST", "/cameras/groups", json={"name": "tenant b"})) == (409, "name_taken")
    assert fleet.data("DELETE", f"/cameras/groups/{a}") is None
    assert error_of(fleet.ask("DELETE", f"/cameras/groups/{a}")) == (404, "unknown_group")
    assert fleet.data("GET", "/devices/lab-1/street")["group"] is None
    assert names(fleet, "/devices", groups=[a]) == []


@pytest.mark.parametrize("name", ["", "x" * 256, "a\0b", None, 5])
def test_a_group_needs_a_name(stand: FleetStand, name: object) -> None:
    assert stand.ask("POST", "/cameras/groups", json={"name": name}).status_code == 422


def test_who_is_limited_sees_their_groups_and_changes_none(fleet: FleetStand) -> None:
    a, b = group_id(fleet, "tenant a"), group_id(fleet, "tenant b")
    assert names(fleet, "/cameras/groups", role="operator", groups=[b]) == ["tenant b"]
    asking: dict[str, Any] = {"role": "operator", "groups": [b]}
    assert fleet.ask("POST", "/cameras/groups", json={"name": "c"}, **asking).status_code == 403
    assert fleet.ask("PUT", f"/cameras/groups/{b}", json={"name": "c"}, **asking).status_code == 403
    assert fleet.ask("DELETE", f"/cameras/groups/{b}", **asking).status_code == 403
    assert fleet.ask("PUT", f"/cameras/groups/{a}", json={"name": "c"}, **asking).status_code == 404


def test_devices_move_between_groups_and_out_of_all(fleet: FleetStand) -> None:
    b = group_id(fleet, "tenant b")
    moved = fleet.data("PUT", "/devices/lab-1/street", json={"group_id": b})
    assert (moved["group_id"], moved["group"]) == (b, "tenant b")
    assert fleet.data("PUT", "/devices/lab-1/street", json={"group_id": None})["group_id"] is None
    unknown = fleet.ask("PUT", "/devices/lab-1/street", json={"group_id": "nobody"})
    assert error_of(unknown) == (404, "unknown_group")


def test_who_is_limited_moves_devices_between_their_own_groups_only(fleet: FleetStand) -> None:
    a, b = group_id(fleet, "tenant a"), group_id(fleet, "tenant b")
    asking: dict[str, Any] = {"role": "operator", "groups": [b]}
    for other in (a, None):
        answer = fleet.ask("PUT", "/devices/lab-1/yard", json={"group_id": other}, **asking)
        assert error_of(answer) == (404, "unknown_group")
    answer = fleet.ask("PUT", "/devices/lab-1/street", json={"group_id": b}, **asking)
    assert error_of(answer) == (404, "unknown_device")
    both: dict[str, Any] = {"role": "operator", "groups": [a, b]}
    assert fleet.data("PUT", "/devices/lab-1/yard", json={"group_id": a}, **both)["group"] == "tenant a"
    viewer = fleet.ask("PUT", "/devices/lab-1/yard", json={"group_id": b}, role="viewer")
    assert viewer.status_code == 403


# -- for other rooms -----------------------------------------------------------------------------


def test_reports_are_by_name_and_all_where_none_is_named(fleet: FleetStand) -> None:
    assert list(fleet.reports.reports()) == ["lab-1", "lab-2"]
    found = fleet.reports.reports(["lab-2", "nobody"])
    assert list(found) == ["lab-2"]
    assert found["lab-2"].received_at == fleet.clock.now()
    assert found["lab-2"].devices["street"].fps == 25.0
    assert found["lab-2"].word("yard") == "live"
    assert found["lab-2"].word("nobody") == "stopped"
    assert fleet.reports.reports([]) == {}


def test_an_agent_that_was_never_enrolled_sees_nothing(stand: FleetStand) -> None:
    assert stand.beat(Agent("lab-1", "x"), "street").status_code == 401
    assert stand.data("GET", "/hosts") == []
