"""A limit to what a client may send: all questions but two are asked without a body."""

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from stockledger.messages.results import ErrorCode
from stockledger_projector.api.problems import problem_response

BODY_BYTES_MAX: Final = 131_072
"""Bytes of a basket: 500 lines with the longest ids, well spaced."""


PREVIEW_BYTES_MAX: Final = 4_194_304
"""Bytes of an import's rows to be previewed: 500 of them, each with a reason of 2,000 characters
of up to four bytes."""

PREVIEW_PATH: Final = "/imports/preview"


class BodyLimit:
    """Refuses what is larger, or of unknown size, before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] == "POST":
            length = Headers(scope=scope).get("content-length", "")
            is_preview = scope["path"].endswith(PREVIEW_PATH)
            most = PREVIEW_BYTES_MAX if is_preview else BODY_BYTES_MAX
            if not length.isdecimal() or int(length) > most:
                detail = f"A body states its size, at most {most} bytes."
                status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                refusal = problem_response(status, detail, ErrorCode.VALIDATION_ERROR)
                return await refusal(scope, receive, send)
        return await self._app(scope, receive, send)
