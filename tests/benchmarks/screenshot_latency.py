"""How long the newest picture of a live camera takes over HTTP."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.camera import DESCRIPTION, cameras
from tests.benchmarks.figure import Outcome, Target, quantile
from tests.benchmarks.timed_client import TimedClient
from tests.support.agent_under_test import AgentUnderTest

DEVICE = "cam"
_ADDRESS = f"/api/host/screenshot/{DEVICE}"
_CLIENTS = 4


def measure(setting: Setting) -> Outcome:
    rounds, requests = setting.choose(7, 2), setting.choose(1000, 200)
    outcome = Outcome()
    with cameras(setting, [DEVICE]) as relay:
        device = {"name": DEVICE, "source": relay.url(DEVICE), "frames": "all"}
        with AgentUnderTest(setting.folder, [device]) as agent:
            agent.wait_live(DEVICE)
            agent.wait_for("a first picture", lambda: agent.get(_ADDRESS).status_code == 200)
            kept = [_on_one_connection(agent.port, requests) for _ in range(rounds)]
            fresh = [_on_new_connections(agent.port, requests // 4) for _ in range(rounds)]
            crowd = [_by_many(agent.port, requests // 4) for _ in range(rounds)]
    outcome.add("p50, kept connection", "ms", [quantile(times, 0.5) for times in kept])
    outcome.add("p99, kept connection", "ms", [quantile(times, 0.99) for times in kept], Target(at_most=5.0))
    outcome.add("p50, a connection each", "ms", [quantile(times, 0.5) for times in fresh])
    outcome.add(
        "p99, a connection each", "ms", [quantile(times, 0.99) for times in fresh], Target(at_most=5.0)
    )
    outcome.add(f"p99, {_CLIENTS} clients without a pause", "ms", [quantile(times, 0.99) for times in crowd])
    outcome.notes.append(f"A live camera, {DESCRIPTION}; {requests} requests a round, one after the other.")
    return outcome


def _on_one_connection(port: int, requests: int) -> list[float]:
    client = TimedClient(port)
    try:
        return [client.good(_ADDRESS).took_ms for _ in range(requests)]
    finally:
        client.close()


def _on_new_connections(port: int, requests: int) -> list[float]:
    return [time for _ in range(requests) for time in _on_one_connection(port, 1)]


def _by_many(port: int, requests: int) -> list[float]:
    at_once = threading.Barrier(_CLIENTS)

    def ask() -> list[float]:
        at_once.wait()
        return _on_one_connection(port, requests)

    with ThreadPoolExecutor(_CLIENTS) as clients:
        asked = [clients.submit(ask) for _ in range(_CLIENTS)]
        return [time for answers in asked for time in answers.result()]


SCREENSHOT = Bench("screenshot", "the newest picture of a live camera over HTTP, p50 and p99", measure)
