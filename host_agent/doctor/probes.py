"""Looks: asks the kernel, ffmpeg and the network. Changes nothing but temporary folders of its own."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx

from host_agent.doctor.ffmpeg_checks import ENCODERS, FfmpegFacts, parse_encoders, parse_protocols
from host_agent.doctor.storage_checks import FolderFacts
from host_agent.fleet.credential import Credentials, parse_credentials
from host_agent.fleet.gateway_client import trusted_here
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe import probe_stream
from shared.ffmpeg.stream_probe_failure import StreamProbe
from shared.kernel import rename_noreplace

PROGRAM_TIMEOUT_S = 15.0
NETWORK_TIMEOUT_S = 5.0
STREAMS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """The credential's file. `error`: why it cannot be read; `mode`: permission bits, 0 without a file."""

    error: str
    mode: int
    is_torn: bool
    credentials: Credentials


def look_at_folder(path: Path) -> FolderFacts:
    """Try out `path`, or the nearest folder above it that exists, with files in a temporary folder."""
    there = next(folder for folder in (path, *path.parents) if _is_there(folder))
    write_error, rename_error, noreplace_error = _try_out(there) if there.is_dir() else ("", "", "")
    space = os.statvfs(there)
    return FolderFacts(
        path=path,
        exists_as=there,
        is_folder=there.is_dir(),
        disk=there.stat().st_dev,
        write_error=write_error,
        rename_error=rename_error,
        noreplace_error=noreplace_error,
        total_bytes=space.f_blocks * space.f_frsize,
        free_bytes=space.f_bavail * space.f_frsize,
        total_inodes=space.f_files,
        free_inodes=space.f_favail,
    )


def _is_there(path: Path) -> bool:
    """What lies behind a folder that may not be entered counts as not there."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def _try_out(folder: Path) -> tuple[str, str, str]:
    """Return what went wrong in writing, renaming, and renaming without overwriting."""
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as name:
            trial = Path(name)
            for file in ("one", "two"):
                (trial / file).write_bytes(b"trial")
            return "", _error_of_rename(trial), _error_of_noreplace(trial)
    except OSError as error:
        return _words(error), "", ""


def _error_of_rename(trial: Path) -> str:
    try:
        (trial / "one").rename(trial / "renamed")
    except OSError as error:
        return _words(error)
    return ""


def _error_of_noreplace(trial: Path) -> str:
    try:
        rename_noreplace(trial / "two", trial / "three")
    except OSError as error:
        return _words(error)
    (trial / "two").write_bytes(b"trial")
    try:
        rename_noreplace(trial / "two", trial / "three")
    except FileExistsError:
        return ""
    except OSError as error:
        return _words(error)
    return "a rename that must not overwrite did overwrite"


def look_at_ffmpeg(trials: Iterable[str]) -> FfmpegFacts:
    """Ask ffmpeg what it can do, and have it encode one picture for each of `trials` (encode settings)."""
    version = _first_line(_run(["ffmpeg", "-hide_banner", "-version"]))
    if not version:
        return FfmpegFacts(version_line="")
    return FfmpegFacts(
        version_line=version,
        encoders=parse_encoders(_run(["ffmpeg", "-hide_banner", "-encoders"])),
        protocols=parse_protocols(_run(["ffmpeg", "-hide_banner", "-protocols"])),
        trials={encode: _try_encoder(encode) for encode in trials},
    )


def _try_encoder(encode: str) -> str:
    """Return why a picture could not be encoded, empty where it could."""
    before = ["-vaapi_device", "/dev/dri/renderD128"] if encode == "vaapi" else []
    filters = ["-vf", "format=nv12,hwupload"] if encode == "vaapi" else ["-pix_fmt", "yuv420p"]
    try:
        tried = subprocess.run(
            [
                *("ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", *before),
                *("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=5", "-frames:v", "5", *filters),
                *("-c:v", ENCODERS[encode], "-f", "null", "-"),
            ],
            capture_output=True,
            text=True,
            timeout=PROGRAM_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if tried.returncode == 0:
        return ""
    # "[h264_vaapi @ 0x55d0c8e1a2c0] No such device" → the part that a person understands
    said = re.sub(r"^(\[[^]]*\] )+", "", _first_line(tried.stderr)).rstrip(".")
    return said or f"exit status {tried.returncode}"


def error_of_listening(host: str, port: int) -> str:
    """Return why nobody could listen on `host`:`port` now, empty where one could."""
    name = host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    try:
        with socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((name, port))
    except OSError as error:
        return _words(error)
    return ""


def agent_answering(host: str, port: int) -> bool:
    """Whether what listens there is an agent of this system."""
    name = host if host.strip("[]") not in ("0.0.0.0", "::") else "127.0.0.1"
    try:
        said = httpx.get(f"http://{name}:{port}/api/host/health", timeout=NETWORK_TIMEOUT_S).json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(said, dict) and said.get("alive") is True


def error_of_reaching(url: str) -> str:
    """Return why `url` cannot be reached, empty where anything at all answers."""
    try:
        httpx.get(url, timeout=NETWORK_TIMEOUT_S, trust_env=False, verify=trusted_here())
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    return ""


def look_at_credential(path: Path) -> CredentialFacts:
    """Read the credential's file as it is: nothing is repaired."""
    try:
        mode = path.stat().st_mode & 0o777
        found = parse_credentials(path.read_text(errors="replace"))
    except FileNotFoundError:
        return CredentialFacts("", 0, False, Credentials())
    except OSError as error:
        return CredentialFacts(_words(error), 0, False, Credentials())
    return CredentialFacts("", mode, found is None, found or Credentials())


def error_of_reading(path: Path) -> str:
    """Return why `path`, a file or a device, cannot be opened; empty where it can."""
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
    except OSError as error:
        return _words(error)
    return "it is a folder" if path.is_dir() else ""


def try_streams(addresses: Sequence[str]) -> list[StreamProbe]:
    """Try to read the first pictures of each, side by side. What goes wrong at a camera is its answer."""
    with ThreadPoolExecutor(STREAMS_AT_ONCE, thread_name_prefix="camera") as cameras:
        return list(
            cameras.map(lambda address: probe_stream(StreamAddress(address), NETWORK_TIMEOUT_S), addresses)
        )


def find_program(name: str) -> str | None:
    """Return where the command `name` is."""
    return shutil.which(name)


def _run(command: list[str]) -> str:
    """Return what `command` prints; nothing where it is missing or hangs."""
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=PROGRAM_TIMEOUT_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "")


def _words(error: OSError) -> str:
    return error.strerror or str(error)
