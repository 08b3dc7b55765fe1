"""Renews the tables of settings in the documents: `python -m deploy.reference deploy/README.md`."""

import sys
from pathlib import Path

from gateway.settings import FORM as GATEWAY
from host_agent.settings import FORM as HOST
from shared.atomic_write import write_atomically
from shared.settings.report import with_reference


def renewed(document: str) -> str:
    """The document with both references as the declarations have them now. Raises SettingsError."""
    return with_reference(with_reference(document, "host.toml", HOST), "gateway.toml", GATEWAY)


def main(paths: list[str]) -> int:
    """Renew the reference in the documents that `paths` name."""
    for path in map(Path, paths):
        write_atomically(path, renewed(path.read_text()))
        print(f"{path}: renewed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
