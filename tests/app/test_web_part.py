"""The socket that the pages are served on."""

import asyncio
import socket

import pytest

from app.web_part import bind
from core.errors import ProblemCode, Refused


async def test_a_small_answer_does_not_wait_for_the_one_before() -> None:
    accepted: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()

    async def take(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accepted.put(writer)

    listening = bind("127.0.0.1", 0)
    server = await asyncio.start_server(take, sock=listening)
    _, mine = await asyncio.open_connection(*listening.getsockname())
    theirs = await accepted.get()
    found = theirs.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    for writer in (mine, theirs):
        writer.close()
        await writer.wait_closed()
    server.close()
    assert found != 0


def test_a_port_that_is_taken_is_refused() -> None:
    with bind("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(Refused) as refused:
            bind("127.0.0.1", first.getsockname()[1])
    assert refused.value.problems[0].code is ProblemCode.PORT_TAKEN
