"""What people see of a job's arguments and failures: no secret."""

import pytest

from gateway.jobs.failure_text import LAST_LINES, MOST_CHARACTERS, failure_text
from gateway.jobs.json_value import JSON
from gateway.jobs.shown_arguments import shown_arguments


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"password": "x", "name": "door"}, {"password": "***", "name": "door"}),
        (
            {"rtspPassword": "x", "API_KEY": "y", "apiKey": "z"},
            {"rtspPassword": "***", "API_KEY": "***", "apiKey": "***"},
        ),
        ({"token": None, "passwords": ["x", "y"]}, {"token": None, "passwords": "***"}),
        ({"a": [{"secret": {"deep": 1}}]}, {"a": [{"secret": "***"}]}),
        ({"source": "rtsp://guard:hunter2@gate/1?token=abc"}, {"source": "rtsp://***@gate/1?token=***"}),
        (["rtsp://u:p@h/1", 3, True, None], ["rtsp://***@h/1", 3, True, None]),
        ({"camera_id": "key-1", "keyframes": 3}, {"camera_id": "key-1", "keyframes": 3}),
    ],
)
def test_what_may_be_a_secret_is_not_shown(given: JSON, shown: JSON) -> None:
    assert shown_arguments(given) == shown


TRACE = """Traceback (most recent call last):
  File "/x/site-packages/rq/worker/base.py", line 1552, in perform_job
    return_value = job.perform()
                   ^^^^^^^^^^^^^
  File "/x/site-packages/rq/job.py", line 1428, in _execute
    result = self.func(*self.args, **self.kwargs)
  File "/x/gateway/jobs/entry.py", line 29, in run_job
    return runner.run(task, arguments, progress)
  File "/x/gateway/bootstrap/tasks.py", line 122, in run
    return found.run(WorkerParts(self._parts, progress), arguments)
  File "/x/gateway/cameras/checks.py", line 7, in check
    raise ValueError("rtsp://guard:hunter2@gate/1")
ValueError: rtsp://guard:hunter2@gate/1
"""


def test_a_failure_is_told_from_the_tasks_own_code_on() -> None:
    lines = failure_text(TRACE).splitlines()
    assert len(lines) == 4 and "hunter2" not in failure_text(TRACE)
    assert lines[:2] == [
        "Traceback (most recent call last):",
        '  File "/x/gateway/cameras/checks.py", line 7, in check',
    ]
    assert lines[-1] == "ValueError: rtsp://***@gate/1"


def test_a_failure_is_the_end_of_a_long_trace() -> None:
    lines = [f"line {number}" for number in range(100)]
    assert failure_text("\n".join(lines)).splitlines() == lines[-LAST_LINES:]
    assert len(failure_text("\n".join(["two words " * 40] * 30))) == MOST_CHARACTERS
    assert failure_text("x" * 50_000) == "(50000 characters)"
    assert failure_text("a\0b\n") == "ab"
