"""What a camera's status is after a check, and after those before it. Plain.

| a check found                                        | status                                  | connected |
| ---------------------------------------------------- | --------------------------------------- | --------- |
| pictures, as they should be                          | live, at once                           | yes       |
| pictures, but frozen, black, too few, not kept       | degraded                                | yes       |
| none, as it happens to cameras                       | degraded, offline after some in a row   | no        |
| none, and no waiting helps (login, address, setting) | error, at once                          | no        |
| that it is only just beginning                       | degraded; says nothing of the camera    | not known |
| that nobody wants it now                             | idle                                    | not known |
"""

from dataclasses import dataclass
from enum import StrEnum

LIVE, DEGRADED, OFFLINE, IDLE, ERROR = "live", "degraded", "offline", "idle", "error"
# Of an outcome a person can do nothing about but wait, or go there; of the others one must change something.
CODES_TO_MEND = frozenset(
    {
        "unauthorised",
        "not_found",
        "not_video",
        "leads_elsewhere",
        "not_allowed",
        "bad_address",
        "secret_unreadable",
        # As hosts say it of what they record.
        "source_refused",
        "misconfigured",
        "disk_full",
        "disk_missing",
    }
)
# A camera that sends less than this share of the pictures that it is set to send is not well.
LEAST_SHARE_OF_PICTURES = 0.5


class Outcome(StrEnum):
    """What a check found, a row of the table above each."""

    WELL = "well"
    WEAK = "weak"
    FAILED = "failed"
    TO_MEND = "to_mend"
    BEGINNING = "beginning"
    RESTING = "resting"


_CONNECTED = {Outcome.WELL: True, Outcome.WEAK: True, Outcome.FAILED: False, Outcome.TO_MEND: False}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A check's result. `code` and `sentence` say what is wrong; empty where nothing is.

    `latency_ms`: of the check; None where none was measured. `fps`: pictures a second that came.
    """

    outcome: Outcome
    code: str = ""
    sentence: str = ""
    latency_ms: int | None = None
    fps: float | None = None

    @property
    def is_connected(self) -> bool | None:
        """Whether pictures came; None where the check says nothing of it."""
        return _CONNECTED.get(self.outcome)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a camera stands after a check."""

    status: str
    failures_in_row: int


def standing_after(judgement: Judgement, failures_before: int, offline_after: int) -> Standing:
    """`failures_before`: in a row, until this check. `offline_after`: so many in a row make it offline."""
    match judgement.outcome:
        case Outcome.WELL:
            return Standing(LIVE, 0)
        case Outcome.WEAK:
            return Standing(DEGRADED, 0)
        case Outcome.FAILED:
            failures = failures_before + 1
            return Standing(OFFLINE if failures >= offline_after else DEGRADED, failures)
        case Outcome.TO_MEND:
            return Standing(ERROR, failures_before + 1)
        case Outcome.BEGINNING:
            return Standing(DEGRADED, failures_before)
        case Outcome.RESTING:
            return Standing(IDLE, 0)


def failed(code: str, sentence: str, *, latency_ms: int | None = None) -> Judgement:
    """Nothing came, for this reason: whether somebody must change something follows from the code."""
    outcome = Outcome.TO_MEND if code in CODES_TO_MEND else Outcome.FAILED
    return Judgement(outcome, code, sentence, latency_ms)


def connected(
    *,
    latency_ms: int | None,
    fps: float | None,
    wanted_fps: int | None,
    trouble: tuple[str, str] | None = None,
) -> Judgement:
    """Pictures come. `trouble`: code and sentence of what is wrong with them; `wanted_fps`: as it is set."""
    if trouble is None and fps is not None and wanted_fps and fps < wanted_fps * LEAST_SHARE_OF_PICTURES:
        trouble = (
            "few_pictures",
            f"It sends {fps:.1f} pictures a second and not {wanted_fps}: check its settings and the network.",
        )
    if trouble is None:
        return Judgement(Outcome.WELL, latency_ms=latency_ms, fps=fps)
    return Judgement(Outcome.WEAK, *trouble, latency_ms, fps)
