"""A command in, an event out: through the real processes, with a foreign client."""

import json
from collections import Counter

from stockledger.partitioning import partition_of
from tests.support.installation import Installation
from tests.support.shop import ACME, SOURCE, Shop, command_headers, headers_of
from tests.support.waiting import wait_until

NORTH = {"warehouse_id": "NORTH", "name": "North"}
LAMPS = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 10, "unit_cost": 3.5}


def test_a_command_becomes_an_answer_an_event_and_a_level(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    projector = installation.projector().wait_ready()
    shop.ask("CreateWarehouse", NORTH)

    answer = shop.ask("ReceiveStock", LAMPS, ce_correlationid="cart-7")

    assert answer.is_accepted
    assert answer.partition == partition_of(ACME, installation.settings.partitions)
    assert answer.headers["ce_correlationid"] == b"cart-7"
    assert answer.data["events"] == [
        "stockledger.SkuStocked.v1",
        "stockledger.ItemConfigured.v1",
        "stockledger.StockReceived.v1",
    ]
    assert answer.data["streams"] == [
        {"stream": "sku/LAMP", "version": 1},
        {"stream": "item/NORTH/LAMP", "version": 2},
    ]
    assert answer.data["outcome"] == {"available": 10, "on_hand": 10}

    received = shop.events()[-1]
    headers = headers_of(received)
    assert headers["ce_type"] == b"stockledger.StockReceived.v1"
    assert headers["ce_position"] == str(answer.data["position"]).encode()
    assert headers["ce_stream"] == b"item/NORTH/LAMP"
    assert headers["ce_causationid"] == f"{SOURCE}/{answer.data['command_id']}".encode()

    path = f"/v1/tenants/{ACME}/items/NORTH/LAMP?min_position={answer.data['position']}"
    status, body = projector.get(path)
    assert status == 200
    level = json.loads(body)
    assert (level["available"], level["value"], level["version"]) == (10, 35, 2)


def test_a_refused_command_is_answered_with_the_figures(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    shop.ask("CreateWarehouse", NORTH)
    shop.ask("ReceiveStock", LAMPS)

    refused = shop.ask("IssueStock", {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 11})

    assert refused.code == "INVENTORY_INSUFFICIENT_STOCK"
    assert refused.data["details"]["asked"] == 11
    assert refused.data["details"]["available"] == 10


def test_a_hundred_publishers_adding_ten_make_a_thousand(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    shop.ask("CreateWarehouse", NORTH)
    publishers = [Shop(installation.settings) for _ in range(100)]
    ids = [publisher.publish("ReceiveStock", LAMPS) for publisher in publishers]
    for publisher in publishers:
        publisher.flush()

    answers = shop.answers_to(ids)
    for publisher in publishers:
        publisher.close()

    assert all(answer.is_accepted for answer in answers.values())
    assert max(answer.data["outcome"]["available"] for answer in answers.values()) == 1_000


def test_two_hundred_buyers_of_a_hundred_lamps_buy_a_hundred(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    shop.ask("CreateWarehouse", NORTH)
    shop.ask("ReceiveStock", {**LAMPS, "quantity": 100})
    buyers = [Shop(installation.settings) for _ in range(200)]
    one = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1}
    ids = [buyer.publish("IssueStock", one) for buyer in buyers]
    for buyer in buyers:
        buyer.flush()

    answers = shop.answers_to(ids)
    for buyer in buyers:
        buyer.close()

    assert Counter(answer.code for answer in answers.values()) == {
        None: 100,
        "INVENTORY_INSUFFICIENT_STOCK": 100,
    }


def test_a_repeat_gets_the_same_answer_and_has_no_second_effect(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    shop.ask("CreateWarehouse", NORTH)
    first = shop.ask("ReceiveStock", LAMPS, ce_id="delivery-1")
    value = json.dumps(dict(reversed(LAMPS.items())), indent=1).encode()
    shop.publish_raw(value, command_headers("ReceiveStock", "delivery-1", ACME), ACME.encode())
    shop.flush()

    def both() -> bool:
        return len(shop.read_answers().get("delivery-1", [])) == 2

    wait_until(both, "the repeat answered")
    again = shop.read_answers()["delivery-1"][1]

    assert again.data == first.data
    other = shop.publish("ReceiveStock", {**LAMPS, "quantity": 11}, ce_id="delivery-1")
    shop.flush()
    wait_until(lambda: len(shop.read_answers()[other]) == 3, "the other content answered")
    assert shop.read_answers()[other][2].code == "INVENTORY_DUPLICATE_COMMAND"
    on_hand = shop.ask("IssueStock", {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1})
    assert on_hand.data["outcome"]["on_hand"] == 9
