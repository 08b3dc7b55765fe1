"""How long to wait before ffmpeg is started again."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Backoff:
    """Doubles from `minimum_s` to `maximum_s`; reset after a healthy run."""

    minimum_s: float
    maximum_s: float
    failures: int = 0

    def after_failure(self) -> "Backoff":
        return replace(self, failures=self.failures + 1)

    def after_health(self) -> "Backoff":
        return replace(self, failures=0)

    def pause_s(self, jitter: float) -> float:
        """The next pause; `jitter` in [0, 1) spreads devices that failed together over ±20 %."""
        doubled = self.minimum_s * 2 ** min(max(self.failures - 1, 0), 20)
        return float(min(self.maximum_s, doubled) * (0.8 + 0.4 * jitter))
