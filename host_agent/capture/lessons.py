"""What a run of ffmpeg teaches about its source, so that the next one can be built right."""

from dataclasses import dataclass, replace

from host_agent.capture.recorder_command import HLS_AUDIO_CODECS, HLS_VIDEO_CODECS, Learned
from host_agent.capture.stream_facts import StreamFacts
from host_agent.settings import DeviceSettings, Encode


@dataclass(frozen=True, slots=True)
class Lesson:
    """`learned` is what to build the next run with; `sentence` says so to people.

    `hopeless`: the settings forbid what the source needs; only a person can change that.
    """

    learned: Learned
    sentence: str
    hopeless: bool = False


def lesson(device: DeviceSettings, learned: Learned, encode: Encode, facts: StreamFacts) -> Lesson | None:
    """Return what must change after ffmpeg, recording with `encode`, said `facts`; None: nothing."""
    video, audio = facts.video_codec, facts.audio_codec
    if encode is Encode.COPY and video is not None and video not in HLS_VIDEO_CODECS:
        if device.encode is Encode.COPY:
            sentence = (
                f'encode = "copy" cannot record {video}, which HLS cannot carry: remove encode or set "x264".'
            )
            return Lesson(learned, sentence, hopeless=True)
        return Lesson(
            replace(learned, video_must_be_encoded=True),
            f"The source sends {video}, which HLS cannot carry: it is encoded with x264.",
        )
    audio_fits = audio is None or audio in HLS_AUDIO_CODECS
    if device.audio and not audio_fits and not learned.audio_must_be_encoded:
        return Lesson(
            replace(learned, audio_must_be_encoded=True),
            f"The source's sound is {audio}, which HLS cannot carry: it is encoded with AAC.",
        )
    return None
