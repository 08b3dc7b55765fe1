"""Answers to hosts about captions."""

import marshmallow as ma
from marshmallow import fields

REPORTS_EXAMPLE = {
    "captions": [
        {
            "device": "door",
            "captured_utc_ms": 1795269600000,
            "text": "bright scene, little motion",
            "model": "scene",
        }
    ]
}


class RefusedCaptionSchema(ma.Schema):
    """A caption that is not kept, and would not be the next time either, but for two codes."""

    index = fields.Integer(required=True)
    code = fields.String(
        required=True,
        metadata={
            "description": "unknown_device: the next heartbeat may tell of it. in_the_future: it is taken"
            " once the gateway's clock has reached it."
        },
    )
    sentence = fields.String(required=True)


class EmbeddingsDroppedSchema(ma.Schema):
    """Captions of a device that are kept without their embeddings, which are of another length than those of
    its camera that wait to be merged."""

    device = fields.String(required=True)
    count = fields.Integer(required=True)
    sentence = fields.String(required=True)


class CaptionsTakenSchema(ma.Schema):
    """What became of the report."""

    stored = fields.Integer(required=True, metadata={"description": "How many are new."})
    repeated = fields.Integer(required=True, metadata={"description": "How many were there already."})
    refused = fields.List(fields.Nested(RefusedCaptionSchema), required=True)
    embeddings_dropped = fields.List(fields.Nested(EmbeddingsDroppedSchema), required=True)


TAKEN_EXAMPLE = {
    "stored": 1,
    "repeated": 0,
    "refused": [{"index": 1, "code": "empty_text", "sentence": "text: is empty."}],
    "embeddings_dropped": [],
}
