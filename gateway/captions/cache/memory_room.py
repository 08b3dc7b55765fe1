"""Whether there is room for captions still, before there is none. Plain."""

ALMOST_FULL_PERCENT = 90.0
MAKE_ROOM = (
    "Have captions merged, which makes room: the migration does what is due, and POST"
    " /api/v1/migration/camera/{camera_id}/migrate?force=true all of a camera. Or raise maxmemory of the"
    " captions' Redis."
)


def room_problem(filled_percent: float | None) -> str | None:
    """What is wrong with the room that is left; None where there is enough. `filled_percent`: of what
    captions may fill; None where there is no limit."""
    if filled_percent is None or filled_percent < ALMOST_FULL_PERCENT:
        return None
    if filled_percent >= 100:
        return "There is no room left for captions, and they are refused (507)."
    return (
        f"Captions have filled {filled_percent:.0f} % of the memory that they may use; at 100 % they are"
        " refused."
    )
