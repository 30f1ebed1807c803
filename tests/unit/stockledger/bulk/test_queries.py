"""Questions to the query service: pages until the last, previews an item at a time, faults said."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from stockledger.amounts import Quantity
from stockledger.bulk.columns import Kind
from stockledger.bulk.preview_messages import FieldChange
from stockledger.bulk.queries import QueriesFailed, QueryService, query_service
from stockledger.bulk.staging import StagedImport, staged_import
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.stock_import import QuantityRow

Asked = list[httpx.Request]


def service(answer: Callable[[httpx.Request], httpx.Response]) -> QueryService:
    client = httpx.Client(base_url="http://projector", transport=httpx.MockTransport(answer))
    return QueryService(client, "acme")


def staged(skus: list[str]) -> StagedImport:
    rows = [
        QuantityRow(
            line=line,
            warehouse_id=WarehouseId("NORTH"),
            sku=Sku(sku),
            change=Quantity(1_000),
            reason="counted",
        )
        for line, sku in enumerate(skus, start=2)
    ]
    return staged_import("acme", Kind.QUANTITIES, rows)


def previewed(request: httpx.Request) -> httpx.Response:
    changes = [{"field": "available", "before": 1, "after": None}]
    rows = [
        {"line": row["line"], "warehouse_id": "NORTH", "sku": row["sku"], "changes": changes}
        for row in json.loads(request.content)["quantities"]
    ]
    return httpx.Response(200, json={"rows": rows, "position": 7})


def test_pages_are_read_until_the_last() -> None:
    asked: Asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        cursor = request.url.params.get("cursor")
        items = [{"sku": "LAMP" if cursor is None else "CUP"}]
        return httpx.Response(
            200, json={"items": items, "next_cursor": "more" if cursor is None else None}
        )

    pages = list(service(answer).levels({"category": "a&b", "flag": ["LOW_STOCK", "OVERSTOCK"]}))

    assert [level["sku"] for page in pages for level in page] == ["LAMP", "CUP"]
    assert [request.url.path for request in asked] == ["/v1/tenants/acme/levels"] * 2
    assert all(request.url.params["category"] == "a&b" for request in asked)
    assert asked[1].url.params.get_list("flag") == ["LOW_STOCK", "OVERSTOCK"]


def test_the_rows_of_an_item_are_asked_for_together() -> None:
    parts: list[list[dict[str, Any]]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        parts.append(json.loads(request.content)["quantities"])
        return previewed(request)

    skus = [f"SKU-{number % 400}" for number in range(1_000)]
    found = [row for part in service(answer).previews(staged(skus)) for row in part]

    assert sorted(row.line for row in found) == list(range(2, 1_002))
    assert found[0].changes == [FieldChange(field="available", before=1, after=None)]
    assert all(len(part) <= 500 for part in parts)
    for sku in set(skus):
        lines = [[row["line"] for row in part if row["sku"] == sku] for part in parts]
        (together,) = [numbers for numbers in lines if numbers]
        assert together == sorted(together)
    assert not any("reason" in row for part in parts for row in part)


def test_an_item_with_more_rows_than_one_question_takes_is_still_asked_for_in_order() -> None:
    found = [
        row.line for part in service(previewed).previews(staged(["LAMP"] * 1_200)) for row in part
    ]

    assert found == list(range(2, 1_202))


@pytest.mark.parametrize(
    ("response", "cause"),
    [
        (httpx.Response(422, json={"detail": "flag: no such flag"}), "flag: no such flag"),
        (httpx.Response(503, json={"title": "?"}), "{'title': '?'}"),
        (httpx.Response(404, text="<html>"), "does not answer"),
        (httpx.Response(502, json=[]), "Bad Gateway"),
    ],
)
def test_a_refused_question_says_why(response: httpx.Response, cause: str) -> None:
    with pytest.raises(QueriesFailed) as failed:
        list(service(lambda _: response).levels({}))

    assert cause in str(failed.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "nowhere", "http://[", "ftp://x"])
def test_an_address_where_nobody_answers_is_said(address: str) -> None:
    with pytest.raises(QueriesFailed), query_service(address, "acme") as asking:
        list(asking.levels({}))
