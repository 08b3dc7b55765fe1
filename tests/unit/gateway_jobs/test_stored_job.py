"""Jobs as they lie in Redis."""

import json
import pickle
from typing import Any

import pytest
from redis import Redis
from rq.exceptions import DeserializationError
from rq.serializers import PickleSerializer

from gateway.jobs.stored_job import ENTRY, JsonSerializer, StoredJob

NOWHERE: Any = Redis(port=1)


def job_of(data: bytes) -> StoredJob:
    job = StoredJob("one", NOWHERE)
    job.data = data
    return job


def call(
    name: str = ENTRY, instance: object = None, args: object = ("t", {}), kwargs: object = None
) -> bytes:
    return json.dumps([name, instance, args, kwargs or {}]).encode()


def test_a_job_of_ours_has_a_task_and_arguments() -> None:
    job = job_of(call(args=("cameras.health", {"id": 7})))
    assert (job.task, job.arguments) == ("cameras.health", {"id": 7})


def test_whatever_serializer_is_asked_for_it_is_json() -> None:
    for asked in (None, PickleSerializer, "pickle"):
        assert StoredJob("one", NOWHERE, serializer=asked).serializer is JsonSerializer


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps((ENTRY, None, ("t", {}), {})),
        b"",
        b"{}",
        b"[1]",
        call("os.system"),
        call(instance="x"),
        call(args=("t",)),
        call(args=(7, {})),
        call(args=("t", [])),
        call(kwargs={"more": 1}),
    ],
)
def test_any_other_job_is_refused_and_names_no_function(data: bytes) -> None:
    job = job_of(data)
    with pytest.raises(DeserializationError):
        _ = job.task
    with pytest.raises(DeserializationError):
        _ = job.func
    assert job.task_or_unknown == "unknown" and job.get_call_string() is None


def test_what_is_no_json_is_not_stored() -> None:
    with pytest.raises(TypeError):
        JsonSerializer.dumps({"a": object()})
    assert JsonSerializer.loads(JsonSerializer.dumps({"a": [1, None, "ü"]})) == {"a": [1, None, "ü"]}
    assert JsonSerializer.loads(JsonSerializer.dumps({"unserialized": b"abc"})) == {
        "unserialized": "<3 bytes that are no JSON>"
    }
