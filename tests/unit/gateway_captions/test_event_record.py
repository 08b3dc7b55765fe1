"""An event as the graph keeps it, and back."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.event import Event, EventFrame
from gateway.captions.graph.event_record import event_of, last_of, row_of

TEXTS = st.text(max_size=30)
FRAMES = st.lists(
    st.builds(EventFrame, st.integers(min_value=0, max_value=10**13), st.integers(min_value=0, max_value=3)),
    min_size=1,
    max_size=5,
)
EVENTS = st.builds(
    Event,
    event_id=TEXTS,
    camera_id=TEXTS,
    caption=TEXTS,
    variants=st.lists(TEXTS, min_size=1, max_size=4).map(tuple),
    frames=FRAMES.map(lambda frames: tuple(sorted(frames, key=lambda frame: frame.ms))),
    brief=st.booleans(),
    embedding=st.none() | st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=4).map(tuple),
    model=TEXTS,
    frame=TEXTS,
)


@given(EVENTS)
def test_what_is_written_of_an_event_is_read_again(event: Event) -> None:
    kept = {**row_of(event), "camera_id": event.camera_id}
    if event.embedding is not None:
        kept["embedding"] = list(event.embedding)
    assert event_of(kept) == event


def test_a_camera_that_merged_nothing_has_no_last_caption() -> None:
    assert last_of("cam_1", {"camera_id": "cam_1"}) is None
