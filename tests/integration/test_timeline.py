"""The time line of a real ring and a real journal: files are the truth about footage."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from host_agent.journal.facts import AGENT_STARTED, AGENT_STOPPED, DEVICE_ADDED, STATE_CHANGED, Receipt
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from host_agent.timeline.timeline import Timeline, TimelineService
from shared.errors import NotFoundError
from shared.spans import Span, utc_ms
from tests.support.footage import Footage
from tests.support.set_clock import SetClock

BEGIN = datetime(2026, 11, 21, 13, 50, tzinfo=UTC)
DEVICE = "capture1"


class Agent:
    """A ring, a journal and the services that read them, with a clock that a test moves."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock(BEGIN)
        self.store = RingStore(DeviceFolders(folder / "root", DEVICE), self.clock)
        self.store.prepare()
        self.journal = Journal(folder / "state" / "journal.db", self.clock)
        self.footage = Footage(self.store)
        self.service = TimelineService({DEVICE: self.store}, self.journal, self.clock)
        self.run = 1

    def start(self) -> None:
        self.journal.note(AGENT_STARTED, "agent_started", "The agent started.")
        self.journal.note(DEVICE_ADDED, "starting", "The device is in the settings.", device=DEVICE)
        self.state("starting")

    def state(self, code: str) -> None:
        self.journal.note(STATE_CHANGED, code, f"It is {code}.", device=DEVICE)

    def record(self, seconds: int, *, every_s: float = 1.0) -> None:
        """Record while time passes, with a clock pair every 5 s."""
        for second in range(seconds):
            if second % 5 == 0:
                self.journal.note_clock()
            time = SegmentTime(
                len(self.footage.times) + 1, utc_ms(self.clock.now()), 1000, second * 90_000, self.run
            )
            self.footage.publish(time, b"\x47")
            self.clock.pass_time(every_s)

    def wait(self, seconds: int) -> None:
        for _ in range(seconds // 5):
            self.clock.pass_time(5)
            self.journal.note_clock()
        self.clock.pass_time(seconds % 5)

    def timeline(self, from_s: float = 0, to_s: float = 7200) -> Timeline:
        return self.service.timeline(
            DEVICE, Span(BEGIN + timedelta(seconds=from_s), BEGIN + timedelta(seconds=to_s))
        )


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    return Agent(tmp_path)


def seconds(spans: list[Span]) -> list[tuple[float, float]]:
    return [((span.start - BEGIN).total_seconds(), (span.end - BEGIN).total_seconds()) for span in spans]


def gaps(timeline: Timeline) -> list[tuple[str, float, float]]:
    return [(gap.code, *seconds([gap.span])[0]) for gap in timeline.gaps]


def test_footage_across_an_hour_is_one_span_wherever_its_files_lie(agent: Agent) -> None:
    agent.start()
    agent.record(590)
    agent.footage.archive()
    agent.record(60)
    agent.footage.archive(keep_hot=10)
    assert seconds(agent.timeline().recorded) == [(0, 650)]
    assert gaps(agent.timeline()) == []


def test_gaps_of_a_day_of_an_agent_have_their_reasons(agent: Agent) -> None:
    agent.start()
    agent.record(100)
    agent.wait(10)
    agent.state("stalled")
    agent.wait(20)
    agent.state("source_unreachable")
    agent.wait(470)
    agent.run = 2
    agent.record(100)
    agent.state("live")
    agent.journal.note(AGENT_STOPPED, "agent_stopped", "The agent was stopped.")
    agent.clock.pass_time(300)
    agent.start()
    agent.clock.pass_time(2)
    agent.run = 3
    agent.record(100)
    agent.clock.pass_time(1000)
    agent.clock.boot = "boot-2"
    agent.clock.monotonic_s = 20
    agent.start()
    agent.run = 4
    agent.record(50)
    assert gaps(agent.timeline()) == [
        ("stalled", 100, 130),
        ("source_unreachable", 130, 600),
        ("agent_stopped", 700, 1002),
        ("host_down", 1102, 2102),
    ]
    assert seconds(agent.timeline().recorded) == [(0, 100), (600, 700), (1002, 1102), (2102, 2152)]


def test_a_question_about_the_middle_of_an_outage_is_answered(agent: Agent) -> None:
    agent.start()
    agent.record(10)
    agent.clock.pass_time(3 * 3600)
    agent.clock.boot = "boot-2"
    agent.start()
    agent.record(10)
    assert gaps(agent.timeline(4000, 5000)) == [("host_down", 4000, 5000)]


def test_a_line_whose_file_is_gone_is_not_recorded(agent: Agent) -> None:
    agent.start()
    agent.record(100)
    agent.footage.archive(keep_hot=10)
    for number in range(40, 50):
        path = agent.store.find(RingFile(Kind.SEGMENTS, number))
        assert path is not None
        path.unlink()
    assert seconds(agent.timeline(0, 100).recorded) == [(0, 39), (49, 100)]


def test_an_hour_in_the_vault_is_recorded_still(agent: Agent) -> None:
    agent.start()
    agent.record(60)
    agent.footage.archive()
    agent.wait(24 * 3600)
    agent.record(60)
    agent.footage.archive()
    assert agent.store.ring_hour(Kind.SEGMENTS, 13) == Hour.of(agent.clock.now())
    assert seconds(agent.timeline(0, 60).recorded) == [(0, 60)]


def test_a_deleted_hour_is_told_by_its_receipt_and_before_that_by_the_trash(agent: Agent) -> None:
    agent.start()
    agent.record(700)
    agent.footage.archive()
    agent.store.trash_hour(Kind.SEGMENTS, Hour.of(BEGIN), reason="disk_full", at=agent.clock.now())
    assert gaps(agent.timeline(0, 700)) == [("disk_full", 0, 600)]
    shutil.rmtree(agent.store.trash)
    agent.journal.write_receipt(
        Receipt(agent.clock.now(), DEVICE, "segments", str(Hour.of(BEGIN)), 600, 600, "expired")
    )
    assert gaps(agent.timeline(0, 700)) == [("expired", 0, 600)]


def test_a_clock_that_is_set_back_and_ahead_loses_nothing_and_is_told_of(agent: Agent) -> None:
    agent.start()
    agent.record(100)
    agent.clock.set_to(agent.clock.now() - timedelta(seconds=50))
    agent.record(100)
    agent.clock.set_to(agent.clock.now() + timedelta(hours=1))
    agent.record(10)
    assert seconds(agent.timeline().recorded) == [(0, 150), (3750, 3760)]
    assert gaps(agent.timeline()) == [("clock_jumped", 150, 3750)]


def test_a_clock_that_was_a_day_ahead_and_is_right_again_is_told_of(agent: Agent) -> None:
    agent.start()
    agent.record(100)
    agent.clock.set_to(agent.clock.now() + timedelta(days=1))
    agent.record(60)
    agent.clock.set_to(agent.clock.now() - timedelta(days=1))
    agent.record(100)
    assert gaps(agent.timeline()) == [("clock_jumped", 100, 160)]


def test_a_live_device_has_no_gap_at_its_edge_and_a_killed_agent_has(agent: Agent) -> None:
    agent.start()
    agent.record(100)
    agent.clock.pass_time(3)
    assert (gaps(agent.timeline()), agent.timeline().span.end) == ([], BEGIN + timedelta(seconds=100))
    agent.clock.pass_time(60)
    assert gaps(agent.timeline()) == [("agent_crashed", 100, 163)]


def test_a_camera_with_long_segments_is_given_time(agent: Agent) -> None:
    agent.start()
    agent.journal.set_state(DEVICE, "capture", {"keyframe_interval_s": 20})
    agent.record(100)
    agent.wait(40)
    assert gaps(agent.timeline()) == []
    agent.wait(40)
    assert gaps(agent.timeline()) == [("stalled", 100, 180)]


def test_an_unknown_device_is_not_found(agent: Agent) -> None:
    with pytest.raises(NotFoundError, match="no device"):
        agent.service.timeline("nobody", Span(BEGIN, BEGIN))
