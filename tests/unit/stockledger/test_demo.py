"""The demo shop: its catalogue, its demand, its figures, and the lines it prints."""

import json
import subprocess
from pathlib import Path

import pytest

from stockledger.config import Settings
from stockledger.dev.catalogue import read_catalogue
from stockledger.dev.demand import SALE_RATE, Demand
from stockledger.dev.one_liners import environment_file_of, kcat_line, one_liners
from stockledger.dev.services import Services
from stockledger.dev.shop_figures import ShopFigures

DAY = 240.0
SHELL = ("bash", "-c")
SKUS = [f"SKU-{number}" for number in range(20)]


@pytest.fixture
def demand() -> Demand:
    return Demand(SKUS, orders_per_second=40, day_seconds=DAY, seed=7)


def seconds_at(hour: float) -> float:
    return hour / 24 * DAY


def quiet_rate(demand: Demand, hour: float) -> float:
    seconds = seconds_at(hour)
    return demand.rate(seconds) / (SALE_RATE if demand.sale(seconds) else 1)


def test_every_product_can_be_sold_and_reordered() -> None:
    products = read_catalogue()
    assert len(products) == 60
    assert len({product.sku for product in products}) == 60
    for product in products:
        assert 0 < product.cost < product.price
        assert 0 < product.reorder_point < product.maximum


def test_demand_has_a_hump_at_lunch_and_a_higher_one_in_the_evening(demand: Demand) -> None:
    night, lunch, afternoon, evening = (quiet_rate(demand, hour) for hour in (4, 12.5, 16, 20))
    assert night < afternoon < lunch < evening


def test_a_day_brings_the_orders_that_were_asked_for(demand: Demand) -> None:
    rates = [quiet_rate(demand, step / 100) for step in range(2_400)]
    assert sum(rates) / len(rates) == pytest.approx(40, rel=0.01)


def test_some_products_are_far_more_popular_than_others(demand: Demand) -> None:
    ordered = [demand.order(0.0)[0] for _ in range(5_000)]
    first, last = demand.favourites[0], demand.favourites[-1]
    assert ordered.count(first) > 5 * ordered.count(last) > 0


def test_a_flash_sale_comes_every_day_and_ends(demand: Demand) -> None:
    for day in range(3):
        sales = [demand.sale(day * DAY + second) for second in range(int(DAY))]
        assert any(sales)
        assert not all(sales)


def test_during_a_flash_sale_most_orders_want_its_product(demand: Demand) -> None:
    begin = next(second for second in range(int(DAY)) if demand.sale(second))
    sale = demand.sale(begin)
    assert sale is not None
    ordered = [demand.order(begin)[0] for _ in range(1_000)]
    assert ordered.count(sale.sku) > 700


def test_the_same_seed_gives_the_same_demand() -> None:
    one, other = (Demand(SKUS, orders_per_second=40, day_seconds=DAY, seed=3) for _ in range(2))
    assert [one.order(second) for second in range(9)] == [
        other.order(second) for second in range(9)
    ]


def test_the_shops_clock_runs_through_its_days(demand: Demand) -> None:
    assert demand.clock(0) == (1, 0, 0)
    assert demand.clock(DAY * 1.75) == (2, 18, 0)


def test_figures_are_those_of_the_last_ten_seconds() -> None:
    now = [0.0]
    figures = ShopFigures(lambda: now[0])
    for latency, refused in ((0.1, None), (0.2, "INVENTORY_INSUFFICIENT_STOCK")):
        sent_at = figures.sent()
        now[0] += latency
        figures.answered(sent_at, refused)
    figures.sent()
    now[0] = 5.0
    shown = figures.snapshot()
    assert (shown.commands_per_second, shown.refused_per_second) == (0.4, 0.2)
    assert shown.p50_ms == pytest.approx(200)
    assert shown.p99_ms == pytest.approx(200)
    assert (shown.unanswered, shown.answered) == (1, 2)
    now[0] = 60.0
    assert figures.snapshot().p50_ms is None
    assert figures.snapshot().refusals == {"INVENTORY_INSUFFICIENT_STOCK": 1}


def test_the_kcat_line_publishes_a_command_that_can_be_read(tmp_path: Path) -> None:
    echo, pipe, kcat = kcat_line(Settings()).partition(" | kcat ")
    assert pipe
    assert "-t inventory.commands.v1 -k demo -X partitioner=murmur2_random" in kcat
    shell = [*SHELL, echo]
    first, second = (
        subprocess.run(shell, capture_output=True, check=True, cwd=tmp_path).stdout.strip()
        for _ in range(2)
    )
    assert json.loads(first)["id"] != json.loads(second)["id"]
    assert json.loads(first)["data"]["sku"] == "LAMP-DESK"


def test_lines_to_copy_name_the_running_servers(tmp_path: Path) -> None:
    settings = Settings.model_validate({"postgres_dsn": "postgresql://me:it's@127.0.0.1/x"})
    file = environment_file_of(tmp_path, settings)
    services = Services.of(tmp_path, {})
    text = one_liners(settings, services, file).plain
    assert str(file) in text
    assert "stockledger send ReceiveStock -t demo -s warehouse_id=NORTH" in text
    assert "it's" not in text
    sourced = subprocess.run(
        [*SHELL, f". '{file}'; echo $INVENTORY_POSTGRES_DSN"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert sourced.stdout.strip() == "postgresql://me:it's@127.0.0.1/x"
    assert file.stat().st_mode & 0o077 == 0
