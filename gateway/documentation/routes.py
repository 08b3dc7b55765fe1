"""`/openapi.json`, and the pages that show it: `/docs` (Swagger UI) and `/redoc`.

Both come from files of this machine; their policy lets them run those and ask this gateway, nothing else.
Swagger UI and Redoc write styles into the page, so styles (not scripts) may be inline there.
"""

from flask import Blueprint, Response, jsonify, render_template

from gateway.documentation.assets import ASSETS, asset_content
from shared.errors import NotFoundError
from shared.http.blueprint import ApiDocument
from shared.http.permissions import PUBLIC, requires
from shared.http.sent_text import send_text

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_SCRIPT = "text/javascript; charset=utf-8"


def documentation(api: ApiDocument) -> Blueprint:
    """The document and its pages; public, as they hold nothing but what the API is."""
    blp = Blueprint("documentation", __name__, template_folder="templates", static_folder=None)

    def page(template: str) -> Response:
        answer = Response(render_template(template, title=api.to_dict()["info"]["title"]))
        answer.headers["Content-Security-Policy"] = PAGE_POLICY
        return answer

    @blp.get("/openapi.json")
    @requires(PUBLIC)
    def openapi_json() -> Response:
        return jsonify(api.to_dict())

    @blp.get("/docs")
    @requires(PUBLIC)
    def docs() -> Response:
        return page("swagger.html")

    @blp.get("/docs/start.js")
    @requires(PUBLIC)
    def docs_start() -> Response:
        return Response(render_template("swagger.js"), content_type=_SCRIPT)

    @blp.get("/redoc")
    @requires(PUBLIC)
    def redoc() -> Response:
        return page("redoc.html")

    @blp.get("/redoc/start.js")
    @requires(PUBLIC)
    def redoc_start() -> Response:
        return Response(render_template("redoc.js"), content_type=_SCRIPT)

    @blp.get("/docs/files/<string:name>")
    @requires(PUBLIC)
    def docs_file(name: str) -> Response:
        asset = ASSETS.get(name)
        if asset is None:
            raise NotFoundError("The documentation has no such file.", remedy="Open /docs or /redoc.")
        return send_text(asset_content(asset), content_type=asset.content_type)

    return blp
