"""The one table of words: complete, and without a word that nothing leads to."""

from typing import get_args

import pytest

from gateway.hosts.host_states import HostState
from gateway.hosts.state_words import (
    DEVICE_WORDS,
    Word,
    reports_with,
    word_of_device,
)
from shared.contracts.heartbeat import DeviceReport

STATES = get_args(DeviceReport.model_fields["state"].annotation)
PICTURES = (None, "ok", "frozen", "black")


def test_everything_that_a_host_can_report_has_a_word() -> None:
    assert {state for state, _picture in DEVICE_WORDS} == {*STATES, None}
    assert all((state, picture) in DEVICE_WORDS for state in STATES for picture in PICTURES)


@pytest.mark.parametrize("state", [*STATES, None])
@pytest.mark.parametrize("picture", PICTURES)
def test_of_a_silent_host_nothing_else_is_said(state: str | None, picture: str | None) -> None:
    for host in (HostState.OFFLINE, HostState.REVOKED):
        assert word_of_device(host, state, picture) is Word.HOST_SILENT
    assert word_of_device(HostState.LATE, state, picture) is word_of_device(HostState.ONLINE, state, picture)
    assert word_of_device(HostState.ONLINE, state, picture) is not Word.HOST_SILENT


@pytest.mark.parametrize(
    ("state", "picture", "word"),
    [
        ("live", None, "live"),
        ("live", "ok", "live"),
        ("live", "frozen", "frozen"),
        ("live", "black", "black"),
        ("starting", "black", "starting"),
        ("stalled", "frozen", "stalled"),
        ("backing_off", None, "no source"),
        ("misconfigured", None, "no source"),
        ("stopped", "ok", "stopped"),
        (None, None, "stopped"),
    ],
)
def test_what_a_picture_shows_counts_only_while_there_are_new_ones(
    state: str | None, picture: str | None, word: str
) -> None:
    assert word_of_device(HostState.ONLINE, state, picture) == word


def test_each_word_is_found_by_the_reports_that_make_it() -> None:
    found = [told for word in Word for told in reports_with(word)]
    assert sorted(map(str, found)) == sorted(map(str, DEVICE_WORDS))
    assert [word for word in Word if not reports_with(word)] == [Word.HOST_SILENT]
