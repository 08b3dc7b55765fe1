"""How many cameras there are, by status, group and host. Plain."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.cameras.camera import STATUSES


@dataclass(frozen=True, slots=True)
class CameraCount:
    """So many cameras are alike in all of this."""

    group_id: str | None
    group: str | None
    host_id: str | None
    host: str | None
    status: str | None
    is_active: bool | None
    total: int


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """The cameras of a group; `group_id` None: those in none."""

    group_id: str | None
    group: str | None
    total: int
    by_status: dict[str, int]


@dataclass(frozen=True, slots=True)
class HostSummary:
    """The cameras of a host; `host_id` None: those that no host records."""

    host_id: str | None
    host: str | None
    total: int
    by_status: dict[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """All cameras that somebody may see."""

    total: int
    active: int
    by_status: dict[str, int]
    by_group: list[GroupSummary] = field(default_factory=list)
    by_host: list[HostSummary] = field(default_factory=list)


def summary_of(counts: Iterable[CameraCount]) -> Summary:
    """Every status is there, also with 0; groups and hosts by name, what has none last."""
    counted = list(counts)
    groups = _by_place([(one.group_id, one.group, one) for one in counted])
    hosts = _by_place([(one.host_id, one.host, one) for one in counted])
    return Summary(
        total=sum(one.total for one in counted),
        active=sum(one.total for one in counted if one.is_active is not False),
        by_status=_by_status(counted),
        by_group=[GroupSummary(*place, sum(these.values()), these) for place, these in groups],
        by_host=[HostSummary(*place, sum(these.values()), these) for place, these in hosts],
    )


_Place = tuple[str | None, str | None]


def _by_place(
    placed: Iterable[tuple[str | None, str | None, CameraCount]],
) -> list[tuple[_Place, dict[str, int]]]:
    found: dict[_Place, list[CameraCount]] = {}
    for place_id, name, one in placed:
        found.setdefault((place_id, name), []).append(one)
    ordered = sorted(found, key=lambda place: (place[0] is None, place[1] or "", place[0] or ""))
    return [(place, _by_status(found[place])) for place in ordered]


def _by_status(counted: Iterable[CameraCount]) -> dict[str, int]:
    found: Counter[str] = Counter(dict.fromkeys(STATUSES, 0))
    for one in counted:
        found[one.status or "idle"] += one.total
    return dict(found)
