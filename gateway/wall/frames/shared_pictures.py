"""The newest pictures of watched devices in Redis, and whose turn it is to fetch them.

Of each host, with `{host}` as the slot of a cluster:

- `wall:{host}:lease` a string, there while no further request to the host may begin: `running` and who runs
  it, then `resting` until the pause is over;
- `wall:{host}:facts` a hash: of each device number and time of its picture; `#cursor` of the host's last
  answer, `#took_ms` how long it took, `#failures` in a row;
- `wall:{host}:jpegs` a hash: of each device number, time and JPEG;
- `wall:{host}:wanted` a sorted set: devices by when somebody looked at them last;
- `wall:{host}:all` there while the host is to be asked for all of its devices.

All expire when nobody looks any more. Facts and JPEGs are written together and expire together, so that what
the host's cursor says is here is here.
"""

import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import redis

from gateway.wall.frames.pace import LastFetch
from gateway.wall.frames.picture import Picture, PictureFacts

# The last picture of a host that has died is there for as long as somebody looks once in this time.
KEPT_S = 3600
# A device that nobody has looked at for so long is not fetched; a wall asks once a second.
WANTED_S = 10.0
_WANTED_KEPT_S = 60
_ALL_KEPT_S = 15
# A fetch that takes longer has died with its process.
RUNNING_S = 10.0
_CURSOR, _TOOK, _FAILURES = b"#cursor", b"#took_ms", b"#failures"
_RUNNING = b"running "
_HEAD = struct.Struct(">QQ")
# Of a lease that is not ours any more nothing is changed. KEYS: lease; ARGV: running…, milliseconds.
_REST = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('SET', KEYS[1], 'resting', 'PX', ARGV[2])
end
return false
"""


@dataclass(frozen=True, slots=True)
class HostShelf:
    """What is there of a host. `is_claimed`: it is the caller's turn to fetch; `is_running`: somebody else
    does just now. `rest_left_s`: until the host may be asked again; 0: its rest is over, or was not looked
    at."""

    is_claimed: bool = False
    is_running: bool = False
    rest_left_s: float = 0.0
    last: LastFetch = field(default_factory=LastFetch)
    facts: Mapping[str, PictureFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`devices`: those that somebody looks at, the latest first. `cursor`: of the host's last answer.
    `is_all`: it must be asked for all of its devices, without naming any."""

    devices: list[str]
    cursor: str
    is_all: bool


class SharedPictures:
    """Redis commands, and nothing decided. Every method raises redis.RedisError where it is away."""

    def __init__(self, client: redis.Redis) -> None:
        # Its methods' types say that each might be asynchronous.
        self._redis: Any = client

    # -- viewers -----------------------------------------------------------------------------

    def look(
        self, watched: Mapping[str, Collection[str]], claiming: Collection[str], token: str, now_s: float
    ) -> dict[str, HostShelf]:
        """What is there of each host, in one round trip; and note that its devices are looked at.

        `watched`: devices by host. `claiming`: the hosts that are to be fetched now unless they are resting;
        of each of them the lease is the caller's where nobody has it.
        """
        pipe = self._redis.pipeline(transaction=False)
        for host, devices in watched.items():
            if host in claiming:
                running = _RUNNING + token.encode()
                pipe.set(_key(host, "lease"), running, nx=True, px=int(RUNNING_S * 1000))
                pipe.zadd(_key(host, "wanted"), dict.fromkeys(devices, now_s))
                pipe.expire(_key(host, "wanted"), _WANTED_KEPT_S)
            else:
                pipe.exists(_key(host, "lease"))
                for kind in ("facts", "jpegs"):
                    pipe.expire(_key(host, kind), KEPT_S)
            pipe.get(_key(host, "lease"))
            pipe.pttl(_key(host, "lease"))
            pipe.hgetall(_key(host, "facts"))
        answers = pipe.execute()
        return {
            host: _shelf(host in claiming and bool(claimed), lease, left_ms, facts)
            for host, claimed, lease, left_ms, facts in zip(
                watched, answers[0::6], answers[3::6], answers[4::6], answers[5::6], strict=True
            )
        }

    def look_again(self, hosts: Sequence[str]) -> dict[str, HostShelf]:
        """What is there of each host now; nothing is noted and nothing claimed."""
        pipe = self._redis.pipeline(transaction=False)
        for host in hosts:
            pipe.get(_key(host, "lease"))
            pipe.hgetall(_key(host, "facts"))
        answers = pipe.execute()
        return {
            host: _shelf(False, lease, 0, facts)
            for host, lease, facts in zip(hosts, answers[0::2], answers[1::2], strict=True)
        }

    def pictures(self, needed: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], Picture]:
        """The pictures of these devices (by host), as far as there are any, by host and device."""
        pipe = self._redis.pipeline(transaction=False)
        for host, devices in needed.items():
            pipe.hmget(_key(host, "jpegs"), devices)
        return {
            (host, device): _picture(packed)
            for (host, devices), found in zip(needed.items(), pipe.execute(), strict=True)
            for device, packed in zip(devices, found, strict=True)
            if packed is not None
        }

    # -- who fetches -------------------------------------------------------------------------

    def wanted(self, host: str, now_s: float) -> Wanted:
        """What to ask the host for."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.zrevrangebyscore(_key(host, "wanted"), "+inf", now_s - WANTED_S)
        pipe.hget(_key(host, "facts"), _CURSOR)
        pipe.exists(_key(host, "all"))
        devices, cursor, is_all = pipe.execute()
        return Wanted([device.decode() for device in devices], (cursor or b"").decode(), bool(is_all))

    def ask_for_all(self, host: str) -> None:
        """For a while, until the host has reported anew which devices it has."""
        self._redis.set(_key(host, "all"), b"1", ex=_ALL_KEPT_S)

    def put(self, host: str, pictures: Mapping[str, Picture], cursor: str, took_s: float) -> None:
        """New pictures of a host that has answered."""
        facts: dict[bytes, str] = {_CURSOR: cursor, _TOOK: str(round(took_s * 1000)), _FAILURES: "0"}
        for device, picture in pictures.items():
            facts[device.encode()] = f"{picture.facts.number} {picture.facts.taken_utc_ms}"
        pipe = self._redis.pipeline(transaction=True)
        pipe.hset(_key(host, "facts"), mapping=facts)
        if pictures:
            packed = {device: _packed(picture) for device, picture in pictures.items()}
            pipe.hset(_key(host, "jpegs"), mapping=packed)
        for kind in ("facts", "jpegs"):
            pipe.expire(_key(host, kind), KEPT_S)
        pipe.execute()

    def note_failure(self, host: str) -> int:
        """Count a request that failed; return how many have in a row. What was there stays."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.hincrby(_key(host, "facts"), _FAILURES, 1)
        for kind in ("facts", "jpegs"):
            pipe.expire(_key(host, kind), KEPT_S)
        return int(pipe.execute()[0])

    def forget(self, host: str) -> None:
        """Begin anew with a host: the server has evicted a part of what its cursor says is here."""
        self._redis.delete(_key(host, "facts"), _key(host, "jpegs"))

    def rest(self, host: str, token: str, rest_s: float) -> None:
        """The request is over; the next one may begin after `rest_s`."""
        arguments = (_RUNNING + token.encode(), max(1, int(rest_s * 1000)))
        self._redis.eval(_REST, 1, _key(host, "lease"), *arguments)


def _key(host: str, kind: str) -> str:
    return f"wall:{{{host}}}:{kind}"


def _shelf(is_claimed: bool, lease: bytes | None, left_ms: int, facts: Mapping[bytes, bytes]) -> HostShelf:
    took_ms = facts.get(_TOOK)
    is_running = lease is not None and lease.startswith(_RUNNING)
    return HostShelf(
        is_claimed,
        is_running and not is_claimed,
        0.0 if is_running or lease is None else max(0, left_ms) / 1000,
        LastFetch(None if took_ms is None else int(took_ms) / 1000, int(facts.get(_FAILURES, 0))),
        {
            device.decode(): PictureFacts(*map(int, told.split()))
            for device, told in facts.items()
            if not device.startswith(b"#")
        },
    )


def _packed(picture: Picture) -> bytes:
    return _HEAD.pack(picture.facts.number, picture.facts.taken_utc_ms) + picture.jpeg


def _picture(packed: bytes) -> Picture:
    return Picture(PictureFacts(*_HEAD.unpack_from(packed)), packed[_HEAD.size :])
