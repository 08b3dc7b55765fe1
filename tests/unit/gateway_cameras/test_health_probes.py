"""Where a light question is enough, and where an ffmpeg must open the stream."""

from collections import Counter

import pytest

from gateway.cameras.health_probes import OPENED_EVERY_MINUTES, Question, is_turn_to_open, must_open
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe_failure import StreamProbe

ADDRESS = StreamAddress("rtsp://10.0.0.5/x", "cam", "s3cret")
ITS_TURN = next(minute for minute in range(OPENED_EVERY_MINUTES) if is_turn_to_open("door", minute))


@pytest.mark.parametrize(
    ("status", "trouble", "answer", "minute", "opens"),
    [
        ("live", None, "ok", ITS_TURN + 1, False),
        ("live", None, "ok", ITS_TURN, True),
        # It comes back, or was not well: that pictures come must be seen.
        ("idle", None, "ok", ITS_TURN + 1, True),
        ("offline", "refused", "ok", ITS_TURN + 1, True),
        ("degraded", "few_pictures", "ok", ITS_TURN + 1, True),
        ("degraded", "timeout", "ok", ITS_TURN + 1, True),
        ("live", None, None, ITS_TURN + 1, True),
        # Nobody answers: there is nothing to open.
        ("live", None, "refused", ITS_TURN, False),
        ("live", None, "timeout", ITS_TURN, False),
        ("live", None, "unreachable", ITS_TURN, False),
        ("live", None, "not_allowed", ITS_TURN, False),
        # An answer that sends a person there is looked at twice, once.
        ("live", None, "unauthorised", ITS_TURN + 1, True),
        ("error", "not_found", "unauthorised", ITS_TURN + 1, True),
        ("error", "unauthorised", "unauthorised", ITS_TURN, False),
        ("error", "not_video", "not_video", ITS_TURN, False),
    ],
)
def test_a_stream_is_opened_where_a_light_answer_does_not_say_enough(
    status: str, trouble: str | None, answer: str | None, minute: int, opens: bool
) -> None:
    light = None if answer is None else StreamProbe(answer)
    assert must_open(Question("door", ADDRESS, status, trouble), light, minute) is opens


def test_every_stream_is_opened_once_in_a_while_and_evenly_many_at_a_time() -> None:
    turns = Counter(
        minute
        for n in range(1000)
        for minute in range(OPENED_EVERY_MINUTES)
        if is_turn_to_open(f"cam-{n}", minute)
    )
    assert sum(turns.values()) == 1000
    assert len(turns) == OPENED_EVERY_MINUTES
    assert max(turns.values()) < 1.5 * 1000 / OPENED_EVERY_MINUTES


def test_a_question_does_not_show_its_password() -> None:
    assert "s3cret" not in repr(Question("door", ADDRESS, "live", None))
