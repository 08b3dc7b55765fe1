"""What identifies a device of the fleet, and whose devices a user may see. Plain."""

from dataclasses import dataclass

# Of one host, those that it had before as well. A host that invents names must not fill every list, and the
# heatmap of everybody, until none can be answered.
MOST_DEVICES_OF_A_HOST = 2_048

# The ids of camera groups that somebody is limited to; None: not limited.
Scope = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Device:
    """A device of a host. Its name in the fleet is `{host}/{name}`.

    `id`: the small number that minutes are kept under. `group_id`: of the camera that it is; None where
    that camera is in no group. `removed`: the host does not report it any more. `external_id`: of that
    camera; never changes.
    """

    id: int
    host_id: str
    host: str
    name: str
    label: str
    source: str
    camera_id: str | None
    group_id: str | None
    group: str | None
    removed: bool
    external_id: str | None = None

    @property
    def full_name(self) -> str:
        return f"{self.host}/{self.name}"


def is_in_scope(group_id: str | None, scope: Scope) -> bool:
    """Whether what belongs to `group_id` may be seen by somebody with this `scope`."""
    return scope is None or (group_id is not None and group_id in scope)
