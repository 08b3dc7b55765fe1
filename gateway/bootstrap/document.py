"""The API's document for those who make programs from it: the browser's types are made of this."""

import json

from gateway.bootstrap.parts import Parts
from gateway.bootstrap.web import web_app
from gateway.settings import GatewaySettings


def web_document() -> str:
    """The document as JSON, always in the same order. Connects to nothing."""
    # Nothing is signed and nothing stored: any secret of the right length does.
    secret = "0123456789abcdef0123456789abcdef"
    settings = GatewaySettings.model_validate({"security": {"secret_key": secret}})
    rules = web_app(Parts(settings))
    document = rules.test_client().get("/openapi.json").get_json()
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)
