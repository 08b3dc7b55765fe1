"""Which bytes a Range header asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.byte_range import ByteRange, UnsatisfiableRangeError, parse_range


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, None),
        ("", None),
        ("bytes=0-", (0, 1000)),
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 20)),
        ("bytes=990-5000", (990, 1000)),
        ("bytes=-1", (999, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("bytes=0-" + "9" * 5000, (0, 1000)),
        ("bytes=000000000000000000000000000001-2", (1, 3)),
        # What is no valid single range of bytes is ignored (RFC 9110, 14.2).
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=5-2", None),
        ("bytes=0-1,5-6", None),
        ("bytes=１-２", None),
        ("bytes=-1-2", None),
        ("items=0-5", None),
        ("0-5", None),
    ],
)
def test_a_range_header_asks_for_these_bytes_of_a_thousand(
    header: str | None, wanted: tuple[int, int] | None
) -> None:
    assert parse_range(header, 1000) == (None if wanted is None else ByteRange(*wanted))


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0", f"bytes={'9' * 5000}-"])
def test_bytes_beyond_the_end_are_refused(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        parse_range(header, 1000)


@given(st.text(max_size=40), st.integers(0, 10_000))
def test_no_header_asks_for_bytes_that_the_file_does_not_have(text: str, size: int) -> None:
    try:
        part = parse_range("bytes=" + text, size)
    except UnsatisfiableRangeError:
        return
    assert part is None or 0 <= part.start < part.stop <= size
