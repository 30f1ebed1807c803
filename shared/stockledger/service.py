"""The shape of every service: one loop inside a small web application that tells how it does.

The loop runs as long as the application; a failure of the outside is logged and the loop begun
again. SIGTERM drains the loop first. `/livez` tells by progress, `/readyz` by readiness.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from typing import Any, Final, Protocol

import structlog
import uvicorn
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stockledger.cancelling import cancel
from stockledger.config import Settings
from stockledger.errors import ConfigurationError, StockledgerError
from stockledger.telemetry import Progress

DRAIN_SECONDS: Final = 25
"""How long a loop may finish its work after SIGTERM; below the 40 s of a pod's grace."""

REQUESTS_SECONDS: Final = 5
"""How long requests under way may take after SIGTERM, before the loop is drained."""

RESTART_SECONDS: Final = (0.5, 1.0, 2.0, 5.0)
"""Pauses (s) before a failed loop is begun again; the last one repeats."""

HEALTHY_AFTER_SECONDS: Final = 30.0
"""A loop that ran for so long begins again with the shortest pause."""

Loop = Coroutine[Any, Any, None]
_log = structlog.get_logger(__name__)


class Worker(Protocol):
    """A service's loop."""

    progress: Progress

    async def run(self) -> None:
        """Work until cancelled."""
        ...

    async def drain(self) -> None:
        """Take nothing new, finish what is under way, and let `run` return."""
        ...

    def unready(self) -> str | None:
        """Return why the service cannot do its work now, None when it can."""
        ...


class LoopFigures(Collector):
    """Whether a service can do its work, and how often it failed to."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def collect(self) -> Iterable[Metric]:
        """Return how it is at the moment of asking."""
        problem = self._worker.progress.stalled() or self._worker.unready()
        yield GaugeMetricFamily(
            "inventory_service_ready",
            "Whether the service is alive and ready (1) or not (0).",
            value=float(problem is None),
        )
        failures = CounterMetricFamily(
            "inventory_loop_failures", "Times that a loop failed and began again.", labels=["loop"]
        )
        for loop, count in self._worker.progress.failures_of_loops().items():
            failures.add_metric([loop], count)
        yield failures


class Service:
    """One worker's life inside a web application."""

    def __init__(self, worker: Worker, registry: CollectorRegistry) -> None:
        self._worker = worker
        self._registry = registry
        registry.register(LoopFigures(worker))
        self._stop_server: Callable[[], None] = lambda: None
        self._ending = False
        self.failure: BaseException | None = None

    def routes(self) -> list[Route]:
        """Return the routes of the probes and of the metrics."""
        return [
            Route("/livez", self._livez),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncGenerator[None]:
        """Run the worker while the application runs; drain it in the end."""
        task = asyncio.create_task(self._keep_running(), name="worker")
        try:
            yield
        finally:
            await self._end(task)

    def serve(self, app: Starlette, settings: Settings) -> int:
        """Serve until a signal ends it; return the exit status."""
        config = uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=REQUESTS_SECONDS,
        )
        server = uvicorn.Server(config)

        def stop() -> None:
            server.should_exit = True

        self._stop_server = stop
        server.run()
        return 1 if self.failure else 0

    async def _keep_running(self) -> None:
        clock = asyncio.get_running_loop().time
        failures = 0
        while not self._ending:
            begun = clock()
            try:
                await self._run_once()
            except ConfigurationError as error:
                _log.critical("stopped for good", error=str(error))
                self.failure = error
                self._stop_server()
                return
            except Exception as error:  # noqa: BLE001 - the outermost loop: begin again
                failures = 0 if clock() - begun > HEALTHY_AFTER_SECONDS else failures
                pause = RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)]
                failures += 1
                self._worker.progress.begun_again()
                _log.warning("the loop begins again", error=repr(error), pause_seconds=pause)
                await asyncio.sleep(pause)
            else:
                return

    async def _run_once(self) -> None:
        try:
            await self._worker.run()
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            message = "something that the worker waited for was cancelled"
            raise StockledgerError(message) from error

    async def _end(self, task: asyncio.Task[None]) -> None:
        self._ending = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._worker.drain()
                await asyncio.wait([task])
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _livez(self, _request: Request) -> Response:
        return _answer(self._worker.progress.stalled())

    async def _readyz(self, _request: Request) -> Response:
        return _answer(self._worker.unready())

    async def _metrics(self, request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(self._registry), media_type=content_type)


async def run_together(*loops: Loop, beside: Iterable[Loop] = ()) -> None:
    """Run several loops of one worker until all have returned; one that fails ends the others.

    What runs `beside` them ends with them, and ends them when it fails. The first failure is
    raised, and the others are logged.
    """
    working = {asyncio.create_task(loop) for loop in loops}
    every = working | {asyncio.create_task(loop) for loop in beside}
    told: asyncio.Task[None] | None = None
    try:
        while not all(task.done() for task in working):
            running = {task for task in every if not task.done()}
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for told in done:
                told.result()
    finally:
        await cancel(*every, told=told)


def _answer(problem: str | None) -> JSONResponse:
    if problem is None:
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "failing", "reason": problem}, status_code=503)
