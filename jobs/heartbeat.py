"""A sign of life to a service outside this machine, which raises the alarm when it stays away."""

import asyncio
import logging
from urllib.parse import urlsplit

import httpx

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 10.0


class Heartbeat:
    """Opens an address. Who knows the whole of it could send the sign too: the log names its host only."""

    def __init__(self, url: str, *, patience: float = PATIENCE_SECONDS) -> None:
        """Take the address and how many seconds its server has to answer."""
        self._url, self._patience = url, patience

    async def beat(self) -> bool:
        """Open the address once; return whether its server took it."""
        try:
            async with (
                asyncio.timeout(self._patience),
                httpx.AsyncClient(timeout=self._patience, follow_redirects=False) as client,
                client.stream("GET", self._url) as answer,
            ):
                arrived, told = answer.is_success, str(answer.status_code)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            arrived, told = False, type(error).__name__
        if not arrived:
            _log.warning("heartbeat to %s failed: %s", urlsplit(self._url).hostname, told)
        return arrived
