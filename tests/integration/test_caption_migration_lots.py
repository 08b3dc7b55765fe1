"""Which job has which camera, kept in a real Redis."""

import itertools
from collections.abc import Iterator, Mapping

import pytest
import redis

from gateway.captions.migration.migration_lots import LOTS, DueJobs, MigrationLots
from gateway.jobs.json_value import JSON


class Queue:
    """Jobs that are put into it are open until they `end`."""

    def __init__(self) -> None:
        self.cameras: dict[str, JSON] = {}
        self._ended: set[str] = set()
        self.tried_later: set[str] = set()

    def enqueue(
        self, task: str, arguments: Mapping[str, JSON], *, job_id: str | None, description: str
    ) -> str:
        assert job_id is not None
        self.cameras[job_id] = arguments["cameras"]
        return job_id

    def is_open(self, job_id: str) -> bool:
        return job_id in self.cameras and job_id not in self._ended

    def is_at_hand(self, job_id: str) -> bool:
        return self.is_open(job_id) and job_id not in self.tried_later

    def end(self, job_id: str) -> None:
        self._ended.add(job_id)


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def lots(client: redis.Redis, queue: Queue) -> MigrationLots:
    numbers = itertools.count(1)
    return MigrationLots(client, queue, lambda: f"job-{next(numbers)}", 2)


def test_a_camera_that_an_open_job_has_is_left_to_it(lots: MigrationLots, queue: Queue) -> None:
    assert lots.start_due(["a", "b", "c"]) == DueJobs(["job-1", "job-2"], [])
    assert lots.start_due(["c", "d", "a", "b"], "trigger") == DueJobs(["job-3"], ["job-2", "job-1"])
    assert queue.cameras == {"job-1": ["a"], "job-2": ["b", "c"], "job-3": ["d"]}


def test_who_asks_for_it_does_not_wait_for_a_job_that_is_tried_again_later(
    lots: MigrationLots, queue: Queue, client: redis.Redis
) -> None:
    lots.start_due(["a", "b"])
    queue.tried_later.add("job-1")
    assert lots.start_due(["a", "b"]) == DueJobs([], ["job-1"])
    assert lots.start_due(["a"], "trigger") == DueJobs(["job-2"], [])
    assert client.hgetall(LOTS) == {b"a": b"job-2", b"b": b"job-1"}


def test_what_an_ended_job_left_is_given_to_another_one(lots: MigrationLots, queue: Queue) -> None:
    lots.start_due(["a", "b", "c"])
    queue.end("job-2")
    assert lots.start_due(["a", "b", "c"]) == DueJobs(["job-3"], ["job-1"])
    assert queue.cameras["job-3"] == ["b", "c"]


def test_a_job_gives_back_its_own_cameras_and_none_of_another_job(
    lots: MigrationLots, queue: Queue, client: redis.Redis
) -> None:
    lots.start_due(["a", "b"])
    queue.end("job-1")
    lots.start_due(["b"])
    lots.give_back(["a", "b"], "job-1")
    assert client.hgetall(LOTS) == {b"b": b"job-2"}
    lots.give_back([], "job-2")
    lots.give_back(["b"], "job-2")
    assert client.hlen(LOTS) == 0
