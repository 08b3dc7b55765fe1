"""The captions of some cameras as they are now, newest first, out of Redis."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from gateway.captions.cache.journal_form import ShownCaption, shown

# A word that is rare is looked for among so many of the newest captions.
MOST_LOOKED_AT = 20_000
_LEAST_STEP = 10
_DIGEST_LENGTH = 9  # with its stroke


@dataclass(frozen=True, slots=True)
class Recent:
    """Newest first. `searched_to_ms`: frames before this were not looked at, there were too many; None: all
    were."""

    captions: list[ShownCaption]
    searched_to_ms: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Frames of `[from_ms, to_ms)`; `words`: folded, all of which a text holds."""

    camera_ids: Sequence[str]
    from_ms: int
    to_ms: int
    limit: int
    words: Sequence[str] = ()


def newest_first(client: Any, wanted: Wanted, ttl_s: int) -> Recent:
    """What is still shown of `wanted`."""
    found: list[ShownCaption] = []
    looked_at = 0
    names = _Names(client, wanted).newest_first()
    step = wanted.limit
    while True:
        some = list(islice(names, step))
        for caption in _read(client, some, ttl_s):
            if all(word in caption.text.casefold() for word in wanted.words):
                found.append(caption)
                if len(found) == wanted.limit:
                    return Recent(found, None)
        looked_at += len(some)
        if len(some) < step:
            return Recent(found, None)
        if looked_at >= MOST_LOOKED_AT:
            # Of the last millisecond there may be more.
            return Recent(found, some[-1][0] + 1)
        step = 1000


def _read(client: Any, names: Sequence[tuple[int, str, str]], ttl_s: int) -> Iterator[ShownCaption]:
    if not names:
        return
    values = client.mget([f"caption:{camera}:{suffix}" for _, camera, suffix in names])
    for (_, camera, suffix), value in zip(names, values, strict=True):
        # It is in the journal and waits to be merged, and its two hours are over.
        if value is not None:
            yield shown(camera, suffix, value, ttl_s)


class _Names:
    """Of the captions of many cameras in order of time, with as few of them read as are needed."""

    def __init__(self, client: Any, wanted: Wanted) -> None:
        self._client = client
        self._wanted = wanted
        self._step = max(_LEAST_STEP, -(-2 * wanted.limit // max(1, len(wanted.camera_ids))))

    def newest_first(self) -> Iterator[tuple[int, str, str]]:
        """(ms, camera, suffix)."""
        cameras = list(dict.fromkeys(self._wanted.camera_ids))
        pipeline = self._client.pipeline(transaction=False)
        for camera in cameras:
            self._ask(pipeline, camera, 0)
        # Negative: a heap gives the smallest.
        waiting: list[tuple[int, str, str]] = []
        asked = dict.fromkeys(cameras, self._step)
        last: dict[str, str] = {}
        for camera, members in zip(cameras, pipeline.execute() if cameras else [], strict=True):
            self._take(camera, members, waiting, last)
        told: set[tuple[str, str]] = set()
        while waiting:
            negative_ms, camera, suffix = heapq.heappop(waiting)
            # What comes meanwhile moves what was read behind the next step: it is read twice.
            if (camera, suffix) not in told:
                told.add((camera, suffix))
                yield -negative_ms, camera, suffix
            if last.get(camera) == suffix:
                members = self._ask(self._client, camera, asked[camera])
                asked[camera] += self._step
                self._take(camera, members, waiting, last)

    def _ask(self, client: Any, camera: str, offset: int) -> Any:
        wanted = self._wanted
        return client.zrevrangebyscore(
            f"captions:times:{camera}",
            f"({wanted.to_ms}",
            wanted.from_ms,
            start=offset,
            num=self._step,
            withscores=True,
        )

    def _take(
        self,
        camera: str,
        members: Sequence[tuple[bytes, float]],
        waiting: list[tuple[int, str, str]],
        last: dict[str, str],
    ) -> None:
        last.pop(camera, None)
        for member, ms in members:
            suffix = member[:-_DIGEST_LENGTH].decode()
            heapq.heappush(waiting, (-int(ms), camera, suffix))
        if len(members) == self._step:
            last[camera] = members[-1][0][:-_DIGEST_LENGTH].decode()
