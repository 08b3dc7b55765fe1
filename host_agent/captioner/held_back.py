"""Which captions stay in the box for a while, since the gateway cannot take them yet. Plain.

It learns of a new device with the next report, and a clock that is ahead is set right, or waited for. Seconds
are those of a clock that never goes back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

# Counted from the first refusal: captions that waited for the gateway for hours may be older than this.
REPORTED_WITHIN_S = 120.0
FUTURE_PAUSE_S = 60.0


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A device that was refused as unknown, first and last."""

    first_s: float
    last_s: float


@dataclass(frozen=True, slots=True)
class _Future:
    """At `since_s` frames of `earliest_utc_ms` were later than the gateway's clock."""

    earliest_utc_ms: int
    since_s: float


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What the gateway has refused lately that it may take later."""

    _unknown: Mapping[str, _Unknown] = field(default_factory=dict)
    _future: _Future | None = None

    def after(
        self, unknown: Collection[str], known: Collection[str], ahead_utc_ms: Sequence[int], now_s: float
    ) -> "HeldBack":
        """After an answer. `unknown`, `known`: devices that it refused as such, and others of the batch;
        `ahead_utc_ms`: times that it refused as later than its clock."""
        held = {device: times for device, times in self._unknown.items() if device not in known}
        for device in unknown:
            times = held.get(device)
            # What was refused long ago may have gone and come again since.
            is_new = times is None or now_s - times.last_s > REPORTED_WITHIN_S
            held[device] = _Unknown(now_s if times is None or is_new else times.first_s, now_s)
        future = _Future(min(ahead_utc_ms), now_s) if ahead_utc_ms else self._future
        return HeldBack(held, future)

    def without_future(self) -> "HeldBack":
        """Nothing waits for its time any more."""
        return HeldBack(self._unknown)

    def waits_for(self, device: str, now_s: float) -> bool:
        """Whether the gateway may still hear of it; False for good where it never did in all the time."""
        times = self._unknown.get(device)
        return times is not None and now_s - times.first_s < REPORTED_WITHIN_S

    def passed_over(self, now_s: float, again_after_s: float) -> list[str]:
        """Devices that are not asked about again yet."""
        return [
            device
            for device, times in self._unknown.items()
            if self.waits_for(device, now_s) and now_s - times.last_s < again_after_s
        ]

    @property
    def future_from_utc_ms(self) -> int | None:
        """Frames of that time were refused as later than the gateway's clock; None: none were."""
        return None if self._future is None else self._future.earliest_utc_ms

    def before_utc_ms(self, now_s: float) -> int | None:
        """Only what is before that is sent: the rest lies ahead of the gateway still, as its clock goes on no
        faster than ours. None: everything is."""
        if self._future is None:
            return None
        passed_s = now_s - self._future.since_s
        passed_ms = int(passed_s * 1000) if passed_s >= FUTURE_PAUSE_S else 0
        return self._future.earliest_utc_ms + passed_ms
