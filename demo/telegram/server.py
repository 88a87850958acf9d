"""The HTTP side of the Bot API: reading calls, failing on command, and answering as Telegram does."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile

from demo.telegram.context import Context
from demo.telegram.control import PageSetup, control_router
from demo.telegram.errors import ApiError, Json, bad_request
from demo.telegram.failures import Failure
from demo.telegram.methods import perform
from demo.telegram.model import Call, Link, Mail, Persona
from demo.telegram.params import Params, Upload
from demo.telegram.polling import get_updates
from demo.telegram.state import TelegramStandIn
from demo.telegram.transport import closed_connection, wait_for_disconnect
from demo.telegram.webhook import deliver_forever

UNAUTHORIZED = ApiError(401, "Unauthorized")
FILE_MISSING = ApiError(404, "Not Found")


def build_app(
    state: TelegramStandIn,
    *,
    personas: Sequence[Persona] = (),
    now: Callable[[], datetime] | None = None,
    advance: Callable[[str], Awaitable[datetime]] | None = None,
    mails: Callable[[], list[Mail]] | None = None,
    links: Sequence[Link] = (),
) -> FastAPI:
    """Return the app with the Bot API, the control API under /demo/ and the chat page at /.

    `now` shows the clock of the demo. `advance` moves it: it gets "workday" or "hour" and returns the
    new time once everything up to then has happened. `mails` lists the mails of the post tab. What is
    left out is not on the page. Personas become users of the stand-in. Run the app with `serve`:
    failures that close the connection need its server.
    """
    for persona in personas:
        state.add_user(persona.user_id, persona.name)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(deliver_forever(state, bot)) for bot in state.bots]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.stopping = False
    app.state.stand_in = state
    app.include_router(_bot_router(state))
    app.include_router(control_router(state, PageSetup(tuple(personas), now, advance, mails, tuple(links))))
    return app


def _bot_router(state: TelegramStandIn) -> APIRouter:
    """Return the routes that bots use."""
    router = APIRouter()

    @router.api_route("/bot{token}/{method}", methods=["GET", "POST"])
    async def call_method(request: Request, token: str, method: str) -> Response:
        return await _Exchange(state, request, method).answer(token)

    @router.get("/file/bot{token}/{path:path}")
    async def download(request: Request, token: str, path: str) -> Response:
        if state.offline:
            return await closed_connection(request)
        if state.bot_by_token(token) is None:
            return _refused(UNAUTHORIZED)
        found = next((stored for stored in state.files.values() if stored.path == path), None)
        if found is None:
            return _refused(FILE_MISSING)
        return Response(found.content, media_type="application/octet-stream")

    return router


@dataclass(frozen=True)
class _Exchange:
    """One call over HTTP, from request to answer."""

    state: TelegramStandIn
    request: Request
    method: str

    async def answer(self, token: str) -> Response:
        """Return the answer to the call, after what was planned to go wrong with it."""
        if self.state.offline:
            return await closed_connection(self.request)
        bot = self.state.bot_by_token(token)
        if bot is None:
            return _refused(UNAUTHORIZED)
        try:
            params = await _read_params(self.request)
        except ApiError as refusal:
            return _refused(refusal)
        ctx = Context(self.state, bot, params)
        with self.state.lock:
            failure = self.state.failures.take(self.method, params.integer("chat_id"))
        return await self._answer(ctx, failure)

    async def _answer(self, ctx: Context, failure: Failure | None) -> Response:
        """Perform the call as the failure lets it."""
        kind = failure.kind if failure else None
        if failure and kind == "error":
            refusal = failure.refusal()
            self._log(ctx, refusal.description)
            return _refused(refusal)
        if kind == "drop":
            self._log(ctx, "connection closed before effect")
            return await closed_connection(self.request)
        if failure and kind == "delay":
            await asyncio.sleep(failure.seconds)
        answer = await self._perform(ctx)
        if kind == "timeout_after_effect":
            await wait_for_disconnect(self.request, self.state.hang_seconds, self._stopping)
        cut = self.state.offline and self.method.lower() == "getupdates"
        if cut or kind in {"timeout_after_effect", "close_after_effect"}:
            return await closed_connection(self.request)
        return answer

    async def _perform(self, ctx: Context) -> Response:
        """Perform the call and return the answer of Telegram."""
        try:
            if self.method.lower() == "getupdates":
                result = await self._poll(ctx)
            else:
                result = perform(self.method, ctx)
        except ApiError as refusal:
            self._log(ctx, refusal.description)
            return _refused(refusal)
        self._log(ctx, None)
        return JSONResponse({"ok": True, "result": result})

    async def _poll(self, ctx: Context) -> list[Json]:
        """Wait for updates, but no longer than the bot stays connected."""
        gone = asyncio.create_task(wait_for_disconnect(self.request, None, lambda: False))
        gone.add_done_callback(lambda _: self.state.bell.ring())
        try:
            return await get_updates(ctx, lambda: gone.done() or self._stopping() or self.state.offline)
        finally:
            gone.cancel()

    def _stopping(self) -> bool:
        """Tell whether the server is stopping."""
        return bool(self.request.app.state.stopping)

    def _log(self, ctx: Context, refusal: str | None) -> None:
        """Keep the call in the log."""
        call = Call(self.method, ctx.params.for_log(), self.state.now(), refusal is None, refusal)
        self.state.calls.append(call)
        self.state.bell.ring()


async def _read_params(request: Request) -> Params:
    """Return the parameters of the query and of a JSON, form or multipart body."""
    params = Params(dict(request.query_params))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        body = await request.body()
        try:
            values = json.loads(body) if body else {}
        except ValueError:
            raise bad_request("can't parse request JSON object") from None
        params.values |= values if isinstance(values, dict) else {}
    elif request.method == "POST":
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    upload = Upload(value.filename or name, value.content_type or "", await value.read())
                    params.uploads[name] = upload
                else:
                    params.values[name] = value
    return params


def _refused(refusal: ApiError) -> JSONResponse:
    """Return the answer for a refusal."""
    return JSONResponse(refusal.as_json(), refusal.status)
