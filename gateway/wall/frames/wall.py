"""The newest pictures of many devices for one viewer, each host asked once for all of them."""

from collections.abc import Callable, Mapping, Sequence

from gateway.catalogue.device import Device, Scope
from gateway.catalogue.full_names import FullName
from gateway.catalogue.repository import Catalogue
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.host_list import sentence_of
from gateway.hosts.host_status import HostStatus
from gateway.wall.frames.cursor import Cursor, device_key, encode_cursor, next_cursor
from gateway.wall.frames.fetching import HostFetcher
from gateway.wall.frames.frames_answer import UNKNOWN, Tile, encode_frames
from gateway.wall.frames.held_pictures import HeldPictures
from gateway.wall.frames.pace import STALE_AFTER_S, age_s
from gateway.wall.frames.picture import Picture
from gateway.wall.frames.remembered import Remembered
from gateway.wall.frames.shared_pictures import HostShelf, SharedPictures
from gateway.wall.frames.shelves import Shelves
from shared.clock import Clock
from shared.spans import utc_ms

MOST_DEVICES = 100
Devices = Mapping[FullName, Device]

# Names, groups and states change seldom; a wall is looked at once a second by each viewer.
_REMEMBERED_S = 1.0


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
        self._clock = clock
        self._shelves = Shelves(shared, fetcher, clock, new_token)
        self._held = HeldPictures()
        self._devices: Remembered[tuple[tuple[FullName, ...], Scope], Devices] = Remembered(
            _REMEMBERED_S, clock.monotonic
        )
        self._statuses: Remembered[frozenset[str], Mapping[str, HostStatus]] = Remembered(
            _REMEMBERED_S, clock.monotonic
        )

    def frames(self, names: Sequence[FullName], cursor: Cursor, scope: Scope) -> bytes:
        """The binary answer: a tile for each name, with the pictures that `cursor` does not have.

        A device that is not there, or not in `scope`, has a tile that says so: one that was removed does not
        darken a wall of others. Raises redis.RedisError where Redis is away.
        """
        devices = self._devices.get((tuple(names), scope), lambda: self._found(names, scope))
        hosts = frozenset(host for host, _ in devices)
        statuses = self._statuses.get(hosts, lambda: self._reports.reports(hosts))
        watched: dict[str, list[str]] = {}
        for host, name in devices:
            if host in statuses:
                watched.setdefault(host, []).append(name)
        shelves = self._shelves.look(watched, statuses)
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

    def _found(self, names: Sequence[FullName], scope: Scope) -> Devices:
        return {(one.host, one.name): one for one in self._catalogue.devices_named(names, scope)}

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
        return UNKNOWN, f"Host {status.host} is silent. {sentence_of(status)}"
    told = status.devices.get(device.name)
    if told is None:
        return UNKNOWN, f"The host {status.host} does not have this device any more."
    return told.state, told.sentence


def _unknown(name: FullName) -> Tile:
    """The same for a device that is not there and for one that the viewer may not see."""
    return Tile("/".join(name), UNKNOWN, UNKNOWN, f"There is no device {'/'.join(name)}.")
