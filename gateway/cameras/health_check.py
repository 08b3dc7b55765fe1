"""Checks all active cameras once: those that hosts record by what the hosts report, the others by asking."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from gateway.cameras.health_of_recording import Recording, judge_recording
from gateway.cameras.health_probes import Found, HealthProbes, Question
from gateway.cameras.health_repository import CheckedCamera, HealthRepository, WatchedCamera
from gateway.cameras.health_status import Judgement, connected, failed, standing_after
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.host_status import HostStatus
from gateway.secret_box import SecretBox
from shared.clock import Clock
from shared.errors import SettingsError
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe_failure import StreamProbe

_FORGOTTEN_AT_ONCE = 10_000


@dataclass(slots=True)
class HealthRun:
    """What one run did. `is_other_running`: nothing, since another was under way. `not_reached`: cameras that
    the deadline left over. `stored`: fewer than were checked where cameras were changed meanwhile."""

    is_other_running: bool = False
    recorded: int = 0
    probed: int = 0
    not_reached: int = 0
    stored: int = 0
    statuses: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, int | bool | dict[str, int]]:
        """For the log of jobs."""
        if self.is_other_running:
            return {"is_other_running": True}
        return {
            "recorded": self.recorded,
            "probed": self.probed,
            "not_reached": self.not_reached,
            "stored": self.stored,
            "statuses": dict(self.statuses),
        }


class CameraHealth:
    """`offline_after`: failures in a row."""

    def __init__(
        self,
        repository: HealthRepository,
        reports: FleetReports,
        probes: HealthProbes,
        secrets: SecretBox,
        clock: Clock,
        *,
        offline_after: int,
        kept_days: int,
    ) -> None:
        self._repository = repository
        self._reports = reports
        self._probes = probes
        self._secrets = secrets
        self._clock = clock
        self._offline_after = offline_after
        self._kept_days = kept_days

    def check(self) -> HealthRun:
        """One run; of several at the same time, in any processes, one does something."""
        run = HealthRun()
        with self._repository.alone() as is_alone:
            if is_alone:
                self._check_all(run)
            else:
                run.is_other_running = True
        return run

    def forget_old(self) -> int:
        """Delete the results that are older than they are kept, some at a time. Returns how many."""
        before = self._clock.now() - timedelta(days=self._kept_days)
        forgotten = 0
        while batch := self._repository.forget_before(before, _FORGOTTEN_AT_ONCE):
            forgotten += batch
        return forgotten

    def _check_all(self, run: HealthRun) -> None:
        now = self._clock.now()
        self._repository.rest_inactive()
        cameras = self._repository.due_cameras(now)
        recorded = [camera for camera in cameras if camera.is_recorded]
        self._judge_recorded(recorded, now, run)
        asked = {camera.id: camera for camera in cameras if not camera.is_recorded}
        self._probe(asked, now, run)
        run.recorded, run.not_reached = len(recorded), len(asked) - run.probed
        if run.not_reached:
            structlog.get_logger().warning("cameras_not_reached", cameras=run.not_reached, of=len(asked))

    def _judge_recorded(self, cameras: Sequence[WatchedCamera], now: datetime, run: HealthRun) -> None:
        hosts = {camera.host for camera in cameras if camera.host is not None}
        reports: Mapping[str, HostStatus] = self._reports.reports(hosts) if hosts else {}
        judged = [
            (
                camera,
                judge_recording(
                    Recording(
                        device=camera.device_name,
                        is_assigned=camera.managed_by != "host",
                        changed_at=camera.updated_at,
                        wanted_fps=camera.wanted_fps,
                        failing=camera.failing,
                    ),
                    reports.get(camera.host or ""),
                    now,
                ),
            )
            for camera in cameras
        ]
        self._store(judged, "heartbeat", now, run)

    def _probe(self, cameras: Mapping[str, WatchedCamera], now: datetime, run: HealthRun) -> None:
        """Ask cameras, and store what they say as it comes."""
        unreadable: list[tuple[WatchedCamera, Judgement]] = []
        questions = []
        for camera in cameras.values():
            try:
                questions.append(self._question(camera))
            except SettingsError as error:
                unreadable.append((camera, failed("secret_unreadable", str(error))))

        def store(found: Sequence[Found]) -> None:
            run.probed += len(found)
            judged = [(cameras[id_], judgement_of(probe, cameras[id_].wanted_fps)) for id_, probe in found]
            self._store(judged, "probe", now, run)

        run.probed += len(unreadable)
        self._store(unreadable, "probe", now, run)
        self._probes.run(questions, int(now.timestamp() // 60), store)

    def _question(self, camera: WatchedCamera) -> Question:
        closed = camera.password_encrypted
        password = None if closed is None else self._secrets.open(closed)
        address = StreamAddress(camera.rtsp_url, camera.username, password)
        return Question(camera.id, address, camera.status, camera.problem_code)

    def _store(
        self,
        judged: Sequence[tuple[WatchedCamera, Judgement]],
        judged_by: str,
        now: datetime,
        run: HealthRun,
    ) -> None:
        checked = [
            CheckedCamera(
                camera,
                judgement,
                standing_after(judgement, camera.failures_in_row, self._offline_after),
                now,
            )
            for camera, judgement in judged
        ]
        run.statuses.update(one.standing.status for one in checked)
        run.stored += self._repository.store(checked, judged_by)


def judgement_of(probe: StreamProbe, wanted_fps: int | None) -> Judgement:
    """What a probe of ours says of a camera."""
    if probe.is_ok:
        return connected(latency_ms=probe.latency_ms, fps=probe.fps, wanted_fps=wanted_fps)
    return failed(probe.code, probe.message, latency_ms=probe.latency_ms)
