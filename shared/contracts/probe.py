"""Trying a camera: the gateway asks a host, which may see cameras that the gateway does not."""

from typing import Annotated

from pydantic import Field

from shared.contracts.contract import Contract

LONGEST_TIMEOUT_S = 60.0
Text = Annotated[str, Field(max_length=1000)]
Count = Annotated[int, Field(ge=0, le=10**9)]


class ProbeRequest(Contract):
    """`POST /api/host/probe` and `/api/host/picture`.

    `url` may hold a login, which counts where `username` is None; both are not percent-encoded.
    `timeout_s`: for all of it. `thumbnail_width`: of a smaller picture beside the picture; none: none.
    """

    url: Annotated[str, Field(min_length=1, max_length=4096, repr=False)]
    username: Annotated[str, Field(max_length=1000)] | None = None
    password: Annotated[Annotated[str, Field(max_length=1000)] | None, Field(repr=False)] = None
    timeout_s: Annotated[float, Field(gt=0, le=LONGEST_TIMEOUT_S)] = 10.0
    thumbnail_width: Annotated[int, Field(ge=16, le=4096)] | None = None


class ProbeAnswer(Contract):
    """What it came to; `code` `ok`, or why there is no picture, as `StreamProbe` has it."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{1,50}$")]
    message: Text = ""
    latency_ms: Count | None = None
    width: Count | None = None
    height: Count | None = None
    fps: Annotated[float, Field(ge=0, le=100_000)] | None = None
    codec: Annotated[str, Field(max_length=50)] | None = None


class PictureAnswer(Contract):
    """What it came to; `jpeg` and `thumbnail` (base64) where the code is `ok`."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{1,50}$")]
    message: Text = ""
    latency_ms: Count | None = None
    jpeg: str = ""
    thumbnail: str = ""
