"""Minutes of activity as a host reports them."""

from typing import Annotated

from pydantic import Field

from shared.contracts.contract import Contract

# The year 6429. Calendars of the languages that read it end with the year 9999.
LATEST_UTC_MS = 2**47
Fraction = Annotated[float, Field(ge=0, le=1)]
SecondsOfMinute = Annotated[float, Field(ge=0, le=60)]


class MinuteReport(Contract):
    """One finished minute of one device.

    `minute`: whole minutes since 1970 (UTC). `revision` grows when late footage changes the minute; the
    newest counts. Without analysis `motion_*`, `black_s` and `frozen_s` are None. `thumbnail_utc_ms`: when
    the most active picture of the minute was taken.
    """

    device: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    minute: Annotated[int, Field(ge=0, le=150_000_000)]
    revision: Annotated[int, Field(ge=0, le=2_000_000_000)]
    frames: Annotated[int, Field(ge=0, le=30_000)]
    analysed: bool
    motion_mean: Fraction | None = None
    motion_peak: Fraction | None = None
    black_s: SecondsOfMinute | None = None
    frozen_s: SecondsOfMinute | None = None
    missing_s: SecondsOfMinute = 0.0
    thumbnail: Annotated[int, Field(ge=0, lt=10**10)] | None = None
    thumbnail_utc_ms: Annotated[int, Field(ge=0, lt=LATEST_UTC_MS)] | None = None
