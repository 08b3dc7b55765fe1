"""Every setting of the gateway, declared once: type, unit, default, a sentence.

`gateway.toml` and environment variables are read here and nowhere else. `DATABASE_URL`, `REDIS_URL` and
`COLDFRAME_SECRET_KEY` have names of their own; any other key is `COLDFRAME_GATEWAY__WEB__LISTEN` for
`[web] listen`. Unknown keys and bad values are refused with the file, the key and what was expected.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from shared.errors import SettingsError
from shared.settings.listening import checked_listen, listens_on_loopback
from shared.settings.reading import SettingsForm
from shared.settings.section import Section

ENVIRONMENT_PREFIX = "COLDFRAME_GATEWAY__"
CONFIG_VARIABLE = "COLDFRAME_GATEWAY_CONFIG"
# Variables with names of their own, and the setting that each is.
NAMED_VARIABLES: Mapping[str, tuple[str, str]] = {
    "DATABASE_URL": ("database", "url"),
    "REDIS_URL": ("redis", "url"),
    "COLDFRAME_SECRET_KEY": ("security", "secret_key"),
    "STORAGE_DIR": ("storage", "dir"),
    "S3_ENDPOINT_URL": ("storage", "s3_endpoint_url"),
    "S3_BUCKET": ("storage", "s3_bucket"),
    "S3_ACCESS_KEY": ("storage", "s3_access_key"),
    "S3_SECRET_KEY": ("storage", "s3_secret_key"),
    "CAPTIONS_REDIS_URL": ("captions", "redis_url"),
    "REDIS_TTL_2HOUR": ("captions", "ttl_s"),
    "REDIS_MIGRATION_THRESHOLD": ("captions", "migrate_below_s"),
    "CAPTION_SIMILARITY_THRESHOLD": ("captions", "similarity_threshold"),
    "MIN_CAPTION_DURATION": ("captions", "min_duration_s"),
    "MAX_CAPTION_DURATION": ("captions", "max_duration_s"),
    "NEO4J_URI": ("graph", "uri"),
    "NEO4J_USER": ("graph", "user"),
    "NEO4J_PASSWORD": ("graph", "password"),
}
SHORTEST_SECRET = 32
DEMO_SECRET = "coldframe-demo-secret-that-everybody-knows"

Seconds = Annotated[float, Field(gt=0, le=86_400)]


class WebSettings(Section):
    """The browser and the API."""

    listen: str = Field(
        default="127.0.0.1:8000", description="Address and port.", examples=["127.0.0.1:8000"]
    )
    threads: int = Field(
        default=64, ge=4, le=1024, description="Requests answered at the same time.", examples=[64]
    )
    media_streams: int = Field(
        default=48,
        ge=1,
        le=1000,
        description="Media files carried at the same time; fewer than threads, so that the rest is answered.",
        examples=[48],
    )
    x_accel_prefix: str = Field(
        default="",
        description="Where a front server (nginx) fetches media from hosts itself; empty: off.",
        examples=["/_host"],
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="Proxies in front that set X-Forwarded-For and -Proto; 0: none is believed.",
        examples=[1],
    )
    ui_dir: str = Field(
        default="",
        description="Folder of the built pages; empty: frontend/dist beside the program.",
        examples=["/opt/coldframe/frontend/dist"],
    )

    @field_validator("listen")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return checked_listen(value)

    @model_validator(mode="after")
    def _threads_are_left(self) -> Self:
        if self.media_streams >= self.threads:
            raise ValueError("media_streams: must be smaller than threads")
        return self

    @model_validator(mode="after")
    def _secrets_go_to_the_front_server_only(self) -> Self:
        # The answer that tells a front server where to fetch carries the host's secret.
        if self.x_accel_prefix and not (listens_on_loopback(self.listen) and self.trusted_proxies):
            raise ValueError(
                "x_accel_prefix: needs a server in front: listen on loopback and trusted_proxies = 1 or more"
            )
        return self


class IngestSettings(Section):
    """What machines send."""

    listen: str = Field(
        default="127.0.0.1:8001", description="Address and port.", examples=["127.0.0.1:8001"]
    )
    threads: int = Field(
        default=8, ge=2, le=256, description="Requests answered at the same time.", examples=[8]
    )
    public_url: str = Field(
        default="",
        description="How hosts reach it; empty: http:// and listen.",
        examples=["https://gateway.example"],
    )

    @field_validator("listen")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return checked_listen(value)

    @field_validator("public_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not re.match(r"^https?://[^\s/?#@]+(/[^\s?#]*)?\Z", value):
            raise ValueError("must begin with http:// or https:// and have no login, query or fragment")
        return value.rstrip("/")

    @property
    def heartbeat_url(self) -> str:
        return f"{self.public_url or f'http://{self.listen}'}/api/v1/hosts/heartbeat"


class DatabaseSettings(Section):
    """PostgreSQL."""

    url: SecretStr = Field(
        default=SecretStr("postgresql://localhost/coldframe"),
        description="Address of the database (DATABASE_URL).",
        examples=["postgresql://user:password@localhost/coldframe"],
    )
    pool: int = Field(
        default=16, ge=1, le=200, description="Connections that a process holds at most.", examples=[16]
    )


class RedisSettings(Section):
    """Redis."""

    url: SecretStr = Field(
        default=SecretStr("redis://localhost:6379/0"),
        description="Address of the server (REDIS_URL).",
        examples=["redis://:password@localhost:6379/0"],
    )


class SecuritySettings(Section):
    """Secrets and who may call."""

    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description=(
            "Signs logins and encrypts stored secrets (COLDFRAME_SECRET_KEY); 32 characters at least. "
            "Several, with commas between: the first is used, the others still open what they closed."
        ),
        examples=["a-long-random-text-of-your-own-0123456789"],
    )
    demo: bool = Field(
        default=False,
        description="A demo on this machine alone: its well-known secret and login are allowed.",
        examples=[False],
    )
    access_token_s: Seconds = Field(
        default=900, description="How long an access token is good.", examples=[900]
    )
    refresh_token_s: float = Field(
        default=30 * 86_400, gt=0, le=366 * 86_400, description="How long a login lasts.", examples=[2592000]
    )
    login_limit: str = Field(
        default="10 per minute",
        description="Failed logins per account and per address.",
        examples=["10 per minute"],
    )

    @model_validator(mode="after")
    def _secrets_are_secret(self) -> Self:
        for secret in self.secrets:
            if len(secret) < SHORTEST_SECRET:
                raise ValueError(f"secret_key: must have {SHORTEST_SECRET} characters at least")
            if len(set(secret)) < 8:
                raise ValueError("secret_key: must be random")
            if secret == DEMO_SECRET and not self.demo:
                raise ValueError("secret_key: is the demo's, which everybody knows; set one of your own")
        return self

    @property
    def secrets(self) -> list[str]:
        """The keys, the one in use first."""
        return [key.strip() for key in self.secret_key.get_secret_value().split(",") if key.strip()]


class FleetSettings(Section):
    """Hosts."""

    heartbeat_interval_s: Seconds = Field(default=10, description="How often hosts report.", examples=[10])
    late_after_s: Seconds = Field(
        default=25, description="Without a heartbeat for this long a host is late.", examples=[25]
    )
    offline_after_s: Seconds = Field(
        default=60, description="Without a heartbeat for this long it is offline.", examples=[60]
    )
    minutes_kept_days: int = Field(
        default=30, ge=1, le=400, description="How long minutes of activity are kept.", examples=[30]
    )
    connect_timeout_s: Seconds = Field(
        default=2, description="How long a host may take to accept a call.", examples=[2]
    )
    answer_timeout_s: Seconds = Field(
        default=10, description="How long a host may take to answer.", examples=[10]
    )
    fan_out_deadline_s: Seconds = Field(
        default=3, description="How long an answer waits for the slowest of its hosts.", examples=[3]
    )
    clock_warning_s: Seconds = Field(
        default=2, description="A host's clock that is off by more is warned of.", examples=[2]
    )

    @model_validator(mode="after")
    def _late_comes_first(self) -> Self:
        if self.late_after_s >= self.offline_after_s:
            raise ValueError("late_after_s: must be smaller than offline_after_s")
        return self


class CameraSettings(Section):
    """Cameras that are managed here."""

    probe_timeout_s: Seconds = Field(
        default=10, le=60, description="How long a camera may take to answer a check.", examples=[10]
    )
    checks_at_once: int = Field(
        default=64, ge=1, le=512, description="Cameras that are checked at the same time.", examples=[64]
    )
    checked_once_within_s: Seconds = Field(
        default=30, description="A check so soon after the last one is left out.", examples=[30]
    )
    offline_after_failures: int = Field(
        default=3, ge=1, le=20, description="Failed checks in a row after which it is offline.", examples=[3]
    )
    allowed_networks: tuple[str, ...] = Field(
        default=(),
        description="Where this gateway may look for cameras itself (CIDR); empty: everywhere.",
        examples=[["10.0.0.0/8"]],
    )
    snapshots_a_minute: int = Field(
        default=30, ge=1, le=10_000, description="Snapshots that one user may take a minute.", examples=[30]
    )
    snapshots_kept_days: float = Field(
        default=7, gt=0, le=3660, description="How long snapshots are kept.", examples=[7]
    )
    health_kept_days: int = Field(
        default=30, ge=1, le=3660, description="How long results of checks are kept.", examples=[30]
    )

    @field_validator("allowed_networks")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ipaddress.ip_network(network)
            except ValueError:
                raise ValueError(f"{network!r} is no network such as 10.0.0.0/8") from None
        return value


class StorageSettings(Section):
    """Where snapshots and videos are kept: a folder, or an S3 server where `s3_endpoint_url` is set."""

    dir: str = Field(
        default="/var/lib/coldframe-gateway/objects",
        description="Folder of the objects (STORAGE_DIR); not used with S3.",
        examples=["/var/lib/coldframe-gateway/objects"],
    )
    largest_object_bytes: int = Field(
        default=20 * 1024**3,
        ge=1024,
        description="Larger objects are refused.",
        examples=[21474836480],
    )
    s3_endpoint_url: str = Field(
        default="",
        description="Address of the S3 server (S3_ENDPOINT_URL); empty: the folder.",
        examples=["https://s3.example"],
    )
    s3_region: str = Field(default="us-east-1", description="Region of the bucket.", examples=["us-east-1"])
    s3_bucket: str = Field(
        default="coldframe",
        description="The bucket (S3_BUCKET); made where it is missing.",
        examples=["coldframe"],
    )
    s3_access_key: str = Field(default="", description="Access key (S3_ACCESS_KEY).", examples=["coldframe"])
    s3_secret_key: SecretStr = Field(
        default=SecretStr(""), description="Secret key (S3_SECRET_KEY).", examples=["a-secret-of-your-own"]
    )

    @field_validator("s3_endpoint_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not re.match(r"^https?://[^\s/?#@]+/?\Z", value):
            raise ValueError("must begin with http:// or https:// and name a server, without a path")
        return value.rstrip("/")


class CaptionSettings(Section):
    """Captions of frames: kept for two hours as they are, then merged into events of the graph."""

    redis_url: SecretStr = Field(
        default=SecretStr(""),
        description="Redis of the captions (CAPTIONS_REDIS_URL), append-only, noeviction; empty: REDIS_URL.",
        examples=["redis://:password@localhost:6380/0"],
    )
    ttl_s: int = Field(
        default=7200,
        ge=1,
        le=7 * 86_400,
        description="How long every caption answers questions of now (REDIS_TTL_2HOUR).",
        examples=[7200],
    )
    migrate_below_s: int = Field(
        default=300,
        ge=0,
        description="Captions with less time left are merged into events (REDIS_MIGRATION_THRESHOLD).",
        examples=[300],
    )
    similarity_threshold: float = Field(
        default=0.95,
        gt=0,
        le=1,
        description=(
            "Cosine of two embeddings from which on captions say the same (CAPTION_SIMILARITY_THRESHOLD); "
            "1: only equal texts do."
        ),
        examples=[0.95],
    )
    min_duration_s: float = Field(
        default=60,
        ge=0,
        le=86_400,
        description="Shorter events are marked as brief (MIN_CAPTION_DURATION).",
        examples=[60],
    )
    max_duration_s: float = Field(
        default=300,
        gt=0,
        le=86_400,
        description="The longest that one event is (MAX_CAPTION_DURATION).",
        examples=[300],
    )
    batch: int = Field(
        default=1000,
        ge=1,
        le=10_000,
        description="Captions that are merged in one transaction.",
        examples=[1000],
    )
    cameras_a_job: int = Field(
        default=50, ge=1, le=1000, description="Cameras whose captions one job merges.", examples=[50]
    )
    lock_s: Seconds = Field(
        default=60,
        description="After so long the lock of a camera whose job was killed is free again.",
        examples=[60],
    )
    memory_share_percent: float = Field(
        default=80,
        gt=0,
        le=100,
        description="Captions are refused from this share of Redis' maxmemory on, so that jobs go on.",
        examples=[80],
    )
    retention_days: int = Field(
        default=0, ge=0, le=3660, description="How long events are kept; 0: for ever.", examples=[90]
    )
    history_kept_days: int = Field(
        default=90, ge=1, le=3660, description="How long the history of migrations is kept.", examples=[90]
    )

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        if self.migrate_below_s >= self.ttl_s:
            raise ValueError("migrate_below_s: must be smaller than ttl_s")
        if self.min_duration_s > self.max_duration_s:
            raise ValueError("min_duration_s: must not be larger than max_duration_s")
        return self


class GraphSettings(Section):
    """Neo4j, where the events of captions are kept; without `uri` nothing is captioned."""

    uri: str = Field(
        default="",
        description="Address of the server (NEO4J_URI); empty: captions are off.",
        examples=["bolt://localhost:7687"],
    )
    user: str = Field(default="neo4j", description="Its user (NEO4J_USER).", examples=["neo4j"])
    password: SecretStr = Field(
        default=SecretStr(""),
        description="Password of that user (NEO4J_PASSWORD).",
        examples=["a-secret-of-your-own"],
    )
    database: str = Field(default="neo4j", description="The database there.", examples=["neo4j"])
    timeout_s: Seconds = Field(
        default=10, description="How long an answer of the graph is waited for.", examples=[10]
    )

    @field_validator("uri")
    @classmethod
    def _is_uri(cls, value: str) -> str:
        if value and not re.match(r"^(bolt|neo4j)(\+s|\+ssc)?://[^\s/?#@]+\Z", value):
            raise ValueError("must be bolt:// or neo4j:// (or +s, +ssc) and a server, without login or path")
        return value


class JobSettings(Section):
    """Queued and scheduled work."""

    timeout_s: Seconds = Field(default=1800, description="A job that takes longer is ended.", examples=[1800])
    warning_s: Seconds = Field(
        default=1500, description="A job that takes longer is warned of.", examples=[1500]
    )
    retries: int = Field(
        default=3, ge=0, le=10, description="How often a failed job is tried again.", examples=[3]
    )
    retry_after_s: Seconds = Field(
        default=15,
        description="About how long after a failure; each further time about four times as long.",
        examples=[15],
    )
    heartbeat_s: int = Field(
        default=5,
        ge=1,
        le=20,
        description="How often a worker says that it lives; silent four times as long, it is dead.",
        examples=[5],
    )
    results_kept_s: Seconds = Field(
        default=86_400, description="How long finished jobs are shown.", examples=[86400]
    )
    failures_kept_days: int = Field(
        default=30, ge=1, le=365, description="How long failed jobs are shown.", examples=[30]
    )
    jobs_a_worker: int = Field(
        default=1000,
        ge=1,
        description="After so many jobs a worker makes place for a fresh one.",
        examples=[1000],
    )

    @property
    def silent_after_s(self) -> float:
        """After so long without a word, a worker is taken for dead and its job for abandoned."""
        return 4.0 * self.heartbeat_s

    @model_validator(mode="after")
    def _warning_comes_first(self) -> Self:
        if self.warning_s >= self.timeout_s:
            raise ValueError("warning_s: must be smaller than timeout_s")
        return self


class LogSettings(Section):
    """The log."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is logged.", examples=["info"]
    )


class TestingSettings(Section):
    """For tests only."""

    clock_offset_s: float = Field(default=0.0, description="Moves the gateway's clock.", examples=[0])
    tasks: str = Field(
        default="",
        description="A Python module with further tasks and entries of the schedule.",
        examples=["tests.support.job_tasks"],
    )


class GatewaySettings(Section):
    """The whole of `gateway.toml`."""

    web: WebSettings = WebSettings()
    ingest: IngestSettings = IngestSettings()
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    security: SecuritySettings = SecuritySettings()
    fleet: FleetSettings = FleetSettings()
    cameras: CameraSettings = CameraSettings()
    storage: StorageSettings = StorageSettings()
    captions: CaptionSettings = CaptionSettings()
    graph: GraphSettings = GraphSettings()
    jobs: JobSettings = JobSettings()
    log: LogSettings = LogSettings()
    testing: TestingSettings = TestingSettings()

    @model_validator(mode="after")
    def _the_demo_stays_on_this_machine(self) -> Self:
        if self.security.demo:
            for section, listen in (("web", self.web.listen), ("ingest", self.ingest.listen)):
                if not listens_on_loopback(listen):
                    raise ValueError(f"{section}.listen: a demo listens on loopback only")
        return self


FORM = SettingsForm(
    GatewaySettings,
    prefix=ENVIRONMENT_PREFIX,
    file_remedy=f"Name one with --config or {CONFIG_VARIABLE}, or none: the environment alone is enough.",
    variable_example="WEB__LISTEN",
    named=NAMED_VARIABLES,
)


def load_settings(path: Path | None, environment: Mapping[str, str] | None = None) -> GatewaySettings:
    """Read and check `path` (if any) and the environment. Raises SettingsError."""
    return FORM.read(path, os.environ if environment is None else environment)


def require_secret(settings: GatewaySettings) -> None:
    """Refuse to serve without a key: what signs logins must be secret. Raises SettingsError."""
    if not settings.security.secrets:
        raise SettingsError(
            "security.secret_key: is missing.",
            remedy=(
                f"Set COLDFRAME_SECRET_KEY to {SHORTEST_SECRET} random characters or more, the same for all "
                'processes: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            ),
        )
