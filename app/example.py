"""The configuration that `init` writes: the example, with the day on which this installation begins."""

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

from core.errors import Problem, ProblemCode, Refused

_NAME = "config.example.toml"
_START_ON = re.compile(r"^# start_on = .*$", re.MULTILINE)


def write_config(path: Path, start_on: date) -> bool:
    """Write the commented example at `path` and return True; False when something is there already."""
    if path.exists():
        return False
    text = _START_ON.sub(f"start_on = {start_on.isoformat()}", example_text(), count=1)
    try:
        path.touch(mode=0o600, exist_ok=False)  # a token may be put in it
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(Problem(ProblemCode.FILE_NOT_WRITABLE, {"file": str(path)})) from error
    return True


def example_text() -> str:
    """Return the example as it is shipped with this package."""
    return (files("app") / _NAME).read_text(encoding="utf-8")
