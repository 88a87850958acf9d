"""Conditional requests (RFC 9110, 13.1): whether the asker has the bytes already."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers


def has_already(headers: Headers, etag: str, modified_at: datetime) -> bool:
    """Tell whether a request's own conditions say that nothing changed.

    If-None-Match is compared weakly and goes before If-Modified-Since; a date that cannot be read is no date.
    """
    tags = headers.getlist("if-none-match")
    if tags:
        asked = [tag.strip() for line in tags for tag in line.split(",")]
        return "*" in asked or etag in {tag.removeprefix("W/") for tag in asked}
    since = _moment(headers.get("if-modified-since"))
    return since is not None and modified_at <= since


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
