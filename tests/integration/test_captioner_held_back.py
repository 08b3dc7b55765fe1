"""What the gateway does not take: captions stay in the box, and keep no others there; or embeddings go."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from host_agent.captioner.held_back import FUTURE_PAUSE_S, REPORTED_WITHIN_S
from host_agent.captioner.outbox import Outbox, Waiting
from host_agent.captioner.sender import SEND_EVERY_S, CaptionSender, Target
from shared.contracts.captions import CaptionReport, CaptionReports, CaptionsTaken
from shared.spans import utc_ms
from tests.support.captioner_stand import KeepingGateway
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
HOUR_S = 3600.0
MOST_AHEAD_S = 60.0
# Captions that are sent at once.
AT_ONCE = 10


class Box:
    """A sender and its box, on clocks that are set. `gateway_at`: what the gateway's clock shows."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock(NOW)
        self.gateway = KeepingGateway()
        self.gateway.refuses = self._refuses
        self.gateway_at = NOW
        self.unknown: set[str] = set()
        self.outbox = Outbox(folder)
        self.sender = CaptionSender(
            self.outbox,
            self.gateway,
            lambda: Target("http://gateway/captions", "credential"),
            lambda: 0.0,
            self.clock,
            structlog.get_logger(),
        )

    def _refuses(self, report: CaptionReport) -> str:
        if report.device in self.unknown:
            return "unknown_device"
        latest = self.gateway_at + timedelta(seconds=MOST_AHEAD_S)
        return "in_the_future" if report.captured_utc_ms > utc_ms(latest) else ""

    def add(self, device: str, count: int, *, ahead_s: float = 0.0) -> None:
        """Captions of the seconds from `ahead_s` after now on."""
        for second in range(count):
            at_ms = utc_ms(self.clock.now() + timedelta(seconds=ahead_s + second))
            self.outbox.add(Waiting(device, at_ms, f"{device} {at_ms}", None, "m", ""), at_ms)

    def pass_time(self, seconds: float) -> None:
        self.clock.pass_time(seconds)
        self.gateway_at += timedelta(seconds=seconds)

    def send(self) -> None:
        """Until there is nothing to do for a while."""
        for _step in range(100):
            if self.sender.step():
                return
        raise AssertionError("it never pauses")

    def kept(self, device: str) -> int:
        return len(self.gateway.texts(device))


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Box:
    monkeypatch.setattr("host_agent.captioner.sender.MOST_CAPTIONS", AT_ONCE)
    return Box(tmp_path)


def test_captions_that_waited_for_hours_are_not_given_up_at_the_first_refusal_of_their_device(
    box: Box,
) -> None:
    box.unknown = {"new"}
    box.add("new", 15, ahead_s=-3 * HOUR_S)
    box.send()
    assert (box.outbox.count(), box.sender.state.refused) == (15, 0)
    box.pass_time(REPORTED_WITHIN_S - 1)
    box.send()
    box.unknown = set()
    box.pass_time(SEND_EVERY_S)
    box.send()
    assert (box.kept("new"), box.outbox.count(), box.sender.state.refused) == (15, 0, 0)


def test_a_device_that_is_waited_for_keeps_captions_of_no_other_in_the_box(box: Box) -> None:
    box.unknown = {"new"}
    box.add("new", 2 * AT_ONCE, ahead_s=-3 * HOUR_S)
    box.add("old", 3)
    box.send()
    assert (box.kept("old"), box.outbox.count()) == (3, 2 * AT_ONCE)
    # Until it is asked about again nothing is sent of it.
    deliveries = len(box.gateway.deliveries)
    box.send()
    assert len(box.gateway.deliveries) == deliveries


def test_a_device_that_is_never_heard_of_is_given_up_and_waited_for_when_it_comes_again(box: Box) -> None:
    box.unknown = {"strange"}
    box.add("strange", 10, ahead_s=-3 * HOUR_S)
    for _time in range(4):
        box.send()
        assert box.outbox.count() == 10
        box.pass_time(REPORTED_WITHIN_S / 4)
    box.send()
    assert (box.outbox.count(), box.sender.state.refused) == (0, 10)
    box.add("strange", 5)
    box.send()
    assert (box.outbox.count(), box.sender.state.refused) == (0, 15), "it is not waited for all the time"
    box.pass_time(HOUR_S)
    box.add("strange", 5)
    box.send()
    assert box.outbox.count() == 5, "a device of that name is another one an hour later"
    box.pass_time(SEND_EVERY_S)
    box.unknown = set()
    box.send()
    assert (box.outbox.count(), box.kept("strange")) == (0, 5)


def test_a_device_that_was_known_meanwhile_is_waited_for_as_long_as_a_new_one(box: Box) -> None:
    box.unknown = {"new"}
    box.add("new", 1)
    box.send()
    box.unknown = set()
    box.pass_time(REPORTED_WITHIN_S - 2 * SEND_EVERY_S)
    box.send()
    box.unknown = {"new"}
    box.add("new", 1)
    box.send()
    box.pass_time(3 * SEND_EVERY_S)
    box.send()
    assert (box.kept("new"), box.outbox.count(), box.sender.state.refused) == (1, 1, 0)


def test_other_settings_begin_the_time_anew(box: Box) -> None:
    box.unknown = {"new"}
    box.add("new", 1)
    box.send()
    for quarter in range(4):
        box.pass_time(REPORTED_WITHIN_S / 4)
        if quarter < 3:
            box.send()
    box.sender.wake()
    box.send()
    assert box.outbox.count() == 1
    asked = len(box.gateway.deliveries)
    box.sender.wake()
    box.send()
    assert len(box.gateway.deliveries) == asked + 1, "what failed may not fail again: asked at once"


def test_captions_of_a_clock_that_is_ahead_arrive_when_their_time_has_come(box: Box) -> None:
    box.gateway_at = NOW - timedelta(minutes=10)
    box.add("cam", 30)
    box.send()
    state = box.sender.state
    assert (box.outbox.count(), state.refused, state.code) == (30, 0, "in_the_future")
    assert "clock" in state.sentence and state.remedy
    asked = len(box.gateway.deliveries)
    box.pass_time(FUTURE_PAUSE_S / 2)
    box.send()
    assert len(box.gateway.deliveries) == asked, "it is not asked all the time"
    box.pass_time(FUTURE_PAUSE_S / 2)
    box.send()
    assert len(box.gateway.deliveries) == asked + 1 and box.outbox.count() == 30
    for _minute in range(11):
        box.pass_time(FUTURE_PAUSE_S)
        box.send()
    assert (box.kept("cam"), box.outbox.count(), box.sender.state.refused) == (30, 0, 0)
    assert box.sender.state.code == ""


def test_what_a_wrong_clock_left_in_the_box_holds_up_nothing_and_is_told_all_the_time(box: Box) -> None:
    box.add("cam", 2 * AT_ONCE, ahead_s=365 * 24 * HOUR_S)
    for minute in range(5):
        box.add("cam", 3, ahead_s=-10)
        box.send()
        assert box.kept("cam") == 3 * (minute + 1)
        assert box.sender.state.code == "in_the_future"
        box.pass_time(FUTURE_PAUSE_S)
    assert box.outbox.count() == 2 * AT_ONCE


def test_once_the_clock_of_the_gateway_is_set_right_nothing_waits(box: Box) -> None:
    box.gateway_at = NOW - timedelta(days=1)
    box.add("cam", 30, ahead_s=-30)
    box.send()
    assert box.outbox.count() == 30
    box.gateway_at = NOW
    box.pass_time(FUTURE_PAUSE_S)
    box.send()
    assert (box.kept("cam"), box.outbox.count(), box.sender.state.code) == (30, 0, "")


def test_once_the_clock_of_the_gateway_is_set_right_hours_of_captions_go_at_once(box: Box) -> None:
    box.gateway_at = NOW - timedelta(days=1)
    for minute in range(3 * AT_ONCE):
        box.add("cam", 1, ahead_s=-3 * HOUR_S + 300.0 * minute)
    box.send()
    box.gateway_at = NOW
    box.pass_time(FUTURE_PAUSE_S)
    box.send()
    box.send()
    assert (box.kept("cam"), box.outbox.count()) == (3 * AT_ONCE, 0)


def test_embeddings_that_the_gateway_did_not_keep_are_counted_and_said_once(box: Box) -> None:
    take = box.gateway.captions

    def captions(url: str, credential: str, reports: CaptionReports) -> CaptionsTaken:
        dropped = [{"device": "cam", "count": len(reports.captions), "sentence": "384 numbers, please."}]
        taken = take(url, credential, reports)
        return CaptionsTaken.model_validate({**taken.model_dump(), "embeddings_dropped": dropped})

    box.gateway.captions = captions  # type: ignore[method-assign]
    with capture_logs() as logs:
        for count in (2, 3):
            box.add("cam", count)
            box.send()
    state = box.sender.state
    assert (state.sent, state.embeddings_dropped, state.code) == (5, 5, "")
    [said] = [line for line in logs if line["event"] == "caption_embeddings_dropped"]
    assert (said["device"], said["sentence"]) == ("cam", "384 numbers, please.")
