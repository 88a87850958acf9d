"""Refusals as they are told: nothing personal in them, and the same thing said once."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from core.errors import Problem
from core.privacy import MarkerKind, find_markers, is_bsn
from core.rules import DEFAULT_CASE_CODE

_LONGEST_SHOWN = 100
_UNSAYABLE = (MarkerKind.BSN, MarkerKind.LIKELY_NAME)


@dataclass(frozen=True, slots=True)
class Folded:
    """A refusal at its first line, and of how many further lines of the file the same is said."""

    problem: Problem
    more: int


def fold(problems: Iterable[Problem], sentence: Callable[[Problem], str]) -> list[Folded]:
    """Return each different refusal once, in the order of the first; what has no line stands alone.

    Refusals are the same when the column and what `sentence` says of them are.
    """
    first: dict[object, Problem] = {}
    further: dict[object, int] = {}
    for number, problem in enumerate(problems):
        key: object = (problem.column, sentence(problem)) if problem.line is not None else number
        if key in first:
            further[key] += 1
        else:
            first[key], further[key] = problem, 0
    return [Folded(problem, further[key]) for key, problem in first.items()]


def without_personal_data(problem: Problem, today: date) -> Problem:
    """Return the problem without a value that is or may be a BSN or a name, or is too long to be shown."""
    details = {
        name: value
        for name, value in problem.details.items()
        if not (name == "name" and isinstance(value, str) and _is_personal(value, today))
    }
    value = None if problem.value is not None and _is_personal(problem.value, today) else problem.value
    column = None if problem.column is not None and _has_bsn(problem.column) else problem.column
    return replace(problem, details=details, value=value, column=column)


def _is_personal(text: str, today: date) -> bool:
    if len(text) > _LONGEST_SHOWN:
        return True
    markers = find_markers(text, case_code=DEFAULT_CASE_CODE, today=today)
    return _has_bsn(text) or any(marker.kind in _UNSAYABLE for marker in markers)


def _has_bsn(text: str) -> bool:
    return any(is_bsn(digits) for digits in re.findall(r"\d{8,9}", text))
