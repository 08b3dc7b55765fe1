"""Other programs that do a recorder's work on the same camera, to compare with."""

import subprocess
from pathlib import Path

from deploy.local.child_process import start_bound

_RTSP = ("-rtsp_transport", "tcp", "-timeout", "5000000")
_QUIET = ("ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning")


def start_decoding(url: str, folder: Path) -> subprocess.Popen[bytes]:
    """ffmpeg that decodes every picture and does nothing with it."""
    return start_bound([*_QUIET, *_RTSP, "-i", url, "-an", "-f", "null", "-"], log=folder / "decoding.log")


def start_frigate_pipeline(url: str, folder: Path) -> subprocess.Popen[bytes]:
    """The ffmpeg that Frigate runs for a camera that is recorded and watched: segments of 10 s copied,
    and 5 raw pictures a second of 640x360, which its detection would read (here nobody does)."""
    segments = folder / "frigate"
    segments.mkdir()
    return start_bound(
        [
            *(*_QUIET, "-avoid_negative_ts", "make_zero", "-fflags", "+genpts+discardcorrupt"),
            *(*_RTSP, "-use_wallclock_as_timestamps", "1", "-i", url),
            *("-f", "segment", "-segment_time", "10", "-segment_format", "mp4", "-reset_timestamps", "1"),
            *("-strftime", "1", "-c", "copy", "-an", str(segments / "%Y%m%d%H%M%S.mp4")),
            *("-r", "5", "-vf", "fps=5,scale=640:360", "-threads", "2"),
            *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-y", "/dev/null"),
        ],
        log=folder / "frigate.log",
    )


def start_motion(program: Path, url: str, folder: Path) -> subprocess.Popen[bytes]:
    """motion with its usual detection (15 pictures a second looked at, of the size they come in) and the
    movie passed through; no pictures are stored, no streams and no pages served."""
    home = folder / "motion"
    home.mkdir()
    config = home / "motion.conf"
    config.write_text(
        "\n".join(
            [
                "daemon off",
                "setup_mode off",
                "log_level 6",
                f"log_file {home / 'motion.log'}",
                f"target_dir {home}",
                f"netcam_url {url}",
                "width 1280",
                "height 720",
                "movie_output on",
                "movie_passthrough on",
                "picture_output off",
                "webcontrol_port 0",
                "stream_port 0",
                "",
            ]
        )
    )
    return start_bound([program, "-n", "-c", config], log=folder / "motion.out")
