"""Many cameras on loopback in one thread: some send Motion JPEG, some accept and never answer."""

import asyncio
import io
import threading
from types import TracebackType
from typing import Self

from PIL import Image

_BOUNDARY = "frame"
_HEAD = (
    "HTTP/1.1 200 OK\r\nConnection: close\r\n"
    f"Content-Type: multipart/x-mixed-replace;boundary={_BOUNDARY}\r\n\r\n"
).encode()
_EVERY_S = 0.05


class CameraCrowd:
    """`answering_port`: any path is a camera of 20 pictures a second. `hanging_port`: none answers.

    `asked`: how often a camera was connected to, by port. `most_at_once`: connections to hanging ones.
    """

    def __init__(self) -> None:
        self.answering_port = self.hanging_port = 0
        self.asked = {"answering": 0, "hanging": 0}
        self.most_at_once = 0
        self._held = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera-crowd", daemon=True)
        made = io.BytesIO()
        Image.new("RGB", (64, 48), (200, 80, 20)).save(made, "JPEG")
        picture = made.getvalue()
        part = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
        self._part = part.encode() + picture + b"\r\n"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        answering = await asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=512)
        hanging = await asyncio.start_server(self._hang, "127.0.0.1", 0, backlog=512)
        self.answering_port = answering.sockets[0].getsockname()[1]
        self.hanging_port = hanging.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopped.wait()
        for server in (answering, hanging):
            server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked["answering"] += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_HEAD)
            while True:
                writer.write(self._part)
                await writer.drain()
                await asyncio.sleep(_EVERY_S)
        except (EOFError, ConnectionError):
            pass
        finally:
            writer.transport.abort()

    async def _hang(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked["hanging"] += 1
        self._held += 1
        self.most_at_once = max(self.most_at_once, self._held)
        try:
            while await reader.read(4096):
                pass
        except ConnectionError:
            pass
        finally:
            self._held -= 1
            writer.transport.abort()
