"""Which changed settings a reload cannot take over."""

from host_agent.settings import AgentSettings

# Opened when a process starts, and kept for as long as it lives. `run` starts `serve` again where its own
# change.
_OF_EVERY_PROCESS = ("state_dir",)
_OF_ONE = {"serve": ("listen", "http_threads")}


def kept_until_restart(process: str, at_start: AgentSettings, now: AgentSettings) -> tuple[str, ...]:
    """The keys of `[agent]` that `process` goes on with as it was started."""
    keys = (*_OF_EVERY_PROCESS, *_OF_ONE.get(process, ()))
    return tuple(key for key in keys if getattr(at_start, key) != getattr(now, key))


def started_with(process: str, agent: AgentSettings) -> tuple[object, ...]:
    """What a process of its own is started again for: where this differs."""
    return tuple(getattr(agent, key) for key in _OF_ONE.get(process, ()))


def restart_sentence(key: str, at_start: AgentSettings) -> str:
    """What is said of a changed key."""
    return (
        f"[agent] {key} was changed and needs a restart: {getattr(at_start, key)} stays in force until the"
        " agent is started again."
    )
