"""Every failed query is answered with a problem (RFC 9457, application/problem+json)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from stockledger.database import STATEMENT_SECONDS
from stockledger.errors import StockledgerError
from stockledger.messages.results import ErrorCode

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = "1"
"""When a query that found PostgreSQL away, or too many others, may be asked again."""

_CODES: Final[Mapping[int, str]] = {
    HTTPStatus.NOT_FOUND: ErrorCode.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: ErrorCode.VALIDATION_ERROR,
    HTTPStatus.UNPROCESSABLE_ENTITY: ErrorCode.VALIDATION_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE: "INVENTORY_DATABASE_ERROR",
}
_log = structlog.get_logger(__name__)


class FieldProblem(BaseModel):
    """A parameter that cannot be used, and why."""

    field: str = Field(examples=["query.limit"])
    problem: str = Field(examples=["Input should be less than or equal to 500"])


class Problem(BaseModel):
    """Why a query was not answered."""

    model_config = ConfigDict(title="Problem (RFC 9457)")

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no item LAMP in NORTH."])
    code: str = Field(examples=["INVENTORY_NOT_FOUND"])
    errors: list[FieldProblem] | None = None


class QueryRefused(Exception):
    """A query that cannot be answered: an HTTP status and a sentence."""

    def __init__(self, status: HTTPStatus, detail: str, code: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code


def unusable(field: str, problem: str) -> QueryRefused:
    """Return the refusal of one parameter's value."""
    return QueryRefused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{field}: {problem}")


def answer_with_problems(app: FastAPI) -> None:
    """Turn every failure of the application into a problem."""
    app.add_exception_handler(QueryRefused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for failure in (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, StockledgerError):
        app.add_exception_handler(failure, _database)
    app.add_exception_handler(asyncpg.QueryCanceledError, _overrun)
    app.add_exception_handler(Exception, _unexpected)


def problem_answer(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    """Return what the OpenAPI document says of a status that comes with a problem."""
    schema = {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}
    return {status: {"description": description, "content": {MEDIA_TYPE: schema}}}


def problem_response(status: int, detail: str, code: str | None = None, **more: object) -> Response:
    """Return a problem with the status's own title."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code or _CODES.get(status, ErrorCode.INTERNAL_ERROR),
    }
    return Response(orjson.dumps(body | more), status, media_type=MEDIA_TYPE)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, QueryRefused)
    response = problem_response(error.status, error.detail, error.code)
    if error.status is HTTPStatus.SERVICE_UNAVAILABLE:
        _log.warning("query put off", error=error.detail)
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = [
        {"field": ".".join(str(part) for part in found["loc"]), "problem": found["msg"]}
        for found in error.errors()
    ]
    detail = "; ".join(f"{found['field']}: {found['problem']}" for found in problems)
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=problems)


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = problem_response(error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _database(_request: Request, error: Exception) -> Response:
    _log.warning("query failed", error=repr(error))
    response = problem_response(
        HTTPStatus.SERVICE_UNAVAILABLE, "PostgreSQL does not answer, or not in time."
    )
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


async def _overrun(_request: Request, error: Exception) -> Response:
    """Answer a query that took too long: asked again, it would again."""
    _log.warning("query took too long", error=repr(error))
    detail = f"This takes longer than {STATEMENT_SECONDS} s: narrow the period, or filter by more."
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, detail)


async def _unexpected(_request: Request, _error: Exception) -> Response:
    return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "The query failed.")
