"""A host that a running gateway takes for one: enrolled over HTTP, with devices it reported once."""

import hashlib
import secrets
import time
from collections.abc import Sequence

import httpx

from shared.contracts.enrolment import EnrolmentRequest
from shared.contracts.heartbeat import DeviceReport, Heartbeat
from tests.support.gateway_under_test import GatewayUnderTest

VERSION = "0.1.0"


def enrol_by_hand(
    gateway: GatewayUnderTest, name: str, url: str, devices: Sequence[str], *, secret: str = ""
) -> None:
    """Let `gateway` know the host that answers at `url` to `secret` (43 letters; empty: to any).

    Raises AssertionError where it refuses.
    """
    credential = secrets.token_urlsafe(32)
    asked = EnrolmentRequest(
        token=gateway.api().enrolment_token(name),
        name=name,
        public_url=url,
        version=VERSION,
        credential_sha256=hashlib.sha256(credential.encode()).hexdigest(),
        calling_secret=secret or secrets.token_urlsafe(32),
    )
    told = httpx.post(f"{gateway.ingest_url}/api/v1/hosts/enrol", json=asked.model_dump())
    assert told.is_success, told.text
    report = Heartbeat(
        name=name,
        public_url=url,
        version=VERSION,
        sent_utc_ms=int(time.time() * 1000),
        devices=[DeviceReport(name=device, state="live") for device in devices],
    )
    taken = httpx.post(
        told.json()["data"]["heartbeat_url"],
        json=report.model_dump(),
        headers={"Authorization": f"Bearer {credential}"},
    )
    assert taken.is_success, taken.text
