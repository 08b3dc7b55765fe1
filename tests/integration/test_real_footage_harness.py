"""The tools that judge real footage find what is wrong with it, on real footage from the relay."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from deploy.local.rtsp_relay import RtspRelay
from shared.spans import from_utc_ms, iso_ms
from tests.support.footage_check import (
    Footage,
    date_faults,
    jumps,
    listed_footage,
    missing_faults,
    number_faults,
    true_spans,
)
from tests.support.footage_decoder import decode, read_jpeg
from tests.support.playlist_check import Listed, playlist_faults, read_playlist
from tests.support.publisher import Publisher, PublisherOptions, publishing

SEGMENTS = 10
MEDIA_RATE = 1.02


class Recording:
    """What a plain ffmpeg recorded of a camera whose clock is 2 % fast."""

    def __init__(self, folder: Path, publisher: Publisher) -> None:
        self.folder = folder
        self.playlist = folder / "list.m3u8"
        self.publisher = publisher

    def footage(self, text: str) -> Footage:
        def read(segment: Listed) -> bytes:
            return (self.folder / segment.uri).read_bytes()

        return listed_footage(read_playlist(text), read)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    folder = tmp_path_factory.mktemp("recording")
    with RtspRelay(folder, names=["cam1"]) as relay:
        options = PublisherOptions(
            url=relay.url("pub/cam1"), sent_log=str(folder / "sent.csv"), media_rate=MEDIA_RATE
        )
        with publishing(options) as publisher:
            found = Recording(folder, publisher)
            _record(relay.url("cam1"), found.playlist)
            yield found


def _record(url: str, playlist: Path) -> None:
    recorder = subprocess.Popen(
        [
            *("ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-rtsp_transport", "tcp", "-i", url),
            *("-c", "copy", "-muxdelay", "0", "-muxpreload", "0", "-f", "hls", "-hls_time", "0.9"),
            *("-hls_list_size", "0", "-hls_flags", "temp_file+program_date_time", str(playlist)),
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 40
        while not playlist.exists() or len(read_playlist(playlist.read_text()).segments) < SEGMENTS:
            assert time.monotonic() < until, "ffmpeg recorded too little"
            time.sleep(0.1)
    finally:
        recorder.send_signal(signal.SIGINT)
        recorder.wait(10)


def _pieces(text: str) -> tuple[str, list[str]]:
    """A playlist's head, and the lines of each segment."""
    head, *pieces = text.replace("#EXT-X-ENDLIST\n", "").split("#EXTINF")
    return head, [f"#EXTINF{piece}" for piece in pieces]


def test_every_picture_that_was_sent_is_found_in_a_recording(recording: Recording) -> None:
    footage = recording.footage(recording.playlist.read_text())
    sent = [sent.stamp for sent in recording.publisher.sent()]
    assert footage.faults == []
    assert number_faults(footage.stamps) == []
    assert jumps(footage.stamps) == []
    first, last = footage.stamps[0].number, footage.stamps[-1].number
    assert footage.stamps == [stamp for stamp in sent if first <= stamp.number <= last]
    assert missing_faults(footage.stamps, sent, true_spans(footage.stamps)) == []
    assert playlist_faults(recording.playlist.read_text()) == []


def test_the_relay_keeps_the_cameras_own_clock(recording: Recording) -> None:
    decoded = decode(["-i", str(recording.playlist)])
    assert decoded.complaints == []
    # The first picture of an RTSP stream has no timestamp, and ffmpeg makes one up.
    first, last = decoded.pictures[2], decoded.pictures[-1]
    assert first.stamp is not None
    assert last.stamp is not None
    true_s = (last.stamp.wall_ms - first.stamp.wall_ms) / 1000
    assert (last.media_s - first.media_s) / true_s == pytest.approx(MEDIA_RATE, abs=0.002)


def test_a_segment_that_is_left_out_is_noticed(recording: Recording) -> None:
    head, pieces = _pieces(recording.playlist.read_text())
    footage = recording.footage(head + "".join(pieces[:4] + pieces[5:]))
    sent = [sent.stamp for sent in recording.publisher.sent()]
    assert len(jumps(footage.stamps)) == 1
    whole = recording.footage(head + "".join(pieces))
    assert missing_faults(footage.stamps, sent, true_spans(whole.stamps))


def test_a_segment_that_comes_twice_is_noticed(recording: Recording) -> None:
    head, pieces = _pieces(recording.playlist.read_text())
    footage = recording.footage(head + "".join(pieces[:5] + pieces[4:]))
    assert number_faults(footage.stamps)


@pytest.mark.parametrize(("off_ms", "wrong"), [(400, set()), (600, {"list5.ts"}), (-600, {"list5.ts"})])
def test_a_segment_with_a_wrong_date_is_noticed(recording: Recording, off_ms: int, wrong: set[str]) -> None:
    text = recording.playlist.read_text()
    begins: dict[str, int] = {}
    for picture in recording.footage(text).pictures:
        begins.setdefault(picture.where, picture.stamp.wall_ms)
    head, pieces = _pieces(text)
    dated = head
    for piece in pieces:
        extinf, _date, name = piece.splitlines()
        begin = from_utc_ms(begins[name] + (off_ms if name == "list5.ts" else 0))
        dated += f"{extinf}\n#EXT-X-PROGRAM-DATE-TIME:{iso_ms(begin)}\n{name}\n"
    footage = recording.footage(dated)
    assert {picture.where for picture in footage.pictures if date_faults([picture])} == wrong


def test_a_torn_segment_is_noticed(recording: Recording, tmp_path: Path) -> None:
    for segment in recording.folder.glob("list*.ts"):
        content = segment.read_bytes()
        (tmp_path / segment.name).write_bytes(
            content[: len(content) // 2] if segment.stem == "list5" else content
        )
    torn = Recording(tmp_path, recording.publisher)
    assert torn.footage(recording.playlist.read_text()).faults


@pytest.mark.parametrize("width", [640, 320, 160])
def test_the_clock_is_read_from_jpegs_of_any_size(recording: Recording, tmp_path: Path, width: int) -> None:
    subprocess.run(
        [
            *("ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-i", str(recording.playlist)),
            *("-vf", f"scale={width}:-2", "-q:v", "6", "-frames:v", "100", str(tmp_path / "%03d.jpg")),
        ],
        check=True,
    )
    stamps = [read_jpeg(path) for path in sorted(tmp_path.glob("*.jpg"))]
    numbers = [stamp.number for stamp in stamps if stamp is not None]
    assert len(numbers) == 100
    assert numbers == sorted(set(numbers))


def test_a_torn_jpeg_and_one_without_a_clock_are_not_read(tmp_path: Path) -> None:
    whole, torn = tmp_path / "whole.jpg", tmp_path / "torn.jpg"
    Image.new("L", (640, 360), 90).save(whole)
    assert read_jpeg(whole) is None
    torn.write_bytes(whole.read_bytes()[:-200])
    with pytest.raises(OSError, match="truncated"):
        read_jpeg(torn)
