"""Readiness: every dependency is tried, and one that hangs holds up nothing for long."""

import threading
import time

from gateway.operation.dependencies import Dependencies


def refuse() -> None:
    raise ConnectionRefusedError("database.internal:5432, user=coldframe")


def test_each_dependency_says_for_itself_whether_it_is_ready() -> None:
    found = Dependencies({"a": lambda: None, "b": refuse}, (OSError,), time.monotonic, 5).findings()
    assert [(finding.name, finding.ready) for finding in found] == [("a", True), ("b", False)]


def test_what_a_stranger_reads_names_no_address_and_no_user() -> None:
    (found,) = Dependencies({"b": refuse}, (OSError,), time.monotonic, 5).findings()
    assert "ConnectionRefusedError" in found.sentence
    assert "internal" not in found.sentence
    assert "user" not in found.sentence


def test_one_that_hangs_is_not_ready_and_does_not_hold_up_the_answer() -> None:
    release = threading.Event()

    def hang() -> None:
        release.wait(30)

    try:
        found = Dependencies(
            {"hangs": hang, "works": lambda: None},
            (OSError,),
            time.monotonic,
            deadline_s=0.05,
        ).findings()
    finally:
        release.set()
    assert [(finding.name, finding.ready) for finding in found] == [("hangs", False), ("works", True)]


def test_what_the_gateway_goes_on_without_is_told_apart() -> None:
    found = Dependencies(
        {"a": lambda: None},
        (OSError,),
        time.monotonic,
        5,
        wanted={"b": refuse, "c": lambda: None, "d": None},
        off="is not set",
    ).findings()
    told = {finding.name: (finding.ready, finding.is_needed, finding.is_off) for finding in found}
    assert told == {
        "a": (True, True, False),
        "b": (False, False, False),
        "c": (True, False, False),
        "d": (True, False, True),
    }
    assert found[-1].sentence == "is not set"


def test_one_that_is_wanted_and_hangs_is_not_taken_for_one_that_is_needed() -> None:
    release = threading.Event()

    def hangs() -> None:
        release.wait(30)

    try:
        (found,) = Dependencies({}, (OSError,), time.monotonic, 0.05, wanted={"hangs": hangs}).findings()
    finally:
        release.set()
    assert (found.ready, found.is_needed) == (False, False)
