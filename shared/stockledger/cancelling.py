"""Ending tasks so that no failure of theirs goes unread."""

import asyncio

import structlog

_log = structlog.get_logger(__name__)


async def cancel(*tasks: asyncio.Task[None], told: asyncio.Task[None] | None = None) -> None:
    """Cancel tasks and wait until they have ended; log what failed, but for what is told anyway."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
    for task in tasks:
        if task is not told and not task.cancelled() and (error := task.exception()):
            _log.warning("a task beside had failed", error=repr(error))
