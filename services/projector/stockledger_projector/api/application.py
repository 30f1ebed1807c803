"""The web application: the queries, the probes beside them, and their documentation."""

import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from html import escape
from typing import Any, Final

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from stockledger import __version__
from stockledger_projector.api.body_limit import BodyLimit
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.api.position_watch import PositionWatch
from stockledger_projector.api.problems import Problem, answer_with_problems
from stockledger_projector.api.queries import Queries
from stockledger_projector.projection import GROUP

DESCRIPTION: Final = """
Levels, availability, movements, reservations, orders, transfers, adjustments, imports, warehouses,
alerts, notifications, suppliers and the orders to them, and reports, also as of any past time, of
one tenant each; read only.

Quantities are numbers with at most 3 fractional digits, money with at most 4. Times are UTC.
Lists come in pages: pass `next_cursor` as `cursor` for the next one. After a command, pass the
`position` of its result as `min_position`, and the answer knows what the command did.
"""

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def query_application(
    database: QueryDatabase, *, lifespan: Lifespan, routes: Sequence[BaseRoute]
) -> FastAPI:
    """Return the application; `lifespan` and `routes` are the service's own."""

    @contextlib.asynccontextmanager
    async def until_closed(app: FastAPI) -> AsyncGenerator[None]:
        async with lifespan(app):
            yield
        await database.close()

    app = FastAPI(
        title="Stockledger queries",
        description=DESCRIPTION,
        version=__version__,
        lifespan=until_closed,
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(BodyLimit)
    answer_with_problems(app)
    watch = PositionWatch(lambda: database.positions(GROUP))
    app.include_router(Queries(database, watch).router())
    app.router.routes.extend(routes)

    @app.get("/docs", include_in_schema=False)
    async def documentation() -> HTMLResponse:  # pyright: ignore[reportUnusedFunction] - a route
        return HTMLResponse(_page(app.openapi()))

    _describe_problems(app)
    return app


def _describe_problems(app: FastAPI) -> None:
    """Name the problem's shape in the document, which its answers refer to."""
    document = app.openapi()
    document["components"]["schemas"][Problem.__name__] = Problem.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )


def _page(document: Mapping[str, Any]) -> str:
    """Return a page that needs nothing from elsewhere."""
    rows = "".join(
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
        f"<p>{escape(question['description'])}</p>"
        f"<ul>{''.join(_parameter(each) for each in question['parameters'])}</ul>"
        for path, methods in document["paths"].items()
        for method, question in methods.items()
    )
    title = escape(document["info"]["title"])
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<h1>{title}</h1><p>{escape(document['info']['description'])}</p>"
        f'<p><a href="openapi.json">OpenAPI document</a></p>{rows}</html>'
    )


def _parameter(parameter: Mapping[str, Any]) -> str:
    description = parameter.get("description", "")
    return f"<li><code>{escape(parameter['name'])}</code> {escape(description)}</li>"
