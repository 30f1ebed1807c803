"""A limit to what a client may send: all questions but one are asked without a body."""

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from stockledger.messages.results import ErrorCode
from stockledger_projector.api.problems import problem_response

BODY_BYTES_MAX: Final = 131_072
"""Bytes of a basket: 500 lines with the longest ids, well spaced."""


class BodyLimit:
    """Refuses what is larger, or of unknown size, before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] == "POST":
            length = Headers(scope=scope).get("content-length", "")
            if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
                detail = f"A body states its size, at most {BODY_BYTES_MAX} bytes."
                status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                refusal = problem_response(status, detail, ErrorCode.VALIDATION_ERROR)
                return await refusal(scope, receive, send)
        return await self._app(scope, receive, send)
