"""Which file an address of `/host/stream` means, so that nothing outside the ring can be meant."""

from host_agent.hour_address import HourAddress
from host_agent.ring.layout import METADATA_ARRAY_NAME, TIMES_NAME, Hour, Kind, RingFile, parse_file_name
from host_agent.ring.store import RingStore
from host_agent.stored_file import StoredFile, open_stored
from shared.errors import NotFoundError

# What an hour's folder has beside numbered files, by kind. Its playlist is rendered, not sent.
_DERIVED_OF_KIND = {
    Kind.SEGMENTS: frozenset({TIMES_NAME}),
    Kind.METADATA: frozenset({METADATA_ARRAY_NAME}),
}
_ATTEMPTS = 3


def is_derived(kind: Kind, name: str) -> bool:
    """Whether `name` is one of the files that are derived from an hour of `kind`."""
    return name in _DERIVED_OF_KIND.get(kind, frozenset())


def open_numbered(store: RingStore, kind: Kind, name: str, hour: Hour | None) -> StoredFile:
    """Open a numbered file wherever it is now. Raises NotFoundError, UnavailableError where it is torn."""
    file = parse_file_name(name)
    if file is None or file.kind is not kind:
        raise NotFoundError(
            f"{name[:80]!r} is no file of {kind.value}.",
            remedy=f"Names there look like {RingFile(kind, 1).name}.",
        )
    for _ in range(_ATTEMPTS):
        path = store.find(file, hour)
        if path is None:
            break
        found = open_stored(store.folders.base, path)
        if found is not None:
            return found
        # It was archived or lapped between the two looks, or a link stands in its place.
    raise NotFoundError(
        f"{file.name} is not here.", remedy="It may have expired; the time line says what there is."
    )


def open_derived(store: RingStore, kind: Kind, name: str, address: HourAddress) -> StoredFile:
    """Open what was derived from an hour. Raises NotFoundError, UnavailableError where it is torn."""
    folder = store.hour_folder(kind, address.hour)
    found = None if folder is None else open_stored(store.folders.base, folder / name)
    if found is None:
        raise NotFoundError(
            f"{store.device} has no {name} of {kind.value} for the hour {address.hour}.",
            remedy="It is made while the hour runs or when it is over, and goes when it expires.",
        )
    return found
