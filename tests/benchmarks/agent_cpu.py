"""Where an agent's CPU time goes: by process, Python's own share apart from that of its ffmpegs."""

from dataclasses import dataclass

from tests.benchmarks.process_cpu import Processes, family, total_s

ROLES = ("run", "capture", "frames", "archive", "serve")
RECORDING = ("capture", "frames")


@dataclass(frozen=True, slots=True)
class AgentCpu:
    """CPU seconds since the agent began, by process. `all_s`: with everything below it; `own_s`: the
    interpreters alone."""

    all_s: dict[str, float]
    own_s: dict[str, float]

    def since(self, before: "AgentCpu") -> "AgentCpu":
        """What was used between `before` and this."""
        return AgentCpu(
            {role: value - before.all_s.get(role, 0.0) for role, value in self.all_s.items()},
            {role: value - before.own_s.get(role, 0.0) for role, value in self.own_s.items()},
        )

    @property
    def recording_s(self) -> float:
        """Recording and frames: both processes and their ffmpegs."""
        return sum(self.all_s.get(role, 0.0) for role in RECORDING)

    @property
    def total_s(self) -> float:
        """Everything, HTTP and archiver too."""
        return sum(self.all_s.values())

    @property
    def python_s(self) -> float:
        """Every interpreter of the agent."""
        return sum(self.own_s.values())


def agent_cpu(processes: Processes, run_pid: int) -> AgentCpu:
    """Take stock of the agent whose parent process is `run_pid`."""
    all_s: dict[str, float] = {}
    own_s: dict[str, float] = {}
    run = processes[run_pid]
    # Its children live as long as it does: what it has waited for are children that died and count to it.
    all_s["run"] = run.own_s + run.reaped_s
    own_s["run"] = run.own_s
    for child in processes.values():
        if child.parent_pid != run_pid:
            continue
        members = family(processes, child.pid)
        role = _role(child.arguments)
        all_s[role] = total_s(members)
        own_s[role] = sum(member.own_s for member in members if "python" in member.program)
    return AgentCpu(all_s, own_s)


def _role(arguments: tuple[str, ...]) -> str:
    after = arguments[arguments.index("host_agent") + 1 :] if "host_agent" in arguments else ()
    return after[0] if after and after[0] in ROLES else "other"
