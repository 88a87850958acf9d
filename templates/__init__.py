"""The words: the one Jinja environment, with Dutch dates and plurals. Every sentence for people is here."""

import tomllib
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from core.clocktime import AMSTERDAM
from core.errors import Problem

_FOLDER = Path(__file__).parent
_DUTCH = "nl_NL"
_UP_FROM = time(7, 0)


def render(name: str, **values: object) -> str:
    """Render the template `name` (with its folder, such as `telegram/digest.html`)."""
    return _environment().get_template(name).render(**values).strip()


def chat_text(name: str, /, **values: object) -> str:
    """Render a short answer as Telegram HTML.

    `name` is a macro of `telegram/texts.html`, or with its topic in front one of `telegram/texts/TOPIC.html`.
    """
    topic, _, macro = name.rpartition(".")
    file = f"telegram/texts/{topic}.html" if topic else "telegram/texts.html"
    return str(getattr(_environment().get_template(file).module, macro)(**values)).strip()


def phrase(key: str, **values: object) -> str:
    """Return the short phrase under a dotted key of `phrases.toml`, such as `status.open`."""
    return _compiled_phrase(key).render(**values)


@cache
def _compiled_phrase(key: str) -> Template:
    section, _, name = key.partition(".")
    return _environment().from_string(_phrases()[section][name])


def problem_sentence(problem: Problem) -> str:
    """Return the Dutch sentence for a refusal: what is wrong, where, and what would be right."""
    details = {key: _readable(value) for key, value in problem.details.items()}
    values = details | {"value": problem.value, "column": problem.column, "line": problem.line}
    return _compiled_problem(problem.code).render(**values, p=values)


@cache
def _compiled_problem(code: str) -> Template:
    return _plain().from_string(_problems()[code])


def problem_place(problem: Problem, more: int = 0) -> str:
    """Return where in a file a problem is: `regel 12, kolom gi`; empty when that is not known.

    `more` is on how many further lines the same is wrong: `regel 12 en nog 3 regels, kolom gi`.
    """
    parts = []
    if problem.line is not None:
        parts.append(phrase("place.lines" if more else "place.line", line=problem.line, more=more))
    if problem.column is not None:
        parts.append(phrase("place.column", column=problem.column))
    return ", ".join(parts)


def known_phrases() -> dict[str, dict[str, str]]:
    """Return every phrase by section and name."""
    return _phrases()


def known_problems() -> dict[str, str]:
    """Return the sentence of every problem code, unrendered."""
    return _problems()


@cache
def _phrases() -> dict[str, dict[str, str]]:
    return tomllib.loads((_FOLDER / "phrases.toml").read_text(encoding="utf-8"))


@cache
def _problems() -> dict[str, str]:
    return tomllib.loads((_FOLDER / "problems.toml").read_text(encoding="utf-8"))


def _readable(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return _numbered(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(str(item) for item in value)
    return value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    _furnish(environment)
    return environment


@cache
def _plain() -> Environment:
    """Return an environment for problem sentences, whose details are optional."""
    environment = Environment(autoescape=False)  # noqa: S701 - plain text; HTML edges escape the result
    _furnish(environment)
    return environment


def _furnish(environment: Environment) -> None:
    environment.filters |= {
        "day": short_day,
        "iso_day": _iso_day,
        "long_day": long_day,
        "numbered": _numbered,
        "clock": wall_time,
        "moment": _moment,
        "turn": _turn,
        "plural": plural,
        "working_days": working_days,
        "listed": listed,
        "term": term_name,
        "item": item_name,
        "term_title": term_title,
        "upper_first": upper_first,
    }
    environment.globals |= {"phrase": phrase, "days_left": days_left, "phrase_or": phrase_or}


def term_name(key: str) -> str:
    """Return what a term is called in short: `norm 2`, `crisisplek 1`; `key` is its `TermView.key`."""
    code, _, number = key.partition(".")
    if code in _phrases()["term"]:
        return phrase(f"term.{code}", number=number).strip()
    return phrase("term.norm", code=key)


def item_name(item: str) -> str:
    """Return what an item of a case is called: `hulpvraag 1`, `crisisplek 2`."""
    kind, _, number = item.partition(".")
    return phrase(f"item.{kind}", number=number) if kind in _phrases()["item"] else term_name(item)


def term_title(view: Any) -> str:  # noqa: ANN401 - a TermView or an Explanation
    """Return what a term is about, in a few words."""
    code = view.norm.code
    return phrase(f"norm.{code}") if code in _phrases()["norm"] else str(view.norm.title)


def upper_first(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def phrase_or(section: str, name: str, otherwise: str | None = None) -> str:
    """Return a phrase of a section, or what is said where it has none (the name itself unless given)."""
    if name in _phrases()[section]:
        return phrase(f"{section}.{name}")
    return name if otherwise is None else otherwise


def short_day(on: date, today: date | None = None) -> str:
    """Return `do 26 nov`, and `do 26 nov 2026` in another year than that of `today`."""
    other_year = today is not None and on.year != today.year
    return _bare(format_date(on, "EEE d MMM y" if other_year else "EEE d MMM", locale=_DUTCH))


def _iso_day(on: str) -> str:
    return short_day(date.fromisoformat(on))


def long_day(on: date) -> str:
    """Return `donderdag 26 november 2026`."""
    return _bare(format_date(on, "EEEE d MMMM y", locale=_DUTCH))


def month_title(month: date) -> str:
    """Return `november 2026`."""
    return format_date(month, "MMMM y", locale=_DUTCH)


def _bare(text: str) -> str:
    return text.replace(".", "")


def _numbered(on: date | str) -> str:
    """Return `26-11-2026`; text that is no ISO date, as people may have typed it, stays as it is."""
    if isinstance(on, str):
        try:
            on = date.fromisoformat(on)
        except ValueError:
            return str(on)
    return f"{on.day}-{on.month}-{on.year}"


def wall_time(at: time) -> str:
    """Return `8.30`."""
    return f"{at.hour}.{at.minute:02d}"


def _moment(at: datetime) -> str:
    local = at.astimezone(AMSTERDAM)
    return f"{_numbered(local.date())} om {wall_time(local.time())} uur"


def _turn(at: datetime, today: date | None = None) -> str:
    """Return when something goes on by itself: `wo 2 dec`, with the time if people are up by then.

    In another year than that of `today` with the year.
    """
    local = at.astimezone(AMSTERDAM)
    day = short_day(local.date(), today)
    return day if local.time() < _UP_FROM else f"{day} om {wall_time(local.time())} uur"


def plural(count: int, one: str, many: str) -> str:
    """Return `1 werkdag` or `2 werkdagen`."""
    return f"{count} {one if count == 1 else many}"


def working_days(left: int) -> str:
    """Return how far off a day is: `vandaag`, `nog 2 werkdagen` or `3 werkdagen te laat`."""
    if left == 0:
        return phrase("days.today")
    if left > 0:
        return phrase("days.left", days=plural(left, "werkdag", "werkdagen"))
    return phrase("days.late", days=plural(-left, "werkdag", "werkdagen"))


def days_left(due_on: date, left: int, today: date) -> str:
    """Return how far off a due date is, `left` working days by count, also when none of them is left."""
    if due_on == today or left:
        return working_days(0 if due_on == today else left)
    return phrase("days.no_working_day_left" if due_on > today else "days.passed")


def listed(items: Any) -> str:  # noqa: ANN401 - any iterable of strings
    """Return `a, b en c`."""
    words = [str(item) for item in items]
    if len(words) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(words)
    return f"{', '.join(words[:-1])} en {words[-1]}"
