"""How far a running job is, as people see it."""

from rq.job import Job


class JobProgress:
    """Kept with the job; telling it often costs little, telling it thousands of times a second does."""

    def __init__(self, job: Job) -> None:
        self._job = job

    @property
    def job_id(self) -> str:
        """Whose progress it is."""
        return self._job.id

    def tell(self, fraction: float, text: str = "") -> None:
        """`fraction` from 0 to 1, `text` what is being done. Raises redis.RedisError."""
        self._job.meta["progress"] = {"fraction": min(1.0, max(0.0, fraction)), "text": text}
        self._job.save_meta()

    def tell_slow(self) -> None:
        """That the job runs longer than it should."""
        self._job.meta["slow"] = True
        self._job.save_meta()
