"""Who may see a job: who sees all cameras, and of a job about one camera whoever sees that one."""

from collections.abc import Callable

from gateway.catalogue.device import Scope
from gateway.jobs.all_cameras import jobs_refused
from gateway.jobs.job_list import JobList
from gateway.jobs.job_view import JobView
from shared.errors import NotFoundError

# Of these the answer tells of nothing but the camera that their `camera_id` names.
_OF_ONE_CAMERA = frozenset({"cameras.test_snapshot"})

# (a camera's id, the groups that somebody is limited to) → whether they see it
SeesCamera = Callable[[str, Scope], bool]


class JobAccess:
    """Jobs as somebody asks for them. Raises redis.RedisError."""

    def __init__(self, jobs: JobList, sees_camera: SeesCamera) -> None:
        self._jobs = jobs
        self._sees_camera = sees_camera

    def job(self, job_id: str, scope: Scope) -> JobView:
        """One job, with what it returned. Raises NotFoundError, and ForbiddenError for somebody who is
        limited to camera groups, unless it is about a camera of theirs: whatever else there may be."""
        if scope is None:
            return self._jobs.job(job_id)
        found = self._of_one_camera(job_id, scope)
        if found is None:
            raise jobs_refused()
        return found

    def _of_one_camera(self, job_id: str, scope: Scope) -> JobView | None:
        try:
            found = self._jobs.job(job_id)
        except NotFoundError:
            return None
        match found.arguments:
            case {"camera_id": str(camera_id)} if found.task in _OF_ONE_CAMERA:
                return found if self._sees_camera(camera_id, scope) else None
        return None
