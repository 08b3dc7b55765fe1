"""Whether the disk has room for what is installed, recorded and tested. The standard library only."""

ROOM_BYTES = 5_000_000_000
ROOM_PERCENT = 3.0


def lack_of_room(folder: str, free_bytes: int, total_bytes: int) -> str:
    """Return what to say of the disk of `folder`, empty where it has room."""
    percent = 100 * free_bytes / total_bytes if total_bytes else 100.0
    if free_bytes >= ROOM_BYTES and percent >= ROOM_PERCENT:
        return ""
    return (
        f"the disk of {folder} is nearly full: {free_bytes / 1e9:.1f} GB ({percent:.1f} %) are free. Agents"
        " delete their oldest footage below 5 % and pause below 1 %, and what is installed and tested needs"
        f" {ROOM_BYTES / 1e9:.0f} GB. Free some of it, or name another disk (--state-dir; TMPDIR for tests)."
    )
