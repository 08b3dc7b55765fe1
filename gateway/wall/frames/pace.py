"""How often a host is asked for pictures, and who waits for it. Plain."""

from dataclasses import dataclass

# The most a wall needs: it asks once a second itself.
SHORTEST_REST_S = 1.0
LONGEST_REST_S = 15.0
# A host that needs a while to answer has a thin link: asking is to take a quarter of the time at most.
_REST_PER_ANSWER = 4.0
LONGEST_REST_AFTER_FAILURES_S = 30.0
# Viewers wait so long for what is being fetched, and only for hosts that answer as quickly.
LONGEST_WAIT_S = 0.3
# A browser asks once a second, and the host's rest ends a few milliseconds after that: who comes so shortly
# before its end waits for it, or they would get something new every other second only.
WORTH_WAITING_FOR_REST_S = 0.1
# A picture that is older is no picture of now; at a picture every two seconds, three were missed.
STALE_AFTER_S = 8.0


@dataclass(frozen=True, slots=True)
class LastFetch:
    """How the last request to a host went. `took_s`: None before the first one; `failures`: in a row."""

    took_s: float | None = None
    failures: int = 0


def rest_after(took_s: float, failures: int) -> float:
    """Seconds from the begin of a request to a host until the next one may begin. `failures`: in a row, this
    one included."""
    rest_s = min(LONGEST_REST_S, max(SHORTEST_REST_S, _REST_PER_ANSWER * took_s))
    if failures:
        rest_s = max(rest_s, min(LONGEST_REST_AFTER_FAILURES_S, 2.0 ** min(failures, 10)))
    return rest_s


def is_worth_waiting(last: LastFetch) -> bool:
    """Whether viewers wait for the running request: one that is slow or fails would cost each of them, every
    second, a thread for as long as they wait."""
    return last.failures == 0 and (last.took_s is None or last.took_s <= LONGEST_WAIT_S)


def age_s(taken_utc_ms: int, now_utc_ms: int, clock_offset_s: float) -> float:
    """How old a picture is. `clock_offset_s`: the host's clock, which dated it, minus the gateway's."""
    return max(0.0, (now_utc_ms - taken_utc_ms) / 1000 + clock_offset_s)
