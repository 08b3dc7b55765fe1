"""What hosts reported as recorded, for time lines of hosts that cannot be asked."""

from collections.abc import Sequence

from sqlalchemy import Engine, text

from shared.spans import Span

# Minutes that follow each other keep their distance to their number in line: one island each.
_ISLANDS = text("""\
SELECT device_id, min(at) AS start, max(at) + interval '1 minute' AS "end"
FROM (
    SELECT device_id, at, at - interval '1 minute' * row_number() OVER (PARTITION BY device_id ORDER BY at)
        AS island
    FROM activity_minutes
    WHERE device_id = ANY (CAST(:devices AS integer[])) AND missing_s = 0
        AND at > CAST(:start AS timestamptz) - interval '1 minute' AND at < :end
) AS minutes
GROUP BY device_id, island
ORDER BY device_id, start""")


class ReportedMinutes:
    """Reads minutes of activity."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def recorded(self, device_ids: Sequence[int], span: Span) -> dict[int, list[Span]]:
        """Stretches of whole minutes that touch `span` and of which nothing was missing when they were
        reported, by device, sorted."""
        found: dict[int, list[Span]] = {}
        if not device_ids:
            return found
        values = {"devices": list(device_ids), "start": span.start, "end": span.end}
        with self._engine.begin() as connection:
            for row in connection.execute(_ISLANDS, values):
                found.setdefault(row.device_id, []).append(Span(row.start, row.end))
        return found
