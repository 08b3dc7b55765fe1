"""What the publisher hands to ffmpeg, and what it remembers of what it sent."""

from pathlib import Path

from tests.support.burnt_clock import Stamp
from tests.support.publisher import PublisherOptions, Sent, encoder_command, read_sent
from tests.support.raw_matroska import picture_head, stream_head


def test_a_line_that_is_still_being_written_is_not_read(tmp_path: Path) -> None:
    log = tmp_path / "sent.csv"
    assert read_sent(log) == []
    log.write_text("1,1795248430689,0\n2,1795248430729,40\n3,17952484")
    assert read_sent(log) == [Sent(Stamp(1, 1795248430689), 0), Sent(Stamp(2, 1795248430729), 40)]


def test_key_frames_come_at_the_wanted_distances_in_turn() -> None:
    options = PublisherOptions(url="pipe:1", sent_log="sent.csv", gop_s=(1.0, 4.0))
    command = encoder_command(options)
    assert "if(eq(mod(n_forced-1,2),0),1.0,4.0)" in command[command.index("-force_key_frames") + 1]


def test_the_size_of_a_cluster_covers_its_picture() -> None:
    head = picture_head(1.5, 345_600)
    cluster_bytes = int.from_bytes(head[4:12], "big") & (1 << 56) - 1
    assert len(head) - 12 + 345_600 == cluster_bytes
    assert (15_000).to_bytes(8, "big") in head


def test_the_head_of_a_stream_names_the_size_of_its_pictures() -> None:
    head = stream_head(640, 360, 25)
    assert head.startswith(bytes.fromhex("1A45DFA3"))
    assert b"matroska" in head
    assert b"\xb0" + (1 << 56 | 8).to_bytes(8, "big") + (640).to_bytes(8, "big") in head
