"""What there is of each host for a viewer: from this process's last look, from Redis, or from the host."""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from dataclasses import dataclass

from gateway.hosts.host_status import HostStatus
from gateway.wall.frames.fetching import HostFetcher
from gateway.wall.frames.pace import LONGEST_WAIT_S, WORTH_WAITING_FOR_REST_S, is_worth_waiting
from gateway.wall.frames.shared_pictures import WANTED_S, HostShelf, SharedPictures
from shared.clock import Clock

# Something new comes once a second at most: for so long one look does for all viewers of this process.
SEEN_FOR_S = 0.1
# That a device is looked at is noted so often at least.
_NOTED_FOR_S = WANTED_S / 4
# Between two looks whether another process has what it is fetching.
_LOOK_EVERY_S = 0.03


@dataclass(frozen=True, slots=True)
class _Seen:
    """A look at Redis. `noted_s`: when it was noted of each device that somebody looks at it."""

    at_s: float
    shelf: HostShelf
    noted_s: Mapping[str, float]

    def does_for(self, devices: Collection[str], now_s: float) -> bool:
        return now_s - self.at_s < SEEN_FOR_S and all(
            now_s - self.noted_s.get(device, -_NOTED_FOR_S) < _NOTED_FOR_S for device in devices
        )


class Shelves:
    """Safe to be used by many threads. `new_token`: a text that nobody else has."""

    def __init__(
        self, shared: SharedPictures, fetcher: HostFetcher, clock: Clock, new_token: Callable[[], str]
    ) -> None:
        self._shared = shared
        self._fetcher = fetcher
        self._clock = clock
        self._new_token = new_token
        self._lock = threading.Lock()
        self._seen: dict[str, _Seen] = {}

    def look(
        self, watched: Mapping[str, Sequence[str]], statuses: Mapping[str, HostStatus]
    ) -> dict[str, HostShelf]:
        """What is there of each host (`watched`: devices by host), after a short wait for what is being
        fetched. Who comes first after a host's rest has it fetched; silent hosts are not asked and cost
        nothing. Raises redis.RedisError."""
        now_s = self._clock.monotonic()
        with self._lock:
            seen = {host: self._seen[host] for host in watched if host in self._seen}
        shelves = {host: one.shelf for host, one in seen.items() if one.does_for(watched[host], now_s)}
        unseen = {host: devices for host, devices in watched.items() if host not in shelves}
        if unseen:
            found = self._looked_up(unseen, statuses)
            self._remember(unseen, found, seen)
            shelves.update(found)
        return shelves

    def _looked_up(
        self, watched: Mapping[str, Sequence[str]], statuses: Mapping[str, HostStatus]
    ) -> dict[str, HostShelf]:
        heard = {host for host in watched if not statuses[host].is_silent}
        token = self._new_token()
        shelves = self._shared.look(watched, heard, token, self._clock.now().timestamp())
        soon = {
            host: watched[host]
            for host in heard
            if 0 < shelves[host].rest_left_s <= WORTH_WAITING_FOR_REST_S
            and is_worth_waiting(shelves[host].last)
        }
        if soon:
            # A little more, since Redis counts in whole milliseconds.
            time.sleep(max(shelves[host].rest_left_s for host in soon) + 0.001)
            shelves.update(self._shared.look(soon, heard, token, self._clock.now().timestamp()))
        until_s = self._clock.monotonic() + LONGEST_WAIT_S
        begun: dict[str, Future[None]] = {
            host: self._fetcher.begin(host, token, frozenset(statuses[host].devices))
            for host, shelf in shelves.items()
            if shelf.is_claimed
        }
        awaited = [
            host
            for host, shelf in shelves.items()
            if (shelf.is_claimed or shelf.is_running) and is_worth_waiting(shelf.last)
        ]
        wait_for([begun[host] for host in awaited if host in begun], LONGEST_WAIT_S)
        while awaited:
            shelves.update(self._shared.look_again(awaited))
            awaited = [host for host in awaited if shelves[host].is_running and host not in begun]
            if self._clock.monotonic() >= until_s:
                break
            if awaited:
                time.sleep(_LOOK_EVERY_S)
        return shelves

    def _remember(
        self,
        watched: Mapping[str, Sequence[str]],
        shelves: Mapping[str, HostShelf],
        before: Mapping[str, _Seen],
    ) -> None:
        now_s = self._clock.monotonic()
        with self._lock:
            for host, shelf in shelves.items():
                if shelf.is_claimed or shelf.is_running:
                    # Something is on its way: who comes next looks again.
                    self._seen.pop(host, None)
                    continue
                kept = before[host].noted_s.items() if host in before else ()
                noted_s = {device: at_s for device, at_s in kept if now_s - at_s < _NOTED_FOR_S}
                noted_s.update(dict.fromkeys(watched[host], now_s))
                self._seen[host] = _Seen(now_s, shelf, noted_s)
