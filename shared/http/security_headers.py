"""Headers that keep a browser from doing more with an answer than was meant."""

from flask import Flask, Response

# An API: nothing of it may be run, framed or loaded by a page. The documentation page has its own.
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
DOCS_POLICY = (
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def install_security_headers(app: Flask) -> None:
    """Set what an answer of `app` does not set itself."""

    def harden(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", API_POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.after_request(harden)
