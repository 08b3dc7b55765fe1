"""What becomes of the rows of a file, one by one and together."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cameras.assignment import NamesAtHost
from gateway.cameras.camera import Camera
from gateway.cameras.import_file import KNOWN, read_file
from gateway.cameras.import_judgement import Judgement, external_ids_of, judge
from gateway.cameras.import_plan import ImportPlan, Known, Terms, plan_import
from gateway.cameras.import_row import SourceRow
from tests.unit.gateway_cameras.test_camera_assignment import a_camera

NOTHING = Known(frozenset(), frozenset(), {}, {}, {})
URL = "rtsp://10.0.0.1/1"
EVERYTHING = Terms(skip_duplicates=False, group_id=None, scope=None)


def ids() -> Callable[[], str]:
    numbers: Iterator[int] = count(1)
    return lambda: f"id-{next(numbers)}"


def rows(*cells: dict[str, Any]) -> list[SourceRow]:
    return [
        SourceRow(number, {"name": "Door", "rtsp_url": URL, **each}) for number, each in enumerate(cells, 2)
    ]


def judged(*cells: dict[str, Any], own: dict[tuple[str, str], Camera] | None = None) -> Judgement:
    return judge(rows(*cells), own or {}, set(), skip_duplicates=False)


def planned(
    *cells: dict[str, Any],
    known: Known = NOTHING,
    terms: Terms = EVERYTHING,
    own: dict[tuple[str, str], Camera] | None = None,
) -> ImportPlan:
    return plan_import(judged(*cells, own=own), known, terms, ids())


def wrong(plan: ImportPlan) -> list[tuple[int, str]]:
    return [(error.row, error.column) for error in plan.errors]


def test_a_row_becomes_a_camera_with_the_defaults_of_one() -> None:
    (made,) = planned({"fps": 25, "password": "x"}).creations
    assert (made.row, made.external_id, made.group_id, made.device_name) == (2, "door", None, None)
    assert dict(made.values) == {
        "name": "Door",
        "rtsp_url": URL,
        "fps": 25,
        "password": "x",
        "is_active": True,
        "enable_detection": True,
        "detection_sensitivity": 0.7,
    }
    assert "'x'" not in repr(made)


def test_everything_that_is_wrong_with_a_row_is_said_at_once() -> None:
    errors = judged({"name": "", "fps": 0, "device_name": "yard", "group": "\0", "managed_by": None}).errors
    assert {error.column for error in errors} == {"name", "fps", "device_name", "group"}
    assert {error.row for error in errors} == {2}


def test_cameras_without_an_external_id_get_different_ones_though_thousands_have_one_name() -> None:
    known = replace(NOTHING, external_ids={"door", "door-3"})
    made = [creation.external_id for creation in planned(*[{}] * 5_000, known=known).creations]
    assert made[:3] == ["door-2", "door-4", "door-5"]
    assert len(set(made)) == 5_000


def test_an_external_id_that_a_later_row_names_is_not_given_to_an_earlier_one() -> None:
    plan = planned({}, {"external_id": "door"})
    assert wrong(plan) == []
    assert {creation.external_id for creation in plan.creations} == {"door", "door-2"}


def test_a_device_that_a_later_row_names_is_not_given_to_an_earlier_one() -> None:
    known = replace(NOTHING, hosts={"lab-1": "h-1"}, names={"h-1": NamesAtHost({}, None, 0)})
    plan = planned({"host": "lab-1"}, {"name": "Other", "host": "lab-1", "device_name": "door"}, known=known)
    assert wrong(plan) == []
    assert [creation.device_name for creation in plan.creations] == ["door-2", "door"]


@pytest.mark.parametrize("name", ["import", "Export", "summary", "groups", "health report"])
def test_no_camera_is_called_what_an_address_is_called(name: str) -> None:
    (made,) = planned({"name": name}).creations
    assert made.external_id.endswith("-2")


def test_a_name_at_a_host_is_given_once() -> None:
    known = replace(
        NOTHING, hosts={"lab-1": "h-1"}, names={"h-1": NamesAtHost({"yard": "other", "old": None}, None, 2)}
    )
    plan = planned(
        {"host": "lab-1", "device_name": "yard"},
        {"host": "lab-1", "external_id": "Yard"},
        {"host": "lab-1", "device_name": "old"},
        {"host": "lab-1", "device_name": "old"},
        {"host": "lab-2"},
        known=known,
    )
    assert wrong(plan) == [(2, "device_name"), (5, "device_name"), (6, "host")]
    assert [creation.device_name for creation in plan.creations] == ["yard-2", "old"]


def test_somebody_who_is_limited_does_not_take_over_what_a_deleted_camera_recorded() -> None:
    known = replace(
        NOTHING,
        groups={"Mine": "g-1"},
        hosts={"lab-1": "h-1"},
        names={"h-1": NamesAtHost({"old": None}, None, 1)},
    )
    limited = Terms(skip_duplicates=False, group_id="g-1", scope=frozenset({"g-1"}))
    row = {"host": "lab-1", "device_name": "old"}
    assert wrong(planned(row, known=known, terms=limited)) == [(2, "device_name")]
    assert wrong(planned(row, known=known)) == []


def test_a_new_group_is_one_however_many_rows_name_it() -> None:
    plan = planned(
        {"group": "New"}, {"group": " New "}, {"group": "Old"}, known=replace(NOTHING, groups={"Old": "g"})
    )
    assert list(plan.new_groups) == ["New"]
    first, second, third = (creation.group_id for creation in plan.creations)
    assert first == second == plan.new_groups["New"]
    assert third == "g"


def test_a_device_of_a_hosts_own_is_changed_in_what_differs_and_keeps_the_rest() -> None:
    own = replace(
        a_camera(), managed_by="host", host="lab-1", host_id="h-1", device_name="street", name="Street"
    )
    plan = planned(
        {"name": "High Street", "host": "lab-1", "device_name": "street", "fps": 12},
        own={("lab-1", "street"): own},
    )
    (change,) = plan.changes
    assert dict(change.columns) == {"name": "High Street", "fps": 12}
    again = planned(
        {"name": "Street", "host": "lab-1", "device_name": "street"}, own={("lab-1", "street"): own}
    )
    assert (again.changes, [skipped.row for skipped in again.skipped]) == ([], [2])


def test_a_row_that_claims_a_hosts_own_device_for_the_gateway_is_refused() -> None:
    own = replace(a_camera(), managed_by="host", host="lab-1", host_id="h-1", device_name="street")
    known = replace(NOTHING, hosts={"lab-1": "h-1"}, names={"h-1": NamesAtHost({"street": own.id}, None, 1)})
    row = {"host": "lab-1", "device_name": "street", "managed_by": "gateway"}
    assert wrong(planned(row, known=known, own={("lab-1", "street"): own})) == [(2, "device_name")]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just("\ud800")
    | st.just("\0"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
LIKELY = st.fixed_dictionaries(
    {"name": st.just("Door") | JSON, "rtsp_url": st.just(URL) | JSON},
    optional={
        **{name: JSON for name in KNOWN if name not in ("name", "rtsp_url")},
        "host": st.just("lab-1") | JSON,
        "device_name": st.just("door") | JSON,
        "managed_by": st.sampled_from(["host", "gateway"]) | JSON,
        "external_id": st.just("cam_1") | JSON,
        "\ud800": JSON,
    },
)


@given(st.lists(LIKELY | JSON, max_size=4), st.booleans())
def test_whatever_a_file_holds_each_row_becomes_something_that_can_be_said(
    found: list[Any], skip: bool
) -> None:
    read = read_file(json.dumps(found).encode(), "json")
    judgement = judge(read.rows, {}, {"cam_1"}, skip_duplicates=skip)
    judgement.errors += read.errors
    known = replace(NOTHING, hosts={"lab-1": "h-1"}, names={"h-1": NamesAtHost({}, None, 0)})
    plan = plan_import(judgement, known, replace(EVERYTHING, skip_duplicates=skip), ids())
    told = {each.row for each in plan.creations} | {each.row for each in plan.skipped}
    assert told | {each.row for each in plan.errors} == set(range(1, len(found) + 1))
    for said in [f"{error.column} {error.message}" for error in plan.errors]:
        assert said.encode()  # an answer can hold it


def test_only_what_a_camera_can_be_called_is_asked_the_database_for() -> None:
    told: list[Any] = ["cam_1", "\0", "\ud800", "a b", "x" * 131, [], None]
    assert external_ids_of(SourceRow(2, {"external_id": each}) for each in told) == {"cam_1"}
