"""Which name of an `auto` source belongs to which camera of this machine, for good."""

from collections.abc import Collection, Sequence

from host_agent.journal.journal import Journal

_PREFIX = "camera:"


class CameraNames:
    """Kept in the journal: a camera that is unplugged leaves its name to no other. Raises sqlite3.Error."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def of(self, base: str, places: Sequence[str], taken: Collection[str]) -> dict[str, str]:
        """The name of the camera at each of `places`; those that had none yet get one now.

        `base`: the name of the device in the settings. `taken`: names of others. All processes that ask at
        the same time are told the same.
        """
        prefix = f"{_PREFIX}{base}:"
        bound = self._bound(prefix)
        names = name_cameras(base, places, bound, taken)
        if all(name in bound for name in names.values()):
            return names
        with self._journal.database.writing(durable=True):
            bound = self._bound(prefix)
            names = name_cameras(base, places, bound, taken)
            for place, name in names.items():
                if name not in bound:
                    self._journal.remember(f"{prefix}{name}", place)
        return names

    def _bound(self, prefix: str) -> dict[str, str]:
        return {name.removeprefix(prefix): place for name, place in self._journal.recall_all(prefix).items()}


def name_cameras(
    base: str, places: Sequence[str], bound: dict[str, str], taken: Collection[str]
) -> dict[str, str]:
    """Return place → name. `bound`: name → place, of every camera that was ever named.

    The first camera gets `base`, the others `base-2` and so on. A name that is bound goes to its own camera
    only, present or not; one that another device has got since goes to none.
    """
    known = {place: name for name, place in bound.items() if name not in taken}
    used = {*bound, *taken}
    names: dict[str, str] = {}
    for place in places:
        name = known.get(place)
        if name is None:
            name = _next_free(base, used)
            used.add(name)
        names[place] = name
    return names


def _next_free(base: str, used: Collection[str]) -> str:
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in used:
        number += 1
    return name
