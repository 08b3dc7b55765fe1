"""Names of what the jobs room keeps in Redis beside what RQ and rq-scheduler keep."""

QUEUES = ("critical", "default", "video")
"""By urgency: a worker that serves several takes from the first that has something."""

# Ids of jobs that are not at their end: what a crash lost is found by looking them up.
OPEN_JOBS = "coldframe:jobs:open"
# Who looks for what crashes left behind, for a moment.
RECOVERY_LOCK = "coldframe:jobs:recovery"
# Who runs the schedule, and when it last did.
SCHEDULER = "coldframe:jobs:scheduler"
# Jobs that ended, and how long they ran: `task|state` → number, seconds.
ENDED_COUNTS = "coldframe:jobs:ended"
ENDED_SECONDS = "coldframe:jobs:ended_seconds"


def task_lock(task: str) -> str:
    """Holds the id of the task's newest scheduled run: as long as that one is open, there is no other."""
    return f"coldframe:jobs:run:{task}"


def entry_history(name: str) -> str:
    """When an entry of the schedule ran last, as which job, and how that ended."""
    return f"coldframe:jobs:schedule:{name}"


def entry_job_id(name: str) -> str:
    """The id under which rq-scheduler holds an entry of the schedule."""
    return f"schedule-{name.replace('.', '-')}"
