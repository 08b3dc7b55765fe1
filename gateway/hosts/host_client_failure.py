"""What a connection that failed says about its host."""

import httpcore

from gateway.hosts.host_address import OutsideNetworksError
from gateway.hosts.host_client_answer import nonsense, unreachable
from gateway.hosts.host_client_network import NotProvenError
from shared.errors import ColdframeError, UpstreamError


def is_disconnect(error: httpcore.RemoteProtocolError) -> bool:
    """Whether the host closed the connection before it answered: it may have been idle for too long."""
    return "disconnected" in str(error)


def failure_of(host: str, error: Exception) -> ColdframeError:
    """What a failed connection means."""
    if isinstance(error, OutsideNetworksError):
        return UpstreamError(
            f"Host {host} resolves to {error}, which is outside the networks of its enrolment.",
            code="host_outside_networks",
            remedy="Correct its name's addresses, or enrol it again with the networks that it is in.",
            details={"host": host},
        )
    if isinstance(error, NotProvenError):
        return UpstreamError(
            f"Host {host} cannot prove that it is itself: {error}.",
            code="host_certificate",
            remedy="Give it a certificate for the name in its public_url that this machine trusts.",
            details={"host": host},
        )
    if isinstance(error, httpcore.ProtocolError):
        if isinstance(error, httpcore.RemoteProtocolError) and is_disconnect(error):
            return unreachable(host, "it broke the connection off")
        return nonsense(host, "no valid HTTP")
    if isinstance(error, httpcore.TimeoutException):
        return unreachable(host, "it did not answer in time")
    if isinstance(error, httpcore.ConnectError):
        return unreachable(host, "it accepts no connection")
    return unreachable(host, "the connection broke")
