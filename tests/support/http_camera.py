"""A camera behind HTTP: each path answers with a stream that ffmpeg makes for that reader, or with a page."""

import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

_CHUNK_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Stream:
    """What ffmpeg makes in real time: `arguments` from the first input to the format, without the target."""

    arguments: Sequence[str]
    content_type: str


@dataclass(frozen=True, slots=True)
class Page:
    """An answer that is no video."""

    status: int = 200
    body: bytes = b"<html><body><h1>Welcome</h1></body></html>" * 40


def pattern(fps: int) -> list[str]:
    return ["-re", "-f", "lavfi", "-i", f"testsrc2=size=320x180:rate={fps}"]


def motion_jpeg(fps: int) -> Stream:
    """Pictures as many cameras send them to a browser: with no times of their own."""
    return Stream(
        [*pattern(fps), "-c:v", "mjpeg", "-q:v", "8", "-f", "mpjpeg", "-boundary_tag", "ffmpeg"],
        "multipart/x-mixed-replace;boundary=ffmpeg",
    )


def transport_stream(fps: int, *, sound: Sequence[str] = ()) -> Stream:
    """H.264 with a key frame a second in MPEG-TS, with `sound` (encoder options) where there are any."""
    listening = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"] if sound else []
    return Stream(
        [
            *(*pattern(fps), *listening, "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"),
            *("-g", str(fps), "-pix_fmt", "yuv420p", *sound, "-muxdelay", "0", "-f", "mpegts"),
        ],
        "video/mp2t",
    )


class HttpCamera:
    """Serves `paths` on a free port of loopback until the end of the block."""

    def __init__(self, paths: Mapping[str, Stream | Page]) -> None:
        self._paths = dict(paths)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str, *, login: str = "") -> str:
        return f"http://{login}127.0.0.1:{self.port}{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        paths = self._paths

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = paths.get(self.path.partition("?")[0], Page(404))
                if isinstance(answer, Page):
                    self.send_response(answer.status)
                    self.send_header("Content-Type", "text/html")
                    self.send_header("Content-Length", str(len(answer.body)))
                    self.end_headers()
                    self.wfile.write(answer.body)
                    return
                self.send_response(200)
                self.send_header("Content-Type", answer.content_type)
                self.end_headers()
                _send(answer, self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base names it so)
                return

        return Handler


def _send(stream: Stream, handler: BaseHTTPRequestHandler) -> None:
    arguments = [
        "ffmpeg",
        "-hide_banner",
        "-nostdin",
        "-v",
        "error",
        *stream.arguments,
        "-flush_packets",
        "1",
    ]
    with subprocess.Popen([*arguments, "pipe:1"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as made:
        assert made.stdout is not None
        try:
            while chunk := made.stdout.read1(_CHUNK_BYTES):  # type: ignore[attr-defined]
                handler.wfile.write(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the reader went
        finally:
            made.kill()
