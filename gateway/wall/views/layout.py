"""What a saved view of the wall holds, and what of it somebody sees. Plain."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

MOST_COLUMNS = 6
MOST_TILES = 36


@dataclass(frozen=True, slots=True)
class Layout:
    """Tiles in `columns`, row by row: full names of devices, None for an empty one."""

    columns: int
    tiles: Sequence[str | None]

    @property
    def devices(self) -> list[str]:
        """The names in it."""
        return [tile for tile in self.tiles if tile is not None]


def as_seen(layout: Layout, visible: Collection[str]) -> Layout:
    """The layout for somebody who may see these devices: the others' tiles are empty, and stay in place."""
    return replace(layout, tiles=[tile if tile in visible else None for tile in layout.tiles])
