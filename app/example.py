"""The configuration that `init` writes: the example, with the day on which this installation begins."""

import re
from contextlib import suppress
from datetime import date
from errno import EDQUOT, ENOSPC
from importlib.resources import files
from pathlib import Path

from core.errors import Problem, ProblemCode, Refused

_NAME = "config.example.toml"
_START_ON = re.compile(r"^# start_on = .*$", re.MULTILINE)


def write_config(path: Path, start_on: date) -> bool:
    """Write the commented example at `path` and return True; False when something is there already.

    It is there whole or not at all.
    """
    if path.exists():
        return False
    text = _START_ON.sub(f"start_on = {start_on.isoformat()}", example_text(), count=1)
    new = path.with_name(f"{path.name}.new")
    try:
        new.touch(mode=0o600)  # a token may be put in it
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        full = error.errno in (ENOSPC, EDQUOT)
        code = ProblemCode.DISK_FULL if full else ProblemCode.FILE_NOT_WRITABLE
        raise Refused(Problem(code, {"file": str(path)})) from error
    return True


def example_text() -> str:
    """Return the example as it is shipped with this package."""
    return (files("app") / _NAME).read_text(encoding="utf-8")
