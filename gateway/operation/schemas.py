"""The forms of health answers."""

import marshmallow as ma

HEALTH_EXAMPLE = {
    "status": "ok",
    "version": "0.1.0",
    "dependencies": {
        "database": {"status": "ok", "latency_ms": 0.8, "message": ""},
        "redis": {"status": "ok", "latency_ms": 0.3, "message": ""},
        "storage": {"status": "ok", "latency_ms": 0.2, "message": ""},
        "graph": {"status": "ok", "latency_ms": 2.1, "message": ""},
    },
}


class AliveSchema(ma.Schema):
    """The process answers."""

    status = ma.fields.String(required=True, validate=ma.validate.OneOf(["alive"]))


class DependencySchema(ma.Schema):
    """One thing that the gateway works with."""

    status = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["ok", "failed", "off"]),
        metadata={"description": "off: nobody has set it up, which is nothing wrong."},
    )
    latency_ms = ma.fields.Float(required=True)
    message = ma.fields.String(required=True, metadata={"description": "What is wrong; empty where ok."})


class HealthSchema(ma.Schema):
    """All of them."""

    status = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["ok", "degraded", "failed"]),
        metadata={
            "description": (
                "degraded: what captions need (graph, captions_redis) has failed, and everything else works."
            )
        },
    )
    version = ma.fields.String(required=True)
    dependencies = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Nested(DependencySchema), required=True
    )


class HealthAnswerSchema(ma.Schema):
    """Health in the envelope; `success` says whether everything that is needed is ready."""

    success = ma.fields.Boolean(required=True)
    data = ma.fields.Nested(HealthSchema, required=True)
