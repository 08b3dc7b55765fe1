"""Structured logs: JSON lines in production, readable in a terminal."""

import logging
import sys
from collections.abc import Callable

import structlog

Mask = Callable[[str], str]


def configure_logging(*, process: str, level: str = "info", mask: Mask) -> None:
    """Set up structlog for this process. `mask` removes credentials from every text of an event."""

    def masked(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        return {key: mask(value) if isinstance(value, str) else value for key, value in event.items()}

    def named(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        # Not a context variable: the threads of a pool would not have it.
        return {"process": process, **event}

    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            named,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            masked,
            structlog.dev.ConsoleRenderer(colors=terminal)
            if terminal
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
