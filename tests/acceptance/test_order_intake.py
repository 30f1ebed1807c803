"""The intake: each shop event becomes one command, whatever else is in the orders topic."""

import json
import signal
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest
from confluent_kafka import Message

from stockledger.crash_points import VARIABLE
from stockledger.dev.stack import Stack
from stockledger.partitioning import partition_of
from stockledger_command_handler.order_intake import CRASH_POINTS
from tests.acceptance.test_garbage import Garbage
from tests.support.installation import PARTITIONS, Installation, ServiceProcess
from tests.support.order_system import OrderSystem
from tests.support.other_topics import make_topics, remove_topic
from tests.support.shop import ACME, Shop, headers_of
from tests.support.waiting import wait_until
from tests.support.wire import produce_with_header_name

TENANTS = ("acme", "globex", "initech", "umbrella")
EVENTS = 120
GARBAGE = 300
SHOP_PARTITIONS = 7
HOME = partition_of(ACME, PARTITIONS)
KILLED = -signal.SIGKILL
EMPTY_CART = {"cart_id": "C1"}


@pytest.fixture
def orders(installation: Installation) -> Generator[OrderSystem]:
    """An order system that talks to the installation."""
    telling = OrderSystem(installation.settings)
    yield telling
    telling.close()


def tell_events(orders: OrderSystem, count: int) -> list[str]:
    """Tell of abandoned carts, for several tenants; return the commands' ids."""
    ids = [
        orders.tell("cart.abandoned", {"cart_id": f"C{number}"}, TENANTS[number % len(TENANTS)])
        for number in range(count)
    ]
    orders.flush()
    return ids


def id_of(command: Message) -> str:
    return headers_of(command)["ce_id"].decode()


def wait_for_commands(orders: OrderSystem, ids: Iterable[str]) -> list[Message]:
    """Return the commands of the topic once each of these is among them."""
    wanted = set(ids)

    def arrived() -> list[Message]:
        commands = orders.commands()
        return commands if wanted <= {id_of(command) for command in commands} else []

    return wait_until(arrived, "a command for each event", 60)


def check_same_command_each_time(commands: Iterable[Message]) -> None:
    """Fail when two commands of one id differ in anything."""
    seen: dict[str, tuple[object, ...]] = {}
    for command in commands:
        content = (command.partition(), command.key(), command.value(), headers_of(command))
        assert seen.setdefault(id_of(command), content) == content


def test_the_shops_topic_may_have_any_number_of_partitions(stack: Stack, tmp_path: Path) -> None:
    installed = Installation(stack.addresses, tmp_path, PARTITIONS)
    orders, shop = OrderSystem(installed.settings), Shop(installed.settings)
    make_topics(installed.settings, [orders.topics.orders], partitions=SHOP_PARTITIONS)
    installed.create().handler().wait_ready()

    told: dict[str, str] = {}
    for partition in range(SHOP_PARTITIONS):
        for tenant in TENANTS:
            told[orders.tell("cart.abandoned", EMPTY_CART, tenant, partition=partition)] = tenant
        orders.tell_raw(b"?", [], b"key", partition)
    orders.flush()

    commands = wait_for_commands(orders, told)
    assert len(commands) == len(told)
    for command in commands:
        tenant = told[id_of(command)]
        assert command.key() == tenant.encode()
        assert command.partition() == partition_of(tenant, PARTITIONS)
    wait_until(lambda: len(orders.dead_letters()) == SHOP_PARTITIONS, "the rest set aside")
    orders.close()
    shop.close()
    installed.close()


def test_what_cannot_be_translated_is_set_aside_with_its_cause_and_stops_nobody(
    installation: Installation, orders: OrderSystem
) -> None:
    installation.handler().wait_ready()
    for value, headers, key, partition in Garbage(7).records(GARBAGE):
        orders.tell_raw(value, headers, key, partition)
    orders.tell_raw(b"x" * 1_200_000, [], None, HOME)
    orders.tell("order.created", {"order_id": "O 1", "lines": []})
    orders.flush()
    produce_with_header_name(
        installation.settings.kafka_bootstrap_servers,
        orders.topics.orders,
        HOME,
        b"\xff\xfe",
        b"{}",
        b"acme",
    )
    good = tell_events(orders, EVENTS)

    assert len(wait_for_commands(orders, good)) == len(good)

    letters = orders.dead_letters()
    assert len(letters) == GARBAGE + 3
    causes = {headers_of(letter)["inventory_dlt-reason"] for letter in letters}
    assert {b"unknown_type", b"unreadable_record", b"invalid_event", b"missing_tenant"} <= causes
    explained = [headers_of(letter)["kafka_dlt-exception-message"] for letter in letters]
    assert any(b"Field order_id must match" in explanation for explanation in explained)
    for letter in letters:
        origin = headers_of(letter)
        assert origin["kafka_dlt-original-topic"] == orders.topics.orders.encode()
        group = origin["kafka_dlt-original-consumer-group"]
        assert group.endswith(b"stockledger.order-intake")


@pytest.mark.parametrize("place", CRASH_POINTS)
def test_an_intake_killed_around_sending_loses_nothing_and_sends_the_same_again(
    installation: Installation, orders: OrderSystem, place: str
) -> None:
    told = tell_events(orders, EVENTS)
    doomed = installation.handler(**{VARIABLE: f"{place}:2"})

    def ended() -> bool:
        told.extend(tell_events(orders, 10))
        return not doomed.is_running

    wait_until(ended, "the handler killed", 60)
    assert doomed.wait_ended() == KILLED

    installation.handler().wait_ready()

    check_same_command_each_time(wait_for_commands(orders, told))


@pytest.mark.long
def test_an_intake_killed_again_and_again_loses_nothing(
    installation: Installation, orders: OrderSystem
) -> None:
    told: list[str] = []
    for killed in range(3):
        handler = installation.handler()
        told += tell_events(orders, EVENTS)
        wait_for_commands(orders, told[: (2 * killed + 1) * EVENTS // 2])
        handler.kill()

    installation.handler().wait_ready()

    check_same_command_each_time(wait_for_commands(orders, told))


def test_a_drained_intake_has_committed_and_the_next_one_sends_nothing_again(
    installation: Installation, orders: OrderSystem
) -> None:
    first = installation.handler().wait_ready()
    told = tell_events(orders, EVENTS)
    wait_for_commands(orders, told)
    assert first.terminate() == -signal.SIGTERM

    installation.handler().wait_ready()
    told += tell_events(orders, EVENTS)

    assert len(wait_for_commands(orders, told)) == len(told)


def test_two_intakes_share_the_partitions_and_the_survivor_takes_all(
    installation: Installation, orders: OrderSystem
) -> None:
    first = installation.handler().wait_ready()
    told = tell_events(orders, EVENTS)
    second = installation.handler().wait_ready()
    told += tell_events(orders, EVENTS)
    wait_until(lambda: taken(first) > 0 and taken(second) > 0, "both take orders", 60)

    first.kill()
    told += tell_events(orders, EVENTS)

    check_same_command_each_time(wait_for_commands(orders, told))


def test_what_retention_took_away_is_logged_and_the_rest_is_taken(
    installation: Installation, orders: OrderSystem
) -> None:
    for _ in range(10):
        orders.tell("cart.abandoned", EMPTY_CART, partition=HOME)
    kept = [orders.tell("cart.abandoned", EMPTY_CART, partition=HOME) for _ in range(5)]
    orders.flush()
    orders.set_intake_back(3)
    orders.delete_before(10, HOME)

    handler = installation.handler().wait_ready()

    assert [id_of(command) for command in wait_for_commands(orders, kept)] == kept
    warned = "the committed offset is no longer in the orders topic"
    logged = [json.loads(line) for line in handler.log_file.read_text().splitlines()]
    [warning] = [line for line in logged if warned in line["event"] and line["partition"] == HOME]
    assert (warning["level"], warning["committed"], warning["begin"]) == ("warning", 3, 10)


def test_an_intake_that_cannot_send_says_so_while_commands_are_still_decided(
    installation: Installation, orders: OrderSystem, shop: Shop
) -> None:
    remove_topic(installation.settings, orders.topics.orders_dead_letters)
    make_topics(installation.settings, [orders.topics.orders_dead_letters])
    handler = installation.handler().wait_ready()
    remove_topic(installation.settings, orders.topics.orders_dead_letters)
    orders.tell_raw(b"?", [], b"acme")
    told = tell_events(orders, EVENTS)

    wait_until(lambda: "order intake" in handler.get("/readyz")[1], "the intake unready", 60)
    created = shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    make_topics(installation.settings, [orders.topics.orders_dead_letters])

    assert created.is_accepted
    check_same_command_each_time(wait_for_commands(orders, told))
    handler.wait_ready()
    wait_until(lambda: len(orders.dead_letters()) == 1, "the dead letter sent")


def test_the_figures_of_the_intake_are_shown(
    installation: Installation, orders: OrderSystem
) -> None:
    handler = installation.handler().wait_ready()
    orders.tell("order.shipped", {})
    wait_for_commands(orders, tell_events(orders, EVENTS))
    topic = orders.topics.orders

    no_lag = f'inventory_consumer_lag_records{{partition="{HOME}",topic="{topic}"}} 0.0'

    wait_until(lambda: no_lag in handler.get("/metrics")[1], "no lag shown")
    page = handler.get("/metrics")[1]
    assert f"inventory_order_events_total {EVENTS + 1}.0" in page
    sent = 'inventory_order_commands_total{type="stockledger.ReleaseReservation.v1"}'
    assert f"{sent} {EVENTS}.0" in page
    assert f'inventory_batch_records_sum{{topic="{topic}"}} {EVENTS + 1}.0' in page
    aside = f'inventory_dead_letters_total{{reason="unknown_type",topic="{topic}"}} 1.0'
    assert aside in page
    wait_until(lambda: orders.committed([HOME])[HOME] > 0, "the offset committed")


def taken(handler: ServiceProcess) -> int:
    """Return how many records of the orders topic a handler says it dealt with."""
    lines = handler.get("/metrics")[1].splitlines()
    [line] = [line for line in lines if line.startswith("inventory_order_events_total")]
    return int(float(line.split()[1]))
