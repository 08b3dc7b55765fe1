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
