"""Logging: ids and states to standard error; never a text, a name or a token."""

import logging
import sys

_QUIET = (
    "httpx",
    "httpcore",
    "apscheduler",
    "telegram.ext",
    "aiosqlite",
    "alembic",
    "uvicorn.access",
    "tornado.access",
)


def set_up_logging(*, quiet: bool = False) -> None:
    """Log to standard error, `quiet` only what went wrong; libraries that log a token stay at WARNING."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING if quiet else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A delivery that takes longer than its interval is no trouble; what failed is told by our own listener.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
