"""What a saved view holds."""

from typing import Any

import marshmallow as ma
import pytest

from gateway.wall.views.layout import Layout, as_seen
from gateway.wall.views.schemas import LayoutSchema, NewWallViewSchema


def test_devices_that_are_not_to_be_seen_leave_their_tiles_empty() -> None:
    layout = Layout(2, ["a/x", None, "b/y", "a/z"])
    assert as_seen(layout, {"a/x", "a/z"}) == Layout(2, ["a/x", None, None, "a/z"])
    assert layout.devices == ["a/x", "b/y", "a/z"]


@pytest.mark.parametrize(
    "layout",
    [
        {"columns": 0, "tiles": [None]},
        {"columns": 7, "tiles": [None]},
        {"columns": "2", "tiles": [None]},
        {"columns": 1.5, "tiles": [None]},
        {"columns": 2, "tiles": []},
        {"columns": 6, "tiles": [None] * 37},
        {"columns": 2, "tiles": ["street"]},
        {"columns": 2, "tiles": ["lab-1/street", "lab-1/street"]},
        {"columns": 2, "tiles": [{"device": "lab-1/street"}]},
        {"columns": 2, "tiles": [None], "color": "red"},
        {"tiles": [None]},
    ],
)
def test_what_is_no_layout_is_refused(layout: dict[str, Any]) -> None:
    with pytest.raises(ma.ValidationError):
        LayoutSchema().load(layout)


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a\nb", "a\x00", "\ud800", "x" * 101, 7])
def test_names_are_texts_that_can_be_read(name: object) -> None:
    with pytest.raises(ma.ValidationError):
        NewWallViewSchema().load({"name": name, "layout": {"columns": 1, "tiles": [None]}})


@pytest.mark.parametrize("name", ["a", "Süd & Nord", "x" * 100, "東門"])
def test_and_any_such_text_is_one(name: str) -> None:
    found = NewWallViewSchema().load({"name": name, "layout": {"columns": 6, "tiles": [None] * 36}})
    assert (found["name"], found["shared"]) == (name, False)
