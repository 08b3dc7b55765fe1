"""Fetches the newest pictures of watched devices from one host, for all viewers of all processes."""

from concurrent.futures import Future, ThreadPoolExecutor

import redis
import structlog

from gateway.hosts.host_client import HostClient
from gateway.wall.frames.host_frames import HOST_FRAMES_TYPE, HostFrames, parse_host_frames
from gateway.wall.frames.pace import rest_after
from gateway.wall.frames.shared_pictures import RUNNING_S, SharedPictures
from shared.clock import Clock
from shared.errors import ColdframeError, NotFoundError, UpstreamError

_PATH = "/api/host/frames"
ANSWER_WITHIN_S = 5.0
LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
_THREADS = 32
# Begun later than this the lease might end before the answer is here.
_LATEST_BEGIN_S = RUNNING_S - ANSWER_WITHIN_S - 1.0
_PROMPT_S = 0.05
# Hosts take request lines of 8 KiB; what does not fit is left to the next time, or sent once more.
_LONGEST_NAMES = 3000
_LONGEST_CURSOR = 4500


class HostFetcher:
    """Asks hosts on threads of its own: a viewer may go before the answer is here. To be closed.

    Whoever calls `begin` has the host's lease; when the request is over, it ends after the host's rest.
    """

    def __init__(
        self, shared: SharedPictures, client: HostClient, clock: Clock, *, threads: int = _THREADS
    ) -> None:
        self._shared = shared
        self._client = client
        self._clock = clock
        self._workers = ThreadPoolExecutor(threads, "wall")

    def close(self) -> None:
        """Begin nothing more."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def begin(self, host: str, token: str, known: frozenset[str]) -> "Future[None]":
        """Fetch from `host`. `known`: the devices that it has, by its last report; it refuses to answer at
        all where one is named that it does not have."""
        claimed_s = self._clock.monotonic()
        fetching = self._workers.submit(self._fetch, host, token, known, claimed_s)
        fetching.add_done_callback(_report_defect)
        return fetching

    def _fetch(self, host: str, token: str, known: frozenset[str], claimed_s: float) -> None:
        begun_s = self._clock.monotonic()
        rest_s = 0.0
        try:
            if begun_s - claimed_s < _LATEST_BEGIN_S:
                failures = self._ask(host, known)
                now_s = self._clock.monotonic()
                # From when it was claimed, or each turn would come a little later than a second after the
                # last and drift away from viewers who ask once a second.
                from_s = begun_s if begun_s - claimed_s > _PROMPT_S else claimed_s
                rest_s = rest_after(now_s - begun_s, failures) - (now_s - from_s)
            self._shared.rest(host, token, rest_s)
        except redis.RedisError as error:
            # The lease ends by itself; viewers are told by what they ask of Redis themselves.
            structlog.get_logger().warning("wall_not_stored", host=host, error=str(error))

    def _ask(self, host: str, known: frozenset[str]) -> int:
        """Ask once, store what comes; return how many requests have failed in a row."""
        wanted = self._shared.wanted(host, self._clock.now().timestamp())
        devices = _that_fit([device for device in wanted.devices if device in known])
        if not devices:
            return 0
        begun_s = self._clock.monotonic()
        try:
            found = self._frames(host, [] if wanted.is_all else devices, wanted.cursor)
        except NotFoundError:
            # A device has gone, and its host's last report named it still: for a while nothing is named.
            self._shared.ask_for_all(host)
            return 0
        except ColdframeError as error:
            return self._failed(host, error)
        pictures = {device: found.pictures[device] for device in devices if device in found.pictures}
        cursor = "" if wanted.is_all else found.cursor
        self._shared.put(host, pictures, cursor, self._clock.monotonic() - begun_s)
        return 0

    def _frames(self, host: str, devices: list[str], cursor: str) -> HostFrames:
        params = {"devices": ",".join(devices)} if devices else {}
        if 0 < len(cursor) <= _LONGEST_CURSOR:
            params["after"] = cursor
        answer = self._client.get_bytes(
            host, _PATH, params=params, timeout_s=ANSWER_WITHIN_S, max_bytes=LARGEST_ANSWER_BYTES
        )
        if answer.content_type != HOST_FRAMES_TYPE:
            raise UpstreamError(
                f"Host {host} answers with nonsense: no pictures.",
                remedy="Check that its public_url leads to its agent, and the agent's version.",
            )
        return parse_host_frames(host, answer.body)

    def _failed(self, host: str, error: ColdframeError) -> int:
        failures = self._shared.note_failure(host)
        if failures == 1:
            structlog.get_logger().warning("wall_host_fails", host=host, code=error.code, error=error.message)
        return failures


def _that_fit(devices: list[str]) -> list[str]:
    """As many as an address holds; which come first changes with who looks."""
    fitting: list[str] = []
    length = 0
    for device in devices:
        length += len(device) + 3  # a comma is three characters in an address
        if length > _LONGEST_NAMES:
            break
        fitting.append(device)
    return fitting


def _report_defect(fetching: "Future[None]") -> None:
    """Nobody may be waiting for it any more."""
    error = None if fetching.cancelled() else fetching.exception()
    if error is not None:
        structlog.get_logger().error("wall_defect", exc_info=error)
