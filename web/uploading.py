"""Takes in a file that somebody sends with a form: streamed to disk, and never more than is allowed."""

from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from core.errors import ProblemCode, refuse
from web.forms import FORM_TOKEN
from web.threads import aside

LARGEST = 50_000_000
_AROUND_IT = 20_000
_READ_AT_MOST = 4 * LARGEST
"""So much is read and thrown away, so that the browser gets to hear that it was too much."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that came with a form, by its bare name."""

    form_token: str
    filename: str
    content: bytes


class _TooMuch(Exception):
    """More came than is allowed."""


async def read_upload(request: Request, field: str) -> Sent:
    """Read the form of a request with one file in `field`.

    Refuses a file over `LARGEST` bytes, and a form without a file or one that is no such form.
    """
    try:
        form = await Request(request.scope, _limited(request.receive)).form(max_files=1, max_fields=5)
    except _TooMuch as error:
        await _read_away(request.receive)
        raise refuse(ProblemCode.FILE_TOO_LARGE, column=field, limit=LARGEST) from error
    except (HTTPException, KeyError) as error:
        raise refuse(ProblemCode.VALUE_MISSING, column=field) from error
    try:
        file, token = form.get(field), form.get(FORM_TOKEN)
        if not isinstance(file, UploadFile) or not file.filename:
            raise refuse(ProblemCode.VALUE_MISSING, column=field)
        content = await aside(file.file.read)
    finally:
        await form.close()
    if len(content) > LARGEST:
        raise refuse(ProblemCode.FILE_TOO_LARGE, column=field, size=len(content), limit=LARGEST)
    return Sent(token if isinstance(token, str) else "", _bare_name(file.filename), content)


def _limited(receive: Receive) -> Receive:
    """Return a way of receiving that stops with `_TooMuch`."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST + _AROUND_IT:
            raise _TooMuch
        return message

    return limited


async def _read_away(receive: Receive) -> None:
    taken = 0
    while taken < _READ_AT_MOST:
        message = await receive()
        taken += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return


def _bare_name(filename: str) -> str:
    """Return the name without folders or characters that cannot be shown."""
    name = PureWindowsPath(PurePosixPath(filename).name).name
    return "".join(letter for letter in name if letter.isprintable())[:120] or "bestand"
