"""Uploads in parts to a folder: each has a folder of its own until its object is made."""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.storage.failures import bad_part, no_such_upload, too_large
from gateway.storage.limits import SMALLEST_PART_BYTES
from gateway.storage.local_folder import Staged, copy_bytes
from gateway.storage.storage import StoredPart
from shared.atomic_write import write_atomically

UPLOADS = ".uploads"
_ABOUT = "upload.json"
_UPLOAD_ID = re.compile(r"^[0-9a-f-]{32,36}\Z")
_PART_NAME = re.compile(r"^(?P<number>[0-9]{5})-(?P<etag>[0-9a-f]{32})\Z")


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload that was begun."""

    key: str
    content_type: str
    metadata: Mapping[str, str]
    begun_at: datetime


class LocalUploads:
    """Parts below `.uploads` of the folder of the objects. All methods may raise OSError."""

    def __init__(self, root: Path) -> None:
        self._uploads = root / UPLOADS

    def begin(self, upload_id: str, begun: Begun) -> None:
        place = self._uploads / upload_id
        place.mkdir(parents=True)
        about = {
            "key": begun.key,
            "content_type": begun.content_type,
            "metadata": dict(begun.metadata),
            "begun_at": begun.begun_at.isoformat(),
        }
        write_atomically(place / _ABOUT, json.dumps(about), mode=0o640, sync=True)

    def begun(self, key: str, upload_id: str) -> Begun:
        """Raises NotFoundError (`no_such_upload`): there is none, or it is another key's."""
        found = self._read(upload_id) if _UPLOAD_ID.match(upload_id) else None
        if found is None or found.key != key:
            raise no_such_upload()
        return found

    def add(self, upload_id: str, number: int, staged: Staged, etag: str) -> StoredPart:
        """Make `staged` the part of that number. Raises NotFoundError where the upload has ended."""
        os.fsync(staged.file.fileno())
        part = StoredPart(number, os.fstat(staged.file.fileno()).st_size, etag)
        place = self._uploads / upload_id
        try:
            staged.path.rename(place / f"{number:05d}-{etag}")
        except FileNotFoundError:
            raise no_such_upload() from None
        for other in place.glob(f"{number:05d}-*"):
            if other.name != f"{number:05d}-{etag}":
                other.unlink(missing_ok=True)
        return part

    def parts(self, upload_id: str) -> list[StoredPart]:
        """By number. Raises NotFoundError."""
        return [part for part, _path in self._parts(upload_id)]

    def assemble(self, upload_id: str, staged: Staged, limit_bytes: int) -> None:
        """Write all parts into `staged`. Raises BadRequestError (`bad_part`, `too_large`), NotFoundError."""
        found = self._parts(upload_id)
        if not found:
            raise bad_part("No part came yet.")
        for part, _path in found[:-1]:
            if part.size_bytes < SMALLEST_PART_BYTES:
                raise bad_part(f"Part {part.number} has {part.size_bytes} bytes and is not the last.")
        if sum(part.size_bytes for part, _path in found) > limit_bytes:
            raise too_large(limit_bytes)
        for part, path in found:
            try:
                with path.open("rb", buffering=0) as source:
                    copy_bytes(source, staged.file, part.size_bytes)
            except FileNotFoundError:
                raise no_such_upload() from None

    def forget(self, upload_id: str) -> None:
        """There may be none."""
        if _UPLOAD_ID.match(upload_id):
            shutil.rmtree(self._uploads / upload_id, ignore_errors=True)

    def pending(self) -> Iterator[tuple[str, Begun]]:
        """Ids of uploads and what was said at their begin."""
        try:
            names = sorted(os.listdir(self._uploads))
        except FileNotFoundError:
            return
        for name in names:
            if (found := self._read(name)) is not None:
                yield name, found

    # -- inside ------------------------------------------------------------------------------

    def _read(self, upload_id: str) -> Begun | None:
        try:
            about = json.loads((self._uploads / upload_id / _ABOUT).read_text())
        except (FileNotFoundError, NotADirectoryError):
            return None
        begun_at = datetime.fromisoformat(about["begun_at"]).astimezone(UTC)
        return Begun(about["key"], about["content_type"], about["metadata"], begun_at)

    def _parts(self, upload_id: str) -> list[tuple[StoredPart, Path]]:
        place = self._uploads / upload_id
        try:
            names = sorted(os.listdir(place))
        except FileNotFoundError:
            raise no_such_upload() from None
        found = []
        for name in names:
            if (match := _PART_NAME.match(name)) is not None:
                size_bytes = (place / name).stat().st_size
                found.append((StoredPart(int(match["number"]), size_bytes, match["etag"]), place / name))
        return found
