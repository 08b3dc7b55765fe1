"""What RQ says goes where everything is said: into the structured log."""

import logging

import structlog

_LOGGERS = ("rq", "rq.worker", "rq.job", "rq.scheduler", "rq.registry", "rq_scheduler")


class _Structured(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say = (
            structlog.get_logger().error
            if record.levelno >= logging.ERROR
            else structlog.get_logger().warning
        )
        say("rq", logger=record.name, said=self.format(record))


def log_rq() -> None:
    """Warnings and errors alone: what jobs do is told in the gateway's own words."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [_Structured()]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
