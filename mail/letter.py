"""The two forms of one message: plain text, and the same as simple HTML with real links."""

from dataclasses import dataclass

from core.ports import Button, Content
from templates import render


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a paragraph: text, or a link when it has an address."""

    text: str
    url: str | None = None


def link_line(button: Button) -> str:
    """Return how a link reads in plain text. A body that holds this line has the link in that place."""
    return f"{button.label}: {button.url}"


def plain_letter(content: Content) -> str:
    """Return the text with the links that it does not hold itself listed below it."""
    listed = [link_line(button) for button in _unplaced(content)]
    return "\n\n".join(part for part in (content.text, "\n".join(listed)) if part) + "\n"


def html_letter(content: Content) -> str:
    """Return the text as HTML paragraphs, every link line as a link with its label."""
    paragraphs = _paragraphs(content)
    return render("mail/frame.html", subject=content.subject, paragraphs=paragraphs)


def _unplaced(content: Content) -> list[Button]:
    lines = set(content.text.splitlines())
    return [button for button in _links(content) if link_line(button) not in lines]


def _links(content: Content) -> list[Button]:
    return [button for row in content.buttons for button in row if button.url]


def _paragraphs(content: Content) -> list[list[Line]]:
    links = {link_line(button): button for button in _links(content)}
    blocks = plain_letter(content).strip().split("\n\n")
    return [[_line(text, links) for text in block.splitlines()] for block in blocks if block.strip()]


def _line(text: str, links: dict[str, Button]) -> Line:
    button = links.get(text)
    return Line(button.label, button.url) if button else Line(text)
