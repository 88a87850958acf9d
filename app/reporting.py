"""What went wrong, said on stderr: each problem on a line with its place."""

import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import core.refusals
from app.clock import SystemClock
from core.clocktime import local_date
from core.errors import Problem, ProblemCode, Refused
from core.refusals import fold
from sheets import MAX_BYTES
from templates import phrase, problem_sentence, render

_OF_A_FILE = "file_"


def say(text: str) -> None:
    """Write a line for the person behind the keyboard, apart from the data."""
    print(text, file=sys.stderr)  # noqa: T201 - this is the command line


def say_refused(problems: Iterable[Problem]) -> None:
    """Write each problem on a line; what is wrong in the same way on many lines of a file is said once."""
    for folded in fold(map(without_personal_data, problems), problem_sentence):
        say(problem_line(folded.problem, folded.more))


def say_unexpected(error: Exception) -> None:
    """Write one sentence about a defect of ours; with TERMIJNWACHT_DEBUG also where it is."""
    if os.environ.get("TERMIJNWACHT_DEBUG"):
        traceback.print_exception(error)
    say(phrase("cli.unexpected", kind=type(error).__name__))


def problem_line(problem: Problem, more: int = 0) -> str:
    """Return place and sentence of a problem; a BSN or a name is never in it.

    `more` is on how many further lines of the file the same is wrong.
    """
    safe = without_personal_data(problem)
    details = safe.details
    return render(
        "cli/problem.txt",
        file=details.get("file"),
        key=details.get("key"),
        line=safe.line,
        more=more,
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
    return core.refusals.without_personal_data(problem, local_date(SystemClock().now()))


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
    """Return what is in a file; refuses one that is not there, cannot be read or is far too large."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            details = {"file": str(path), "size": size, "limit": MAX_BYTES}
            raise Refused(Problem(ProblemCode.FILE_TOO_LARGE, details))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Refused(Problem(ProblemCode.FILE_MISSING, {"file": str(path)})) from error
    except OSError as error:
        raise Refused(Problem(ProblemCode.FILE_UNREADABLE, {"file": str(path)})) from error
