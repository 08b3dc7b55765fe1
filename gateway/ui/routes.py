"""The browser's pages. All of them are one document, whose script looks at the address.

Public: they hold nothing but the program; what it shows it asks the API for, which knows who asks.
"""

from flask import Blueprint, Response

from gateway.ui.built_files import NAMED_BY_CONTENT, BuiltFile, BuiltFiles
from shared.http.parsing import IGNORES_QUERY
from shared.http.permissions import PUBLIC, requires
from shared.http.sent_text import send_tagged, takes_gzip

# The first parts of the pages' addresses; the same list stands in frontend/src/app/pages.json.
PAGES = (
    "sign-in",
    "wall",
    "heatmap",
    "devices",
    "events",
    "cameras",
    "groups",
    "hosts",
    "jobs",
    "users",
    "audit",
)
# Styles are set by scripts and by Mantine's own element; media is handed to the player as blobs.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:{objects}; media-src 'self' blob:{objects}; font-src 'self'; "
    "connect-src 'self'{objects}; worker-src 'self' blob:; "
    "manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_A_YEAR = "public, max-age=31536000, immutable"


def page_policy(objects_origin: str = "") -> str:
    """What pages may load and call. `objects_origin`: the S3 server that has pictures and videos, if any."""
    return _PAGE_POLICY.format(objects=f" {objects_origin}" if objects_origin else "")


def ui_pages(files: BuiltFiles, objects_origin: str = "") -> Blueprint:
    """The pages and the files that they are made of."""
    policy = page_policy(objects_origin)
    blp = Blueprint("ui", __name__, static_folder=None)

    @requires(PUBLIC)
    def page(**_: str) -> Response:
        answer = _send(files.index(), "no-cache")
        answer.headers["Content-Security-Policy"] = policy
        return answer

    # A link to a moment has a query; it is for the page's script.
    setattr(page, IGNORES_QUERY, True)
    blp.add_url_rule("/", "first", page, methods=["GET"])
    for name in PAGES:
        blp.add_url_rule(f"/{name}", name, page, methods=["GET"])
        blp.add_url_rule(f"/{name}/", f"{name} with a slash", page, methods=["GET"])
        blp.add_url_rule(f"/{name}/<path:rest>", f"{name} below", page, methods=["GET"])

    @blp.get(f"/{NAMED_BY_CONTENT}/<path:name>")
    @requires(PUBLIC)
    def asset(name: str) -> Response:
        return _send(files.file(f"{NAMED_BY_CONTENT}/{name}"), _A_YEAR)

    @blp.get("/favicon.svg")
    @requires(PUBLIC)
    def icon() -> Response:
        return _send(files.file("favicon.svg"), "public, max-age=86400")

    return blp


def _send(file: BuiltFile, cache_control: str) -> Response:
    packed = file.packed if takes_gzip() else None
    return send_tagged(
        file.content,
        tag=file.tag,
        packed=(lambda: packed) if packed is not None else None,
        content_type=file.content_type,
        cache_control=cache_control,
    )
