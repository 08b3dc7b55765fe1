"""What the gateway cannot do without, and what it goes on without, tried one by one."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import structlog

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """How a dependency is. `sentence`: what is wrong, empty where it is ready. `is_needed`: nothing works
    without it. `is_off`: nobody has set it up, which is nothing wrong."""

    name: str
    ready: bool
    latency_ms: float
    sentence: str
    is_needed: bool = True
    is_off: bool = False


class Dependencies:
    """Tries every dependency at once; one that hangs holds up neither the others nor the answer for long.

    `checks`: what to call of each; an exception says that it is not ready. `failures`: the exceptions that
    they are known to raise; what they say goes into the log,
    as addresses and names of users are nobody's business who only asks whether all is well.
    `wanted`: what most goes on without, likewise; None: it is not set up. `off`: what to say of those.
    """

    def __init__(
        self,
        checks: Mapping[str, Check],
        failures: tuple[type[Exception], ...],
        monotonic: Callable[[], float],
        deadline_s: float,
        *,
        wanted: Mapping[str, Check | None] | None = None,
        off: str = "",
    ) -> None:
        self._needed = set(checks)
        self._checks = {
            **checks,
            **{name: check for name, check in (wanted or {}).items() if check is not None},
        }
        self._off = [name for name, check in (wanted or {}).items() if check is None]
        self._off_sentence = off
        self._failures = failures
        self._monotonic = monotonic
        self._deadline_s = deadline_s

    def findings(self) -> list[Finding]:
        """Try all of them now."""
        pool = ThreadPoolExecutor(len(self._checks), thread_name_prefix="readiness")
        try:
            running = {name: pool.submit(self._try, name, check) for name, check in self._checks.items()}
            wait(running.values(), timeout=self._deadline_s)
            found = [
                future.result()
                if future.done()
                else self._finding(name, False, self._deadline_s * 1000, "does not answer in time")
                for name, future in running.items()
            ]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        off = (
            Finding(name, True, 0.0, self._off_sentence, is_needed=False, is_off=True) for name in self._off
        )
        return [*found, *off]

    def _try(self, name: str, check: Check) -> Finding:
        before = self._monotonic()
        try:
            check()
        except self._failures as error:
            structlog.get_logger().warning("not_ready", dependency=name, error=str(error))
            return self._finding(
                name, False, self._took_ms(before), f"cannot be used ({type(error).__name__})"
            )
        return self._finding(name, True, self._took_ms(before), "")

    def _finding(self, name: str, ready: bool, latency_ms: float, sentence: str) -> Finding:
        return Finding(name, ready, latency_ms, sentence, is_needed=name in self._needed)

    def _took_ms(self, before: float) -> float:
        return round((self._monotonic() - before) * 1000, 2)
