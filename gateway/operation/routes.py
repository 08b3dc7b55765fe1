"""For those who keep the gateway running: is it alive, is it ready, numbers for Prometheus."""

from typing import Any

from flask import Response, jsonify

from gateway.accounts.permissions import PUBLIC, caller, requires
from gateway.operation.dependencies import Dependencies
from gateway.operation.metrics import CONTENT_TYPE, GatewayMetrics
from gateway.operation.schemas import HEALTH_EXAMPLE, AliveSchema, HealthAnswerSchema
from shared.errors import ForbiddenError
from shared.http.blueprint import TEXT
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided

blp = EnvelopeBlueprint("operation", __name__, description="For those who keep the gateway running.")


@blp.get("/healthz")
@requires(PUBLIC)
@blp.data(AliveSchema, description="The process answers.", example={"status": "alive"})
def healthz() -> dict[str, str]:
    """Whether this process is alive; says nothing of what it depends on"""
    return {"status": "alive"}


@blp.get("/readyz")
@requires(PUBLIC)
@blp.answer(
    200,
    HealthAnswerSchema,
    description="What is needed is ready; degraded where something else is not.",
    example={"success": True, "data": HEALTH_EXAMPLE},
)
@blp.also(503, schema=HealthAnswerSchema, description="Something that is needed is not; message says what.")
def readyz() -> Response:
    """Whether this process can do its work: each dependency with its latency"""
    return _health()


@blp.get("/api/v1/health")
@requires(PUBLIC)
@blp.answer(
    200,
    HealthAnswerSchema,
    description="What is needed is ready; degraded where something else is not.",
    example={"success": True, "data": HEALTH_EXAMPLE},
)
@blp.also(503, schema=HealthAnswerSchema, description="Something that is needed is not; message says what.")
def health() -> Response:
    """The same for users of the API"""
    return _health()


def _health() -> Response:
    metrics, findings = provided(GatewayMetrics), provided(Dependencies).findings()
    ready = all(finding.ready for finding in findings if finding.is_needed)
    status = "ok" if all(finding.ready for finding in findings) else "degraded"
    told: dict[str, Any] = {
        "status": status if ready else "failed",
        "version": metrics.version,
        "dependencies": {
            finding.name: {
                "status": "off" if finding.is_off else "ok" if finding.ready else "failed",
                "latency_ms": finding.latency_ms,
                "message": finding.sentence,
            }
            for finding in findings
        },
    }
    answer = jsonify({"success": ready, "data": told})
    answer.status_code = 200 if ready else 503
    return answer


@blp.get("/metrics")
@requires("hosts:read")
@blp.answer(200, TEXT, description="Prometheus' text format.", content_type=CONTENT_TYPE)
@blp.errors(503)
def metrics() -> Response:
    """Numbers of the whole fleet for Prometheus"""
    if caller().scope is not None:
        raise ForbiddenError(
            "These numbers are of all hosts, and you are limited to some cameras.",
            remedy="Use an account that is not limited to camera groups.",
        )
    return Response(provided(GatewayMetrics).render(), content_type=CONTENT_TYPE)
