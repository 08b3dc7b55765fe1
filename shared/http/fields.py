"""Times and spans as they cross the wire: ISO 8601 with an offset, half-open, 31 days at most."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import marshmallow as ma

from shared.spans import Span, iso_ms

LONGEST_SPAN = timedelta(days=31)
# [0-9], not \d: other scripts' digits are not digits of a time.
_TIME = re.compile(
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})$"
)
# Times are added to and subtracted from: years at the ends of the calendar would overflow.
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9000, 1, 1, tzinfo=UTC)


def parse_time(text: str) -> datetime:
    """Return the UTC time that `text` names. Raises ValueError with a sentence."""
    # An unencoded "+" of a query string arrives as a space.
    spelled = re.sub(r" (?=[0-9]{2}:[0-9]{2}$)", "+", text).upper()
    if not _TIME.match(spelled):
        raise ValueError("is not a time such as 2026-11-21T14:00:00Z; an offset or Z is needed.")
    # Python takes six digits of a second at most.
    spelled = re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", spelled)
    try:
        moment = datetime.fromisoformat(spelled).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is no time that exists.") from None
    if not _FIRST <= moment < _LAST:
        raise ValueError("must lie between the years 1970 and 9000.")
    return moment


def checked_span(start: datetime, end: datetime) -> Span:
    """The span of a request. Raises ValueError where it is empty, reversed or too long."""
    if end <= start:
        raise ValueError("must be later than from.")
    if end - start > LONGEST_SPAN:
        raise ValueError(f"must be {LONGEST_SPAN.days} days after from at most.")
    return Span(start, end)


class UtcTime(ma.fields.Field[datetime]):
    """An aware UTC datetime; text with milliseconds and `Z` on the way out."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **_kwargs: Any) -> str | None:
        return None if value is None else iso_ms(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_kwargs: Any
    ) -> datetime:
        if not isinstance(value, str):
            raise ma.ValidationError("is not text.")
        try:
            return parse_time(value)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None


class QueryInteger(ma.fields.Integer):
    """A whole number in a query string: ASCII digits, no sign, no blanks, no other script's digits."""

    def _validated(self, value: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,18}", value):
            raise ma.ValidationError("is no whole number.")
        return int(value)


class QueryNumber(ma.fields.Float):
    """A number in a query string: ASCII digits, with a decimal point or without."""

    def _validated(self, value: Any) -> float:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,18})?", value):
            raise ma.ValidationError("is no number.")
        return float(value)


class SpanKeysSchema(ma.Schema):
    """`?from=&to=` beside other parameters; `span_of` makes a Span of them."""

    start = UtcTime(
        required=True,
        data_key="from",
        metadata={"description": "Begin, ISO 8601 with an offset.", "example": "2026-11-21T14:00:00Z"},
    )
    end = UtcTime(
        required=True,
        data_key="to",
        metadata={
            "description": "End, not included; 31 days after the begin at most.",
            "example": "2026-11-21T15:00:00Z",
        },
    )

    @staticmethod
    def span_of(data: Mapping[str, Any]) -> Span:
        """The span of what was loaded. Raises ma.ValidationError."""
        try:
            return checked_span(data["start"], data["end"])
        except ValueError as error:
            raise ma.ValidationError(str(error), "to") from None


class SpanQuerySchema(SpanKeysSchema):
    """`?from=&to=`; loads to a Span."""

    @ma.post_load
    def to_span(self, data: dict[str, Any], **_kwargs: Any) -> Span:
        return self.span_of(data)


class SpanSchema(ma.Schema):
    """A span in an answer."""

    start = UtcTime(required=True, data_key="from", metadata={"example": "2026-11-21T14:00:00.000Z"})
    end = UtcTime(required=True, data_key="to", metadata={"example": "2026-11-21T14:59:59.500Z"})
