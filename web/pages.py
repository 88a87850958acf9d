"""Pages as a status with HTML, and the few that say that something is not there or not possible."""

from dataclasses import dataclass

from core.errors import Problem, ProblemCode, Refused
from services.actions import ActionView
from templates import phrase, problem_sentence, render
from web.forms import DAY, FIT, PERSON

OK, BAD, FORBIDDEN, MISSING, BROKEN, AWAY = 200, 400, 403, 404, 500, 503

_NOT_READY = frozenset(
    {
        ProblemCode.DATABASE_NOT_READY,
        ProblemCode.DATABASE_UNREACHABLE,
        ProblemCode.DATABASE_READ_ONLY,
        ProblemCode.DISK_FULL,
    }
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a request is answered with."""

    status: int
    html: str


def page(status: int, name: str, **values: object) -> Page:
    """Render `templates/web/<name>.html`."""
    return Page(status, render(f"web/{name}.html", **values))


def nothing_here() -> Page:
    """Return the one page for what is unknown, expired or taken back, so that nobody can tell them apart."""
    return page(MISSING, "missing")


def refused_page(refused: Refused, view: ActionView | None = None) -> Page:
    """Return the page that says why something is refused."""
    if refused.problems[0].code in _NOT_READY:
        return page(AWAY, "away")
    return page(FORBIDDEN, "refused", problems=sentences(refused), view=view)


def unknown_or_away(refused: Refused) -> Page:
    """Return the page for a token that gives nothing: the plain 404, unless the house itself is not ready."""
    return refused_page(refused) if refused.problems[0].code in _NOT_READY else nothing_here()


def sentences(refused: Refused) -> list[str]:
    """Return the Dutch sentence of each problem."""
    return [_sentence(problem) for problem in refused.problems]


def _sentence(problem: Problem) -> str:
    open_field = problem.code is ProblemCode.VALUE_MISSING and problem.column in (DAY, FIT, PERSON)
    return phrase(f"web.choose_{problem.column}") if open_field else problem_sentence(problem)
