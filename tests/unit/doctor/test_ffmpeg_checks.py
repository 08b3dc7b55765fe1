"""What the doctor says about ffmpeg, as a table of machines."""

import pytest

from host_agent.doctor.ffmpeg_checks import (
    FfmpegFacts,
    judge_ffmpeg,
    parse_encoders,
    parse_protocols,
)
from shared.ffmpeg.release import parse_release
from shared.finding import Finding, Verdict

DEBIAN = "ffmpeg version 5.1.6-0+deb12u1 Copyright (c) 2000-2024 the FFmpeg developers"
X264 = frozenset({"libx264"})


def verdicts(findings: list[Finding]) -> list[tuple[Verdict, str]]:
    return [(finding.verdict, finding.subject) for finding in findings]


@pytest.mark.parametrize(
    ("line", "version"),
    [
        (DEBIAN, (5, 1)),
        ("ffmpeg version n7.0.2 Copyright", (7, 0)),
        ("ffmpeg version 6.1.1-3ubuntu5 Copyright", (6, 1)),
        ("ffmpeg version N-118000-g1234abcd Copyright", None),
        ("", None),
    ],
)
def test_the_release_is_read_from_the_first_line(line: str, version: tuple[int, int] | None) -> None:
    assert parse_release(line) == version


def test_encoders_are_read_from_the_listing_and_not_its_legend() -> None:
    listing = (
        "Encoders:\n V..... = Video\n A..... = Audio\n ------\n"
        " V....D libx264              libx264 H.264 (codec h264)\n"
        " V....D h264_nvenc           NVIDIA NVENC H.264 encoder (codec h264)\n"
        " A....D aac                  AAC (Advanced Audio Coding)\n"
    )
    assert parse_encoders(listing) == {"libx264", "h264_nvenc", "aac"}


def test_only_input_protocols_count() -> None:
    listing = "Supported file protocols:\nInput:\n  file\n  tls\nOutput:\n  rtmp\n"
    assert parse_protocols(listing) == {"file", "tls"}


def test_a_machine_without_ffmpeg_records_nothing() -> None:
    [finding] = judge_ffmpeg(FfmpegFacts(version_line=""), {"x264": ["a"]}, ["a"])
    assert finding.verdict is Verdict.PROBLEM
    assert "apt-get install ffmpeg" in finding.remedy


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (DEBIAN, Verdict.OK),
        ("ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright", Verdict.PROBLEM),
        ("ffmpeg version N-118000-g1234abcd Copyright", Verdict.WARNING),
    ],
)
def test_an_old_ffmpeg_is_a_problem_and_an_unknown_one_a_warning(line: str, verdict: Verdict) -> None:
    assert judge_ffmpeg(FfmpegFacts(line, X264), {}, [])[0].verdict is verdict


@pytest.mark.parametrize(
    ("wanted", "verdict"), [({"x264": ["door"]}, Verdict.PROBLEM), ({"copy": ["door"]}, Verdict.WARNING)]
)
def test_a_missing_libx264_is_a_problem_only_where_a_device_needs_it(
    wanted: dict[str, list[str]], verdict: Verdict
) -> None:
    findings = judge_ffmpeg(FfmpegFacts(DEBIAN), wanted, [])
    assert verdicts(findings) == [(Verdict.OK, "ffmpeg"), (verdict, "encoder")]


@pytest.mark.parametrize("encode", ["vaapi", "nvenc", "v4l2m2m"])
def test_a_hardware_encoder_is_judged_by_a_trial_and_only_where_a_device_wants_it(encode: str) -> None:
    has_it = FfmpegFacts(DEBIAN, X264 | {f"h264_{encode}"}, trials={encode: ""})
    fails = FfmpegFacts(DEBIAN, X264 | {f"h264_{encode}"}, trials={encode: "No such device"})
    lacks_it = FfmpegFacts(DEBIAN, X264)
    wanted = {encode: ["door", "yard"]}
    assert judge_ffmpeg(has_it, wanted, [])[-1].verdict is Verdict.OK
    for facts in (fails, lacks_it):
        finding = judge_ffmpeg(facts, wanted, [])[-1]
        assert finding.verdict is Verdict.PROBLEM
        assert "door, yard" in finding.sentence
        assert finding.remedy
    assert len(judge_ffmpeg(lacks_it, {"copy": ["door"]}, [])) == 2


def test_an_ffmpeg_without_tls_is_a_problem_for_encrypted_cameras() -> None:
    without = FfmpegFacts(DEBIAN, X264, frozenset({"tcp"}))
    assert judge_ffmpeg(without, {}, ["door"])[-1].verdict is Verdict.PROBLEM
    assert all(found.verdict is Verdict.OK for found in judge_ffmpeg(without, {}, []))
    with_tls = FfmpegFacts(DEBIAN, X264, frozenset({"tls"}))
    assert all(found.verdict is Verdict.OK for found in judge_ffmpeg(with_tls, {}, ["door"]))
