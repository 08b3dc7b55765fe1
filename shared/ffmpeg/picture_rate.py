"""Choosing pictures by their times, for ffmpeg's `select` filter."""


def rate_expression(fps: float) -> str:
    """Return the `select` expression that lets `fps` pictures a second through, by their times.

    Register 0 holds when the next picture is due. The grid goes on from the due time and not from the
    chosen picture, so that the mean rate is right where `fps` does not divide the source's; a picture
    may come a tenth of a period early; after a hole the grid begins anew; time that jumps back too.
    """
    period = 1 / fps
    return (
        f"if(lt(t,ld(0)-{period + 1:.6g}),st(0,t+{period:.6g}),"
        f"if(gte(t,ld(0)-{period / 10:.6g}),st(0,max(ld(0)+{period:.6g},t+{period / 2:.6g})),0))"
    )
