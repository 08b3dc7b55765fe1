"""The health report as a table for spreadsheets. Plain."""

import csv
import io

from gateway.cameras.health_report import HealthReport, Outage
from shared.spans import iso_ms
from shared.spreadsheet_text import spreadsheet_text

COLUMNS = (
    "camera_id",
    "external_id",
    "name",
    "group",
    "host",
    "status",
    "from",
    "to",
    "checks",
    "uptime_percent",
    "unknown_seconds",
    "outages",
    "outage_seconds",
    "longest_outage_seconds",
    "latency_p50_ms",
    "latency_p95_ms",
    "latency_max_ms",
    "fps_actual_mean",
    "outage_list",
)


def report_csv(report: HealthReport) -> str:
    """A header and a line a camera (RFC 4180), its outages in one cell; no cell begins as a formula would."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for camera, did in report.cameras:
        totals = did.totals
        cells = (
            camera.id,
            camera.external_id,
            camera.name,
            camera.group,
            camera.host,
            camera.status,
            iso_ms(report.period.start),
            iso_ms(report.period.end),
            totals.checks,
            did.uptime_percent,
            did.unknown_s,
            did.outages_total,
            did.outage_s,
            did.longest_outage_s,
            totals.latency_p50_ms,
            totals.latency_p95_ms,
            totals.latency_max_ms,
            None if totals.fps_mean is None else round(totals.fps_mean, 2),
            " | ".join(_in_words(outage) for outage in did.outages),
        )
        writer.writerow([spreadsheet_text("" if cell is None else str(cell)) for cell in cells])
    return text.getvalue()


def _in_words(outage: Outage) -> str:
    end = "still" if outage.end is None else iso_ms(outage.end)
    return f"{iso_ms(outage.start)} to {end}, {outage.seconds} s: {outage.sentence or outage.code or ''}"
