"""What a run of ffmpeg teaches about its source, so that the next one can be built right."""

from dataclasses import dataclass, replace

from host_agent.capture.recorder_command import HLS_VIDEO_CODECS, PLAYED_AUDIO_CODECS, Learned
from host_agent.settings import DeviceSettings, Encode
from shared.ffmpeg.stream_facts import StreamFacts


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
    if (
        encode is Encode.COPY
        and device.encode is Encode.COPY
        and not _fits(facts.video_codec, HLS_VIDEO_CODECS)
    ):
        sentence = (
            f'encode = "copy" cannot record {facts.video_codec}, which HLS cannot carry:'
            ' remove encode or set "x264".'
        )
        return Lesson(learned, sentence, hopeless=True)
    found, sentences = learned, []
    if encode is Encode.COPY and not _fits(facts.video_codec, HLS_VIDEO_CODECS):
        found = replace(found, video_must_be_encoded=True)
        sentences.append(
            f"The source sends {facts.video_codec}, which HLS cannot carry: it is encoded with x264."
        )
    if device.source_kind in ("http", "https") and facts.video_codec == "mjpeg" and not found.has_no_times:
        # ffmpeg takes it for 25 pictures a second, however many there are.
        found = replace(found, has_no_times=True)
        sentences.append("The source's pictures carry no times: they get those of their arrival.")
    if device.audio and not _fits(facts.audio_codec, PLAYED_AUDIO_CODECS) and not found.audio_must_be_encoded:
        found = replace(found, audio_must_be_encoded=True)
        sentences.append(
            f"The source's sound is {facts.audio_codec}, which browsers do not play: it is encoded with AAC."
        )
    return Lesson(found, " ".join(sentences)) if sentences else None


def _fits(codec: str | None, carried: frozenset[str]) -> bool:
    return codec is None or codec in carried
