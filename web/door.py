"""The door of the pages for who is signed in: whose session it is, and whether a form is from it."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from core.errors import Refused
from core.ports import Clock
from services.house import House
from services.signin import SIGN_IN_PATH, visitor_of
from web.forms import FORM_TOKEN, Fields, read_fields
from web.pages import Page, moved, refused_page, signed_out_page, stale_page
from web.threads import aside
from web.visitor import Visitor, form_token_of

Show = Callable[[Visitor], Page]
Take = Callable[[Visitor, Fields], Page]


class Door:
    """Lets in who is signed in. The cookie is bound to this one host where the pages are served by https."""

    def __init__(self, house: House, clock: Clock) -> None:
        """Take where sessions are kept, and the time."""
        self.house, self.clock = house, clock
        self.secure = (house.rules.public_url or "").startswith("https:")
        self.cookie = "__Host-termijnwacht" if self.secure else "termijnwacht"

    def visitor(self, request: Request) -> Visitor | None:
        """Return who is signed in, None when nobody is. It may block."""
        secret = request.cookies.get(self.cookie)
        if not secret:
            return None
        now = self.clock.now()
        found = visitor_of(self.house, secret, now=now)
        return Visitor(*found, now, request.url.path, form_token_of(secret)) if found else None

    def welcome(self, response: Response, secret: str) -> None:
        """Hand out the cookie of a session; the browser forgets it when it closes."""
        response.set_cookie(self.cookie, secret, path="/", secure=self.secure, httponly=True, samesite="lax")

    def farewell(self, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")

    async def show(self, request: Request, work: Show) -> Response:
        """Show a page to who is signed in; others sign in first."""
        return (await aside(self._show, request, work)).response()

    async def open(self, request: Request, work: Callable[[Visitor | None], Page]) -> Response:
        """Show a page to everybody; who is signed in gets the way to the other pages with it."""
        return (await aside(self._open, request, work)).response()

    async def take(self, request: Request, work: Take) -> Response:
        """Take a form from who is signed in; refuses one that is not from this session."""
        fields = await read_fields(request)
        return (await aside(self._take, request, fields, work)).response()

    def _show(self, request: Request, work: Show) -> Page:
        visitor: Visitor | None = None
        try:
            visitor = self.visitor(request)
            return work(visitor) if visitor else moved(f"{SIGN_IN_PATH}?naar={request.url.path}")
        except Refused as refused:
            return refused_page(refused, visitor=visitor)

    def _open(self, request: Request, work: Callable[[Visitor | None], Page]) -> Page:
        visitor: Visitor | None = None
        try:
            visitor = self.visitor(request)
            return work(visitor)
        except Refused as refused:
            return refused_page(refused, visitor=visitor)

    def _take(self, request: Request, fields: Fields | None, work: Take) -> Page:
        visitor: Visitor | None = None
        try:
            visitor = self.visitor(request)
            if visitor is None:
                return signed_out_page()
            if fields is None or not visitor.sent(fields.one(FORM_TOKEN)):
                return stale_page(visitor)
            return work(visitor, fields)
        except Refused as refused:
            return refused_page(refused, visitor=visitor)
