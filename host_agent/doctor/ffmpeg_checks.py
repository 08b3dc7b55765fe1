"""Judges the machine's ffmpeg by what the configured devices want of it. Plain: data in, findings out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.ffmpeg.release import judge_release
from shared.finding import Finding, ok, problem, warning

ENCODERS = {"x264": "libx264", "vaapi": "h264_vaapi", "nvenc": "h264_nvenc", "v4l2m2m": "h264_v4l2m2m"}
_REMEDY_OF_HARDWARE = {
    "vaapi": "Check that /dev/dri/renderD128 is there, that the agent's user is in the group render, and "
    'that the driver (vainfo) offers H.264; or set encode = "x264".',
    "nvenc": 'Check the NVIDIA driver (nvidia-smi), or set encode = "x264".',
    "v4l2m2m": 'Check that the board has an encoder (/dev/video1*), or set encode = "x264".',
}
_INSTALL = "Install it: apt-get install ffmpeg."


@dataclass(frozen=True, slots=True)
class FfmpegFacts:
    """What a machine's ffmpeg says of itself. `version_line` is empty where there is no ffmpeg.

    `trials`: for each hardware encoding that a device wants, what a trial said (empty: it works).
    """

    version_line: str
    encoders: frozenset[str] = frozenset()
    protocols: frozenset[str] = frozenset()
    trials: Mapping[str, str] = field(default_factory=dict)


def parse_encoders(listing: str) -> frozenset[str]:
    """Return the names in what `ffmpeg -encoders` prints: ` V....D libx264   …`."""
    return frozenset(re.findall(r"^ [VAS][A-Z.]{5} (\w+) ", listing, re.MULTILINE))


def parse_protocols(listing: str) -> frozenset[str]:
    """Return the names of input protocols in what `ffmpeg -protocols` prints."""
    _before, _found, inputs = listing.partition("Input:")
    return frozenset(inputs.partition("Output:")[0].split())


def judge_ffmpeg(
    facts: FfmpegFacts, wanted: Mapping[str, Sequence[str]], tls: Sequence[str]
) -> list[Finding]:
    """Return what is to be said about ffmpeg.

    `wanted`: how pictures are recorded (`copy`, `x264`, …) → the devices that want it so. `tls`: devices
    with an rtsps or https address.
    """
    if not facts.version_line:
        return [problem("ffmpeg", "ffmpeg is not installed: nothing can be recorded.", _INSTALL)]
    return [
        judge_release(facts.version_line),
        *_judge_x264(facts, wanted.get("x264", ())),
        *(
            _judge_hardware(encode, facts, devices)
            for encode, devices in sorted(wanted.items())
            if encode in _REMEDY_OF_HARDWARE
        ),
        *_judge_tls(facts, tls),
    ]


def _judge_x264(facts: FfmpegFacts, devices: Sequence[str]) -> list[Finding]:
    if ENCODERS["x264"] in facts.encoders:
        return [ok("encoder", "libx264 is there.")]
    remedy = "Install an ffmpeg that was built with libx264 (Debian's is)."
    if devices:
        return [problem("encoder", f"libx264 is missing, and {_names(devices)} need it.", remedy)]
    return [
        warning("encoder", "libx264 is missing: a camera whose codec HLS cannot carry will not work.", remedy)
    ]


def _judge_hardware(encode: str, facts: FfmpegFacts, devices: Sequence[str]) -> Finding:
    encoder = ENCODERS[encode]
    if encoder not in facts.encoders:
        return problem(
            "encoder",
            f"this ffmpeg has no {encoder}, which is asked for by {_names(devices)}.",
            'Install an ffmpeg that has it, or set encode = "x264".',
        )
    said = facts.trials.get(encode, "")
    if said:
        return problem(
            "encoder",
            f"{encoder}, asked for by {_names(devices)}, failed in a trial: {said}.",
            _REMEDY_OF_HARDWARE[encode],
        )
    return ok("encoder", f"{encoder} encoded a picture in a trial, for {_names(devices)}.")


def _judge_tls(facts: FfmpegFacts, devices: Sequence[str]) -> list[Finding]:
    if not devices or "tls" in facts.protocols:
        return []
    return [
        problem(
            "ffmpeg",
            f"this ffmpeg cannot open encrypted streams, and {_names(devices)} have one.",
            "Install an ffmpeg that was built with GnuTLS or OpenSSL (Debian's is).",
        )
    ]


def _names(devices: Sequence[str]) -> str:
    return ", ".join(devices)
