"""Swagger UI's and Redoc's own files, from the package that carries their releases."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from shared.errors import UnavailableError

PACKAGE = "drf_spectacular_sidecar"


# Redoc shows a picture of its makers' server beside their name; pages here ask nobody else.
_ELSEWHERE = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_HERE = b"/docs/files/favicon.png"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the package, and how it is served."""

    path: str
    content_type: str


ASSETS = {
    "swagger-ui.css": Asset("swagger-ui-dist/swagger-ui.css", "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": Asset("swagger-ui-dist/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    "favicon.png": Asset("swagger-ui-dist/favicon-32x32.png", "image/png"),
    "redoc.standalone.js": Asset("redoc/bundles/redoc.standalone.js", "text/javascript; charset=utf-8"),
}


def asset_content(asset: Asset) -> bytes:
    """The file's content. Raises UnavailableError where the package is not installed.

    The package is not imported: it was made for a framework that is not here.
    """
    spec = find_spec(PACKAGE)
    for folder in spec.submodule_search_locations or () if spec is not None else ():
        path = Path(folder) / "static" / PACKAGE / asset.path
        if path.is_file():
            return path.read_bytes().replace(_ELSEWHERE, _HERE)
    raise UnavailableError(
        "The documentation's pages are not installed.",
        remedy="pip install --no-deps --require-hashes -r requirements/docs_ui.txt; /openapi.json is there.",
    )
