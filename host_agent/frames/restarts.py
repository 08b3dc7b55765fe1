"""When an ffmpeg that makes pictures is started again, and what was wrong with the last one."""

from collections.abc import Callable

from host_agent.settings import SupervisorSettings
from shared.clock import Clock


class Restarts:
    """Ever longer pauses, until one has been healthy. For one thread; the counts are read by others.

    `jitter` gives numbers in [0, 1): it spreads restarts of devices that failed together. `trouble` is a
    sentence, empty while all is well; `count`: restarts since the start of this process.
    """

    def __init__(self, clock: Clock, supervisor: SupervisorSettings, jitter: Callable[[], float]) -> None:
        self._clock = clock
        self._supervisor = supervisor
        self._jitter = jitter
        self._failures = 0
        self._retry_at_s = 0.0
        self.count = 0
        self.trouble = ""

    @property
    def wait_s(self) -> float:
        """How long to wait for the next start; 0 or less: not at all."""
        return self._retry_at_s - self._clock.monotonic()

    def failed(self, sentence: str) -> None:
        """One ended that was not asked to: it is to be started again."""
        self.count += 1
        self.back_off(sentence)

    def back_off(self, sentence: str) -> None:
        """Nothing is to be started for a while."""
        settings = self._supervisor
        pause_s = min(settings.backoff_max_s, settings.backoff_min_s * 2 ** min(self._failures, 20))
        self._failures += 1
        self._retry_at_s = self._clock.monotonic() + pause_s * (0.8 + 0.4 * self._jitter())
        self.trouble = sentence

    def runs_since(self, started_s: float) -> bool:
        """Whether one that runs since then (monotonic) is healthy by now: the next pause is short again."""
        if self._clock.monotonic() - started_s <= self._supervisor.healthy_after_s:
            return False
        self._failures = 0
        return True

    def forget(self) -> None:
        """Something else is to be started: what was wrong before says nothing."""
        self.trouble, self._failures, self._retry_at_s = "", 0, 0.0
