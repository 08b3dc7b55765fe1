"""A command whose process ends with us, however we end."""

from collections.abc import Sequence

# The kernel sends its signal only to who has asked for it by then: a parent that is killed before that
# would leave an orphan. So the question is asked after the request: is the parent still there?
_STILL_OURS = 'test "$PPID" = "$0" && exec "$@"'


def bound_command(arguments: Sequence[str], parent_pid: int) -> list[str]:
    """Return `arguments` so that the kernel kills their process when the **thread** that starts it ends.

    `parent_pid`: the process of that thread. Needs `setpriv` (util-linux) and `sh`, which both give way
    to the command.
    """
    return ["setpriv", "--pdeathsig", "KILL", "--", "sh", "-c", _STILL_OURS, str(parent_pid), *arguments]
