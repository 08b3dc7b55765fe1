from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from host_agent.frames.jpeg_facts import JpegFacts, picture_size, read_jpeg_facts


def jpeg(width: int, height: int, *, progressive: bool = False) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, height), (90, 120, 30)).save(buffer, "JPEG", progressive=progressive)
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(1, 1), (320, 180), (4096, 2160)])
@pytest.mark.parametrize("progressive", [False, True])
def test_size_is_read_without_decoding(tmp_path: Path, size: tuple[int, int], progressive: bool) -> None:
    data = jpeg(*size, progressive=progressive)
    (tmp_path / "a.jpg").write_bytes(data)
    assert read_jpeg_facts(tmp_path / "a.jpg") == JpegFacts(*size, len(data))


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\xff\xd8\xff\xd9",
        jpeg(320, 180)[:-1],
        jpeg(320, 180)[: len(jpeg(320, 180)) // 2],
        b"\0" * 5000,
        b"G" + jpeg(320, 180)[1:],
    ],
)
def test_a_torn_or_empty_file_is_recognised(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(broken)
    assert read_jpeg_facts(tmp_path / "a.jpg") is None


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    picture_size(b"\xff\xd8\xff" + data)
