"""The gateway as it runs: its processes on settings of their own, judged over HTTP."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import tomli_w

from deploy.local.free_port import free_port
from deploy.local.gateway_api import LOOPBACK, GatewayApi
from deploy.local.gateway_processes import INGEST, SCHEDULER, WEB, WORKER, GatewayProcesses
from gateway.accounts.seeding import seed
from gateway.bootstrap.accounts import user_keeper
from gateway.settings import load_settings
from tests.support.agent_under_test import AgentUnderTest, Settings

ADMIN = "admin@example.com"
ADMIN_PASSWORD = "admin123"
HEARTBEAT_INTERVAL_S = 0.5
ONLINE_WITHIN_S = 30.0
_POLL_S = 0.05


class GatewayUnderTest:
    """One gateway on free ports, with its settings and logs in `folder`.

    `database_url` has the newest schema already. It has a demo's admin, and is a demo unless `sections` say
    otherwise; heartbeats are twice a second. `sections` are laid over `gateway.toml`, key by key.
    """

    def __init__(
        self, folder: Path, database_url: str, redis_url: str, **sections: Mapping[str, object]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._sections: dict[str, dict[str, object]] = {
            "web": {"listen": f"127.0.0.1:{free_port()}"},
            "ingest": {"listen": f"127.0.0.1:{free_port()}"},
            "database": {"url": database_url},
            "redis": {"url": redis_url},
            "security": {"secret_key": secrets.token_urlsafe(32), "demo": True},
            "fleet": {"heartbeat_interval_s": HEARTBEAT_INTERVAL_S},
            "storage": {"dir": str(folder / "objects")},
        }
        self._lay_over(sections)
        self.url = f"http://{self._sections['web']['listen']}"
        self.ingest_url = f"http://{self._sections['ingest']['listen']}"
        self.processes = GatewayProcesses(
            folder / "gateway.toml", web_url=self.url, ingest_url=self.ingest_url
        )
        self._logins: list[GatewayApi] = []

    # -- life --------------------------------------------------------------------------------

    def start(self, *roles: str) -> Self:
        """Start `web` and `ingest` (or only `roles`), seed meanwhile, and wait until they answer.

        WORKER and SCHEDULER are started where they are named alone.
        """
        self._write()
        self.processes.start(*roles)
        self._seed()
        self.processes.wait_until_up()
        return self

    def restart(self, *roles: str, **sections: Mapping[str, object]) -> None:
        """Start what was stopped or killed, on changed settings where `sections` are given."""
        self._lay_over(sections)
        self._write()
        self.processes.start(*roles)
        self.processes.wait_until_up()

    def stop(self, *roles: str) -> None:
        """End all processes, or those of `roles` (WEB, INGEST, WORKER…), as an init system does."""
        self.processes.stop(*roles)

    def kill(self, *roles: str) -> None:
        """SIGKILL to all processes, or to those of `roles`."""
        self.processes.kill(*roles)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for login in self._logins:
            login.close()
        self.stop()

    # -- use ---------------------------------------------------------------------------------

    def api(self, username: str = ADMIN, password: str = ADMIN_PASSWORD) -> GatewayApi:
        """A login; closed with the gateway."""
        api = GatewayApi(self.url, username, password)
        self._logins.append(api)
        api.log_in()
        return api

    def login(self, username: str = ADMIN, password: str = ADMIN_PASSWORD) -> httpx.Client:
        """A client that sends a bearer token; closed with the gateway."""
        return self.api(username, password).http

    def last_words(self, count: int = 40) -> str:
        return self.processes.last_words(count)

    def wait_for(self, what: str, holds: Callable[[], bool], *, within_s: float = ONLINE_WITHIN_S) -> float:
        """Wait until `holds`; return the seconds it took. Raises AssertionError with the gateway's logs."""
        before = time.monotonic()
        while not holds():
            took_s = time.monotonic() - before
            assert took_s < within_s, f"after {within_s:g} s not yet: {what}\n{self.last_words()}"
            time.sleep(_POLL_S)
        return time.monotonic() - before

    def wait_host(self, name: str, state: str = "online", *, within_s: float = ONLINE_WITHIN_S) -> float:
        """Wait until the gateway says `state` of the host."""
        api = self.api()
        return self.wait_for(
            f"host {name} is {state}",
            lambda: any(host["name"] == name and host["state"] == state for host in api.hosts()),
            within_s=within_s,
        )

    # -- inside ------------------------------------------------------------------------------

    def _seed(self) -> None:
        if self._sections["security"]["demo"]:
            self.processes.run("seed")
            return
        # A gateway that is none asks for a password at a terminal; this one's users are the tests.
        with user_keeper(load_settings(self.processes.config, {})) as users:
            seed(users, demo=True, email="", username="", read_password=str)

    def _lay_over(self, sections: Mapping[str, Mapping[str, object]]) -> None:
        for name, keys in sections.items():
            self._sections.setdefault(name, {}).update(keys)

    def _write(self) -> None:
        partial = self.processes.config.with_suffix(".part")
        partial.write_bytes(tomli_w.dumps(self._sections).encode())
        partial.replace(self.processes.config)


def enrolled_agent(
    gateway: GatewayUnderTest,
    folder: Path,
    name: str,
    devices: Sequence[Settings],
    *,
    sections: Mapping[str, Settings] | None = None,
    networks: Sequence[str] = (LOOPBACK,),
    replaces: bool = False,
    clock_offset_s: float = 0.0,
    address: str = "127.0.0.1",
    prefix: Sequence[str] = (),
) -> AgentUnderTest:
    """Return an agent that enrols with `gateway` as `name` when it is started.

        with enrolled_agent(gateway, tmp_path / "lab-1", "lab-1", [DEVICE]) as agent:
            gateway.wait_host("lab-1")

    `devices` and `sections` are those of its `host.toml`; `networks` and `replaces` those of its enrolment
    token; the rest is as AgentUnderTest has it.
    """
    laid_over = {key: dict(value) for key, value in (sections or {}).items()}
    laid_over["agent"] = {"name": name, **laid_over.get("agent", {})}
    token = gateway.api().enrolment_token(name, networks=networks, replaces=replaces)
    laid_over["gateway"] = {
        "url": gateway.ingest_url,
        "enrolment_token": token,
        **laid_over.get("gateway", {}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return AgentUnderTest(
        folder, devices, clock_offset_s=clock_offset_s, sections=laid_over, address=address, prefix=prefix
    )


__all__ = [
    "ADMIN",
    "ADMIN_PASSWORD",
    "INGEST",
    "SCHEDULER",
    "WEB",
    "WORKER",
    "GatewayUnderTest",
    "enrolled_agent",
]
