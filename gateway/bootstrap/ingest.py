"""The process that takes what machines send."""

from flask import Flask

from gateway import VERSION
from gateway.app import Rooms, create_ingest_app
from gateway.bootstrap.accounts import build_accounts
from gateway.bootstrap.audit import build_audit
from gateway.bootstrap.cameras import build_assignments
from gateway.bootstrap.caption_intake import build_caption_rooms
from gateway.bootstrap.hosts import build_fleet, build_intake
from gateway.bootstrap.parts import Parts, new_id
from gateway.captions.intake.host_captions_routes import blp as host_captions_routes
from gateway.catalogue.repository import Catalogue
from gateway.hosts.ingest_routes import blp as ingest_routes
from gateway.operation.metrics import GatewayMetrics
from gateway.settings import GatewaySettings
from shared.http.answered import watch_answers
from shared.http.server import Served


def served_ingest(settings: GatewaySettings) -> Served:
    """The application, in the process that answers."""
    return Served(ingest_app(Parts(settings)), lambda: None)


def ingest_app(parts: Parts) -> Flask:
    """The application on `parts`; nothing runs in the background."""
    catalogue = Catalogue(parts.engine, new_id)
    intake = build_intake(parts, catalogue, build_assignments(parts).assignment)
    captions = build_caption_rooms(parts, intake.heartbeats.sender)
    return create_ingest_app(
        Rooms(
            blueprints=(ingest_routes, host_captions_routes),
            services=(
                intake.enrolment,
                intake.heartbeats,
                captions.of_hosts,
                captions.places,
                parts.dependencies(keeps_objects=False, reads_events=False),
                GatewayMetrics(VERSION, parts.clock, build_fleet(parts, catalogue).numbers),
            ),
            # Its own addresses ask for a host's credential; the others are those of every process.
            check_access=build_accounts(parts).check_access,
            monotonic=parts.clock.monotonic,
            version=VERSION,
            trusted_proxies=parts.settings.web.trusted_proxies,
            record_deeds=lambda app: watch_answers(app, build_audit(parts).watch),
        )
    )
