"""Asks the query service over HTTP: what an import would change, and levels page by page."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

import httpx

from stockledger.bulk.preview_messages import PREVIEW_ROWS_MAX, FieldChange, RowPreview
from stockledger.bulk.staging import StagedImport
from stockledger.errors import StockledgerError

ANSWER_SECONDS: Final = 30.0
"""How long one question may take."""

PAGE_ROWS: Final = 500
"""Levels asked for at once: the most that the service gives."""


class QueriesFailed(StockledgerError):
    """The query service does not answer, or refuses the question."""


class QueryService:
    """Asks about one tenant."""

    def __init__(self, client: httpx.Client, tenant: str) -> None:
        self._client = client
        self._path = f"/v1/tenants/{tenant}"

    def previews(self, staged: StagedImport) -> Iterator[Sequence[RowPreview]]:
        """Yield what rows would change, some at a time, the rows of an item together."""
        for rows in _by_item(row for chunk in staged.chunks for row in chunk):
            body = {staged.kind.value: rows}
            answer = self._ask("POST", "/imports/preview", json=body)
            yield [_preview(row) for row in answer["rows"]]

    def levels(self, filters: Mapping[str, str | Sequence[str]]) -> Iterator[list[dict[str, Any]]]:
        """Yield the levels that the filters leave, in pages, by warehouse and SKU."""
        cursor: str | None = None
        while True:
            asked = {**filters, "limit": str(PAGE_ROWS), **({"cursor": cursor} if cursor else {})}
            page = self._ask("GET", "/levels", params=asked)
            yield page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _ask(self, method: str, path: str, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's own arguments
        try:
            response = self._client.request(method, self._path + path, **asked)
            body: object = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise QueriesFailed(
                f"the query service at {self._client.base_url} does not answer: {error!r}"
            ) from error
        said = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        if response.is_error:
            raise QueriesFailed(str(said.get("detail") or said or response.reason_phrase))
        return said


@contextmanager
def query_service(address: str, tenant: str) -> Generator[QueryService]:
    """Give a connection to the query service at an address."""
    try:
        client = httpx.Client(base_url=address, timeout=ANSWER_SECONDS)
    except (httpx.InvalidURL, ValueError) as error:
        raise QueriesFailed(f"{address} is no address: {error}") from error
    with client:
        yield QueryService(client, tenant)


def _by_item(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in parts that one question may have, without reasons, an item in one part."""
    items: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        asked = {name: value for name, value in row.items() if name != "reason"}
        items.setdefault((row["warehouse_id"], row["sku"]), []).append(asked)
    part: list[dict[str, Any]] = []
    for of_item in items.values():
        if part and len(part) + len(of_item) > PREVIEW_ROWS_MAX:
            yield part
            part = []
        part += of_item
        while len(part) > PREVIEW_ROWS_MAX:
            yield part[:PREVIEW_ROWS_MAX]
            part = part[PREVIEW_ROWS_MAX:]
    yield part


def _preview(row: Mapping[str, Any]) -> RowPreview:
    changes = [
        FieldChange(field=each["field"], before=each["before"], after=each["after"])
        for each in row["changes"]
    ]
    return RowPreview(
        line=row["line"],
        warehouse_id=row["warehouse_id"],
        sku=row["sku"],
        problem=row.get("problem"),
        changes=changes,
    )
