"""What holds for all captions, however they are cut into batches."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.captions.caption import Caption
from gateway.captions.deduplication.similarity import Saying
from gateway.captions.merging import Rules
from tests.support.merged_graph import MergedGraph

TEXTS = (
    "a dog",
    "dogs",
    "red truck near gate",
    "red truck near the open gate",
    "no dog",
    "camera view",
    "Camera view.",
    "man in fields",
    "man working in agricultural field",
)
EMBEDDINGS = (None, (1.0, 0.0), (0.99, 0.05), (0.0, 1.0), (1.0, 0.0, 0.0))
RULES = st.builds(
    Rules,
    similarity_threshold=st.sampled_from((0.5, 0.95, 1.0)),
    min_duration_s=st.sampled_from((0.0, 60.0)),
    max_duration_s=st.sampled_from((0.5, 60.0, 300.0)),
)


@st.composite
def captions(draw: st.DrawFn) -> list[Caption]:
    """Of one camera, in order of time; some at the same time, none twice."""
    found: dict[tuple[int, str], Caption] = {}
    taken: set[int] = set()
    ms = 1_761_739_200_000
    for step, text, embedding in draw(
        st.lists(
            st.tuples(
                st.sampled_from((0, 1, 500, 30_000, 60_000, 299_999, 300_001)),
                st.sampled_from(TEXTS),
                st.sampled_from(EMBEDDINGS),
            ),
            max_size=24,
        )
    ):
        ms += step
        if (ms, text) not in found:
            found[ms, text] = Caption("cam", ms, text, embedding, further=ms in taken)
            taken.add(ms)
    return list(found.values())


def counted(graph: MergedGraph) -> Counter[tuple[int, str]]:
    """How often each caption is in the graph."""
    return Counter(
        (frame.ms, event.variants[frame.variant]) for event in graph.events for frame in event.frames
    )


def each_once(given: list[Caption]) -> Counter[tuple[int, str]]:
    return Counter({(caption.captured_ms, caption.text) for caption in given})


@given(captions(), RULES, st.data())
@settings(max_examples=300)
def test_any_cut_gives_the_same_events(given: list[Caption], rules: Rules, data: st.DataObject) -> None:
    whole, cut = MergedGraph(), MergedGraph()
    whole.merge(given, rules)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(given)))) | {0, len(given)})
    for first, end in pairwise(cuts):
        cut.merge(given[first:end], rules)
    assert cut.events == whole.events


@given(captions(), RULES)
def test_every_caption_is_in_exactly_one_event_and_none_is_dropped(
    given: list[Caption], rules: Rules
) -> None:
    graph = MergedGraph()
    graph.merge(given, rules)
    assert counted(graph) == each_once(given)


@given(captions(), RULES, st.data())
def test_in_whatever_order_they_come_none_is_lost_or_doubled(
    given: list[Caption], rules: Rules, data: st.DataObject
) -> None:
    graph = MergedGraph()
    left = data.draw(st.permutations(given))
    left += data.draw(st.lists(st.sampled_from(given), max_size=5)) if given else []
    taken = late = repeated = 0
    while left:
        size = data.draw(st.integers(1, len(left)))
        found = graph.merge(left[:size], rules)
        taken += found.read
        late += found.late
        repeated += found.repeated
        left = left[size:]
    assert counted(graph) == each_once(given)
    assert taken == len(given) + repeated
    assert late <= len(given)
    assert all(event.duration_seconds <= rules.max_duration_s for event in graph.events)


@given(captions(), RULES)
def test_no_event_is_longer_than_its_limit_and_all_are_in_order(given: list[Caption], rules: Rules) -> None:
    graph = MergedGraph()
    graph.merge(given, rules)
    for event in graph.events:
        assert event.duration_seconds <= rules.max_duration_s
        assert event.brief == (event.duration_seconds < rules.min_duration_s)
        assert [frame.ms for frame in event.frames] == sorted(frame.ms for frame in event.frames)
        assert event.caption == event.variants[0]
        assert len(set(event.variants)) == len(event.variants)
    for one, following in pairwise(graph.events):
        # Of those that begin in one millisecond the names are in order, and any of them may be the one that
        # goes on.
        assert one.end_ms <= following.start_ms or one.start_ms == following.start_ms


@given(captions(), RULES)
def test_neighbours_in_one_event_say_the_same_and_a_new_one_begins_for_a_reason(
    given: list[Caption], rules: Rules
) -> None:
    graph = MergedGraph()
    graph.merge(given, rules)
    of_event = {
        (frame.ms, event.variants[frame.variant]): event for event in graph.events for frame in event.frames
    }
    for one, following in pairwise(given):
        event = of_event[one.captured_ms, one.text]
        same = event is of_event[following.captured_ms, following.text]
        alike = Saying(one.text, one.embedding).is_similar(
            Saying(following.text, following.embedding), rules.similarity_threshold
        )
        fits = following.captured_ms - event.start_ms <= rules.max_duration_s * 1000
        assert same == (alike and fits)


@given(captions(), st.sampled_from((0.5, 60.0, 300.0)))
@settings(max_examples=50)
def test_threshold_one_merges_only_what_is_equal(given: list[Caption], max_duration_s: float) -> None:
    graph = MergedGraph()
    graph.merge(given, Rules(similarity_threshold=1.0, max_duration_s=max_duration_s, min_duration_s=0))
    for event in graph.events:
        sayings = [Saying(variant) for variant in event.variants]
        assert len({saying.content or saying.words for saying in sayings}) == 1
