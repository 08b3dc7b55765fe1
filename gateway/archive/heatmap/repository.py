"""Minutes of activity in PostgreSQL, many devices at a time."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine, TextClause, text

from gateway.archive.heatmap.cells import MOST_FRAMES, MOTION_SCALE, Grid

# The planner takes a million short rows for more than the work in them is worth: compiling costs as much
# as the whole query, and the packing is to be spread over workers. Only for this transaction.
_PLAN = text(
    "SELECT set_config('jit', 'off', true), set_config('work_mem', '64MB', true),"
    " set_config('parallel_tuple_cost', '0.001', true)"
)
_CELL = "(date_part('epoch', at)::bigint / 60 - :first)"
# Most minutes have nothing wrong: one look at three numbers is cheaper than packing them.
_PACKED = """\
int8send(({cell} << 48)
    | (coalesce((sqrt({mean}) * {motion_scale})::bigint, 255) << 40)
    | (coalesce((sqrt({peak}) * {motion_scale})::bigint, 255) << 32)
    | (least({frames}, {most_frames})::bigint << 24)
    | CASE WHEN {black} = 0 AND {frozen} = 0 AND {missing} = 0 THEN 0 ELSE
        (coalesce(ceil({black})::bigint, 63) << 18)
        | (coalesce(ceil({frozen})::bigint, 63) << 12)
        | (ceil({missing})::bigint << 6) END
    | {last})"""
# `last` of a minute: the second of its most active picture; it costs as much as half of all the others.
_SECOND = (
    "CASE WHEN thumbnail_at IS NULL THEN 63 ELSE"
    " least(greatest(floor(date_part('epoch', thumbnail_at) - date_part('epoch', at)), 0), 59)::bigint END"
)
_ROWS = """\
FROM activity_minutes
WHERE at >= :start AND at < :end AND device_id = ANY (CAST(:devices AS integer[]))"""


def _query(cells: str, packed: str) -> TextClause:
    # OFFSET 0 keeps the packing below the aggregate, which itself does not run in workers.
    return text(
        f"SELECT device_id, string_agg(packed, ''::bytea) AS packed"
        f" FROM (SELECT device_id, {packed} AS packed {cells} OFFSET 0) AS cells GROUP BY device_id"
    )


def _of_minutes(last: str) -> TextClause:
    return _query(
        _ROWS,
        _PACKED.format(
            cell=_CELL,
            mean="motion_mean",
            peak="motion_peak",
            frames="frames",
            black="black_s",
            frozen="frozen_s",
            missing="missing_s",
            last=last,
            motion_scale=MOTION_SCALE,
            most_frames=MOST_FRAMES,
        ),
    )


_BY_MINUTE = _of_minutes("63")
_BY_MINUTE_WITH_THUMBNAILS = _of_minutes(_SECOND)
_BY_SEVERAL_MINUTES = _query(
    f"""\
FROM (
    SELECT device_id, {_CELL} / :every AS cell, avg(motion_mean) AS mean, max(motion_peak) AS peak,
        avg(frames) AS frames, avg(black_s) AS black, avg(frozen_s) AS frozen, avg(missing_s) AS missing,
        count(*) AS minutes
    {_ROWS}
    GROUP BY 1, 2
) AS groups""",
    _PACKED.format(
        cell="cell",
        mean="mean",
        peak="peak",
        frames="frames",
        black="black",
        frozen="frozen",
        missing="missing",
        last="minutes",
        motion_scale=MOTION_SCALE,
        most_frames=MOST_FRAMES,
    ),
)


class ActivityMinutes:
    """What hosts have reported, whether they are up or not."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def packed(
        self, device_ids: Sequence[int], grid: Grid, *, with_thumbnails: bool = False
    ) -> dict[int, bytes]:
        """The packed cells (see `cells`) of each device that has any in `grid`, in any order.

        One query over all hosts. The devices are named in it: so the planner knows how many they are, and
        reads a partition whole where it would have to visit all of it anyway.
        """
        values: dict[str, object] = {
            "devices": list(device_ids),
            "first": grid.first,
            "start": datetime.fromtimestamp(grid.first * 60, UTC),
            "end": datetime.fromtimestamp(grid.end * 60, UTC),
        }
        query = _BY_MINUTE_WITH_THUMBNAILS if with_thumbnails else _BY_MINUTE
        if grid.every_minutes > 1:
            query, values["every"] = _BY_SEVERAL_MINUTES, grid.every_minutes
        with self._engine.begin() as connection:
            connection.execute(_PLAN)
            return {row.device_id: bytes(row.packed) for row in connection.execute(query, values)}
