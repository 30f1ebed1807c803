"""A server that runs in a thread of its own, while the test waits for other things."""

import asyncio
import contextlib
import threading
from collections.abc import Generator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

START_SECONDS = 10.0


class Server(Protocol):
    """What listens on a port meanwhile."""

    def listening(self) -> AbstractAsyncContextManager[int]:
        """Listen; gives the port."""
        ...


@contextlib.contextmanager
def in_background(server: Server) -> Generator[int]:
    """Let the server listen meanwhile; gives the port."""
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()
    ports: list[int] = []
    started = threading.Event()

    async def serve() -> None:
        async with server.listening() as port:
            ports.append(port)
            started.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    try:
        assert started.wait(START_SECONDS), "the server did not start"
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
