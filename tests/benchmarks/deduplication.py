"""Captions merged into events, without any store."""

import gc
import random
import time
from collections.abc import Sequence

from gateway.captions.caption import Caption
from gateway.captions.deduplication.merge import merge
from gateway.captions.merging import Known, Rules
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target

BATCH = 1000
_WORDS = """
    red blue green white black car truck van bus man woman person dog cat child bike walking running standing
    parked driving near gate door fence tree street field house corner left right two three crossing waiting
"""
_AT_LEAST = Target(at_least=80_000)


def measure(setting: Setting) -> Outcome:
    outcome = Outcome()
    rounds, count = setting.choose((5, 100_000), (1, 5_000))
    distinct = made_captions(count)
    quiet = [Caption("cam", at * 5_000, f"a man in the fields {at // 20}") for at in range(count)]
    dimensions = 384
    embedded = made_captions(count // 20, dimensions=dimensions)
    rates = outcome.add
    rates(
        f"distinct captions in batches of {BATCH}",
        "captions/s",
        [_rate(distinct, BATCH) for _ in range(rounds)],
        _AT_LEAST,
    )
    rates("distinct captions, all at once", "captions/s", [_rate(distinct, count) for _ in range(rounds)])
    rates("captions of a quiet camera", "captions/s", [_rate(quiet, BATCH) for _ in range(rounds)])
    rates(
        f"distinct captions with embeddings of {dimensions}",
        "captions/s",
        [_rate(embedded, BATCH) for _ in range(rounds)],
    )
    outcome.notes.append("Texts of ten words; no two captions are equal but on the quiet camera.")
    return outcome


def made_captions(count: int, *, dimensions: int = 0) -> list[Caption]:
    """Captions of one camera, five seconds apart, each with another text; always the same."""
    chance = random.Random(1)
    words = _WORDS.split()
    return [
        Caption(
            "cam",
            at * 5_000,
            f"{' '.join(chance.choices(words, k=9))} {at}",
            tuple(chance.gauss(0, 1) for _ in range(dimensions)) or None,
        )
        for at in range(count)
    ]


def _rate(captions: Sequence[Caption], size: int) -> float:
    """Captions merged in a second, in batches of `size`."""
    known, taken = Known(), 0
    # A worker holds one batch; the collector is not to look through a hundred of them again and again.
    gc.collect()
    gc.freeze()
    before = time.perf_counter()
    for first in range(0, len(captions), size):
        merged = merge(known, captions[first : first + size], Rules())
        events = {event.event_id: event for event in (*merged.created, *merged.extended)}
        known = Known(last=merged.last, open=events.get(merged.open_event_id or "", known.open))
        taken += merged.read
    took_s = time.perf_counter() - before
    gc.unfreeze()
    if taken != len(captions):
        raise RuntimeError("not all captions were merged")
    return taken / took_s


DEDUPLICATION = Bench("deduplication", "captions merged into events, without any store", measure)
