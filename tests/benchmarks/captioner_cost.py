"""What captions without a model cost: CPU of one, and of the process that makes them for twelve devices."""

import time

from host_agent.captioner.captioners import SceneCaptioner
from host_agent.captioner.frame import Frame
from host_agent.settings import FrameSettings
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.metadata_analysis import made_pictures
from tests.support.captioner_stand import CaptionerStand

DEVICES = 12
EVERY_S = 10.0


def measure(setting: Setting) -> Outcome:
    pictures = [capture for _thumbnail, capture in made_pictures(setting)]
    outcome = Outcome()
    rounds = setting.choose(7, 2)
    outcome.add(
        "a capture and the one before it put into words",
        "CPU ms",
        [_say_all(pictures) for _ in range(rounds)],
        Target(at_most=20.0),
    )
    share, made = _served(setting, pictures)
    outcome.add(
        f"{DEVICES} devices every {EVERY_S:g} s: made, kept, sent, told",
        "% of a core",
        [share],
        Target(at_most=3.0),
    )
    outcome.notes.append(f"Captures of 1280x720; {made} captions in the second.")
    return outcome


def _say_all(pictures: list[bytes]) -> float:
    captioner = SceneCaptioner(FrameSettings())
    before = time.process_time()
    for number, picture in enumerate(pictures):
        captioner.caption(Frame("cam", number, 0, picture, pictures[number - 1], None))
    return (time.process_time() - before) * 1000 / len(pictures)


def _served(setting: Setting, pictures: list[bytes]) -> tuple[float, int]:
    """The share of a core that the service takes, and how many captions it made. Pictures are published by
    this process, too: what that takes is measured before, and left out."""
    stand = CaptionerStand(
        setting.folder / "captioner", [f"cam{number}" for number in range(DEVICES)], every_s=EVERY_S
    )
    window_s = float(setting.choose(60, 10))
    alone_s = _cpu_of_publishing(stand, pictures, window_s)
    with stand.running():
        with_captions_s = _cpu_of_publishing(stand, pictures, window_s)
        made = sum(stand.told(name).made for name in stand.devices)
    return 100 * max(0.0, with_captions_s - alone_s) / window_s, made


def _cpu_of_publishing(stand: CaptionerStand, pictures: list[bytes], window_s: float) -> float:
    """CPU seconds of this process while each device has a new picture a second."""
    before, until_s, count = time.process_time(), time.monotonic() + window_s, 0
    while time.monotonic() < until_s:
        for name in stand.devices:
            stand.picture(name, jpeg=pictures[count % len(pictures)])
        count += 1
        time.sleep(max(0.0, min(1.0, until_s - time.monotonic())))
    return time.process_time() - before


CAPTIONER = Bench("captioner", "CPU of captions without a model", measure)
