"""The browser's and programs' process."""

from flask import Flask

from gateway import VERSION
from gateway.accounts.routes import blp as accounts_routes
from gateway.app import Rooms, create_web_app
from gateway.bootstrap.accounts import build_accounts
from gateway.bootstrap.parts import Parts
from gateway.operation.metrics import GatewayMetrics
from gateway.settings import GatewaySettings
from shared.http.server import Served


def served_web(settings: GatewaySettings) -> Served:
    """The application, in the process that answers."""
    return Served(web_app(Parts(settings)), _nothing_to_reload)


def web_app(parts: Parts) -> Flask:
    """The application on `parts`; nothing is started."""
    accounts = build_accounts(parts)
    return create_web_app(
        Rooms(
            blueprints=(accounts_routes,),
            services=(
                accounts.logins,
                accounts.users,
                accounts.tokens,
                parts.dependencies(),
                GatewayMetrics(VERSION, list),
            ),
            check_access=accounts.check_access,
            monotonic=parts.clock.monotonic,
            version=VERSION,
            trusted_proxies=parts.settings.web.trusted_proxies,
        )
    )


def _nothing_to_reload() -> None:
    """Settings are read at the start: a service manager restarts the process."""
