"""What carries media, pictures and clips of hosts, put together."""

from dataclasses import dataclass

from gateway.archive.clips.clips import Clips
from gateway.archive.pictures.pictures import Pictures
from gateway.bootstrap.parts import Parts
from gateway.catalogue.repository import Catalogue
from gateway.hosts.host_client import HostClient
from gateway.hosts.media.carrier import MediaCarrier
from gateway.hosts.media.device_access import DeviceAccess
from gateway.hosts.media.media import Media
from gateway.hosts.media.stream_slots import StreamSlots


@dataclass(frozen=True, slots=True)
class MediaRooms:
    """What the routes stand on."""

    media: Media
    pictures: Pictures
    clips: Clips
    slots: StreamSlots


def build_media(parts: Parts, catalogue: Catalogue, client: HostClient) -> MediaRooms:
    """Put together what passes on from hosts to callers."""
    web = parts.settings.web
    # One count for players, downloads and objects: what is left of the threads answers everybody else.
    slots = StreamSlots(web.media_streams)
    carrier = MediaCarrier(client, slots)
    access = DeviceAccess(catalogue.device, parts.clock.monotonic)
    return MediaRooms(
        Media(client, carrier, access, front_prefix=web.x_accel_prefix),
        Pictures(client, catalogue.device),
        Clips(client, carrier, catalogue.device),
        slots,
    )
