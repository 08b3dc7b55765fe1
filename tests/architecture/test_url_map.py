"""Every address declares who may use it, and is in the document."""

from pathlib import Path

import pytest

from shared.http.access import check_every_request
from shared.http.application import UndeclaredPermissionError, new_application
from shared.http.blueprint import ApiBlueprint
from shared.http.docs import docs_blueprint
from shared.http.errors import FlatForm
from shared.http.permissions import PUBLIC, declared_permission
from tests.support.http_agent import HttpAgent, make_agent
from tests.support.url_map import documented, served

PERMISSIONS = {PUBLIC, "archive:read", "archive:export", "hosts:read", "hosts:control"}
ABOUT_THE_DOCUMENT = {"/openapi.json", "/docs", "/docs.css"}
OPEN = {"/api/host/health", "/healthz", "/readyz"}


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> HttpAgent:
    return make_agent(tmp_path_factory.mktemp("agent"))


def test_every_endpoint_declares_a_known_permission(agent: HttpAgent) -> None:
    declared = {
        rule.rule: declared_permission(agent.app.view_functions[rule.endpoint])
        for rule in agent.app.url_map.iter_rules()
    }
    assert {rule: name for rule, name in declared.items() if name not in PERMISSIONS} == {}
    assert {rule for rule, name in declared.items() if name == PUBLIC} == OPEN


def test_what_changes_something_needs_more_than_reading(agent: HttpAgent) -> None:
    changing = {
        rule.rule: declared_permission(agent.app.view_functions[rule.endpoint])
        for rule in agent.app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD"}
    }
    assert changing
    assert set(changing.values()) <= {"hosts:control", "archive:export"}


def test_an_application_with_an_undeclared_endpoint_does_not_start() -> None:
    blueprint = ApiBlueprint("careless", __name__)

    @blueprint.get("/careless")
    @blueprint.answer(200, {"type": "object"}, description="All of it.")
    def careless() -> dict[str, str]:
        """Forgot to say who may use it"""
        return {}

    with pytest.raises(UndeclaredPermissionError, match=r"careless\.careless"):
        new_application(
            title="careless",
            version="0",
            description="",
            blueprints=[blueprint],
            converters={},
            documentation=lambda api: docs_blueprint(api, "hosts:read"),
            check_access=lambda app: check_every_request(app, list),
            form=FlatForm(),
            translations={},
            monotonic=lambda: 0.0,
        )


def test_every_address_is_in_the_document_and_nothing_else_is(agent: HttpAgent) -> None:
    document = agent.client.get("/openapi.json").get_json()
    assert documented(document) == served(agent.app, leave_out=ABOUT_THE_DOCUMENT)


def test_the_repository_has_no_second_place_for_routes() -> None:
    root = Path(__file__).resolve().parents[2]
    found = {
        path.name
        for folder in ("host_agent", "gateway")
        for path in (root / folder).rglob("*.py")
        if "@blp." in path.read_text() and not path.name.endswith("routes.py") and path.name != "app.py"
    }
    assert found == set()
