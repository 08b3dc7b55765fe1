"""Enrolment: an admin's single-use token is traded for the agent's own credential."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.catalogue.device import Scope
from gateway.catalogue.repository import Catalogue
from gateway.hosts.address_check import AddressCheck, plain_network
from gateway.hosts.enrolment_repository import (
    EnrolmentRepository,
    EnrolmentRow,
    ListedToken,
    NewEnrolment,
    TokenRow,
)
from gateway.hosts.host_states import HostLimits, HostState, host_state
from gateway.secret_box import SecretBox
from shared.clock import Clock
from shared.contracts.enrolment import EnrolmentAnswer, EnrolmentRequest
from shared.errors import BadRequestError, ConflictError, ForbiddenError, NotFoundError, UnauthorisedError
from shared.paging import Page, PageQuery

_ASK_ADMIN = "Ask an admin for a token: POST /api/v1/hosts/enrolment-tokens."


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token, in the clear this once."""

    id: str
    token: str
    host_name: str
    networks: Sequence[str]
    replaces_host: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ReportingTerms:
    """What hosts are told about reporting."""

    heartbeat_url: str
    interval_s: float


def sha256_of(secret: str) -> str:
    """How tokens and credentials are kept: they are random and long, so a fast hash is a safe one."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Enrolment:
    """`new_token` makes 32 random bytes as text."""

    def __init__(
        self,
        repository: EnrolmentRepository,
        catalogue: Catalogue,
        address_check: AddressCheck,
        secrets: SecretBox,
        clock: Clock,
        new_token: Callable[[], str],
        terms: ReportingTerms,
        limits: HostLimits,
    ) -> None:
        self._repository = repository
        self._catalogue = catalogue
        self._address_check = address_check
        self._secrets = secrets
        self._clock = clock
        self._new_token = new_token
        self._terms = terms
        self._limits = limits

    def make_token(
        self,
        host_name: str,
        networks: Sequence[str],
        *,
        replaces_host: bool,
        valid_hours: float,
        created_by: str,
    ) -> NewToken:
        """Make a token for one host of that name in one of `networks`. Raises BadRequestError."""
        try:
            plain = [plain_network(network) for network in networks]
        except ValueError as error:
            raise BadRequestError(
                f"networks: {error}", remedy='Write them as ["10.0.0.0/8"].', details={"field": "networks"}
            ) from None
        token = self._new_token()
        expires_at = self._clock.now() + timedelta(hours=valid_hours)
        token_id = self._repository.add_token(
            sha256_of(token),
            host_name,
            plain,
            replaces_host=replaces_host,
            created_by=created_by,
            expires_at=expires_at,
        )
        return NewToken(token_id, token, host_name, plain, replaces_host, expires_at)

    def tokens(self, asked: PageQuery) -> Page[ListedToken]:
        """A page of all tokens, the newest first; none tells its secret."""
        return self._repository.tokens(asked)

    def withdraw_token(self, token_id: str) -> None:
        """Forget a token that nobody has used. Raises NotFoundError."""
        if not self._repository.withdraw_token(token_id):
            raise NotFoundError(
                "There is no such token that nobody has used.",
                remedy="GET /api/v1/hosts/enrolment-tokens lists them; a host that has enrolled is revoked.",
            )

    def enrol(self, request: EnrolmentRequest) -> EnrolmentAnswer:
        """Trade the token of `request` for its credential; the same request again is answered the same.

        Raises UnauthorisedError (unknown_token), ForbiddenError (token_used, token_expired, wrong_name,
        address_outside), ConflictError (host_exists, credential_taken).
        """
        token_sha256 = sha256_of(request.token)
        # Names are looked up before anything is locked, and for holders of a token only.
        seen = self._repository.token(token_sha256)
        if seen is None:
            raise _unknown_token()
        problem = self._address_check.problem(request.public_url, seen.networks)
        with self._repository.trading(token_sha256) as trade:
            token = trade.token
            if token is None:
                raise _unknown_token()
            now = self._clock.now()
            before = trade.enrolment_of(token.host_name)
            if token.used_credential_sha256 is not None:
                return self._answer_again(request, token, before)
            _check_token(token, request.name, now)
            if problem:
                raise ForbiddenError(
                    problem,
                    code="address_outside",
                    remedy="Set public_url on the host, or ask for a token with its network.",
                )
            host_id = trade.lock_host(token.host_name)
            self._check_host(trade.enrolment_of(token.host_name), token, now)
            if trade.is_credential_known(request.credential_sha256):
                raise ConflictError(
                    "This credential is in use already.",
                    code="credential_taken",
                    remedy="Remove the credential file from the agent's state_dir; it makes another.",
                )
            trade.enrol(
                host_id,
                token,
                NewEnrolment(
                    request.public_url.rstrip("/"),
                    token.networks,
                    request.credential_sha256,
                    self._secrets.close(request.calling_secret),
                    now,
                ),
            )
            return self._answer(host_id)

    def revoke(self, host: str, scope: Scope) -> None:
        """End the credential of a host. Raises NotFoundError."""
        if not self._repository.revoke(self._catalogue.host_id(host, scope), self._clock.now()):
            raise NotFoundError(f"The host {host} has no credential.", remedy=_ASK_ADMIN)

    def _answer_again(
        self, request: EnrolmentRequest, token: TokenRow, before: EnrolmentRow | None
    ) -> EnrolmentAnswer:
        """The agent that traded the token did not hear the answer, and asks again."""
        is_same = token.used_credential_sha256 == request.credential_sha256
        still_counts = (
            before is not None
            and before.credential_sha256 == request.credential_sha256
            and before.revoked_at is None
        )
        if before is None or not is_same or not still_counts or request.name != token.host_name:
            raise ForbiddenError(
                "This enrolment token was used already.", code="token_used", remedy=_ASK_ADMIN
            )
        return self._answer(before.host_id)

    def _check_host(self, enrolled: EnrolmentRow | None, token: TokenRow, now: datetime) -> None:
        if enrolled is None or enrolled.revoked_at is not None or token.replaces_host:
            return
        state = host_state(enrolled.received_at, now, self._limits, is_revoked=False)
        how = "is silent, but has not been given up" if state is HostState.OFFLINE else f"is {state}"
        raise ConflictError(
            f"There is a host {token.host_name} already, and it {how}.",
            code="host_exists",
            remedy="Choose another name, or ask for a token with replaces_host, or have it revoked first.",
        )

    def _answer(self, host_id: str) -> EnrolmentAnswer:
        return EnrolmentAnswer(
            host_id=host_id, heartbeat_url=self._terms.heartbeat_url, interval_s=self._terms.interval_s
        )


def _check_token(token: TokenRow, name: str, now: datetime) -> None:
    if now >= token.expires_at:
        raise ForbiddenError("This enrolment token has expired.", code="token_expired", remedy=_ASK_ADMIN)
    if name != token.host_name:
        raise ForbiddenError(
            f"This enrolment token is for the host {token.host_name}, not for {name}.",
            code="wrong_name",
            remedy="Set agent.name as in the token, or ask for a token for this name.",
        )


def _unknown_token() -> UnauthorisedError:
    return UnauthorisedError("This enrolment token is not known.", code="unknown_token", remedy=_ASK_ADMIN)
