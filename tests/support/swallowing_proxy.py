"""A way to PostgreSQL on which answers can be lost: what a network does in a bad moment."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Final

from stockledger.dev.ports import LOOPBACK

CHUNK_BYTES: Final = 65_536


class SwallowingProxy:
    """Passes everything on, until `swallow` makes it drop the server's next answers."""

    def __init__(self, host: str, port: int) -> None:
        self._server_address = (host, port)
        self._writers: list[asyncio.StreamWriter] = []
        self._swallows = False
        self.swallowed = asyncio.Event()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncGenerator[int]:
        """Listen on a free port and give it."""
        server = await asyncio.start_server(self._pass_on, LOOPBACK, 0)
        async with server:
            yield server.sockets[0].getsockname()[1]
            self.cut()

    def swallow(self) -> None:
        """Drop what the server answers from now on; `swallowed` tells that there was something."""
        self._swallows = True

    def cut(self) -> None:
        """End every connection."""
        for writer in self._writers:
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(*self._server_address)
        self._writers += [writer, server_writer]
        async with asyncio.TaskGroup() as directions:
            directions.create_task(self._copy(reader, server_writer, from_server=False))
            directions.create_task(self._copy(server_reader, writer, from_server=True))

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_server: bool
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(CHUNK_BYTES):
                if from_server and self._swallows:
                    self.swallowed.set()
                else:
                    writer.write(data)
                    await writer.drain()
            writer.close()
