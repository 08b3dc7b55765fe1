"""The browser's and programs' process."""

from itertools import chain
from pathlib import Path

from flask import Flask

from gateway import VERSION
from gateway.accounts.routes import blp as accounts_routes
from gateway.app import Rooms, create_web_app
from gateway.archive.clips.routes import blp as clips_routes
from gateway.archive.heatmap.routes import blp as heatmap_routes
from gateway.archive.pictures.routes import blp as pictures_routes
from gateway.archive.timeline.routes import blp as timeline_routes
from gateway.audit.routes import blp as audit_routes
from gateway.bootstrap.accounts import build_accounts
from gateway.bootstrap.archive import build_archive
from gateway.bootstrap.audit import build_audit
from gateway.bootstrap.camera_probes import build_camera_probes
from gateway.bootstrap.camera_transfer import build_camera_transfer
from gateway.bootstrap.cameras import build_assignments, build_cameras
from gateway.bootstrap.caption_intake import build_caption_rooms
from gateway.bootstrap.caption_numbers import build_caption_metrics
from gateway.bootstrap.events import build_events
from gateway.bootstrap.hosts import build_fleet, build_intake
from gateway.bootstrap.jobs import build_job_access, build_jobs
from gateway.bootstrap.media import build_media
from gateway.bootstrap.migration_pages import build_migration_pages
from gateway.bootstrap.parts import Parts, new_id
from gateway.bootstrap.storage import build_stored_files, storage_origin
from gateway.bootstrap.tasks import schedule_of
from gateway.bootstrap.upkeep import start_upkeep
from gateway.bootstrap.wall import build_wall
from gateway.cameras.health_routes import blp as camera_health_routes
from gateway.cameras.probe_routes import blp as connection_tests_routes
from gateway.cameras.routes import blp as cameras_routes
from gateway.cameras.snapshot_limit import SnapshotLimit
from gateway.cameras.snapshot_routes import blp as snapshots_routes
from gateway.cameras.transfer_routes import blp as camera_transfer_routes
from gateway.captions.events.event_routes import blp as events_routes
from gateway.captions.intake.caption_routes import blp as captions_routes
from gateway.captions.intake.host_captions_routes import blp as host_captions_routes
from gateway.captions.migration.migration_routes import blp as caption_migration_routes
from gateway.catalogue.group_repository import CameraGroups
from gateway.catalogue.repository import Catalogue
from gateway.catalogue.routes import blp as catalogue_routes
from gateway.hosts.ingest_routes import blp as ingest_routes
from gateway.hosts.media.routes import blp as media_routes
from gateway.hosts.routes import blp as hosts_routes
from gateway.jobs.dashboard_routes import dashboard_pages
from gateway.jobs.routes import blp as jobs_routes
from gateway.operation.metrics import GatewayMetrics
from gateway.settings import GatewaySettings, WebSettings
from gateway.storage.routes import blp as storage_routes
from gateway.ui.built_files import BuiltFiles
from gateway.ui.routes import ui_pages
from gateway.wall.frames.routes import blp as wall_frames_routes
from gateway.wall.views.routes import blp as wall_views_routes
from shared.http.answered import watch_answers
from shared.http.server import Served

BLUEPRINTS = (
    accounts_routes,
    audit_routes,
    hosts_routes,
    catalogue_routes,
    cameras_routes,
    camera_health_routes,
    connection_tests_routes,
    snapshots_routes,
    jobs_routes,
    caption_migration_routes,
    camera_transfer_routes,
    heatmap_routes,
    timeline_routes,
    pictures_routes,
    clips_routes,
    media_routes,
    storage_routes,
    wall_frames_routes,
    wall_views_routes,
    captions_routes,
    host_captions_routes,
    events_routes,
    ingest_routes,
)


# Where `make ui` builds them, in a checkout and in what is installed of one.
BUILT_UI = Path(__file__).parents[2] / "frontend" / "dist"


def served_web(settings: GatewaySettings) -> Served:
    """The application, in the process that answers; settings are read again by a restart."""
    parts = Parts(settings)
    app = web_app(parts)
    start_upkeep(parts)
    return Served(app, lambda: None)


def web_app(parts: Parts) -> Flask:
    """The application on `parts`; nothing runs in the background."""
    catalogue = Catalogue(parts.engine, new_id)
    accounts = build_accounts(parts)
    audit = build_audit(parts)
    intake = build_intake(parts, catalogue, build_assignments(parts).assignment)
    fleet = build_fleet(parts, catalogue)
    archive = build_archive(parts, catalogue, fleet)
    media = build_media(parts, catalogue, fleet.client)
    wall = build_wall(parts, catalogue, fleet)
    cameras = build_cameras(parts, catalogue)
    transfer = build_camera_transfer(parts, cameras)
    probes = build_camera_probes(parts, cameras, fleet)
    jobs = build_jobs(parts, schedule_of(parts.settings))
    migration = build_migration_pages(parts, jobs)
    caption_metrics = build_caption_metrics(parts, migration.overview)
    events = build_events(parts)
    return create_web_app(
        Rooms(
            blueprints=BLUEPRINTS,
            services=(
                accounts.logins,
                accounts.users,
                accounts.tokens,
                accounts.password_change,
                audit,
                intake.enrolment,
                intake.heartbeats,
                fleet.hosts,
                fleet.devices,
                fleet.control,
                fleet.removal,
                media.media,
                media.pictures,
                media.clips,
                build_stored_files(parts.settings, parts.storage, parts.url_signer, media.slots.take),
                CameraGroups(parts.engine, new_id),
                cameras.cameras,
                cameras.health,
                transfer.imports,
                transfer.exports,
                probes.connection_tests,
                probes.snapshots,
                SnapshotLimit(parts.redis, parts.settings.cameras.snapshots_a_minute, parts.clock),
                jobs.queue,
                jobs.jobs,
                build_job_access(jobs.jobs, cameras.repository),
                jobs.control,
                jobs.schedule,
                jobs.workers,
                *build_caption_rooms(parts, intake.heartbeats.sender).services,
                *migration.services,
                archive.heatmap,
                archive.timeline,
                wall.frames,
                wall.views,
                events.search,
                events.minutes,
                parts.dependencies(),
                GatewayMetrics(
                    VERSION,
                    parts.clock,
                    fleet.numbers,
                    lambda: chain(jobs.metrics.metrics(), caption_metrics.metrics()),
                ),
            ),
            check_access=accounts.check_access,
            monotonic=parts.clock.monotonic,
            version=VERSION,
            trusted_proxies=parts.settings.web.trusted_proxies,
            pages=(
                ui_pages(_built_files(parts.settings.web), storage_origin(parts.settings.storage)),
                dashboard_pages(parts.redis, jobs.control.retry),
            ),
            record_deeds=lambda app: watch_answers(app, audit.watch),
        )
    )


def _built_files(settings: WebSettings) -> BuiltFiles:
    return BuiltFiles(Path(settings.ui_dir) if settings.ui_dir else BUILT_UI)
