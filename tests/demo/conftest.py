"""A stand-in with one user, served on a free port, and real bots that talk to it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from telegram import Bot
from telegram.request import HTTPXRequest

from demo.telegram import TelegramStandIn, serve

TOKEN = "123456:test-token"
USER = 11
TLS = ssl.create_default_context()


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def state() -> TelegramStandIn:
    stand_in = TelegramStandIn(TOKEN)
    stand_in.add_user(USER, "Fatima", "fatima")
    return stand_in


@pytest_asyncio.fixture
async def url(state: TelegramStandIn) -> AsyncIterator[str]:
    async with serve(state) as base:
        yield base


@pytest.fixture
def new_bot(url: str) -> Callable[..., Bot]:
    def make(token: str = TOKEN, read_timeout: float = 5.0) -> Bot:
        return Bot(
            token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=HTTPXRequest(read_timeout=read_timeout, httpx_kwargs={"verify": TLS}),
            get_updates_request=HTTPXRequest(read_timeout=read_timeout, httpx_kwargs={"verify": TLS}),
        )

    return make


@pytest_asyncio.fixture
async def bot(new_bot: Callable[..., Bot]) -> AsyncIterator[Bot]:
    async with new_bot() as ready:
        yield ready


@pytest.fixture
def started(state: TelegramStandIn) -> TelegramStandIn:
    state.start(USER)
    state.bot.updates.pending.clear()
    return state
