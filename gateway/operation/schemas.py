"""The forms of health answers."""

import marshmallow as ma

HEALTH_EXAMPLE = {
    "status": "ok",
    "version": "0.1.0",
    "dependencies": {
        "database": {"status": "ok", "latency_ms": 0.8, "message": ""},
        "redis": {"status": "ok", "latency_ms": 0.3, "message": ""},
        "storage": {"status": "ok", "latency_ms": 0.2, "message": ""},
    },
}


class AliveSchema(ma.Schema):
    """The process answers."""

    status = ma.fields.String(required=True, validate=ma.validate.OneOf(["alive"]))


class DependencySchema(ma.Schema):
    """One thing that the gateway cannot do without."""

    status = ma.fields.String(required=True, validate=ma.validate.OneOf(["ok", "failed"]))
    latency_ms = ma.fields.Float(required=True)
    message = ma.fields.String(required=True, metadata={"description": "What is wrong; empty where ok."})


class HealthSchema(ma.Schema):
    """All of them."""

    status = ma.fields.String(required=True, validate=ma.validate.OneOf(["ok", "failed"]))
    version = ma.fields.String(required=True)
    dependencies = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Nested(DependencySchema), required=True
    )


class HealthAnswerSchema(ma.Schema):
    """Health in the envelope; `success` says whether everything is ready."""

    success = ma.fields.Boolean(required=True)
    data = ma.fields.Nested(HealthSchema, required=True)
