"""A camera for tests: pictures made in real time, each with its number and its time burnt in.

Run as a process of its own (`python -m tests.support.publisher OPTIONS_AS_JSON`), so that neither a
busy test nor a stopped reader moves the times at which pictures are taken. Pictures are stamped when
they are due, and queue as stamps while the stream cannot take them: after a stall they come in a
burst, with the times at which they were really taken, as from a camera that buffers.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO

from tests.support.burnt_clock import BandPainter, Stamp
from tests.support.raw_matroska import picture_head, stream_head

PROJECT = Path(__file__).parents[2]
STANDARD_OUTPUT = "pipe:1"
_QUEUE_S = 120.0  # what a camera's buffer holds; a stall that is longer loses the oldest pictures
_STOP_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class PublisherOptions:
    """What the camera is like.

    `url`: where to publish (`rtsp://…`), or `pipe:1` for MPEG-TS on standard output.
    `sent_log`: gets one line a picture, when it is handed to the encoder.
    `gop_s`: distances of key frames, taken in turn. `media_rate`: seconds that the camera's own
    clock advances in a true second (1.02: 2 % fast; pictures come at 25.5 fps and are dated 1/25 s
    apart). `clock_offset_s` is added to the burnt wall clock, for an agent that runs with one.
    """

    url: str
    sent_log: str
    fps: float = 25.0
    width: int = 640
    height: int = 360
    bitrate_kbps: int = 500
    gop_s: tuple[float, ...] = (1.0,)
    media_rate: float = 1.0
    first_number: int = 1
    clock_offset_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Sent:
    """One picture that was handed to the encoder: `media_ms` is its time on the camera's own clock."""

    stamp: Stamp
    media_ms: int


def read_sent(log: Path) -> list[Sent]:
    """What a publisher has sent so far, in order; a line that is still being written is left out."""
    if not log.exists():
        return []
    whole = log.read_text().rpartition("\n")[0]
    return [
        Sent(Stamp(number, wall_ms), media_ms)
        for number, wall_ms, media_ms in (map(int, line.split(",")) for line in whole.splitlines())
    ]


class Publisher:
    """Runs one camera, and the next one in its place after it was killed."""

    def __init__(self, options: PublisherOptions) -> None:
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def options(self) -> PublisherOptions:
        return self._options

    @property
    def is_started(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def output(self) -> IO[bytes]:
        """The stream, where it goes to standard output; whoever reads it closes it."""
        output = self._running().stdout
        assert output is not None, "only a publisher to pipe:1 has an output"
        return output

    def start(self) -> None:
        """Begin, or go on after `kill` or `stop` with the next number."""
        assert self._process is None, "already started"
        sent = self.sent()
        first = sent[-1].stamp.number + 1 if sent else self._options.first_number
        options = replace(self._options, first_number=first)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.publisher", json.dumps(asdict(options))],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if options.url == STANDARD_OUTPUT else subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    def pause(self) -> None:
        """Take no pictures until `resume`; the camera's clock goes on."""
        self._tell("pause")

    def resume(self) -> None:
        self._tell("resume")

    def kill(self) -> None:
        """As a power cut does: camera and encoder are gone at once."""
        process = self._running()
        os.killpg(process.pid, signal.SIGKILL)
        self._gone(process)

    def stop(self) -> None:
        """Let the encoder finish what it was given."""
        process = self._running()
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        self._gone(process)

    def sent(self) -> list[Sent]:
        return read_sent(Path(self._options.sent_log))

    def wait_until_sending(self, *, deadline_s: float = 15.0) -> None:
        """Raises AssertionError with the encoder's own words where nothing is sent in time."""
        before = len(self.sent())
        until = time.monotonic() + deadline_s
        while len(self.sent()) <= before + 5:
            process = self._running()
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"{self._options.url}: nothing is sent: {self._words()}")
            time.sleep(0.05)

    @property
    def _log(self) -> Path:
        return Path(self._options.sent_log).with_suffix(".log")

    def _words(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process

    def _tell(self, command: str) -> None:
        pipe = self._running().stdin
        assert pipe is not None
        pipe.write(f"{command}\n".encode())
        pipe.flush()

    def _gone(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        self._process = None


@contextmanager
def publishing(options: PublisherOptions) -> Iterator[Publisher]:
    """A publisher that sends, and is gone at the end of the block."""
    publisher = Publisher(options)
    publisher.start()
    try:
        publisher.wait_until_sending()
        yield publisher
    finally:
        if publisher.is_started:
            publisher.stop()


# -- the process itself ------------------------------------------------------------------------------


def encoder_command(options: PublisherOptions) -> list[str]:
    """ffmpeg's command: raw pictures with their own times in, H.264 with these times out."""
    gops = options.gop_s
    distance = str(gops[-1])
    for index in range(len(gops) - 2, -1, -1):
        # The n-th forced key frame is followed by the n-th distance, in turn.
        distance = f"if(eq(mod(n_forced-1,{len(gops)}),{index}),{gops[index]},{distance})"
    half_a_picture = 0.5 / options.fps
    key_frames = f"expr:if(eq(n_forced,0),1,gte(t,prev_forced_t+{distance}-{half_a_picture:.4f}))"
    target = (
        # Tables only before key frames, where they always come.
        [
            "-f",
            "mpegts",
            "-muxdelay",
            "0",
            "-pat_period",
            "3600",
            "-sdt_period",
            "3600",
            "-flush_packets",
            "1",
        ]
        if options.url == STANDARD_OUTPUT
        else ["-f", "rtsp", "-rtsp_transport", "tcp"]
    )
    return [
        *("ffmpeg", "-hide_banner", "-nostdin", "-v", "warning"),
        *("-probesize", "32", "-analyzeduration", "0"),
        *("-f", "matroska", "-i", "pipe:0"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-threads", "1"),
        *("-b:v", f"{options.bitrate_kbps}k", "-maxrate", f"{options.bitrate_kbps}k"),
        *("-bufsize", f"{options.bitrate_kbps}k", "-g", "100000", "-sc_threshold", "0"),
        *("-force_key_frames", key_frames, "-fps_mode", "passthrough", "-enc_time_base", "1/90000"),
        *target,
        options.url,
    ]


@dataclass
class _Camera:
    """Takes pictures when they are due (one thread), and writes them as the stream takes them (another)."""

    options: PublisherOptions
    paused: bool = False
    ended: bool = False
    taken: deque[tuple[Stamp, float]] = field(default_factory=deque)
    more: threading.Condition = field(default_factory=threading.Condition)

    def take_pictures(self) -> None:
        options = self.options
        interval_s = 1 / (options.fps * options.media_rate)
        most = int(_QUEUE_S / interval_s)
        started = time.monotonic()
        number = options.first_number
        due = started
        while not self.ended:
            time.sleep(max(0.0, due - time.monotonic()))
            due = max(due + interval_s, time.monotonic() - 1.0)  # a machine that slept skips pictures
            if self.paused:
                continue
            media_s = (time.monotonic() - started) * options.media_rate
            wall_ms = int((time.time() + options.clock_offset_s) * 1000)
            with self.more:
                if len(self.taken) >= most:
                    self.taken.popleft()
                self.taken.append((Stamp(number, wall_ms), media_s))
                self.more.notify()
            number += 1

    def write_pictures(self, stream: int, log: IO[str]) -> None:
        options = self.options
        painter = BandPainter(options.width, options.height)
        scene = _Scene(options.width, options.height - painter.lines)
        chroma = bytes([128]) * (options.width * options.height // 2)
        size = options.width * options.height + len(chroma)
        _write_all(stream, [stream_head(options.width, options.height, options.fps)])
        while True:
            with self.more:
                self.more.wait_for(lambda: self.taken or self.ended)
                if not self.taken:
                    return
                stamp, media_s = self.taken.popleft()
            picture: list[bytes | memoryview] = [
                picture_head(media_s, size),
                painter.paint(stamp),
                scene.luma(stamp.number),
                chroma,
            ]
            _write_all(stream, picture)
            log.write(f"{stamp.number},{stamp.wall_ms},{round(media_s * 1000)}\n")
            log.flush()

    def end(self) -> None:
        with self.more:
            self.ended = True
            self.more.notify_all()


class _Scene:
    """A textured plane that moves up and down: bytes made once, a picture is a window on them."""

    def __init__(self, width: int, height: int) -> None:
        chance = random.Random(width * height)
        grain = bytes(chance.randrange(64) for _ in range(width * 61))
        lines = []
        for line in range(height * 2):
            begin = line % 61 * width
            lift = 40 + line * 100 // (height * 2)
            shade = bytes(min(255, lift + value) for value in range(256))
            lines.append(grain[begin : begin + width].translate(shade))
        self._plane = memoryview(b"".join(lines))
        self._width, self._height = width, height

    def luma(self, number: int) -> memoryview:
        at = number * 2 % (self._height * 2)
        top = at if at < self._height else self._height * 2 - at
        return self._plane[top * self._width : (top + self._height) * self._width]


def _write_all(stream: int, parts: Sequence[bytes | memoryview]) -> None:
    written = os.writev(stream, parts)
    rest = memoryview(b"".join(parts))[written:] if written < sum(map(len, parts)) else memoryview(b"")
    while rest:
        rest = rest[os.write(stream, rest) :]


def _main(options: PublisherOptions) -> int:
    camera = _Camera(options)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: camera.end())
    encoder = subprocess.Popen(encoder_command(options), stdin=subprocess.PIPE)
    assert encoder.stdin is not None

    def obey() -> None:
        for line in sys.stdin:
            camera.paused = line.strip() == "pause"
        camera.end()  # whoever started this process is gone, or wants an end

    threading.Thread(target=obey, daemon=True).start()
    taking = threading.Thread(target=camera.take_pictures, daemon=True)
    taking.start()
    try:
        with Path(options.sent_log).open("a") as log:
            camera.write_pictures(encoder.stdin.fileno(), log)
    except BrokenPipeError:
        camera.end()
        print("the encoder ended", file=sys.stderr)
    encoder.stdin.close()
    return encoder.wait()


if __name__ == "__main__":
    read = json.loads(sys.argv[1])
    read["gop_s"] = tuple(read["gop_s"])
    sys.exit(_main(PublisherOptions(**read)))
