"""Who this host says it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """`name`: unique in a fleet. `public_url`: how the gateway reaches this agent. `version`: the agent's."""

    name: str
    public_url: str
    version: str
