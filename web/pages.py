"""Pages as a status with HTML, and the few that say that something is not there or not possible."""

from dataclasses import dataclass

from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.errors import NotAllowed, Problem, ProblemCode, Refused
from services.actions import ActionView
from templates import known_phrases, phrase, problem_sentence, render
from web.visitor import Visitor

OK, MOVED, BAD, FORBIDDEN, MISSING, TOO_LARGE, BROKEN, AWAY = 200, 303, 400, 403, 404, 413, 500, 503

_NOT_READY = frozenset(
    {
        ProblemCode.DATABASE_MISSING,
        ProblemCode.DATABASE_NOT_READY,
        ProblemCode.DATABASE_UNREACHABLE,
        ProblemCode.DATABASE_READ_ONLY,
        ProblemCode.DISK_FULL,
        ProblemCode.DISK_TROUBLE,
    }
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a request is answered with; with `to` the browser goes on to that address."""

    status: int
    html: str = ""
    to: str = ""

    def response(self) -> Response:
        """Return the answer over HTTP."""
        if self.to:
            return RedirectResponse(self.to, status_code=self.status)
        return HTMLResponse(self.html, status_code=self.status)


def page(status: int, name: str, *, visitor: Visitor | None = None, **values: object) -> Page:
    """Render `templates/web/<name>.html`, for who is signed in with the way to the other pages."""
    return Page(status, render(f"web/{name}.html", visitor=visitor, **values))


def moved(to: str) -> Page:
    """Send the browser on, so that going back or again posts nothing twice."""
    return Page(MOVED, to=to)


def nothing_here(visitor: Visitor | None = None) -> Page:
    """Return the one page for what is unknown, expired or taken back, so that nobody can tell them apart."""
    return page(MISSING, "missing", visitor=visitor)


def signed_out_page() -> Page:
    """Return the page for a form of somebody whose session is over."""
    return page(FORBIDDEN, "signed_out")


def stale_page(visitor: Visitor | None = None) -> Page:
    """Return the page for a form that does not come from a page of this session."""
    return page(FORBIDDEN, "stale", visitor=visitor)


def refused_page(refused: Refused, view: ActionView | None = None, visitor: Visitor | None = None) -> Page:
    """Return the page that says why something is refused."""
    code = refused.problems[0].code
    if code in _NOT_READY:
        return page(AWAY, "away", visitor=visitor)
    if code is ProblemCode.SESSION_OVER:
        return signed_out_page()
    if code is ProblemCode.CASE_UNKNOWN:
        return page(MISSING, "no_case", visitor=visitor)
    if code in (ProblemCode.ACTION_UNKNOWN, ProblemCode.ACTION_OF_ANOTHER, ProblemCode.ESCALATION_UNKNOWN):
        return nothing_here(visitor)
    status = FORBIDDEN if view or isinstance(refused, NotAllowed) else BAD
    return page(status, "refused", visitor=visitor, problems=sentences(refused), view=view)


def unknown_or_away(refused: Refused, visitor: Visitor | None = None) -> Page:
    """Return the page for a token that gives nothing.

    That is the plain 404, unless the house itself is not ready or the session is over.
    """
    said = refused.problems[0].code
    if said in _NOT_READY or said is ProblemCode.SESSION_OVER:
        return refused_page(refused)
    return nothing_here(visitor)


def sentences(refused: Refused) -> list[str]:
    """Return the Dutch sentence of each problem."""
    return [sentence(problem) for problem in refused.problems]


def first_sentence(refused: Refused) -> str:
    """Return the Dutch sentence of the first problem."""
    return sentence(refused.problems[0])


_OWN_WORDS = ("web", "web_escalation", "web_items")


def sentence(problem: Problem) -> str:
    """Return what a page says: of what was left open what to fill in, else the usual sentence."""
    of_its_own = f"problem_{problem.code}"
    if problem.code is ProblemCode.VALUE_MISSING:
        of_its_own = f"choose_{problem.column}"
    for section in _OWN_WORDS:
        if of_its_own in known_phrases()[section]:
            return phrase(f"{section}.{of_its_own}", **problem.details)
    return problem_sentence(problem)
