"""Imports files of cameras, all rows or none; and says of each what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.cameras.camera import Camera
from gateway.cameras.camera_changes_repository import unknown_group_field
from gateway.cameras.credentials import Credentials
from gateway.cameras.import_file import FileFormat, read_file
from gateway.cameras.import_judgement import Judgement, NewRow, external_ids_of, judge, places_of
from gateway.cameras.import_plan import ImportPlan, Terms, plan_import
from gateway.cameras.import_repository import ImportRepository, Named
from gateway.cameras.import_row import ReadFile, RowError, SkippedRow
from gateway.catalogue.device import Scope
from shared.errors import BadRequestError

_SHOWN_ERRORS = 3


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to be imported, and how. `is_partial`: what is right, though something else is wrong."""

    content: bytes
    file_format: FileFormat
    group_id: str | None = None
    skip_duplicates: bool = False
    is_partial: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the rows, or would. `new_groups`: names of groups that were made for them.

    `created_ids`: external ids. `changed`: updated cameras, each as it was and as it is.
    """

    created: int
    updated: int
    skipped: int
    failed: int
    rows: int
    dry_run: bool
    new_groups: list[str]
    errors: list[RowError]
    skipped_rows: list[SkippedRow]
    created_ids: Sequence[str] = ()
    changed: Sequence[tuple[Camera, Camera]] = ()


class CameraImports:
    """Puts files of cameras into the catalogue."""

    def __init__(
        self, repository: ImportRepository, credentials: Credentials, new_id: Callable[[], str]
    ) -> None:
        self._repository = repository
        self._credentials = credentials
        self._new_id = new_id

    def take(self, asked: ImportRequest, scope: Scope) -> ImportReport:
        """Import a file. Who is limited to some groups imports into these alone.

        Raises BadRequestError: `bad_file`, `too_many_rows`, `unknown_group`, and `import_refused` where rows
        are wrong and neither `partial` nor `dry_run` was asked for; its details are the report.
        """
        read = read_file(asked.content, asked.file_format)
        if asked.group_id is not None and asked.group_id not in self._repository.groups(scope).values():
            raise unknown_group_field()
        judged = judge(
            read.rows,
            self._repository.own_devices(scope) if places_of(read.rows) else {},
            self._repository.taken(external_ids_of(read.rows)) if asked.skip_duplicates else set(),
            skip_duplicates=asked.skip_duplicates,
        )
        judged.errors += read.errors
        terms = Terms(asked.skip_duplicates, asked.group_id, scope)
        plan = self._repository.take_in(
            _named(judged, asked.group_id),
            scope,
            lambda known: plan_import(judged, known, terms, self._new_id),
            self._credentials.close,
            writes=lambda plan: not asked.dry_run and (asked.is_partial or not plan.errors),
        )
        report = _report(read, plan, dry_run=asked.dry_run)
        if plan.errors and not asked.is_partial and not asked.dry_run:
            raise _refused(report)
        return report


def _named(judged: Judgement, group_id: str | None) -> Named:
    new = [row for row in judged.rows if isinstance(row, NewRow)]
    wishes = [row.wish for row in judged.rows]
    by_id = {wish.group_id for wish in wishes} | {group_id}
    return Named(
        external_ids={row.external_id for row in new if row.external_id is not None},
        addresses={row.values["rtsp_url"] for row in new},
        groups={wish.group for wish in wishes if wish.group is not None},
        group_ids={found for found in by_id if found is not None},
        hosts={row.host for row in new if row.host is not None},
        needs_ids=any(row.external_id is None for row in new),
    )


def _report(read: ReadFile, plan: ImportPlan, *, dry_run: bool) -> ImportReport:
    return ImportReport(
        created=len(plan.creations),
        updated=len(plan.changes),
        skipped=len(plan.skipped),
        failed=len({error.row for error in plan.errors}),
        rows=read.count,
        dry_run=dry_run,
        new_groups=sorted(plan.new_groups),
        errors=plan.errors,
        skipped_rows=plan.skipped,
        created_ids=[creation.external_id for creation in plan.creations],
        changed=[(change.camera, change.after) for change in plan.changes],
    )


def _refused(report: ImportReport) -> BadRequestError:
    said = [
        f"row {error.row}{f', {error.column}' if error.column else ''}: {error.message}"
        for error in report.errors[:_SHOWN_ERRORS]
    ]
    return BadRequestError(
        f"Nothing was imported: {report.failed} of {report.rows} rows have errors; {' '.join(said)}",
        code="import_refused",
        remedy="Mend these rows, or import the others alone with partial=true. dry_run=true shows all of it.",
        details={
            "rows": report.rows,
            "failed": report.failed,
            "errors": [
                {"row": error.row, "column": error.column, "message": error.message}
                for error in report.errors
            ],
        },
    )
