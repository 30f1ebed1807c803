"""A small web server that a coroutine starts and ends."""

import contextlib
import ssl
from collections.abc import AsyncGenerator
from typing import Final

from aiohttp import web

GRACE_SECONDS: Final = 0.1
"""How long requests under way may take when the server ends: it is only for this machine."""


@contextlib.asynccontextmanager
async def serving(
    app: web.Application, host: str, port: int, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[int]:
    """Serve the application meanwhile; gives the port (a free one for 0)."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, ssl_context=tls).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
