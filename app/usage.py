"""How the command line explains itself in Dutch: the help pages, and what is wrong with a call."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_HELP = tuple(
    (re.compile(english, re.MULTILINE), dutch)
    for english, dutch in (
        (r"^Usage:", "Gebruik:"),
        (r"^Arguments:$", "Argumenten:"),
        (r"^Options:$", "Opties:"),
        (r"^Commands:$", "Opdrachten:"),
        (r"Show this message and exit\.", "Toont deze uitleg."),
        (r"\[OPTIONS\]", "[OPTIES]"),
        (r"COMMAND \[ARGS\]\.\.\.", "OPDRACHT ..."),
        (r"\[required\]", "[verplicht]"),
        (r" <(?:str|path|date)>", ""),
        (r"\s+\[env var:\s+\w+\]", ""),
    )
)

_WRONG = tuple(
    (re.compile(english, re.DOTALL), dutch)
    for english, dutch in (
        (r"No such option: (\S+?)\.? *\(Possible options: (.+)\)", r"De optie \1 ken ik niet. Bedoel je \2?"),
        (r"No such option: (\S+).*", r"De optie \1 ken ik niet."),
        (r"No such command '(.+)'\. Did you mean '(.+)'\?", r"De opdracht \1 ken ik niet. Bedoel je \2?"),
        (r"No such command '(.+)'\.", r"De opdracht \1 ken ik niet."),
        (r"Missing option '(.+?)'.*", r"De optie \1 is nodig."),
        (r"Missing argument '(.+?)'.*", r"\1 is nodig."),
        (r"Missing command\.", r"Er is een opdracht nodig."),
        (r"Option '(.+)' requires an argument\.?", r"De optie \1 heeft een waarde nodig."),
        (r"Option '(.+)' does not take a value\.?", r"De optie \1 heeft geen waarde."),
        (r"Got unexpected extra argument\S* \((.+)\)", r"Dit is te veel: \1"),
        (r"Invalid value for '(.+?)': .*valid integer.*", r"\1 hoort een geheel getal te zijn."),
        (
            r"Invalid value for '(.+?)': Value error, '(.*)' is not one of (.+)\.",
            r"De optie \1 kan zo niet: '\2' is er niet bij. Kies uit \3.",
        ),
        (r"Invalid value for '(.+?)': (.+)", r"De optie \1 kan zo niet. \2"),
        (r"Invalid value: (.+)", r"\1"),
    )
)


def _in_dutch(page: str) -> str:
    for english, dutch in _HELP:
        page = english.sub(dutch, page)
    return page


class DutchCommand(TyperCommand):
    """A command whose help page is Dutch."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - the context's class is Typer's own secret
        """Return the help page."""
        return _in_dutch(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401
        """Return the line that shows how to call it."""
        return _in_dutch(super().get_usage(ctx))


class DutchGroup(TyperGroup):
    """A group of commands whose help page is Dutch."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401
        """Return the help page."""
        return _in_dutch(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401
        """Return the line that shows how to call it."""
        return _in_dutch(super().get_usage(ctx))


def refuse_options_in_front(context: typer.Context) -> None:
    """Refuse options of a group in front of its command, which would not hear of them."""
    sources = [str(context.get_parameter_source(name)) for name in context.params]
    if any(source.endswith("COMMANDLINE") for source in sources):
        raise typer.BadParameter(f"Zet de opties achter `{context.invoked_subcommand}`.")


def command(function: Callable[..., None]) -> Any:  # noqa: ANN401 - what Typer makes of it has no public type
    """Return a function as a command with a Dutch help page."""
    alone = group()
    alone.command(cls=DutchCommand)(function)
    return typer.main.get_command(alone)


def group(**settings: Any) -> typer.Typer:  # noqa: ANN401 - passed on
    """Return an empty group of commands that leaves errors and looks to us."""
    return typer.Typer(
        add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, **settings
    )


def wrong_usage(message: str, known: tuple[str, ...]) -> str:
    """Return in Dutch what is wrong with a call; `known` are the commands there are."""
    for english, dutch in _WRONG:
        match = english.fullmatch(message.strip())
        if match:
            return match.expand(dutch) + _closest(message, known)
    return message


def _closest(message: str, known: tuple[str, ...]) -> str:
    unknown = re.fullmatch(r"No such command '(.+)'\.", message)
    near = get_close_matches(unknown[1], known, n=1) if unknown else []
    return f" Bedoel je {near[0]}?" if near else ""
