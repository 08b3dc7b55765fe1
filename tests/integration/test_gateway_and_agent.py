"""A real agent and a real gateway: enrolled, seen, lost and found again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gateway_under_test import GatewayUnderTest, enrolled_agent

DEVICE = {"name": "pattern", "label": "Pattern", "source": "pattern:testsrc2", "size": "320x180"}


@pytest.fixture
def gateway(tmp_path: Path, migrated_database_url: str, redis_url: str) -> Iterator[GatewayUnderTest]:
    with GatewayUnderTest(
        tmp_path / "gateway",
        migrated_database_url,
        redis_url,
        fleet={"late_after_s": 2, "offline_after_s": 4},
    ) as running:
        yield running


def test_an_agent_enrols_is_lost_and_comes_back_with_the_credential_that_it_has(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    api = gateway.api()
    with enrolled_agent(gateway, tmp_path / "agent", "lab-1", [DEVICE]) as agent:
        gateway.wait_host("lab-1")
        gateway.wait_for("the device is live", lambda: [row["word"] for row in api.devices()] == ["live"])
        [device] = api.devices()
        assert (device["full_name"], device["label"]) == ("lab-1/pattern", "Pattern")

        agent.kill_all()
        gateway.wait_host("lab-1", "late")
        gateway.wait_host("lab-1", "offline")
        assert [row["word"] for row in api.devices()] == ["host silent"]

        agent.start()
        gateway.wait_host("lab-1")
        gateway.kill()
        gateway.restart()
        gateway.wait_host("lab-1")
        gateway.wait_for("the device is live", lambda: [row["word"] for row in api.devices()] == ["live"])
