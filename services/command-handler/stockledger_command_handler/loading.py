"""Bringing streams from the log into memory, and learning which there are."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from stockledger.event_log.interface import EventLog, StreamKey
from stockledger.messages.fields import StreamName
from stockledger_command_handler.aggregates import FOLD_VERSION
from stockledger_command_handler.pipeline import Pipeline
from stockledger_command_handler.stream_cache import CachedStream, StreamCache
from stockledger_command_handler.stream_view import NotListed

LOADED_AT_ONCE: Final = 500
"""Streams folded in one go, some 20 ms: what arrives meanwhile waits no longer than that."""


class StreamLoading:
    """Loads what decisions ask for."""

    def __init__(self, log: EventLog, cache: StreamCache, pipeline: Pipeline) -> None:
        self._log = log
        self._cache = cache
        self._pipeline = pipeline

    async def load(self, keys: Iterable[StreamKey], batch: int) -> None:
        """Load those of the streams that are not in memory, for a batch."""
        missing = [key for key in keys if key.name not in self._cache.of(key.tenant_id)]
        for first in range(0, len(missing), LOADED_AT_ONCE):
            some = missing[first : first + LOADED_AT_ONCE]
            self._cache.put(some, await self._log.load_streams(some, FOLD_VERSION), batch)

    async def names(
        self, missing: NotListed, changed: Collection[CachedStream]
    ) -> Sequence[StreamName]:
        """Return streams by their names: those in the log, and those that a batch began.

        What is on its way into the log is waited for.
        """
        tenant_id, begin, after, limit = missing.listing
        await self._pipeline.appended()
        stored = await self._log.stream_names(tenant_id, begin, limit, after)
        begun = [
            stream.name
            for stream in changed
            if stream.tenant_id == tenant_id
            and stream.name.startswith(begin)
            and stream.name > (after or begin)
        ]
        return sorted({*stored, *begun})[:limit]
