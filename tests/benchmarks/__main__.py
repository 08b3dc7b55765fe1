"""Measure, print a table, write `bench-results.json`.

    python -m tests.benchmarks                     all of them, the hour of real time with --hour
    python -m tests.benchmarks cpu archiver        these
    python -m tests.benchmarks hour                the hour alone

Ends with 1 where a benchmark broke; a missed target is no error.
"""

import argparse
import shlex
import shutil
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.bench import Bench, CannotMeasureError, setting_for
from tests.benchmarks.catalogue import BENCHES, named
from tests.benchmarks.figure import Outcome
from tests.benchmarks.machine import describe_machine
from tests.benchmarks.made_day import day_folder
from tests.benchmarks.results_file import entry, write_result
from tests.benchmarks.table import table_text


def main() -> int:
    options = _options()
    if options.list:
        for bench in BENCHES:
            print(f"{bench.name:<12} {bench.asks}")
        return 0
    try:
        chosen = named(options.names, with_long=options.hour)
    except KeyError as error:
        print(f"There is no benchmark {error}; there are {', '.join(b.name for b in BENCHES)}.")
        return 2
    outcomes: list[tuple[str, Outcome]] = []
    broken = 0
    try:
        for bench in chosen:
            outcome, is_broken = _run(bench, options)
            broken += is_broken
            outcomes.append((bench.name, outcome))
    finally:
        shutil.rmtree(day_folder(options.state_dir.absolute() / "bench"), ignore_errors=True)
    print()
    print(table_text(outcomes))
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure.")
    parser.add_argument("names", nargs="*", help="which; default: all but the hour")
    parser.add_argument("--quick", action="store_true", help="a short run that only shows that all work")
    parser.add_argument("--hour", action="store_true", help="with the hour of real time")
    parser.add_argument("--list", action="store_true", help="what there is to measure")
    parser.add_argument(
        "--state-dir",
        type=Path,
        default=Path(".coldframe"),
        help="where footage is made: on the disk to measure",
    )
    parser.add_argument("--results", type=Path, default=Path("bench-results.json"))
    return parser.parse_args()


def _run(bench: Bench, options: argparse.Namespace) -> tuple[Outcome, bool]:
    """Measure and write down; a benchmark that breaks does not keep the others from running."""
    print(f"{bench.name}: {bench.asks} …", flush=True)
    machine = describe_machine(options.state_dir)
    started, began_s = datetime.now(UTC), time.monotonic()
    is_broken = False
    try:
        with setting_for(bench, options.state_dir.absolute(), quick=options.quick) as setting:
            outcome = bench.measure(setting)
    except CannotMeasureError as error:
        outcome = Outcome(notes=[f"skipped. {error}"])
    except Exception as error:  # noqa: BLE001 (said, counted, and the end status tells of it)
        traceback.print_exc()
        outcome, is_broken = Outcome(notes=[f"broke: {type(error).__name__}: {str(error)[:300]}"]), True
    command = shlex.join(
        ["python", "-m", "tests.benchmarks", bench.name, *(["--quick"] if options.quick else [])]
    )
    told = entry(
        outcome,
        asks=bench.asks,
        command=command,
        started=started.isoformat(timespec="seconds"),
        took_s=time.monotonic() - began_s,
        machine=machine,
    )
    write_result(options.results, bench.name, told)
    return outcome, is_broken


if __name__ == "__main__":
    sys.exit(main())
