"""Requests as they were answered, for whoever keeps a log of deeds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, Response, g, request

from shared.errors import ColdframeError
from shared.http.deed import Deed, Doer, told_deed, told_doer


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


def watch_answers(app: Flask, watch: Callable[[AnsweredRequest], None]) -> None:
    """Have `watch` see every answered request of `app`, before its caller does: who goes away early, or is
    sent a long file, has been seen too. A ColdframeError that it raises is answered instead."""

    def see(response: Response) -> Response:
        try:
            watch(_answered(response))
        except ColdframeError as error:
            response.close()
            return app.make_response(app.handle_user_exception(error))
        return response

    app.after_request(see)


def _answered(response: Response) -> AnsweredRequest:
    rule = request.url_rule
    return AnsweredRequest(
        method=request.method,
        rule="" if rule is None else rule.rule,
        operation="" if rule is None else rule.endpoint.rpartition(".")[2],
        parts={name: str(value) for name, value in (request.view_args or {}).items()},
        status=response.status_code,
        address=request.remote_addr or "",
        request_id=str(g.get("request_id", "")),
        deed=told_deed(),
        doer=told_doer(),
    )
