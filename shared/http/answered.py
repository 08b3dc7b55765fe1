"""Requests as they were answered, for whoever keeps a log of deeds."""

from collections.abc import Callable

from flask import Flask, Response, g, request

from shared.deed import AnsweredRequest
from shared.errors import ColdframeError
from shared.http.deed import told_deed, told_doer


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
