"""Specification of snapshots: what is stored of a state, until its fold version is raised."""

import pytest

from stockledger.messages.alert import AlertKind, Severity
from stockledger.messages.capacity import CapacityUnit
from stockledger.messages.fields import Bucket
from stockledger.messages.message import Event
from stockledger.messages.transfer import TransferStep
from stockledger_command_handler.aggregates import aggregate_of
from tests.support.adjustment_builders import adjustment_approved, adjustment_requested
from tests.support.alert_builders import acknowledged, by_hand, full, raised
from tests.support.builders import (
    default_warehouse_set,
    tenant_configured,
    with_particulars,
)
from tests.support.capacity_builders import capacity_set, limited_created, warned
from tests.support.import_builders import actual, change, import_applied, quantities_staged
from tests.support.item_builders import item_configured, sku_stocked, stock_received
from tests.support.recipient_builders import (
    grace,
    recipients_set,
    template_set,
    verification_requested,
    verified,
)
from tests.support.reservation_builders import (
    C1,
    asked,
    at,
    cart_reserved,
    held,
    reservation_created,
    reservation_updated,
    stock_reserved,
)
from tests.support.supplier_builders import (
    API,
    ordered,
    reorder_of,
)
from tests.support.supplier_event_builders import (
    gone,
    on_order_changed,
    order_created,
    order_overdue,
    order_received,
    order_submitted,
    supplier_registered,
    taken,
)
from tests.support.transfer_builders import (
    accounted,
    line,
    sent,
    stock_moved,
    transfer_created,
    transfer_dispatched,
    transfer_overdue,
    transfer_received,
)


@pytest.mark.parametrize(
    ("history", "fold_version", "snapshot"),
    [
        (
            [tenant_configured(currency="EUR", approval_quantity=5), default_warehouse_set()],
            4,
            (
                b'{"settings":{"time_zone":"UTC","currency":"EUR","low_stock_percent":20,'
                b'"lead_time_days":7,"count_frequency_days":30,"approval_quantity":5000,'
                b'"approval_value":null,"approval_days":7},"default_warehouse_id":"NORTH",'
                b'"checked_day":null,"is_checking":false,"checked_to":null,"items_checked":0}'
            ),
        ),
        (
            [limited_created(100, unit=CapacityUnit.VOLUME)],
            2,
            (
                b'{"description":{"name":"Warehouse north","code":"NORTH","address":null,'
                b'"contact":null,"operating_hours":null,"time_zone":"UTC","priority":100,'
                b'"capacity":100000,"capacity_unit":"volume"},'
                b'"active":true,"deleted":false,"is_counted":true}'
            ),
        ),
        (
            [
                capacity_set(100, used=82.5),
                warned(80, used=82.5),
                full(Severity.WARNING, 82.5, 80),
                acknowledged(AlertKind.CAPACITY),
            ],
            2,
            (
                b'{"capacity":100000,"unit":"units","used":82500,"warned":80,"alert":{"number":1,'
                b'"severity":"WARNING","acknowledged_by":"grace","resolution":null,'
                b'"silenced":false}}'
            ),
        ),
        (
            [quantities_staged(change(-1)), import_applied(1, changed=1)],
            2,
            (
                b'{"quantities":{},"settings":{},'
                b'"digests":{"1":"d55d2bab8401dc778a8df952d7ca1fe0"},'
                b'"staged_rows":1,"applied":{"rows":1,"changed":1}}'
            ),
        ),
        (
            [quantities_staged(actual(2.5))],
            2,
            (
                b'{"quantities":{"1":[{"line":2,"warehouse_id":"NORTH","sku":"LAMP",'
                b'"change":null,"actual":2.5,"reason":null}]},"settings":{},'
                b'"digests":{"1":"35880a1f524ab7e9f154f1a6594fcf04"},"staged_rows":1,'
                b'"applied":null}'
            ),
        ),
        (
            [
                item_configured(place="A-1"),
                with_particulars(stock_received(2.5)),
                stock_reserved(2, until=60, available=2.5, value=10),
                stock_moved(
                    TransferStep.EXPECTED,
                    3,
                    before={Bucket.AVAILABLE: 0.5, Bucket.RESERVED: 2},
                    value=10,
                    transit_change=7,
                ),
                on_order_changed(5, on_order=5, reorder=True),
                raised(AlertKind.LOW_STOCK, 0.5, 10),
                by_hand(AlertKind.LOW_STOCK, 0.5),
            ],
            4,
            (
                b'{"settings":{"name":"LAMP","category":null,"unit":"piece","unit_volume":null,'
                b'"reorder_point":null,"reorder_quantity":null,"maximum":null,"safety_stock":0,'
                b'"low_stock_percent":20,'
                b'"lead_time_days":7,"count_frequency_days":30,"supplier_id":null,'
                b'"reorder_automatically":false},'
                b'"place":{"bin":"A-1","aisle":null,"shelf":null},'
                b'"stock":{"balances":{"supplier":-2500,"available":500,"reserved":2000,'
                b'"transfer":-3000,"in_transit":3000},'
                b'"value":100000,"last_unit_cost":40000,"transit_value":70000,'
                b'"on_order":5000},"holds":{"held":{"R1":[2000,1795435260000000]}},'
                b'"alerts":{"LOW_STOCK":{"number":1,"severity":"WARNING","acknowledged_by":null,'
                b'"resolution":"by_hand","silenced":false}},'
                b'"reorder_order":"P1","reorder_open":5000}'
            ),
        ),
        ([sku_stocked()], 1, b'{"warehouse_ids":["NORTH"]}'),
        (
            [
                with_particulars(adjustment_requested(-6, actual=4, value=-24)),
                adjustment_approved(-1),
            ],
            1,
            (
                b'{"status":"APPROVED","request":{"warehouse_id":"NORTH","sku":"LAMP",'
                b'"change":-6000,"actual_quantity":4000,"requested_by":"ada","on_hand":10000,'
                b'"effective_at":"2026-11-22T20:30:00.000000Z","reason":"Ordered by telephone",'
                b'"reference":{"type":"order","id":"O-7"}},'
                b'"expires_at":"2026-11-30T12:00:00.000000Z","changed_meanwhile":-1000}'
            ),
        ),
        (
            [
                transfer_created(line(8)),
                transfer_dispatched(sent(8, 32), expected_delivery=at(60)),
                transfer_received(accounted(3, damaged=1, value=16)),
                transfer_overdue(at(60)),
            ],
            1,
            (
                b'{"status":"IN_TRANSIT","source_warehouse_id":"NORTH",'
                b'"destination_warehouse_id":"SOUTH","made":false,'
                b'"skus":{"LAMP":{"asked":8000,"sent":8000,"received":3000,"in_transit":4000,'
                b'"short":0,"damaged":1000,"returned":0,"over":0,"value":160000}},'
                b'"receipts":{"first-van":"d6743fec12bae3fcc6143b22960a971e"},'
                b'"expected_delivery":"2026-11-23T12:01:00.000000Z","overdue":true}'
            ),
        ),
        (
            [supplier_registered(api_url=API, lead_time_days=5)],
            1,
            (
                b'{"details":{"name":"Lumen Works",'
                b'"api_url":"https://api.lumen.example/orders","contact":null,"email":null,'
                b'"phone":null,"address":null,"lead_time_days":5}}'
            ),
        ),
        (
            [
                order_created(
                    ordered(20, unit_cost=3), reorder=reorder_of(1), expected_delivery=at(60)
                ),
                order_submitted(supplier_reference="LW-88"),
                order_received(taken(3, rejected=1), cancelled=(gone(2),)),
                order_overdue(at(60)),
            ],
            1,
            (
                b'{"status":"SUBMITTED","supplier_id":"LUMEN",'
                b'"items":{"item/NORTH/LAMP":{"warehouse_id":"NORTH","sku":"LAMP",'
                b'"unit_cost":30000,"ordered":20000,"received":3000,"rejected":1000,"over":0,'
                b'"cancelled":2000,"on_order":14000}},"reorder":{"warehouse_id":"NORTH",'
                b'"sku":"LAMP","number":1},'
                b'"deliveries":{"first-lorry":"cc5cd98cdcd05fe2bb73da9a47084eb2"},'
                b'"supplier_reference":"LW-88",'
                b'"expected_delivery":"2026-11-23T12:01:00.000000Z",'
                b'"first_expected_delivery":"2026-11-23T12:01:00.000000Z","overdue":true}'
            ),
        ),
        (
            [
                recipients_set(grace(), verified=()),
                verification_requested(grace()),
                verified(grace()),
            ],
            1,
            (
                b'{"recipients":{"grace-mail":{"recipient_id":"grace-mail","channel":"EMAIL",'
                b'"address":"grace@acme.example","name":null,"subjects":null,"severity":null,'
                b'"warehouses":null,"pace":"at_once","resolved":false,"quiet_hours":null}},'
                b'"verified":["grace-mail"],"requests":{"c2da6a0f3319e9a5fad6e6ec2028660a":1}}'
            ),
        ),
        (
            [template_set("{{ sku }}", subject="Low")],
            1,
            b'{"texts":{"subject":"Low","text":"{{ sku }}","html":null}}',
        ),
        ([cart_reserved()], 1, b'{"reservation_ids":["R1"]}'),
        (
            [
                reservation_created(held(2), cart_id=C1, customer_id="Ann"),
                reservation_updated(
                    held(1), asked=(asked(1, warehouse_id=None),), until=60, joined_as="R2"
                ),
            ],
            2,
            (
                b'{"status":"ACTIVE",'
                b'"lines":[{"warehouse_id":"NORTH","sku":"LAMP","quantity":1}],'
                b'"asked":[{"sku":"LAMP","quantity":1,"warehouse_id":null}],'
                b'"first_asked":[{"sku":"LAMP","quantity":2,"warehouse_id":"NORTH"}],'
                b'"expires_at":"2026-11-23T12:01:00.000000Z","customer_id":"Ann",'
                b'"cart_id":"C1","order_id":null,"confirmed_order_id":null,"joined":["R2"]}'
            ),
        ),
    ],
    ids=[
        "tenant",
        "warehouse",
        "capacity",
        "import",
        "staged import",
        "item",
        "sku",
        "adjustment",
        "transfer",
        "supplier",
        "supplier order",
        "recipients",
        "template",
        "cart",
        "reservation",
    ],
)
def test_snapshot_of_a_fold_version_looks_like_this_until_the_version_is_raised(
    history: list[Event], fold_version: int, snapshot: bytes
) -> None:
    aggregate = aggregate_of(history[0].stream)
    state = aggregate.initial()
    for event in history:
        aggregate.evolve(state, event)
    assert (aggregate.fold_version, aggregate.dump(state)) == (fold_version, snapshot)
