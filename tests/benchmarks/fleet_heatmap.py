"""The fleet's heatmap through the gateway's `web`: 24 h of a hundred and of a thousand devices."""

import gzip
import json
from datetime import UTC, datetime, timedelta

from shared.spans import iso_ms
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.fleet_rows import GROUP_OF, make_devices, make_minutes
from tests.benchmarks.served_gateway import ServedGateway, serving_gateway

PATH = "/api/v1/heatmap"
_DAY = timedelta(days=1)
_TARGETS = {100: Target(at_most=150), 1000: Target(at_most=1000)}
_KB = 1000


def measure(setting: Setting) -> Outcome:
    rounds = setting.choose(25, 3)
    outcome = Outcome()
    end = datetime.now(UTC).replace(second=0, microsecond=0)
    day = {"from": iso_ms(end - _DAY), "to": iso_ms(end)}
    # From midnight on, so that the partitions hold more than what is asked for, as they do.
    start = (end - _DAY).replace(hour=0, minute=0)
    with serving_gateway(setting.folder) as served:
        for count, target in _TARGETS.items():
            make_devices(served.engine, count)
            made = make_minutes(served.engine, start, end)
            _measure_day(outcome, served, count, day, rounds, target)
            outcome.notes.append(f"{made:,} minutes of {count} devices in the table.")
        group = {**day, "group": "group-3"}
        times = served.times_ms(rounds, PATH, **group)
        outcome.add(f"24 h × {GROUP_OF} devices of 1000, a group", "ms", times, _TARGETS[100])
        times = served.times_ms(rounds, PATH, **day, every="60")
        outcome.add("24 h × 1000 devices in hours", "ms", times)
        times = served.times_ms(rounds, PATH, **day, devices="host-0007/camera-2")
        outcome.add("24 h of one device of 1000", "ms", times)
    outcome.notes.append("End to end over HTTP, gzip included; PostgreSQL with fsync and 64 MB of buffers.")
    return outcome


def _measure_day(
    outcome: Outcome, served: ServedGateway, count: int, day: dict[str, str], rounds: int, target: Target
) -> None:
    served.client.close()  # making rows takes longer than an idle connection is kept
    answer = served.client.good(PATH, **day)
    plain = gzip.decompress(answer.body)
    found = json.loads(plain)["data"]
    if (len(found["devices"]), found["cells"]) != (count, 1440):
        raise RuntimeError(f"{len(found['devices'])} devices and {found['cells']} cells")
    if any("motion_peak" not in row for row in found["devices"]):
        raise RuntimeError("a device has no motion")
    outcome.add(f"24 h × {count} devices", "ms", served.times_ms(rounds, PATH, **day), target)
    outcome.add("… the answer", "kB", [len(answer.body) / _KB])
    outcome.add("… unpacked", "kB", [len(plain) / _KB])


FLEET = Bench("fleet", "24 h heatmap of 100 and of 1,000 devices through the gateway", measure)
