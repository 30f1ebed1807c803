"""Files through the real processes: all rows or none, every bad one named, nothing twice."""

import csv
import json
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stockledger.bulk.columns import Kind
from stockledger.bulk.level_sheets import COLUMNS
from stockledger.bulk.staging import staged_import
from stockledger.cli import application
from stockledger.dev.stack import Stack
from tests.support.bulk_files import checked, workbook, written
from tests.support.installation import PARTITIONS, Installation, ServiceProcess
from tests.support.shop import Shop, headers_of

NORTH = {"warehouse_id": "NORTH", "name": "North"}
CHANGES = "warehouse_id,sku,change,reason\n"
ROWS = 1_100
"""Three chunks."""


@dataclass(frozen=True)
class Site:
    """Somebody at the command line, for a tenant with the warehouse NORTH."""

    tenant: str
    shop: Shop
    projector: ServiceProcess
    environment: Mapping[str, str]
    folder: Path

    def run(self, *arguments: str | Path, status: int = 0) -> str:
        """Return what a subcommand says; it ends with this status."""
        texts = [str(argument) for argument in arguments]
        done = CliRunner().invoke(application(), texts, env=self.environment)
        assert done.exit_code == status, done.output
        return done.stdout

    def run_process(self, *arguments: str | Path) -> str:
        """Return the same of a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "stockledger", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=90,
        ).stdout

    def given_stock(self, units: int, skus: Iterable[str]) -> None:
        """Receive so many units of each."""
        item = {"warehouse_id": "NORTH", "quantity": units, "unit_cost": 2}
        ids = [self.shop.publish("ReceiveStock", item | {"sku": sku}, self.tenant) for sku in skus]
        answers = self.shop.answers_to(ids)
        assert all(answer.is_accepted for answer in answers.values())

    def level(self, sku: str) -> dict[str, Any]:
        """Return an item's level, as soon as the views know all that was answered."""
        answer = self.shop.ask("ActivateWarehouse", {"warehouse_id": "NORTH"}, self.tenant)
        path = f"/v1/tenants/{self.tenant}/items/NORTH/{sku}"
        status, body = self.projector.get(f"{path}?min_position={answer.data['position']}")
        assert status == 200, body
        level: dict[str, Any] = json.loads(body)
        return level

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the tenant's events of a type."""
        wanted = f"stockledger.{name}.v1".encode()
        events = [(headers_of(event), event.value() or b"") for event in self.shop.events()]
        return [
            json.loads(value)
            for headers, value in events
            if (headers["ce_tenantid"], headers["ce_type"]) == (self.tenant.encode(), wanted)
        ]


@pytest.fixture(scope="module")
def running(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, ServiceProcess]]:
    """A handler and a projector, for all tenants of these tests."""
    folder = tmp_path_factory.mktemp("imports")
    installation = Installation(stack.addresses, folder, PARTITIONS).create()
    handler, projector = installation.handler(), installation.projector()
    handler.wait_ready()
    yield installation, projector.wait_ready()
    installation.close()


@pytest.fixture
def site(running: tuple[Installation, ServiceProcess], tmp_path: Path) -> Iterator[Site]:
    installation, projector = running
    tenant = f"acme-{uuid.uuid4().hex[:8]}"
    environment = installation.environment | {
        "INVENTORY_TENANT": tenant,
        "INVENTORY_QUERIES_URL": f"http://127.0.0.1:{projector.port}",
    }
    shop = Shop(installation.settings)
    shop.ask("CreateWarehouse", NORTH, tenant)
    yield Site(tenant, shop, projector, environment, tmp_path)
    shop.close()


def results_of(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            (row["line"], row["result"], row["column"], row["asked"], row["available"])
            for row in csv.DictReader(file)
        ]


def test_a_file_takes_effect_as_a_whole_and_once(site: Site) -> None:
    site.given_stock(10, ["LAMP", "CUP"])
    file = written(site.folder, CHANGES + "NORTH,LAMP,2.5,found\nNORTH,CUP,-4,\nNORTH,LAMP,-1,\n")

    said = site.run_process("import", file, "--apply", "--results", site.folder / "first.csv")
    copy = written(site.folder, workbook(rows_of(file)), "the same.xlsx")
    again = site.run("import", copy, "--apply", "--results", site.folder / "second.csv")

    assert said.startswith("3 rows are applied: 3 changed something; import file-")
    assert again.startswith("3 rows were applied before, and had no second effect: 3 changed")
    assert {row[1] for row in results_of(site.folder / "first.csv")} == {"applied"}
    assert {row[1] for row in results_of(site.folder / "second.csv")} == {"applied before"}
    assert (site.level("LAMP")["available"], site.level("CUP")["available"]) == (11.5, 6)
    assert len(site.events("QuantitiesStaged")) == len(site.events("ImportApplied")) == 1
    adjusted = site.events("StockAdjusted")
    by_default = "import of rows.csv"
    assert [event["reason"] for event in adjusted] == ["found", by_default, by_default]
    assert {event["reference"]["type"] for event in adjusted} == {"import"}


def rows_of(file: Path) -> list[list[object]]:
    with file.open(encoding="utf-8") as opened:
        header, *rows = list(csv.reader(opened))
    return [list(header), *[[row[0], row[1], float(row[2]), row[3]] for row in rows]]


def test_a_bad_row_anywhere_and_nothing_is_applied_and_all_bad_rows_are_named(site: Site) -> None:
    site.given_stock(2 * ROWS, ["LAMP"])
    site.given_stock(1, ["CUP"])
    results = site.folder / "results.csv"
    unknown = "there is no such item or warehouse (INVENTORY_NOT_FOUND)"
    short = "not enough is there (INVENTORY_INSUFFICIENT_STOCK), asked 2, available 1"
    for line in (2, 499, ROWS - 1):
        rows = ["NORTH,LAMP,-1,\n"] * ROWS
        rows[line - 2 : line + 1] = ["NORTH,CUP,-2,\n", "SOUTH,CUP,1,\n", "NORTH,NO-ONE,1,\n"]
        file = written(site.folder, CHANGES + "".join(rows))

        said = site.run("import", file, "--apply", "--results", results, status=1)

        assert said.splitlines()[:4] == [
            f"line {line}, column change: {short}",
            f"line {line + 1}, column warehouse_id: {unknown}",
            f"line {line + 2}, column sku: {unknown}",
            "3 bad rows; nothing is applied",
        ]
        counted = Counter(row[1] for row in results_of(results))
        assert counted == {"not applied": ROWS - 3, "bad": 3}
        assert (str(line), "bad", "change", "2", "1") in results_of(results)
    assert not site.events("ImportApplied")
    assert not site.events("StockAdjusted")
    assert site.level("LAMP")["available"] == 2 * ROWS


def test_a_file_that_was_refused_is_decided_anew_once_its_cause_is_mended(site: Site) -> None:
    site.given_stock(1, ["LAMP"])
    file = written(site.folder, CHANGES + "NORTH,LAMP,-3,sold by hand\n")
    site.run("import", file, "--apply", status=1)

    site.given_stock(5, ["LAMP"])

    assert site.run("import", file, "--apply").startswith("1 rows are applied")
    assert site.level("LAMP")["available"] == 3


def test_an_import_that_broke_off_is_taken_up_by_the_same_command(site: Site) -> None:
    site.given_stock(ROWS, ["LAMP"])
    file = written(site.folder, CHANGES + "NORTH,LAMP,-1,\n" * ROWS)
    begun = staged_import(site.tenant, Kind.QUANTITIES, checked(file).rows)
    for chunk in (1, 3):
        assert site.shop.ask(begun.stage_type, begun.stage_data(chunk), site.tenant).is_accepted

    said = site.run("import", file, "--apply")

    assert f"{ROWS:,} rows are applied" in said
    assert begun.import_id in said
    assert site.level("LAMP")["available"] == 0
    assert len(site.events("QuantitiesStaged")) == 3


def test_settings_begin_items_and_come_out_of_an_export_as_they_went_in(site: Site) -> None:
    header = "warehouse_id;sku;name;category;maximum"
    rows = "\nNORTH;LAMP;=Lamp;light;12.5\nNORTH;CUP;Tasse für Köln;;40\n"
    file = written(site.folder, (header + rows).encode("cp1252"))

    assert "2 rows are applied: 2 changed something" in site.run("import", file, "--apply")

    site.level("LAMP")
    for name in ("levels.csv", "levels.xlsx"):
        exported = site.folder / name
        assert "2 levels written" in site.run("export", exported)
        others = [column for column in COLUMNS if column not in header.split(";")]
        ignored = [argument for title in others for argument in ("--ignore", title)]
        assert ": 0 changed something" in site.run("import", exported, *ignored, "--apply")
    assert "1 levels written" in site.run("export", site.folder / "a.csv", "--category", "light")
    assert "0 levels written" in site.run("export", site.folder / "b.csv", "--warehouse", "SOUTH")


def test_a_preview_shows_what_then_happens_and_changes_nothing(site: Site) -> None:
    site.given_stock(10, ["LAMP", "CUP", "PEN"])
    site.level("PEN")
    text = "warehouse_id;sku;actual\nNORTH;LAMP;12\nNORTH;CUP;10\nNORTH;PEN;0.5\n"
    file = written(site.folder, text)

    shown = site.run("import", file, "--preview").splitlines()
    assert not site.events("QuantitiesStaged")
    applied = site.run("import", file, "--apply")

    assert "available 10 → 12" in shown[0]
    assert shown[0].startswith("line 2  NORTH/LAMP")
    assert "available 10 → 0.5" in shown[1]
    assert shown[-1] == (
        "3 quantities rows: 2 would change something, 1 are so already, 0 would be refused"
    )
    assert applied.startswith("3 rows are applied: 2 changed something")
    assert site.level("PEN")["available"] == 0.5


def test_a_preview_names_the_rows_that_would_be_refused(site: Site) -> None:
    site.given_stock(10, ["LAMP"])
    site.level("LAMP")
    text = CHANGES + "NORTH,LAMP,-4,\nNORTH,LAMP,-7,\nNORTH,NEVER-SEEN,1,\n"

    shown = site.run("import", written(site.folder, text), "--preview", "--apply", status=1)

    first, second, third, last = shown.splitlines()
    assert "available 10 → 6" in first
    assert second.startswith("line 3  NORTH/LAMP  refused: ")
    assert third.startswith("line 4  NORTH/NEVER-SEEN  refused: ")
    assert last.endswith("1 would change something, 0 are so already, 2 would be refused")
    assert not site.events("QuantitiesStaged")
