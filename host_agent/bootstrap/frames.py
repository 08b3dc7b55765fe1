"""The frames process: frame makers, metadata, minutes and mosaics."""

from host_agent.bootstrap.parts import Parts, Service
from host_agent.frames.service import FramesService


def build(parts: Parts) -> Service:
    """Give the frame makers what they need."""
    return FramesService(parts.settings, parts.stores, parts.journal, parts.clock, parts.log)
