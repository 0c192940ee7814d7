"""Logging: one line per event, pretty on a terminal and JSON elsewhere; never bodies, never secrets."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

log = structlog.get_logger("paidthrough")

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_QUIET = ("apscheduler", "stripe", "urllib3", "alembic")  # what they say at INFO, we say better


def configure(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send our lines and those of libraries to one stream (standard error) in one shape."""
    out = stream or sys.stderr
    rendering: list[Processor] = (
        [
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        ]  # no locals: they hold bodies
        if out.isatty()
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
