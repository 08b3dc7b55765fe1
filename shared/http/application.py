"""A Flask application with this system's rules: errors, access, headers, log, document."""

from collections.abc import Callable, Iterable, Mapping

from flask import Blueprint, Flask

from shared.http.blueprint import ApiBlueprint, ApiDocument, DescribedPart, new_document
from shared.http.errors import ErrorForm, Translation, install_error_handlers
from shared.http.parsing import refuse_stray_queries
from shared.http.permissions import declared_permission
from shared.http.request_log import install_request_log
from shared.http.security_headers import install_security_headers

MAX_BODY_BYTES = 64 * 1024


class UndeclaredPermissionError(Exception):
    """An endpoint says nothing of who may use it; the application does not start with one."""


def new_application(
    *,
    title: str,
    version: str,
    description: str,
    blueprints: Iterable[ApiBlueprint],
    converters: Mapping[str, type[DescribedPart]],
    documentation: Callable[[ApiDocument], Blueprint],
    check_access: Callable[[Flask], None],
    form: ErrorForm,
    translations: Mapping[type[Exception], Translation],
    monotonic: Callable[[], float],
    largest_body_bytes: int = MAX_BODY_BYTES,
    pages: Iterable[Blueprint] = (),
) -> tuple[Flask, ApiDocument]:
    """Build an application of `blueprints`.

    `documentation`: makes the pages that show the document. `pages`: further ones for people, not in it.
    `check_access`: installs what looks at each
    request before anything else does. Raises UndeclaredPermissionError.
    """
    app = Flask(title, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = largest_body_bytes
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # nothing here is for pages of other sites
    app.url_map.merge_slashes = False  # `a//b` is no address, not a redirect to another
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    install_request_log(app, monotonic)
    check_access(app)
    refuse_stray_queries(app)
    install_error_handlers(app, form, translations)
    install_security_headers(app)
    api = new_document(
        app, title=title, version=version, description=description, converters=converters, form=form
    )
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    for part in (documentation(api), *pages):
        app.register_blueprint(part)
    undeclared = [name for name, view in app.view_functions.items() if declared_permission(view) is None]
    if undeclared:
        raise UndeclaredPermissionError(f"no permission is declared for {', '.join(sorted(undeclared))}")
    return app, api
