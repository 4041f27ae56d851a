"""The log of the server: one JSON object a line."""

import logging
import sys
from typing import TextIO

import structlog

# Each request has its own line already; what is sent elsewhere may have a secret in its address.
_CHATTY = ("uvicorn.access", "httpx", "httpx2", "httpcore", "httpcore2", "alembic")


def configure_log(stream: TextIO | None = None) -> None:
    """Write every line of the log as JSON; whatever strangers send is data in it and begins no line of its own.

    At a terminal only what somebody should know of is written: the link of the first start must not scroll away.

    Args:
        stream: default: standard error.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        # Without local variables: they may be passwords.
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if stream.isatty() else logging.INFO)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
