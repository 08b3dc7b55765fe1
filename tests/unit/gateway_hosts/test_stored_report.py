"""What is kept of a heartbeat comes back as it was; the catalogue is told only of what concerns it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.hosts.stored_report import AddressClaim, StoredReport, devices_digest, stored_report
from shared.contracts.enrolment import EnrolmentRequest
from shared.contracts.heartbeat import DeviceReport, Heartbeat
from shared.http.message_schema import message_schema

DEVICE: dict[str, Any] = {"name": "street", "label": "Street", "source": "rtsp://10.1.2.9/1", "state": "live"}


def device(**changes: Any) -> DeviceReport:
    return DeviceReport.model_validate({**DEVICE, **changes})


def heartbeat(**changes: Any) -> Heartbeat:
    return Heartbeat.model_validate(
        {
            "name": "lab-1",
            "public_url": "http://10.1.2.3:8700",
            "version": "1",
            "sent_utc_ms": 1,
            "devices": [DEVICE],
            **changes,
        }
    )


@pytest.mark.parametrize(
    "claim", [None, AddressClaim(public_url="http://x", problem="Why.", judged_utc_ms=5)]
)
def test_a_report_comes_back_as_it_was_kept(claim: AddressClaim | None) -> None:
    told = heartbeat(
        devices=[DEVICE, {**DEVICE, "name": "yard", "fps": 12.5, "picture": "black"}],
        disks=[{"root": "/srv", "free_bytes": 2**63, "total_bytes": 2**64}],
        alarms=["Ünübertroffen 🎥"],
        versions={"ffmpeg": "5.1.6"},
    )
    kept = StoredReport.model_validate_json(stored_report(told, claim).as_json())
    assert list(kept.devices.values()) == told.devices
    assert list(kept.devices) == ["street", "yard"]
    assert (kept.disks, kept.alarms, kept.versions, kept.claim) == (
        told.disks,
        told.alarms,
        told.versions,
        claim,
    )


@pytest.mark.parametrize(
    "changes",
    [
        *({"label": "x"}, {"source": "x"}, {"name": "x"}),
        {"detection": {"enabled": False, "sensitivity": 0.7}},
        {"own_detection": {"enabled": True, "sensitivity": 0.2}},
    ],
)
def test_what_the_catalogue_knows_of_a_device_changes_the_digest(changes: dict[str, Any]) -> None:
    assert devices_digest([device()]) != devices_digest([device(**changes)])


@pytest.mark.parametrize(
    "changes", [{"state": "stalled"}, {"fps": 5.0}, {"picture": "black"}, {"sentence": "x"}]
)
def test_what_passes_does_not(changes: dict[str, Any]) -> None:
    assert devices_digest([device()]) == devices_digest([device(**changes)])


def test_the_order_of_devices_is_nothing_new() -> None:
    both = [device(name="a"), device(name="b")]
    assert devices_digest(both) == devices_digest(both[::-1])


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_texts_that_run_together_are_told_apart(a: str, b: str, c: str, d: str) -> None:
    same = (a, b) == (c, d)
    assert (
        devices_digest([device(label=a, source=b)]) == devices_digest([device(label=c, source=d)])
    ) == same


@pytest.mark.parametrize("kind", [Heartbeat, EnrolmentRequest])
def test_the_schema_of_a_message_refers_to_nothing_outside_of_itself(
    kind: type[Heartbeat] | type[EnrolmentRequest],
) -> None:
    assert "$" not in str(message_schema(kind)).replace("$'", "").replace('$"', "")
    assert set(message_schema(kind)["properties"]) == set(kind.model_fields)
