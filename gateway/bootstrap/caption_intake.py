"""What takes captions in, and shows the young ones, put together."""

from dataclasses import dataclass

from gateway.bootstrap.captions import build_caption_cache
from gateway.bootstrap.parts import Parts
from gateway.captions.cache.hot_captions import HotCaptions
from gateway.captions.intake.body_places import BodyPlaces
from gateway.captions.intake.host_captions import HostCaptions, KnowSender
from gateway.captions.intake.intake import CaptionIntake
from gateway.captions.known_cameras_repository import KnownCameras


@dataclass(frozen=True, slots=True)
class CaptionRooms:
    """What the routes stand on."""

    intake: CaptionIntake
    of_hosts: HostCaptions
    hot: HotCaptions
    places: BodyPlaces

    @property
    def services(self) -> tuple[object, ...]:
        return (self.intake, self.of_hosts, self.hot, self.places)


def build_caption_rooms(parts: Parts, know_sender: KnowSender) -> CaptionRooms:
    """Put them together. `know_sender`: the host of a credential."""
    is_on = parts.graph is not None
    cache = build_caption_cache(parts)
    known = KnownCameras(parts.engine, parts.clock.monotonic)
    return CaptionRooms(
        CaptionIntake(cache, known, parts.clock, is_on=is_on),
        HostCaptions(cache, known, parts.clock, know_sender, is_on=is_on),
        HotCaptions(cache, known, parts.clock, is_on=is_on),
        BodyPlaces(),
    )
