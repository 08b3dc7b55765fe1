"""Writing files that readers see whole or not at all. Footage itself is moved by `ring/store.py`."""

import os
from pathlib import Path


def write_atomically(path: Path, data: bytes | str, *, mode: int = 0o644, sync: bool = False) -> None:
    """Write `data` beside `path` under a name of its own, then rename it into place.

    `sync` makes the bytes durable before the rename: for the few small files that must survive a
    power cut (identity, credentials). Raises OSError; `path` is then unchanged and nothing is left.
    """
    payload = data.encode() if isinstance(data, str) else data
    partial = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.part")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(payload)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
