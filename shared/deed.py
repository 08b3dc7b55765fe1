"""What a request did, and who asked for it. Plain."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Deed:
    """What was changed or taken: `kind` ("camera"), `id`, its `name` then, and what else tells about it.

    `verb`: what was done to it; empty: what the name of the operation says. `failed`: it was tried in vain,
    and that is worth keeping. `details` hold plain JSON and never a secret: of a changed password, that it
    was changed. `must_be_written`: the answer is held back where it cannot be written down. `often`: a
    program does it all the time; the same again within a while needs no row of its own.
    """

    kind: str
    id: str = ""
    name: str = ""
    verb: str = ""
    failed: bool = False
    details: Mapping[str, object] = field(default_factory=dict)
    must_be_written: bool = False
    often: bool = False


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does it. `id`: of a user; None: nobody who has an account (a host, a name that was typed)."""

    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """A request that has its answer, though nothing of that is sent yet.

    `operation`: the view's name ("create_camera"), empty where the address is nobody's. `parts`: what
    stood in the variable parts of the address. `address`: who sent it, behind trusted proxies.
    """

    method: str
    rule: str
    operation: str
    parts: Mapping[str, str]
    status: int
    address: str
    request_id: str
    deed: Deed | None = None
    doer: Doer | None = None
