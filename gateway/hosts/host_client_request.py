"""A request to a host, as httpcore takes it."""

from collections.abc import Mapping
from urllib.parse import urlencode

import httpcore
import structlog

from gateway.hosts.host_directory import KnownHost

_USER_AGENT = "coldframe-gateway"


def host_request(
    known: KnownHost,
    method: str,
    path: str,
    params: Mapping[str, str] | None,
    body: bytes,
    headers: Mapping[str, str],
    timeouts: dict[str, float],
) -> httpcore.Request:
    """With the host's secret and the id of the request that is being answered. `timeouts`: httpcore's.

    The origin is the encoded Destination: what connections are kept under, and made by.
    """
    target = f"{path}?{urlencode(params)}" if params else path
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    sent = {
        "Host": known.url.netloc,
        "Authorization": f"Bearer {known.secret}",
        "User-Agent": _USER_AGENT,
        **({"X-Request-ID": str(request_id)} if request_id is not None else {}),
        **({"Content-Length": str(len(body))} if body or method == "POST" else {}),
        **headers,
    }
    return httpcore.Request(
        method,
        httpcore.URL(
            scheme=known.url.scheme.encode(),
            host=known.destination.encode().encode("ascii"),
            port=known.url.port,
            target=target.encode("ascii"),
        ),
        headers=[(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        content=body,
        extensions={"timeout": timeouts, "sni_hostname": known.url.name},
    )
