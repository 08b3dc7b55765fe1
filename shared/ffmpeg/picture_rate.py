"""Choosing pictures by their times, for ffmpeg's `select` filter."""


def rate_expression(fps: float) -> str:
    """Return the `select` expression that lets `fps` pictures a second through, by their times.

    Register 0 holds when the next picture is due. The grid goes on from the due time and not from the
    chosen picture, so that the mean rate is right where `fps` does not divide the source's; a picture
    may come a tenth of a period early. After a hole, and where time jumps back, the grid begins anew.
    """
    period = 1 / fps
    anew = f"gte(t,ld(0)+{0.75 * period:.6g})+lt(t,ld(0)-{period + 1:.6g})"
    due = f"gte(t,ld(0)-{0.1 * period:.6g})"
    return f"if({anew},st(0,t+{period:.6g}),if({due},st(0,ld(0)+{period:.6g}),0))"
