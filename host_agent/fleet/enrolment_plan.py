"""Whether to enrol, to report, or neither; and with which secrets."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from host_agent.fleet.credential import Credentials, Enrolled, Pending

CAPTIONS_PATH = "/api/v1/hosts/captions"
HEARTBEAT_PATH = "/api/v1/hosts/heartbeat"
ENROL_PATH = "/api/v1/hosts/enrol"


class Aim(StrEnum):
    """What is to be done next. `need_token`: there is a gateway, but nothing to show it."""

    NOTHING = "nothing"
    NEED_TOKEN = "need_token"
    ENROL = "enrol"
    REPORT = "report"


def sha256_hex(text: str) -> str:
    """What is known of a secret by those who only have to recognise it."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Wish:
    """What the settings ask for. `url` has no slash at its end; both are empty where not set."""

    url: str
    token: str = field(repr=False)

    @property
    def token_sha256(self) -> str:
        return sha256_hex(self.token) if self.token else ""


def next_aim(wish: Wish, held: Credentials, *, is_revoked: bool) -> Aim:
    """Decide. `is_revoked`: the gateway does not accept the credential any more.

    A token is traded once: the one that the credential was got with stays in the settings and is ignored.
    Another one counts where the credential is of no use, or the gateway is another; the same one with
    another address means that the gateway has moved.
    """
    if not wish.url:
        return Aim.NOTHING
    enrolled = held.enrolled
    if enrolled is None:
        return Aim.ENROL if wish.token else Aim.NEED_TOKEN
    has_new_token = bool(wish.token) and wish.token_sha256 != enrolled.token_sha256
    if has_new_token and (is_revoked or enrolled.gateway_url != wish.url):
        return Aim.ENROL
    return Aim.REPORT


def pending_for(wish: Wish, held: Credentials, new_secret: Callable[[], str]) -> Pending:
    """The secrets to enrol with: those of the last attempt where it was the same, else new ones."""
    pending = held.pending
    if pending is not None and (pending.gateway_url, pending.token_sha256) == (wish.url, wish.token_sha256):
        return pending
    return Pending(wish.url, wish.token_sha256, new_secret(), new_secret())


def report_url(wish: Wish, enrolled: Enrolled) -> str:
    """Where heartbeats go: as the gateway said, or to where it has moved."""
    if enrolled.gateway_url == wish.url:
        return enrolled.heartbeat_url
    return wish.url + HEARTBEAT_PATH


def captions_url(wish: Wish, enrolled: Enrolled) -> str:
    """Where captions go: beside the heartbeats."""
    address = urlsplit(report_url(wish, enrolled))
    return urlunsplit(address._replace(path=address.path.removesuffix(HEARTBEAT_PATH) + CAPTIONS_PATH))


def calling_secret(wish: Wish, held: Credentials) -> str:
    """What the gateway may call this host with; empty where it is in no fleet."""
    return held.enrolled.calling_secret if wish.url and held.enrolled is not None else ""
