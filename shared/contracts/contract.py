"""What all messages between a host and the gateway have in common."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A message. What is unknown is ignored, so that either end may be the newer one; what is known is
    checked strictly, and numbers are finite."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)
