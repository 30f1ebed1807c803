"""Carts and orders through the orders topic: held, sold, taken back; told again: no change."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest

from stockledger.crash_points import VARIABLE
from stockledger.dev.stack import Stack
from stockledger_command_handler.order_intake import CRASH_POINTS
from tests.support.installation import PARTITIONS, Installation
from tests.support.order_system import SOURCE
from tests.support.shop import headers_of
from tests.support.town import STOCKED, Town
from tests.support.trial import verify
from tests.support.waiting import wait_until


@pytest.fixture
def town(installation: Installation) -> Generator[Town]:
    """A town without a handler yet."""
    running = Town(installation)
    yield running
    running.close()


@pytest.fixture(scope="module")
def open_town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Generator[Town]:
    """A town whose shop is open, for tests that leave its stock as it is or look at no stock."""
    installed = Installation(stack.addresses, tmp_path_factory.mktemp("town"), PARTITIONS)
    installed.create().handler().wait_ready()
    running = Town(installed)
    running.open()
    yield running
    running.close()
    installed.close()


def test_orders_told_again_and_read_again_from_the_beginning_change_nothing(
    installation: Installation, town: Town
) -> None:
    handler = installation.handler().wait_ready()
    town.open()
    town.customers("ada")
    town.orders.tell_raw(b"not an order", [], b"acme")
    assert town.refusals() == {}
    events = len(town.shop.events())

    town.orders.tell_all_again()
    town.answers(each=2)
    assert len(town.shop.events()) == events

    handler.terminate()
    town.orders.set_intake_back()
    installation.handler().wait_ready()
    town.answers(each=4)

    assert len(town.shop.events()) == events
    town.check_stock(runs=1)
    verify(installation)


@pytest.mark.parametrize("place", CRASH_POINTS)
def test_orders_taken_by_handlers_that_are_killed_have_their_effect_once(
    installation: Installation, town: Town, place: str
) -> None:
    first = installation.handler().wait_ready()
    town.open()
    town.customers("ada")
    wait_until(lambda: len(town.shop.read_answers()) > len(town.told) // 3, "some answered")
    first.kill()
    doomed = installation.handler(**{VARIABLE: f"{place}:1"})
    town.customers("bob")
    doomed.wait_ended(60)

    installation.handler().wait_ready()

    assert town.refusals() == {}
    town.check_stock(runs=2)
    verify(installation)


def test_an_order_is_refused_as_a_whole_and_its_shop_is_told_why(open_town: Town) -> None:
    lines = [{"sku": "CHAIR", "quantity": 1}, {"sku": "LAMP", "quantity": STOCKED + 1}]
    too_much = open_town.tell("order.created", order_id="O1", lines=lines)

    [answer] = open_town.answers()[too_much]

    assert answer.code == "INVENTORY_INSUFFICIENT_STOCK"
    assert answer.data["command_source"] == SOURCE
    assert answer.data["command_type"] == "stockledger.AcceptOrder.v1"
    assert answer.data["details"]["lines"] == [
        {"sku": "LAMP", "asked": STOCKED + 1, "available": STOCKED}
    ]
    assert open_town.on_hand("NORTH", "CHAIR") == (STOCKED, STOCKED)


def test_an_event_older_than_answers_are_kept_is_refused_by_name(open_town: Town) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    order = {"order_id": "O1", "lines": [{"sku": "LAMP", "quantity": 1}]}
    late = open_town.orders.tell("order.created", order, ce_time=long_ago)

    answer = open_town.shop.answers_to([late])[late]

    assert answer.code == "INVENTORY_COMMAND_TOO_OLD"


def test_what_an_order_did_names_the_event_that_caused_it(open_town: Town) -> None:
    line = {"sku": "LAMP", "quantity": 1, "warehouse_id": "SOUTH"}
    order = {"order_id": "O2", "lines": [line]}
    told = open_town.orders.tell(
        "order.created", order, ce_correlationid="checkout-7", ce_actor="Ada"
    )
    assert open_town.shop.answers_to([told])[told].is_accepted

    caused = [headers_of(event) for event in open_town.shop.events()]
    of_order = [one for one in caused if one["ce_causationid"] == f"{SOURCE}/{told}".encode()]
    types = {one["ce_type"] for one in of_order}
    assert types == {b"stockledger.OrderAccepted.v1", b"stockledger.StockIssued.v1"}
    assert {one["ce_correlationid"] for one in of_order} == {b"checkout-7"}
    assert {one["ce_actor"] for one in of_order} == {b"Ada"}
