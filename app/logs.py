"""Logging: ids and states to standard error; never a text, a name or a token."""

import logging
import sys

_QUIET = ("httpx", "httpcore", "apscheduler", "telegram.ext", "aiosqlite", "alembic", "uvicorn.access")


def set_up_logging(*, verbose: bool = False) -> None:
    """Log to standard error; libraries that would log addresses with a token stay at WARNING."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
