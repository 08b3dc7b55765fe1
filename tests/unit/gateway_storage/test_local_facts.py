"""What belongs to which content, whenever a crash came between the two files."""

import pytest

from gateway.storage.local_facts import UNKNOWN_TYPE, Facts, encode_facts, facts_of, parse_facts

OLD = Facts(5, 1_000, "image/png", {"camera": "Tür"})
NEW = Facts(7, 2_000, "image/jpeg", {})


def test_facts_come_back_as_they_were_written_and_those_before_with_them() -> None:
    assert parse_facts(encode_facts(NEW, [OLD])) == [NEW, OLD]
    assert parse_facts(encode_facts(NEW, [OLD, OLD, OLD])) == [NEW, OLD]


def test_content_that_was_not_replaced_yet_still_has_its_own() -> None:
    versions = parse_facts(encode_facts(NEW, [OLD]))
    assert facts_of(5, 1_000, versions) == OLD
    assert facts_of(7, 2_000, versions) == NEW


def test_after_a_backup_that_rounds_times_the_size_tells() -> None:
    assert facts_of(5, 0, [NEW, OLD]) == OLD


@pytest.mark.parametrize("versions", [[], [NEW]])
def test_content_that_nobody_described_is_of_no_known_type(versions: list[Facts]) -> None:
    assert facts_of(9, 3_000, versions) == Facts(9, 3_000, UNKNOWN_TYPE, {})


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '[{"size_bytes": "x"}]', "null", b"\xff\xfe"])
def test_a_file_that_says_nothing_is_read_as_nothing(text: str | bytes) -> None:
    assert parse_facts(text) == []
