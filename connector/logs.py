"""Log lines: structured, without personal data; ids and codes only."""

import logging
import sys

import structlog


def set_up_logs(*, log_format: str, log_level: str) -> None:
    """Send structlog to standard error, as JSON or for people."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        # Rich tracebacks would print local variables, and with them names, addresses and tokens.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    traces = [structlog.processors.format_exc_info] if log_format == "json" else []
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *traces,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, log_level)),
        # Asked for anew at each line: whoever replaces standard error gets the lines.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    # It warns of each call that it repeats, with the whole address: a query, and whom somebody looked for.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
