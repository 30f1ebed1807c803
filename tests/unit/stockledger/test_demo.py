"""The demo shop: its catalogue, its demand, its figures, and the lines it prints."""

import itertools
import json
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from stockledger.commands.outgoing import Stamp, from_flags
from stockledger.config import Settings
from stockledger.dev.catalogue import read_catalogue
from stockledger.dev.demand import OPENS_AT, SALE_RATE, Demand
from stockledger.dev.one_liners import (
    approval_line,
    environment_file_of,
    kcat_line,
    one_liners,
    order_line,
    send_line,
    transfer_line,
)
from stockledger.dev.reservation_figures import ReservationFigures
from stockledger.dev.services import Services
from stockledger.dev.shop_events import COMMAND_ID_PREFIX
from stockledger.dev.shop_figures import ShopFigures
from stockledger.messages.adjustment import ApproveAdjustment
from stockledger.messages.codec import decode_command, decode_shop_event, encode_event
from stockledger.messages.item import AdjustStock
from stockledger.messages.message import Command, Event
from stockledger.messages.order import OrderCancelled
from stockledger.messages.registry import type_name
from stockledger.messages.reservation import (
    ReservationCreated,
    ReservationExpired,
    ReservationReleased,
)
from stockledger.messages.results import Rejection
from stockledger.messages.shop_events import ShopEvent
from stockledger.topic_tail import TopicRecord
from stockledger_command_handler.order_translation import command_id_of

DAY = 240.0
SHELL = ("bash", "-c")
SKUS = [f"SKU-{number}" for number in range(20)]
SCARCE = SKUS[-3:]


@pytest.fixture
def demand() -> Demand:
    return demand_of(seed=7)


def demand_of(seed: int) -> Demand:
    return Demand(SKUS, SCARCE, orders_per_second=40, day_seconds=DAY, seed=seed)


def seconds_at(hour: float) -> float:
    return (hour / 24 - OPENS_AT) % 1 * DAY


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
    assert any(product.is_scarce for product in products)


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
    assert sale.sku in SCARCE
    ordered = [demand.order(begin)[0] for _ in range(1_000)]
    assert ordered.count(sale.sku) > 700


def test_the_same_seed_gives_the_same_demand() -> None:
    one, other = (demand_of(seed=3) for _ in range(2))
    assert [one.order(second) for second in range(9)] == [
        other.order(second) for second in range(9)
    ]


def test_the_shops_clock_runs_through_its_days(demand: Demand) -> None:
    assert demand.clock(0) == (1, 8, 0)
    assert demand.clock(DAY * 1.75) == (3, 2, 0)


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


def echoed(line: str) -> dict[str, Any]:
    """What the echo of a line says: a structured event."""
    run = subprocess.run([*SHELL, line.partition(" | kcat ")[0]], capture_output=True, check=True)
    said: dict[str, Any] = json.loads(run.stdout)
    return said


def test_the_kcat_line_publishes_a_command_that_can_be_read() -> None:
    line = kcat_line(Settings())
    assert "-t inventory.commands.v1 -k demo -X partitioner=murmur2_random" in line
    first, second = echoed(line), echoed(line)
    assert first["id"] != second["id"]
    assert first["data"]["reservation_id"] != second["data"]["reservation_id"]
    assert isinstance(decode_command(first["type"], first["data"]), Command)


def test_the_line_of_an_order_publishes_an_event_that_can_be_read() -> None:
    line = order_line(Settings())
    assert "-t orders.events.v1 " in line
    said = echoed(line)
    assert isinstance(decode_shop_event(said["type"], said["data"]), ShopEvent)


def read_command(line: str) -> Command | Rejection:
    """What a line of `stockledger send` sends, as the handler reads it."""
    command, *options = shlex.split(line.replace("$RANDOM", "7").replace("$A", "A-7"))[2:]
    fields = [value for flag, value in itertools.pairwise(options) if flag == "-s"]
    sent = from_flags(command, fields, Stamp(tenant="demo"))
    return decode_command(sent.type, json.loads(sent.value))


@pytest.mark.parametrize("line", [send_line(), transfer_line()])
def test_the_lines_of_the_command_line_are_commands_that_can_be_read(line: str) -> None:
    assert isinstance(read_command(line), Command)


def test_the_line_of_an_approval_is_asked_by_one_person_and_approved_by_another() -> None:
    named, asked, approved = approval_line().split("; ")
    assert named == "A=A-$RANDOM$RANDOM"
    assert isinstance(read_command(asked), AdjustStock)
    assert isinstance(read_command(approved), ApproveAdjustment)
    assert "--actor ada" in asked
    assert "--actor grace" in approved


def recorded(event: Event, time: str, tenant: str = "demo") -> SimpleNamespace:
    stated = {"ce_type": type_name(type(event)), "ce_tenantid": tenant, "ce_time": time}
    return SimpleNamespace(
        value=encode_event(event).encode(),
        headers=[(name, text.encode()) for name, text in stated.items()],
    )


def test_reservations_are_counted_and_their_lateness_is_that_of_the_event() -> None:
    figures = ReservationFigures(lambda: 0.0)
    deadline = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    created = [
        ReservationCreated(reservation_id=name, lines=(), expires_at=deadline) for name in "ABC"
    ]
    ended = [
        ReservationExpired(reservation_id="A", expires_at=deadline),
        ReservationReleased(reservation_id="B"),
        OrderCancelled(order_id="O1", lines=()),
    ]
    for event in (*created, *ended):
        figures.take(cast("TopicRecord", recorded(event, "2026-11-21T09:30:00.250000Z")))
    now = figures.snapshot()
    assert (now.active, now.expired, now.released, now.confirmed) == (1, 1, 1, 0)
    assert (now.orders, now.cancelled, now.returned) == (0, 1, 0)
    assert now.late_p99_ms == pytest.approx(250)


def test_the_answer_to_an_event_is_that_of_the_command_it_becomes() -> None:
    assert command_id_of("e1") == f"{COMMAND_ID_PREFIX}e1"


def test_lines_to_copy_name_the_running_servers(tmp_path: Path) -> None:
    settings = Settings.model_validate({"postgres_dsn": "postgresql://me:it's@127.0.0.1/x"})
    services = Services.of(tmp_path, {})
    file = environment_file_of(tmp_path, settings, services, "a key")
    text = one_liners(settings, services, file).plain
    assert str(file) in text
    assert "stockledger send ReserveStock -t demo -s reservation_id=R-$RANDOM" in text
    assert "/v1/tenants/demo/availability" in text
    assert "/as-of?at=20" in text
    assert "stockledger import found.csv -t demo --preview --apply" in text
    assert "it's" not in text
    sourced = subprocess.run(
        [*SHELL, f". '{file}'; echo $INVENTORY_POSTGRES_DSN; type stockledger"],
        capture_output=True,
        check=True,
        text=True,
    )
    address, found = sourced.stdout.splitlines()
    assert address == "postgresql://me:it's@127.0.0.1/x"
    assert str(Path(sys.executable).parent) in found
    assert file.stat().st_mode & 0o077 == 0
