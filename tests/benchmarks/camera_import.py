"""Ten thousand cameras of a file through the gateway's `web`: imported, found to be there, exported."""

import base64
import csv
import io
import time
from typing import Any

import httpx

from gateway.cameras.import_row import MOST_ROWS
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.served_gateway import ServedGateway, serving_gateway

PATH = "/api/v1/cameras"
GROUPS = 40
_WITHIN = Target(at_most=10)


def measure(setting: Setting) -> Outcome:
    outcome = Outcome()
    rounds = setting.choose(3, 1)
    content = made_table(MOST_ROWS)
    times: dict[str, list[float]] = {"tried": [], "imported": [], "left out again": [], "exported": []}
    with serving_gateway(setting.folder) as served:
        for _ in range(rounds):
            with served.engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM cameras")
            times["tried"].append(_import(served, content, {"created": MOST_ROWS}, dry_run=True))
            times["imported"].append(_import(served, content, {"created": MOST_ROWS}))
            again = _import(served, content, {"skipped": MOST_ROWS}, skip_duplicates=True)
            times["left out again"].append(again)
            times["exported"].append(_export(served))
    for what, values in times.items():
        outcome.add(f"{MOST_ROWS:,} rows {what}", "s", values, _WITHIN if what == "imported" else None)
    outcome.notes.append(
        f"A CSV of {len(content) / 1e6:.1f} MB in base64, each row with a password to encrypt and one of "
        f"{GROUPS} groups; end to end over HTTP; PostgreSQL with fsync."
    )
    return outcome


def made_table(count: int) -> bytes:
    """A file of `count` cameras, no two of one address."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["external_id", "name", "rtsp_url", "username", "password", "fps", "location", "group"])
    for number in range(count):
        address = f"rtsp://10.{number // 62_500}.{number // 250 % 250}.{number % 250 + 1}:554/stream"
        login = ("admin", f"password-{number}")
        writer.writerow(
            [f"cam_{number:05d}", f"Camera {number}", address, *login, 25, "Hall", f"Group {number % GROUPS}"]
        )
    return text.getvalue().encode()


def _import(served: ServedGateway, content: bytes, expected: dict[str, int], **how: Any) -> float:
    body = {"format": "csv", "data": base64.b64encode(content).decode(), **how}
    before = time.perf_counter()
    answer = httpx.post(f"{served.gateway.url}{PATH}/import", json=body, headers=served.headers, timeout=120)
    took_s = time.perf_counter() - before
    found = answer.json().get("data") or {}
    if any(found.get(name) != count for name, count in expected.items()):
        raise RuntimeError(f"{answer.status_code} {answer.text[:300]}")
    return took_s


def _export(served: ServedGateway) -> float:
    served.client.close()  # importing takes longer than an idle connection is kept
    answer = served.client.good(f"{PATH}/export", include_credentials="true")
    if answer.body.count(b"\r\n") != MOST_ROWS + 1:
        raise RuntimeError("not all cameras are in the file")
    return answer.took_ms / 1000


CAMERA_IMPORT = Bench("import", "10,000 cameras of a file imported and exported", measure)
