"""A small OpenAI-compatible server on loopback: answers about pictures and texts, misbehaves as told."""

import base64
import json
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.loopback_http import LoopbackHttp

# Writes an answer of its own.
Behaviour = Callable[[BaseHTTPRequestHandler], None]
KEY = "sk-the-key-of-tests"
VISION_MODEL, EMBEDDING_MODEL = "seeing", "comparing"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a picture."""

    model: str
    prompt: str
    jpeg: bytes
    at_s: float


class OpenAiServer(LoopbackHttp):
    """Serves until the end of the block: `/v1/models`, `/v1/chat/completions`, `/v1/embeddings`.

    `text`: what the model sees. `before`: what happens to the next questions instead of being answered, one
    each; `always`: what happens to all of them. `takes_s`: how long the model thinks about a picture.
    `most_at_once`: the most pictures that it thought about at the same time.
    """

    def __init__(self, *, key: str = KEY, context: ssl.SSLContext | None = None) -> None:
        self.key = key
        super().__init__(context)
        self.text: Callable[[Asked], str] = lambda asked: f"A picture of {len(asked.jpeg)} bytes."
        self.embedding: Callable[[str], list[Any]] = lambda text: [float(len(text)), 1.0, 0.5]
        self.takes_s: Callable[[Asked], float] = lambda _asked: 0.0
        self.before: deque[Behaviour] = deque()
        self.always: Behaviour | None = None
        self.asked: list[Asked] = []
        self.embedded: list[str] = []
        self.requests = 0
        self.most_at_once = 0
        self._at_once = 0

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    # -- handling ----------------------------------------------------------------------------

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                with served._lock:
                    served._connections.add(self.connection)

            def finish(self) -> None:
                with served._lock:
                    served._connections.discard(self.connection)
                with suppress(OSError):
                    super().finish()

            def do_POST(self) -> None:
                with suppress(OSError):  # who asked has had enough
                    served._handle(self)

            def do_GET(self) -> None:
                with suppress(OSError):
                    served._handle(self)

            def log_message(self, *_words: object) -> None:
                pass

        return Handler

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", "0")))
        with self._lock:
            self.requests += 1
            behaviour = self.before.popleft() if self.before else self.always
        if behaviour is not None:
            behaviour(request)
            return
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            send_json(
                request, 401, {"error": {"message": f"Incorrect API key: {self.key}", "code": "invalid"}}
            )
            return
        if request.path == "/v1/models":
            models = [{"id": name, "object": "model"} for name in (VISION_MODEL, EMBEDDING_MODEL)]
            send_json(request, 200, {"object": "list", "data": models})
        elif request.path == "/v1/chat/completions":
            self._chat(request, json.loads(body))
        elif request.path == "/v1/embeddings":
            self._embed(request, json.loads(body))
        else:
            send_json(request, 404, {"error": {"message": "Not Found"}})

    def _chat(self, request: BaseHTTPRequestHandler, question: dict[str, Any]) -> None:
        prompt, picture = question["messages"][0]["content"]
        head, _, encoded = picture["image_url"]["url"].partition(",")
        assert head == "data:image/jpeg;base64", head
        asked = Asked(question["model"], prompt["text"], base64.b64decode(encoded), time.monotonic())
        if asked.model != VISION_MODEL:
            error = {"message": f"The model `{asked.model}` does not exist.", "code": "model_not_found"}
            send_json(request, 404, {"error": error})
            return
        with self._lock:
            self.asked.append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            time.sleep(self.takes_s(asked))
            message = {"role": "assistant", "content": self.text(asked)}
        finally:
            with self._lock:
                self._at_once -= 1
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        send_json(request, 200, {"object": "chat.completion", "choices": [choice]})

    def _embed(self, request: BaseHTTPRequestHandler, question: dict[str, Any]) -> None:
        assert question["model"] == EMBEDDING_MODEL
        with self._lock:
            self.embedded.append(question["input"])
        found = {"object": "embedding", "index": 0, "embedding": self.embedding(question["input"])}
        send_json(request, 200, {"object": "list", "data": [found]})


def send_json(request: BaseHTTPRequestHandler, status: int, answer: object, **headers: str) -> None:
    send(request, status, json.dumps(answer).encode(), **headers)


def send(request: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """`headers`: with _ for -."""
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def answers(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answers like this whatever is asked."""
    return lambda request: send(request, status, body, **headers)


def answers_text(content: object) -> Behaviour:
    """A chat completion with this content."""
    choices = [{"index": 0, "message": {"role": "assistant", "content": content}}]
    return lambda request: send_json(request, 200, {"choices": choices})


def trickles(seconds: float) -> Behaviour:
    """Sends a byte now and then, and never all."""

    def behave(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            request.wfile.write(b" ")
            time.sleep(0.05)

    return behave


def hangs_up(request: BaseHTTPRequestHandler) -> None:
    """No answer at all."""
    request.connection.shutdown(socket.SHUT_RDWR)
