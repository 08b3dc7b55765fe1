"""The newest pictures of many devices for one viewer, each host asked once for all of them."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for

from gateway.catalogue.device import Device, Scope
from gateway.catalogue.full_names import FullName
from gateway.catalogue.repository import Catalogue
from gateway.hosts.fleet_reports import FleetReports, HostStatus
from gateway.hosts.host_list import sentence_of
from gateway.wall.frames.cursor import Cursor, device_key, encode_cursor, next_cursor
from gateway.wall.frames.fetching import HostFetcher
from gateway.wall.frames.frames_answer import UNKNOWN, Tile, encode_frames
from gateway.wall.frames.held_pictures import HeldPictures
from gateway.wall.frames.pace import LONGEST_WAIT_S, STALE_AFTER_S, age_s, is_worth_waiting
from gateway.wall.frames.picture import Picture
from gateway.wall.frames.shared_pictures import HostShelf, SharedPictures
from shared.clock import Clock
from shared.spans import utc_ms

MOST_DEVICES = 100
# Between two looks whether another process has what it is fetching.
_LOOK_EVERY_S = 0.03


class WallFrames:
    """Safe to be used by many threads. `new_token`: a text that nobody else has."""

    def __init__(
        self,
        catalogue: Catalogue,
        reports: FleetReports,
        shared: SharedPictures,
        fetcher: HostFetcher,
        clock: Clock,
        new_token: Callable[[], str],
    ) -> None:
        self._catalogue = catalogue
        self._reports = reports
        self._shared = shared
        self._fetcher = fetcher
        self._clock = clock
        self._new_token = new_token
        self._held = HeldPictures()

    def frames(self, names: Sequence[FullName], cursor: Cursor, scope: Scope) -> bytes:
        """The binary answer: a tile for each name, with the pictures that `cursor` does not have.

        A device that is not there, or not in `scope`, has a tile that says so: one that was removed does not
        darken a wall of others. Raises redis.RedisError where Redis is away.
        """
        devices = {(one.host, one.name): one for one in self._catalogue.devices_named(names, scope)}
        statuses = self._reports.reports({host for host, _ in devices})
        watched: dict[str, list[str]] = {}
        for host, name in devices:
            if host in statuses:
                watched.setdefault(host, []).append(name)
        shelves = self._shelves(watched, statuses)
        pictures = self._pictures(shelves, watched, cursor)
        tiles = [
            self._tile(devices[name], statuses[name[0]], shelves[name[0]], pictures.get(name))
            if name in devices and name[0] in shelves
            else _unknown(name)
            for name in names
        ]
        sent = [
            (device_key(name), tile.number)
            for name, tile in zip(names, tiles, strict=True)
            if tile.number is not None
        ]
        return encode_frames(tiles, encode_cursor(next_cursor(sent, cursor)))

    # -- what there is -----------------------------------------------------------------------

    def _shelves(
        self, watched: Mapping[str, Sequence[str]], statuses: Mapping[str, HostStatus]
    ) -> dict[str, HostShelf]:
        """What is there of each host, after a short wait for what is being fetched. Silent hosts cost
        nothing: they are not asked."""
        if not watched:
            return {}
        heard = [host for host in watched if not statuses[host].is_silent]
        token = self._new_token()
        shelves = self._shared.look(watched, heard, token, self._clock.now().timestamp())
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
        own = [begun[host] for host in awaited if host in begun]
        wait_for(own, max(0.0, until_s - self._clock.monotonic()))
        while awaited:
            again = self._shared.look_again(awaited)
            shelves.update(again)
            awaited = [host for host in awaited if again[host].is_running and host not in begun]
            if self._clock.monotonic() >= until_s:
                break
            if awaited:
                time.sleep(_LOOK_EVERY_S)
        return shelves

    def _pictures(
        self, shelves: Mapping[str, HostShelf], watched: Mapping[str, Sequence[str]], cursor: Cursor
    ) -> dict[FullName, Picture]:
        """The pictures that the viewer does not have."""
        found: dict[FullName, Picture] = {}
        needed: dict[str, list[str]] = {}
        for host, names in watched.items():
            for name in names:
                facts = shelves[host].facts.get(name)
                if facts is None or cursor.get(device_key((host, name))) == facts.number:
                    continue
                held = self._held.get((host, name), facts)
                if held is None:
                    needed.setdefault(host, []).append(name)
                else:
                    found[host, name] = held
        if needed:
            read = self._shared.pictures(needed)
            for key, picture in read.items():
                self._held.put(key, picture)
            found.update(read)
            for host, names in needed.items():
                if any((host, name) not in read for name in names):
                    self._shared.forget(host)
        return found

    def _tile(self, device: Device, status: HostStatus, shelf: HostShelf, picture: Picture | None) -> Tile:
        state, sentence = _state(device, status)
        word = status.word(device.name).value
        facts = shelf.facts.get(device.name) if picture is None else picture.facts
        if facts is None:
            return Tile(device.full_name, word, state, sentence)
        old_s = age_s(facts.taken_utc_ms, utc_ms(self._clock.now()), status.clock_offset_s or 0.0)
        return Tile(
            device.full_name,
            word,
            state,
            sentence,
            number=facts.number,
            taken_utc_ms=facts.taken_utc_ms,
            age_s=old_s,
            is_stale=status.is_silent or old_s > STALE_AFTER_S,
            jpeg=b"" if picture is None else picture.jpeg,
        )


def _state(device: Device, status: HostStatus) -> tuple[str, str]:
    """State and sentence of a device, as its host reported them last while it is heard."""
    if status.is_silent:
        return UNKNOWN, f"The host {status.host}: {sentence_of(status)}"
    told = status.devices.get(device.name)
    if told is None:
        return UNKNOWN, f"The host {status.host} does not have this device any more."
    return told.state, told.sentence


def _unknown(name: FullName) -> Tile:
    """The same for a device that is not there and for one that the viewer may not see."""
    return Tile("/".join(name), UNKNOWN, UNKNOWN, f"There is no device {'/'.join(name)}.")
