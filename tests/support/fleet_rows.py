"""A fleet as rows of the database: hosts, devices, groups, minutes, without a host that is really there."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from gateway.catalogue.reported_repository import ReportedDevice
from gateway.catalogue.repository import Catalogue
from gateway.catalogue.tables import camera_groups, cameras, devices, hosts
from gateway.hosts.tables import activity_minutes, host_enrolments, host_reports

# Of a minute of a quiet, analysed device.
QUIET: Mapping[str, Any] = {
    "revision": 1,
    "frames": 120,
    "analysed": True,
    "motion_mean": 0.0,
    "motion_peak": 0.0,
    "black_s": 0.0,
    "frozen_s": 0.0,
    "missing_s": 0.0,
    "thumbnail": None,
    "thumbnail_at": None,
}


def add_host(
    connection: Connection, catalogue: Catalogue, name: str, names: Iterable[str], now: datetime
) -> dict[str, int]:
    """A host with devices; their ids by full name."""
    host_id = catalogue.ensure_host(connection, name)
    reported = [ReportedDevice(device, f"{device} of {name}", f"v4l2:/dev/{device}") for device in names]
    catalogue.take_over_report(connection, host_id, reported, now)
    known = select(devices.c.name, devices.c.id).where(devices.c.host_id == host_id)
    return {f"{name}/{row.name}": row.id for row in connection.execute(known)}


def add_group(connection: Connection, group: str, device_ids: Iterable[int]) -> None:
    """A group of the cameras that these devices are; its id is its name."""
    connection.execute(insert(camera_groups).values(id=group, name=group))
    of_group = select(devices.c.camera_id).where(devices.c.id.in_(device_ids))
    connection.execute(update(cameras).where(cameras.c.id.in_(of_group)).values(group_id=group))


def add_minute(connection: Connection, device_id: int, at: datetime, **values: Any) -> None:
    """A minute of a device: a quiet one but for `values`."""
    connection.execute(insert(activity_minutes).values({**QUIET, "device_id": device_id, "at": at, **values}))


def add_enrolment(
    connection: Connection, host: str, url: str, closed_secret: str, names: Iterable[str], now: datetime
) -> None:
    """That a host has enrolled, and has just reported these devices as live.

    `closed_secret`: what the gateway calls it with, as the gateway's SecretBox closes it.
    """
    known = select(hosts.c.id).where(hosts.c.name == host)
    host_id = connection.execute(known).scalar_one()
    told = {device: {"name": device, "state": "live", "sentence": "It records."} for device in names}
    connection.execute(
        insert(host_enrolments).values(
            host_id=host_id,
            public_url=url,
            networks=["127.0.0.0/8"],
            credential_sha256=hashlib.sha256(host.encode()).hexdigest(),
            calling_secret_encrypted=closed_secret,
            enrolled_at=now,
        )
    )
    connection.execute(
        insert(host_reports).values(
            host_id=host_id,
            received_at=now,
            version="1",
            clock_offset_s=0.0,
            report={"devices": told},
            devices_digest="",
        )
    )


def add_user(connection: Connection, name: str) -> str:
    """A user who cannot sign in; their id."""
    user_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
    connection.execute(
        text(
            "INSERT INTO users (id, email, username, hashed_password, role)"
            " VALUES (:id, :email, :name, '', 'viewer')"
        ),
        {"id": user_id, "email": f"{name}@example.com", "name": name},
    )
    return user_id


def add_partition(connection: Connection, day: datetime, until: datetime) -> None:
    """A partition of minutes for `[day, until)`, as the running gateway makes them."""
    connection.execute(
        text(
            f"CREATE TABLE activity_minutes_{day:%Y%m%d} PARTITION OF activity_minutes"
            f" FOR VALUES FROM ('{day.isoformat()}') TO ('{until.isoformat()}')"
        )
    )
