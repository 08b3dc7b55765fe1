"""`python -m host_agent doctor`: looks at everything once, judges it, prints what to do."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from host_agent.bootstrap.fleet import wish_of
from host_agent.bootstrap.parts import JOURNAL_NAME
from host_agent.captioner.model_failure import ModelError
from host_agent.captioner.model_look import asked_servers, models_at
from host_agent.capture.local_cameras import find_local_cameras
from host_agent.capture.source import RAW_KINDS
from host_agent.doctor import machine_checks, probes
from host_agent.doctor.caption_checks import ModelFacts, judge_captions, judge_model, judge_sending
from host_agent.doctor.ffmpeg_checks import judge_ffmpeg
from host_agent.doctor.storage_checks import judge_root, judge_state_dir
from host_agent.fleet.credential_file import CredentialFile
from host_agent.fleet.enrolment_plan import next_aim
from host_agent.journal.journal import Journal
from host_agent.retention.root_identity import RootIdentity
from host_agent.ring.layout import DeviceFolders, Kind
from host_agent.ring.store import RingStore
from host_agent.settings import (
    NETWORK_KINDS,
    CaptionSettings,
    DeviceSettings,
    Encode,
    Frames,
    HostSettings,
    load_settings,
)
from host_agent.told_captions import HOST, STATE_PART, parse_sending
from shared.clock import Clock, SystemClock
from shared.errors import SettingsError
from shared.finding import Finding, ok, problem
from shared.findings_report import print_findings
from shared.kernel import clock_is_synchronised
from shared.spans import from_utc_ms

_HARDWARE = (Encode.VAAPI, Encode.NVENC, Encode.V4L2M2M)
_RAW_KINDS = {*RAW_KINDS, "auto"}
_ENCRYPTED_KINDS = ("rtsps", "https")


def run_doctor(settings_path: Path) -> int:
    """Print a finding a line, with a remedy below each that is not ok. Returns 1 where there is a problem."""
    return print_findings(examine(settings_path))


def examine(settings_path: Path) -> list[Finding]:
    """Look at the machine. Without readable settings only what does not depend on them is looked at."""
    try:
        settings = load_settings(settings_path)
    except SettingsError as error:
        return [
            *(
                problem("configuration", line.rstrip("."), error.remedy)
                for line in error.message.splitlines()
            ),
            *judge_ffmpeg(probes.look_at_ffmpeg(()), {}, ()),
            machine_checks.judge_setpriv(probes.find_program("setpriv")),
            *_clock_findings(SystemClock(), None),
        ]
    clock = SystemClock(settings.agent.clock_offset_s)
    return [
        *_settings_findings(settings_path, settings),
        *_ffmpeg_findings(settings.device),
        machine_checks.judge_setpriv(probes.find_program("setpriv")),
        *_folder_findings(settings),
        *_disk_findings(settings, clock),
        *_clock_findings(clock, _newest_footage(settings, clock)),
        _port_finding(settings),
        *_camera_findings(settings.device),
        *_gateway_findings(settings),
        *_caption_findings(settings, clock),
    ]


def wanted_encodings(devices: Sequence[DeviceSettings]) -> dict[str, list[str]]:
    """Return how pictures are to be recorded → names of the devices; raw sources are encoded with x264."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for device in devices:
        default = Encode.X264 if device.source_kind in _RAW_KINDS else Encode.COPY
        wanted[(device.encode or default).value].append(device.name)
    return dict(wanted)


def _settings_findings(path: Path, settings: HostSettings) -> list[Finding]:
    count = len(settings.device)
    devices = f"{count} device" if count == 1 else f"{count} devices"
    findings = [ok("configuration", f"{path}: agent {settings.agent.name!r}, {devices}.")]
    secrets = [
        settings.agent.token.get_secret_value(),
        settings.gateway.enrolment_token.get_secret_value(),
        *(key.get_secret_value() for key in _keys(settings)),
        *("@" in source.get_secret_value() for device in settings.device for source in _sources(device)),
    ]
    open_file = machine_checks.judge_settings_file(
        path, mode=path.stat().st_mode & 0o777, holds_secrets=any(secrets)
    )
    return [*findings, open_file] if open_file is not None else findings


def _keys(settings: HostSettings) -> list[SecretStr]:
    sections = [settings.captions, *(settings.captions_of(device) for device in settings.device)]
    return [key for section in sections for key in (section.key, section.embeddings_key)]


def _ffmpeg_findings(devices: Sequence[DeviceSettings]) -> list[Finding]:
    wanted = wanted_encodings(devices)
    facts = probes.look_at_ffmpeg([encode.value for encode in _HARDWARE if encode.value in wanted])
    encrypted = [device.name for device in devices if device.source_kind in _ENCRYPTED_KINDS]
    return judge_ffmpeg(facts, wanted, encrypted)


def _folder_findings(settings: HostSettings) -> list[Finding]:
    looked_at = [probes.look_at_folder(root) for root in _roots(settings)]
    findings = [
        finding
        for facts in looked_at
        for finding in judge_root(
            facts,
            floor_percent=settings.ring.free_floor_percent,
            reserve_percent=settings.ring.free_reserve_percent,
        )
    ]
    return findings + judge_state_dir(probes.look_at_folder(settings.agent.state_dir), looked_at)


def _disk_findings(settings: HostSettings, clock: Clock) -> list[Finding]:
    """Whether the disks that held footage are the ones that are mounted now; the journal knows them."""
    path = settings.agent.state_dir / JOURNAL_NAME
    try:
        if not path.is_file():
            return []  # an agent that never ran
        with closing(Journal(path, clock)) as journal:
            identity = RootIdentity(journal, new_id=str)
            refusals = [identity.problem(root) for root in _roots(settings)]
    except (OSError, sqlite3.Error) as error:
        return [
            problem("state", f"{path} cannot be opened: {error}.", "Give it to the agent's user (chown).")
        ]
    until_then = "Until then the agent does not record there."
    return [problem("storage", refusal.sentence, until_then) for refusal in refusals if refusal is not None]


def _sources(device: DeviceSettings) -> list[SecretStr]:
    return [device.source] if device.preview_source is None else [device.source, device.preview_source]


def _roots(settings: HostSettings) -> list[Path]:
    roots = {settings.root_of(device) for device in settings.device}
    return sorted(roots or {settings.agent.root})


def _clock_findings(clock: Clock, newest_footage: datetime | None) -> list[Finding]:
    return machine_checks.judge_clock(
        clock.now(), is_synchronised=clock_is_synchronised(), newest_footage=newest_footage
    )


def _newest_footage(settings: HostSettings, clock: Clock) -> datetime | None:
    """The begin of the newest segment of all devices; None where there is none."""
    begins = []
    for device in settings.device:
        store = RingStore(DeviceFolders(settings.root_of(device), device.name), clock)
        try:
            newest = store.newest_hot(Kind.SEGMENTS)
            if newest is not None:
                begins.append(newest.stat().st_mtime_ns // 1_000_000)
        except OSError:
            continue  # archived between the two looks, or a folder that the storage finding names
    return from_utc_ms(max(begins)) if begins else None


def _port_finding(settings: HostSettings) -> Finding:
    host, port = settings.agent.listen_host, settings.agent.listen_port
    error = probes.error_of_listening(host, port)
    runs = bool(error) and probes.agent_answering(host, port)
    return machine_checks.judge_port(settings.agent.listen, bind_error=error, agent_answers=runs)


def _camera_findings(devices: Sequence[DeviceSettings]) -> list[Finding]:
    cameras, unreadable = find_local_cameras()
    findings = machine_checks.judge_cameras(
        [(camera.path, camera.card) for camera in cameras], [(node.path, node.reason) for node in unreadable]
    )
    for device in devices:
        kind, _, rest = device.source.get_secret_value().partition(":")
        path = Path(rest) if kind in ("v4l2", "file") else None
        error = probes.error_of_reading(path) if path is not None else ""
        findings += machine_checks.judge_source(
            device.name, kind=kind, path=path, error=error, cameras=len(cameras)
        )
    return findings + _stream_findings(devices)


def _stream_findings(devices: Sequence[DeviceSettings]) -> list[Finding]:
    """Cameras are tried over TCP: one that is read over UDP need not answer there."""
    streams = [
        (device.name, key, source.get_secret_value())
        for device in devices
        for key, source in (("source", device.source), ("preview_source", device.preview_source))
        if source is not None and source.get_secret_value().startswith(_tried_kinds(device))
    ]
    found = probes.try_streams([address for _, _, address in streams])
    return [
        machine_checks.judge_stream(name, key, probe)
        for (name, key, _), probe in zip(streams, found, strict=True)
    ]


def _tried_kinds(device: DeviceSettings) -> tuple[str, ...]:
    kinds = NETWORK_KINDS if device.rtsp_transport == "tcp" else ("http", "https")
    return tuple(f"{kind}:" for kind in kinds)


def _gateway_findings(settings: HostSettings) -> list[Finding]:
    wish = wish_of(settings)
    path = CredentialFile(settings.agent.state_dir).path
    facts = probes.look_at_credential(path)
    error = probes.error_of_reaching(wish.url) if wish.url else ""
    return [
        *machine_checks.judge_gateway(wish.url, error=error),
        *machine_checks.judge_enrolment(
            wish.url,
            path=path,
            error=facts.error,
            mode=facts.mode,
            is_torn=facts.is_torn,
            aim=next_aim(wish, facts.credentials, is_revoked=False),
            is_pending=facts.credentials.pending is not None,
        ),
    ]


def _caption_findings(settings: HostSettings, clock: Clock) -> list[Finding]:
    """Nothing where no captions are asked for."""
    if not settings.makes_captions:
        return []
    captioned = [device for device in settings.device if settings.is_captioned(device)]
    findings = judge_captions(
        has_gateway=bool(settings.gateway.url),
        without_frames=[device.name for device in captioned if device.frames is Frames.OFF],
    )
    # What the gateway assigns is captioned as [captions] says.
    own = [settings.captions] if settings.captions.enabled else []
    asked = {
        server: using
        for using in (*own, *(settings.captions_of(device) for device in captioned))
        for server in asked_servers(using)
    }
    findings += [judge_model(_model_facts(server, using)) for server, using in asked.items()]
    return findings + _sending_findings(settings, clock)


def _model_facts(server: tuple[str, str, str], settings: CaptionSettings) -> ModelFacts:
    base_url, key, model = server
    try:
        return ModelFacts(base_url, model, models=models_at(base_url, key, settings))
    except ModelError as error:
        return ModelFacts(base_url, model, error.message, error.remedy)


def _sending_findings(settings: HostSettings, clock: Clock) -> list[Finding]:
    path = settings.agent.state_dir / JOURNAL_NAME
    try:
        if not path.is_file():
            return []  # an agent that never ran
        with closing(Journal(path, clock)) as journal:
            return judge_sending(parse_sending(journal.states(HOST).get(STATE_PART)))
    except (OSError, sqlite3.Error):
        return []  # the finding of its disk says so
