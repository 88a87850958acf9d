"""What went wrong, said on stderr: each problem on a line with its place."""

import os
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.clock import SystemClock
from core.clocktime import local_date
from core.errors import Problem, ProblemCode, Refused
from core.privacy import MarkerKind, find_markers, is_bsn
from core.rules import DEFAULT_CASE_CODE
from templates import phrase, problem_sentence, render

_UNSAYABLE = (MarkerKind.BSN, MarkerKind.LIKELY_NAME)
_OF_A_FILE = "file_"


def say(text: str) -> None:
    """Write a line for the person behind the keyboard, apart from the data."""
    print(text, file=sys.stderr)  # noqa: T201 - this is the command line


def say_refused(problems: Iterable[Problem]) -> None:
    """Write each problem on a line."""
    for problem in problems:
        say(problem_line(problem))


def say_unexpected(error: Exception) -> None:
    """Write one sentence about a defect of ours; with TERMIJNWACHT_DEBUG also where it is."""
    if os.environ.get("TERMIJNWACHT_DEBUG"):
        traceback.print_exception(error)
    say(phrase("cli.unexpected", kind=type(error).__name__))


def problem_line(problem: Problem) -> str:
    """Return place and sentence of a problem; a BSN or a name is never in it."""
    safe = without_personal_data(problem)
    details = safe.details
    return render(
        "cli/problem.txt",
        file=details.get("file"),
        key=details.get("key"),
        line=safe.line,
        column=safe.column,
        position=safe.code is ProblemCode.CONFIG_SYNTAX,
        sentence=problem_sentence(safe),
    )


def refusal(problem: Problem) -> dict[str, object]:
    """Return a refused cell as data: its place, what stood there unless it is personal, and what is wrong."""
    safe = without_personal_data(problem)
    return {
        "line": safe.line,
        "column": safe.column,
        "value": safe.value,
        "problem": problem_sentence(safe),
        "code": safe.code,
    }


def without_personal_data(problem: Problem) -> Problem:
    """Return the problem without a value that is or may be a BSN or a name."""
    details = {
        name: value
        for name, value in problem.details.items()
        if not (name == "name" and isinstance(value, str) and _is_personal(value))
    }
    value = None if problem.value is not None and _is_personal(problem.value) else problem.value
    column = None if problem.column is not None and _has_bsn(problem.column) else problem.column
    return replace(problem, details=details, value=value, column=column)


def _is_personal(text: str) -> bool:
    today = local_date(SystemClock().now())
    markers = find_markers(text, case_code=DEFAULT_CASE_CODE, today=today)
    return _has_bsn(text) or any(marker.kind in _UNSAYABLE for marker in markers)


def _has_bsn(text: str) -> bool:
    return any(is_bsn(digits) for digits in re.findall(r"\d{8,9}", text))


@contextmanager
def about_file(path: Path) -> Iterator[None]:
    """Say of every problem with the content of a file which file it is."""
    try:
        yield
    except Refused as refused:
        raise Refused(*(in_file(problem, path) for problem in refused.problems)) from refused


def in_file(problem: Problem, path: Path) -> Problem:
    """Return the problem with its file, when it is about what is in there."""
    if problem.line is None and not problem.code.startswith(_OF_A_FILE):
        return problem
    return replace(problem, details={"file": str(path), **problem.details})


def read_bytes(path: Path) -> bytes:
    """Return what is in a file; refuses one that is not there or cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Refused(Problem(ProblemCode.FILE_MISSING, {"file": str(path)})) from error
    except OSError as error:
        raise Refused(Problem(ProblemCode.FILE_UNREADABLE, {"file": str(path)})) from error
