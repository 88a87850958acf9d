"""A server of calendars in a process of its own: ours, or one that only answers the same bytes."""

import json
import os
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from app.clock import SystemClock
from app.web_part import bind
from services.house import House
from storage.store import open_store
from tests.bench.feed_region import feed_rules
from web.app import build_web


def ours(path: Path) -> FastAPI:
    """Return the pages of a house on that database."""
    house = House(open_store(f"sqlite:///{path}"), feed_rules())
    return build_web(house, SystemClock(), ready=lambda: True)


def bare(path: Path) -> FastAPI:
    """Return a server that answers each address with the bytes and headers it was given."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    kept = {
        address: (one["body"].encode(), one["headers"])
        for address, one in json.loads(path.read_text()).items()
    }

    @app.api_route("/feeds/{name}.ics", methods=["GET", "HEAD"])
    async def feed(request: Request, name: str) -> Response:
        body, headers = kept[f"/feeds/{name}.ics"]
        if "if-none-match" in request.headers:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers)

    return app


def main(kind: str, path: str) -> None:
    """Serve on a free port of loopback, print it, and say under `/cpu` how many seconds this process took."""
    app = ours(Path(path)) if kind == "ours" else bare(Path(path))

    @app.get("/cpu")
    async def cpu() -> Response:
        taken = os.times()
        return JSONResponse(taken.user + taken.system)

    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, access_log=False, log_config=None, lifespan="off", server_header=False
    )
    server = uvicorn.Server(config)
    listening = bind("127.0.0.1", 0)
    listening.listen()
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    server.run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
