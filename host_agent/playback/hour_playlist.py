"""The playlist of one hour as it is served: what has been archived and, behind it, what is still hot."""

from host_agent.ring.layout import ARCHIVE_PLAYLIST_NAME, Hour, Kind
from host_agent.ring.playlist import END, render_hour, target_duration_s
from host_agent.ring.store import RingStore
from host_agent.ring.transport_stream import is_whole
from shared.errors import NotFoundError
from shared.opened_file import open_beneath


def hour_playlist(store: RingStore, hour: Hour) -> str:
    """Return the text of `segments/{hour}/archive.m3u8`. Raises NotFoundError, OSError.

    The archiver's file ends with the last segment that it moved, so only a closed one is served as it
    is. Rendering is causal: this text begins with the archiver's, and grows into the closed one.
    """
    folder = store.hour_folder(Kind.SEGMENTS, hour)
    if folder is not None:
        written = open_beneath(store.folders.base, folder / ARCHIVE_PLAYLIST_NAME)
        if written is not None:
            with written:
                text = written.read().decode(errors="replace")
            if text.endswith(END):
                return text
    # Hot first: what is archived in between is then seen in both places, not in neither.
    present = {
        found.file.number
        for found in store.hot_files(Kind.SEGMENTS)
        if found.hour == hour and is_whole(found.size_bytes)
    }
    present |= {file.number for file in store.hour_files(Kind.SEGMENTS, hour)}
    times = [time for time in store.segment_times(hour) if time.number in present]
    if not times or folder is None:
        raise NotFoundError(
            f"{store.device} has no footage of the hour {hour}.",
            remedy="The time line says what there is, and why the rest is not.",
        )
    target_s = store.stamp(folder).get("target_duration_s")
    return render_hour(times, target_s if isinstance(target_s, int) else target_duration_s(1.0), ended=False)
