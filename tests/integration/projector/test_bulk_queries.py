"""Files of levels, and previews of imports, over HTTP."""

import csv
import io
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from stockledger.bulk.level_sheets import COLUMNS
from stockledger_projector.api import body_limit, export
from tests.support.projecting import Projecting
from tests.support.recorded_changes import RecordedChanges
from tests.support.recorded_ledger import RecordedLedger

SHOP = "lamp-shop"
TENANT = f"/v1/tenants/{SHOP}"
FORMULA = "=HYPERLINK(A1)"


@pytest.fixture
async def stocked(ledger: RecordedLedger, projecting: Projecting) -> RecordedLedger:
    """More lamps than are read at once, and another shop's."""
    ledger.warehouse(SHOP, "NORTH")
    RecordedChanges(ledger, SHOP).configure(approval_quantity=50)
    for number in range(export.READ_AT_ONCE + 5):
        ledger.receive(SHOP, "NORTH", f"LAMP-{number:05}", 1 + number % 9)
    ledger.configure(SHOP, "NORTH", "TENT", category=FORMULA, maximum=3)
    ledger.configure("tent-shop", "NORTH", "TENT")
    await projecting.fold(ledger.events)
    return ledger


def csv_rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file by their titles."""
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("stocked")
async def test_levels_are_exported_as_csv_whole_filtered_and_without_formulas(
    client: httpx.AsyncClient,
) -> None:
    everything = await client.get(f"{TENANT}/levels/export")
    out = await client.get(f"{TENANT}/levels/export", params={"flag": "OUT_OF_STOCK"})
    none = await client.get(f"{TENANT}/levels/export", params={"warehouse_id": "SOUTH"})

    rows = csv_rows(everything.text)
    assert everything.headers["content-type"] == "text/csv; charset=utf-8"
    assert everything.headers["content-disposition"] == 'attachment; filename="levels.csv"'
    assert len({row["sku"] for row in rows}) == len(rows) == export.READ_AT_ONCE + 6
    assert (rows[1]["available"], rows[1]["value"]) == ("2", "5")
    assert rows[1]["reorder_automatically"] == "false"
    (tent,) = csv_rows(out.text)
    assert (tent["sku"], tent["category"]) == ("TENT", f"'{FORMULA}")
    assert tent["flags"] == "OUT_OF_STOCK"
    assert none.text.strip() == ",".join(COLUMNS)


@pytest.mark.usefixtures("stocked")
async def test_levels_are_exported_as_a_workbook_whose_texts_stay_texts(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get(f"{TENANT}/levels/export", params={"format": "xlsx"})

    sheet = load_workbook(io.BytesIO(response.content), read_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=False))
    assert [cell.value for cell in rows[0]] == list(COLUMNS)
    assert len(rows) == export.READ_AT_ONCE + 7
    category = rows[-1][COLUMNS.index("category")]
    assert (category.value, category.data_type) == (FORMULA, "s")


async def preview(client: httpx.AsyncClient, **body: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the answer to a preview; it has to be a good one."""
    response = await client.post(f"{TENANT}/imports/preview", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_a_preview_tells_for_each_row_what_would_change_or_what_is_wrong(
    client: httpx.AsyncClient, stocked: RecordedLedger
) -> None:
    item = {"warehouse_id": "NORTH", "sku": "LAMP-00001"}

    answer = await preview(
        client,
        quantities=[
            {"line": 2, **item, "change": -1.5},
            {"line": 3, **item, "change": -1},
            {"line": 4, **item, "actual": 90},
        ],
    )
    settings = await preview(
        client,
        settings=[
            {"line": 2, **item, "unit_volume": 0.125, "reorder_automatically": False},
            {"line": 3, **item, "supplier_id": "NOBODY"},
        ],
    )

    good, short, large = answer["rows"]
    assert good == {
        "line": 2,
        **item,
        "problem": None,
        "changes": [
            {"field": "available", "before": 2, "after": 0.5},
            {"field": "on_hand", "before": 2, "after": 0.5},
            {"field": "value", "before": 5, "after": 1.25},
        ],
    }
    assert (short["problem"], short["changes"]) == ("only 0.5 are available", [])
    assert large["problem"] == "needs approval: a change above 50"
    assert answer["position"] == stocked.events[-2].position
    assert settings["rows"][0]["changes"] == [
        {"field": "unit_volume", "before": None, "after": 0.125}
    ]
    assert settings["rows"][1]["problem"] == "there is no supplier NOBODY"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "either quantities or settings"),
        ({"quantities": [{"line": 1, "warehouse_id": "a b", "sku": "X"}]}, "warehouse_id"),
        ({"quantities": [{"line": 1, "warehouse_id": "N", "sku": "X", "colour": 1}]}, "colour"),
    ],
)
async def test_a_preview_of_what_no_import_can_hold_is_a_problem(
    client: httpx.AsyncClient, body: dict[str, Any], said: str
) -> None:
    response = await client.post(f"{TENANT}/imports/preview", json=body)

    assert response.status_code == 422
    assert said in response.json()["detail"]


async def test_a_preview_may_be_larger_than_a_basket_but_not_endless(
    client: httpx.AsyncClient,
) -> None:
    row = {"line": 1, "warehouse_id": "N", "sku": "X", "change": 1, "reason": "x" * 2_000}
    large = await client.post(f"{TENANT}/imports/preview", json={"quantities": [row] * 500})
    filler = b" " * body_limit.PREVIEW_BYTES_MAX
    endless = await client.post(f"{TENANT}/imports/preview", content=b"{}" + filler)

    assert large.status_code == 200
    assert {each["problem"] for each in large.json()["rows"]} == {"there is no warehouse N"}
    assert endless.status_code == 413
