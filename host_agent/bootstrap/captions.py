"""The captions process: what frames show, in words, for the gateway."""

import os
import random

from host_agent.bootstrap.fleet import wish_of
from host_agent.bootstrap.parts import Parts, Service
from host_agent.captioner.outbox import Outbox
from host_agent.captioner.sender import CaptionSender, Target
from host_agent.captioner.service import CaptionService
from host_agent.fleet.credential_file import CredentialFile
from host_agent.fleet.enrolment_plan import captions_url
from host_agent.fleet.gateway_client import GatewayClient
from host_agent.run_all import NICENESS


def build(parts: Parts) -> Service:
    """Give the captioner what it needs."""
    # Recording comes first. `run` starts it like this already: its imports shall not be in the way either.
    os.nice(max(0, NICENESS - os.nice(0)))
    outbox = Outbox(parts.settings.agent.state_dir)
    file = CredentialFile(parts.settings.agent.state_dir)

    def target() -> Target | None:
        # Read anew each time: the process that serves enrols, and may do so again.
        wish, enrolled = wish_of(parts.settings), file.load().credentials.enrolled
        if not wish.url or enrolled is None:
            return None
        return Target(captions_url(wish, enrolled), enrolled.credential)

    sender = CaptionSender(outbox, GatewayClient(), target, random.random, parts.clock, parts.log)
    return CaptionService(parts.settings, parts.stores, parts.journal, outbox, sender, parts.clock, parts.log)
