"""`/rq`: rq-dashboard, for admins, behind the login of the pages.

It is an application of its own within this one: its answers pass through here. Its pages are made of files of
its package; their policy lets them run those and the one script that stands in the page, and ask this gateway
alone. Templates of its scripts are compiled in the browser, hence `unsafe-eval`; what they fill in unescaped
is escaped here.
"""

import base64
import hashlib
import html
import re
from collections.abc import Callable
from typing import Any

import redis
from flask import Blueprint, Flask, Request, Response, jsonify, request
from rq.exceptions import DeserializationError, InvalidJobOperation, NoSuchJobError
from werkzeug.exceptions import MethodNotAllowed

from gateway.accounts.permissions import caller, requires
from gateway.jobs.all_cameras import check_unlimited
from gateway.jobs.dashboard_classes import dashboard_module
from gateway.jobs.redis_client import RedisClient
from gateway.jobs.shown_text import shown_text
from shared.errors import NotFoundError
from shared.http.deed import tell_deed
from shared.http.foreign_page import foreign_page

PATH = "/rq"
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'{script}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'"
)
_INLINE_SCRIPT = re.compile(rb'<script type="text/javascript">(?P<text>.*?)</script>', re.DOTALL)
# They put what they are told into the page as it is; the other one escapes by itself.
_UNESCAPED = ("rq_dashboard.job_info", "rq_dashboard.list_workers", "rq_dashboard.list_queues")
# What it raises for addresses that name nothing: pages, queues, registries and jobs that there are not.
_NOTHING_THERE = (
    NoSuchJobError,
    InvalidJobOperation,
    DeserializationError,
    LookupError,
    ValueError,
    NameError,
    ArithmeticError,
    redis.ResponseError,
    redis.DataError,
)


def dashboard_pages(client: RedisClient, requeue: Callable[[str], object]) -> Blueprint:
    """The pages, on one Redis. `requeue`: what happens to a job that is tried again."""
    inner = _dashboard(client, requeue)
    blp = Blueprint("dashboard", __name__, static_folder=None)

    @requires("users:admin")
    def dashboard(rest: str = "") -> Response:
        check_unlimited(caller().scope)
        if rest.startswith("requeue/"):
            raise MethodNotAllowed(valid_methods=["POST"])  # it would change something by a link
        return _answer(inner, request)

    @requires("users:admin")
    def change_jobs(rest: str) -> Response:
        check_unlimited(caller().scope)
        answer = _answer(inner, request)
        job_id = rest.split("/")[1] if rest.startswith("job/") else ""
        tell_deed("job", job_id, verb=_verb(rest), at=f"{PATH}/{rest}")
        return answer

    for view in (dashboard, change_jobs):
        foreign_page(view)
    for name, rule in (("", PATH), (" with a slash", f"{PATH}/"), (" below", f"{PATH}/<path:rest>")):
        blp.add_url_rule(rule, f"dashboard{name}", dashboard, methods=["GET"])
    blp.add_url_rule(f"{PATH}/<path:rest>", "change_jobs", change_jobs, methods=["POST"])
    return blp


def _verb(address: str) -> str:
    """What is done at an address that takes POST."""
    if "requeue" in address.split("/"):
        return "retry"
    return "delete" if address.endswith(("/delete", "/empty")) else "change"


def _dashboard(client: RedisClient, requeue: Callable[[str], object]) -> Flask:
    module = dashboard_module(client, requeue)
    # Its pages name its icon by the application's own folder.
    app = Flask(
        "rq_dashboard", static_folder="static", static_url_path=f"{PATH}/files", root_path=_folder(module)
    )
    app.config.update(RQ_DASHBOARD_REDIS_URL=("Redis of this gateway",), PROPAGATE_EXCEPTIONS=True)
    # Addresses that name no Redis take the one that was looked at last: there is one from the begin.
    module.setup_rq_connection(app)
    app.register_blueprint(module.blueprint, url_prefix=PATH)

    @app.after_request
    def clean(answer: Response) -> Response:
        if not answer.is_json:
            return answer
        escape = request.endpoint in _UNESCAPED
        cleaned = jsonify(_cleaned(answer.get_json(), html.escape if escape else str))
        cleaned.status_code = answer.status_code
        return cleaned

    return app


def _folder(module: Any) -> str:
    folder: str = module.blueprint.root_path
    return folder


def _answer(inner: Flask, asked: Request) -> Response:
    try:
        answer = Response.from_app(inner.wsgi_app, asked.environ, buffered=True)
        assert isinstance(answer, Response)
    except _NOTHING_THERE:
        raise _nothing_there() from None
    if answer.status_code in (400, 404):
        raise _nothing_there()
    if answer.status_code == 405:
        raise MethodNotAllowed(valid_methods=["POST"])
    answer.headers["Content-Security-Policy"] = _POLICY.format(script=_allowed_script(answer))
    return answer


def _allowed_script(answer: Response) -> str:
    """The hash of the script in the page; none where there is not exactly one."""
    if answer.mimetype != "text/html":
        return ""
    found = _INLINE_SCRIPT.findall(answer.get_data())
    if len(found) != 1:
        return ""
    return f" 'sha256-{base64.b64encode(hashlib.sha256(found[0]).digest()).decode()}'"


def _cleaned(value: Any, escape: Callable[[str], str]) -> Any:
    """`value` with no credentials in its texts, each of which has gone through `escape`."""
    if isinstance(value, str):
        return escape(shown_text(value))
    if isinstance(value, dict):
        return {name: _cleaned(held, escape) for name, held in value.items()}
    if isinstance(value, list):
        return [_cleaned(held, escape) for held in value]
    return value


def _nothing_there() -> NotFoundError:
    return NotFoundError("The dashboard has nothing there.", remedy=f"Begin at {PATH}.")
