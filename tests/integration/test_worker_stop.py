"""A worker that is asked to end does so at once, whatever it is at and however Redis is."""

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis, RedisError
from rq.exceptions import StopRequested

from deploy.local.redis import PrivateRedis
from gateway.bootstrap.worker import build_worker, patient_redis
from gateway.jobs.keys import QUEUES, RECOVERY_LOCK
from gateway.jobs.recovery import Recovery
from gateway.jobs.worker import JobWorker
from gateway.settings import GatewaySettings
from tests.support.servers import fleeting_redis

# One command that is tried again for as long as a restart of Redis may take would take 30 s.
AT_ONCE_S = 10.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivateRedis]:
    """A Redis that may be killed."""
    with fleeting_redis(tmp_path / "redis") as made:
        yield made


@pytest.fixture
def worker(server: PrivateRedis) -> Iterator[JobWorker]:
    """A worker with nothing to do; the signal handlers of this process are put back afterwards."""
    settings = GatewaySettings.model_validate({"redis": {"url": server.url()}})
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    made = build_worker(settings, patient_redis(settings), QUEUES)
    made.register_birth()  # type: ignore[no-untyped-call]
    yield made
    made.connection.close()
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_it_does_not_wait_for_redis_to_tidy_up(
    worker: JobWorker, server: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signal comes in the middle of its look at what others left behind, which holds a lock."""

    def interrupted(_recovery: Recovery) -> bool:
        server.kill()
        worker.request_stop(signal.SIGTERM, None)
        raise AssertionError("it goes on")

    monkeypatch.setattr(Recovery, "_redis_is_fresh", interrupted)
    before = time.monotonic()
    with pytest.raises((StopRequested, RedisError)):
        worker.clean_registries()
    worker.teardown()
    assert time.monotonic() - before < AT_ONCE_S


def test_it_tidies_up_where_redis_is_there(
    worker: JobWorker, server: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_recovery: Recovery) -> bool:
        assert redis.exists(RECOVERY_LOCK)
        worker.request_stop(signal.SIGTERM, None)
        raise AssertionError("it goes on")

    redis = Redis.from_url(server.url())
    monkeypatch.setattr(Recovery, "_redis_is_fresh", interrupted)
    with pytest.raises(StopRequested):
        worker.clean_registries()
    worker.teardown()
    assert not redis.exists(RECOVERY_LOCK)
    redis.close()


def test_a_stop_that_something_kept_to_itself_is_heard_at_the_next_sign_of_life(worker: JobWorker) -> None:
    worker.heartbeat()
    with suppress(StopRequested):
        worker.request_stop(signal.SIGTERM, None)
    with pytest.raises(StopRequested):
        worker.heartbeat()
    worker.teardown()


def test_a_worker_with_a_job_is_not_interrupted(worker: JobWorker) -> None:
    worker.set_state("busy")
    worker.request_stop(signal.SIGTERM, None)
    worker.heartbeat()
    assert worker.asked_to_stop
    worker.teardown()
