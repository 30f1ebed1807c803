"""What a batch of events comes to, computed from the events alone."""

import json

from stockledger.delivered_events import event_of_log
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.alert import AlertKind
from stockledger.messages.recipients import Pace, Wording
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.destinations import destination_of, last_in_turn, server_of
from stockledger_notifier.folding import NoticeChanges, Tenant, fold, id_of_order, recipient_of
from tests.support.notice_events import ACME, API, NoticeEvents, by_mail
from tests.support.recorded_ledger import RecordedLedger


def acme() -> NoticeEvents:
    return NoticeEvents(RecordedLedger(4))


def folded(*events: StoredEvent) -> NoticeChanges:
    return fold([event_of_log(event) for event in events])


def test_stock_that_only_moves_changes_nothing() -> None:
    ledger = RecordedLedger(4)
    moved = [ledger.receive(ACME, "NORTH", "LAMP", 10), ledger.issue(ACME, "NORTH", "LAMP", 4)]
    assert folded(*moved) == NoticeChanges()


def test_an_alert_that_is_over_is_not_open_and_the_next_of_its_kind_is_another() -> None:
    shop = acme()
    changes = folded(shop.raised(), shop.acknowledged(), shop.resolved(), shop.raised(number=2))
    assert [about for _, about in changes.raised] == ["item/NORTH/LAMP:LOW_STOCK:2"]
    assert [about for _, about in changes.over] == ["item/NORTH/LAMP:LOW_STOCK:1"]
    assert changes.acknowledged == {}


def test_an_alert_of_a_warehouse_is_about_its_capacity() -> None:
    (about,) = (about for _, about in folded(acme().raised(kind=AlertKind.CAPACITY)).raised)
    assert about == "capacity/NORTH:CAPACITY:1"


def test_an_order_goes_to_an_api_that_is_known_and_under_one_key_for_ever() -> None:
    shop = acme()
    changes = folded(shop.ordered("P1"), shop.ordered("P2", api_url=None), shop.submitted("P3"))
    (order,) = changes.direct
    assert (order.route, order.address, order.supplier_order_id) == (Route.SUPPLIER, API, "P1")
    assert order.id == id_of_order(ACME, "P1") != id_of_order("other", "P1")
    assert changes.settled_orders == [id_of_order(ACME, "P3")]


def test_a_code_is_sent_once_for_each_time_that_it_is_asked_for() -> None:
    shop, anna = acme(), by_mail()
    changes = folded(shop.asked(anna), shop.asked(anna, number=2))
    assert len({each.id for each in changes.direct}) == 2
    assert {each.wording for each in changes.direct} == {Wording.VERIFICATION}


def test_the_last_time_zone_of_a_batch_counts() -> None:
    shop = acme()
    first = shop.configured("Europe/Berlin")
    changes = folded(first, shop.configured("Asia/Tokyo"))
    assert changes.zones == {Tenant(first.partition, ACME): "Asia/Tokyo"}


def test_a_recipient_that_another_release_wrote_is_understood() -> None:
    older = {"recipient_id": "anna", "channel": "EMAIL", "address": "anna@acme.example"}
    newer = {**older, "pace": "daily", "resolved": True, "title": "Dr."}
    assert recipient_of(json.dumps(newer)).pace is Pace.DAILY
    assert recipient_of(json.dumps(older)).pace is Pace.AT_ONCE


def test_deliveries_to_one_host_share_its_fate_within_a_tenant() -> None:
    def to(address: str, tenant: str = ACME) -> str:
        return destination_of(Route.WEBHOOK, tenant, address)

    assert to("https://hooks.example/a") == to("https://hooks.example:443/b")
    assert to("https://hooks.example/a") != to("https://hooks.example:8443/a")
    assert to("https://hooks.example/a") != to("https://hooks.example/a", "other")
    assert to("https://[broken/a") == f"{ACME} https://[broken/a"
    assert destination_of(Route.EMAIL, ACME, "a@b.c") == destination_of(Route.EMAIL, ACME, "d@e.f")


def test_mails_of_two_tenants_queue_apart_and_share_the_mail_servers_fate() -> None:
    mine, theirs = (destination_of(Route.EMAIL, each, "a@b.c") for each in (ACME, "other"))
    assert mine != theirs
    assert server_of(Route.EMAIL, mine) == server_of(Route.EMAIL, theirs)
    hooks = [destination_of(Route.WEBHOOK, each, "https://a.b/c") for each in (ACME, "other")]
    assert len({server_of(Route.WEBHOOK, each) for each in hooks}) == 2


def test_destinations_take_turns_and_begin_again_behind_the_last_one() -> None:
    assert last_in_turn("", ["a", "c", "b"]) == "c"
    assert last_in_turn("b", ["c", "a"]) == "a"
    assert last_in_turn("b", []) == "b"
