"""The time line of one device as its host tells it, checked and cut to what was asked for. Plain."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import AwareDatetime, Field, ValidationError

from shared.contracts.contract import Contract
from shared.errors import UpstreamError
from shared.spans import Span

LONGEST_SENTENCE = 500


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing is recorded in `span`. `code`: for programs, the host's own; `sentence`: for a person."""

    span: Span
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class HostTimeline:
    """`recorded` and `gaps`, each sorted, lie in `span`: what was asked for, or less, where the rest is the
    future."""

    span: Span
    recorded: list[Span]
    gaps: list[Gap]


class _ToldSpan(Contract):
    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")


class _ToldGap(_ToldSpan):
    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")
    sentence: str


class _Told(_ToldSpan):
    recorded: list[_ToldSpan]
    gaps: list[_ToldGap]


def parse_host_timeline(host: str, answer: object, asked: Span) -> HostTimeline:
    """What the host's JSON says of `asked`. Raises UpstreamError where it is no time line."""
    try:
        told = _Told.model_validate(answer)
        end = min(max(told.end, asked.start), asked.end)
        span = Span(asked.start, end)
        recorded = [part for one in told.recorded if (part := Span(one.start, one.end).intersection(span))]
        gaps = [
            Gap(part, one.code, one.sentence[:LONGEST_SENTENCE])
            for one in told.gaps
            if (part := Span(one.start, one.end).intersection(span))
        ]
    # ValueError: a span that ends before it begins.
    except (ValidationError, ValueError):
        raise UpstreamError(
            f"Host {host} answers with nonsense: no time line.",
            remedy="Check that its public_url leads to its agent, and the agent's version.",
            details={"host": host},
        ) from None
    return HostTimeline(span, sorted(recorded), sorted(gaps, key=lambda gap: gap.span))


def within(spans: Iterable[Span], span: Span) -> list[Span]:
    """The parts of `spans` that lie in `span`."""
    return [part for one in spans if (part := one.intersection(span))]
