"""The scenes of the sample camera, made once from a few seconds of real footage, and kept.

Each is one segment: somebody passes, or nothing moves, by three kinds of light; or the lens is covered.
All are encoded alike, so that they play one after another as one recording.
"""

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from deploy.local.sample_day_plan import SCENES, Happening, Light, Scene
from deploy.local.sample_day_segment import SegmentTemplate, read_template
from shared.atomic_write import write_atomically
from shared.errors import UnavailableError

FRAME_MS = 80
FRAMES = 44
SEGMENT_MS = FRAMES * FRAME_MS
WIDTH = 640
THUMBNAIL_WIDTH = 320
_MADE_WITHIN_S = 120.0
_MADE = "made.json"
# Grows when scenes are made in another way: what is kept from before is then made anew.
_FORM = 1
# Light and colour that are left.
_LEFT = {Light.DAY: (1.0, 1.0), Light.DUSK: (0.6, 0.7), Light.NIGHT: (0.32, 0.4)}
# Live goes on like this: somebody passes twice in 25 s.
_LIVE = (*(Happening.PASSING, *(Happening.STILL,) * 2), *(Happening.PASSING, *(Happening.STILL,) * 3))


@dataclass(frozen=True, slots=True)
class Shot:
    """What a camera that hardly moves saw: `length_s` seconds of `clip` from `begin_s` on, with an
    empty scene at the end, which is held as long as a segment needs. `slowed`: how much slower it goes."""

    clip: Path
    begin_s: float = 0.0
    length_s: float = SEGMENT_MS / 1000
    slowed: float = 1.0


def street_corner(clips: Path) -> Shot:
    """A man passes a bicycle that leans against a wall. `clips`: the folder of real footage."""
    return Shot(clips / "bikes.mp4", 7.52, 1.16, slowed=2.0)


@dataclass(frozen=True, slots=True)
class Scenes:
    """Made scenes. `templates`: the segment of each."""

    folder: Path
    templates: dict[Scene, SegmentTemplate]

    def live_clip(self, light: Light) -> Path:
        """A clip for a device that goes on, looped, where the past ends."""
        return self.folder / f"live-{light.value}.mp4"

    def frames(self, scene: Scene) -> Iterator[Image.Image]:
        """Every picture of a scene in full size, RGB. Raises UnavailableError."""
        made = self.folder / f"{scene.name}.mp4"
        raw = _ffmpeg("-i", made, "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
        length, rest = divmod(len(raw), FRAMES)
        if rest or length % (WIDTH * 3):
            raise UnavailableError(
                f"{made} has not {FRAMES} pictures.", remedy="Delete its folder: it is made anew."
            )
        size = (WIDTH, length // (WIDTH * 3))
        for at in range(0, len(raw), length):
            yield Image.frombytes("RGB", size, raw[at : at + length])


def prepare_scenes(shot: Shot, folder: Path) -> Scenes:
    """Make the scenes of `shot` in `folder`, or take those that were made before; 3 s the first time.

    Raises UnavailableError where the clip or ffmpeg is missing or of no use, OSError.
    """
    wanted = json.dumps({"form": _FORM, **asdict(shot)}, default=str) + "\n"
    marker = folder / _MADE
    if not marker.is_file() or marker.read_text() != wanted:
        if not shot.clip.is_file():
            raise UnavailableError(f"{shot.clip} is missing.", remedy="Set-up fetches it: make demo.")
        folder.mkdir(parents=True, exist_ok=True)
        marker.unlink(missing_ok=True)
        for scene in SCENES:
            _make(shot, scene, folder)
        for light in Light:
            _make_live(light, folder)
        write_atomically(marker, wanted)
    return Scenes(folder, {scene: read_template(folder / f"{scene.name}.ts") for scene in SCENES})


def _make(shot: Shot, scene: Scene, folder: Path) -> None:
    begin_s, length_s = shot.begin_s, shot.length_s
    if scene.happening is not Happening.PASSING:
        begin_s, length_s = begin_s + length_s - FRAME_MS / 1000, FRAME_MS / 1000
    made = folder / f"{scene.name}.mp4"
    _ffmpeg(
        *("-ss", f"{begin_s:.3f}", "-t", f"{length_s:.3f}", "-i", shot.clip, "-an"),
        *("-vf", _filters(scene, shot.slowed)),
        *("-frames:v", str(FRAMES), "-c:v", "libx264", "-preset", "medium", "-crf", "30", "-threads", "1"),
        *("-bf", "0", "-g", str(FRAMES), "-keyint_min", str(FRAMES), "-sc_threshold", "0", made),
    )
    segment = folder / f"{scene.name}.ts"
    # The tables once: a segment is short. Its first packets say that it follows on nothing.
    quiet = ("-pat_period", "60", "-sdt_period", "60", "-mpegts_flags", "+initial_discontinuity")
    _ffmpeg(
        *("-i", made, "-c", "copy", "-muxdelay", "0", "-muxpreload", "0", "-f", "mpegts", *quiet, segment)
    )


def _filters(scene: Scene, slowed: float) -> str:
    rate = f"setpts={slowed}*PTS,fps={1000 / FRAME_MS:g},tpad=stop_mode=clone:stop={FRAMES}"
    size = f"scale={WIDTH}:-2,format=yuv420p"
    if scene.happening is Happening.BLACK:
        return f"{rate},{size},lutyuv=y=16:u=128:v=128"
    light, colour = _LEFT[scene.light]
    shade = f"128+(val-128)*{colour}"
    return f"{rate},{size},lutyuv=y='16+(val-16)*{light}':u='{shade}':v='{shade}'"


def _make_live(light: Light, folder: Path) -> None:
    parts = [Scene(happening, light) for happening in _LIVE]
    listed = folder / "live.txt"
    listed.write_text("".join(f"file '{part.name}.mp4'\n" for part in parts))
    _ffmpeg("-f", "concat", "-i", listed, "-c", "copy", folder / f"live-{light.value}.mp4")
    listed.unlink()


def _ffmpeg(*arguments: str | Path) -> bytes:
    """Run ffmpeg; return what it printed. Raises UnavailableError."""
    command: Sequence[str | Path] = ("ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-y", *arguments)
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_MADE_WITHIN_S)
    except FileNotFoundError:
        raise UnavailableError("ffmpeg is missing.", remedy="apt-get install ffmpeg") from None
    except subprocess.TimeoutExpired:
        raise UnavailableError("ffmpeg did not end in time.", remedy="The machine is very busy.") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise UnavailableError(f"A scene cannot be made: {said}", remedy="Choose another clip.")
    return done.stdout
