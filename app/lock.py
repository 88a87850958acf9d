"""One service on an SQLite database: an operating-system lock beside its file."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import ProblemCode, refuse


@contextmanager
def only_service(database: Path | None) -> Iterator[None]:
    """Hold the lock of an SQLite file; refuses while another process holds it. None locks nothing.

    The operating system lets go of it when the process ends, however it ends.
    """
    if database is None:
        yield
        return
    path = database.with_name(f"{database.name}.lock")
    try:
        handle = path.open("a")
    except OSError as error:
        raise refuse(ProblemCode.FILE_NOT_WRITABLE, file=str(path)) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise refuse(ProblemCode.SERVICE_RUNS) from error
        yield
