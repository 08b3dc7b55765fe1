"""Which hosts were removed: they stay as rows, for what they recorded and for when they come back."""

from sqlalchemy import ColumnElement, Uuid, column, exists, or_, table

from gateway.catalogue.tables import devices, hosts

# The hosts room's, which stands on this one: only whether a host is in it.
_ENROLMENTS = table("host_enrolments", column("host_id", Uuid))
_DEVICES = devices.alias("devices_of_host")


def is_there() -> ColumnElement[bool]:
    """The condition on `hosts` of those that were not removed: enrolled (revoked ones too), or with a device
    that is."""
    is_enrolled = exists().where(_ENROLMENTS.c.host_id == hosts.c.id).correlate(hosts)
    has_devices = (
        exists().where(_DEVICES.c.host_id == hosts.c.id, _DEVICES.c.removed_at.is_(None)).correlate(hosts)
    )
    return or_(is_enrolled, has_devices)
