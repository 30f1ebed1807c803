"""Statements that fill views with many rows of a tenant: `$1` whose, `$2` how many."""

MORE_TRANSFERS = """
insert into views.transfers (
    tenant_id, transfer_id, partition, position, version, updated_at, status, created_at,
    source_warehouse_id, destination_warehouse_id
)
select $1, 'T-' || number, 0, number, 1, now(),
    (array['PENDING', 'IN_TRANSIT', 'COMPLETED', 'CANCELLED'])[1 + number % 4],
    '2026-10-02'::timestamptz + number * interval '1 second', 'NORTH', 'SOUTH'
from generate_series(1, $2::int) as number
"""

MORE_TRANSFER_LINES = """
insert into views.transfer_lines (tenant_id, transfer_id, sku, partition, quantity)
select $1, 'T-' || number, 'MORE-' || number % 50, 0, 1
from generate_series(1, $2::int) as number
"""

MORE_ADJUSTMENTS = """
insert into views.adjustments (
    tenant_id, adjustment_id, partition, position, version, updated_at, status, created_at,
    warehouse_id, sku, change
)
select $1, 'A-' || number, 0, number, 1, now(), 'PENDING',
    '2026-10-02'::timestamptz + number * interval '1 second', 'NORTH', 'MORE-' || number % 50, 1
from generate_series(1, $2::int) as number
"""

MORE_IMPORTS = """
insert into views.imports (
    tenant_id, import_id, partition, position, version, updated_at, created_at
)
select $1, 'I-' || number, 0, number, 1, now(),
    '2026-10-02'::timestamptz + number * interval '1 second'
from generate_series(1, $2::int) as number
"""

MORE_BALANCES = """
insert into views.warehouse_balances
select $1, 'NORTH', number, 0, 1, 1, 1, 1, 1, 1, 1
from generate_series(1, $2::int) as number
"""

MORE_BACKDATED = """
insert into views.backdated_changes
select $1, 'NORTH', grain, '2020-01-01'::timestamptz + number * interval '1 hour', 0, 1, 1, 1, 1,
    1, 1, 1
from generate_series(1, $2::int) as number
cross join unnest(array['month', 'day', 'hour']) as grains (grain)
"""

MORE_SALES = """
insert into views.goods_sold
select $1, '2026-01-01'::timestamptz + number * interval '1 hour', 'NORTH', 0, 1, 1, 1, 1
from generate_series(1, $2::int) as number
"""

MORE_ITEMS = """
insert into views.stock_levels (
    tenant_id, warehouse_id, sku, partition, position, version, updated_at, available, category,
    maximum, reorder_point
)
select $1, 'NORTH', 'MORE-' || number, 0, number, 1, now(), number % 200, 'c' || number % 50,
    150, 5
from generate_series(1, $2::int) as number
"""

MORE_MOVEMENTS = """
insert into views.movements (
    tenant_id, recorded_at, position, partition, warehouse_id, sku, version, kind, quantity,
    from_bucket, from_before, from_after, to_bucket, to_before, to_after, value_change,
    reference_id, reference_type, effective_at, command, available, reserved, damaged,
    quarantined, in_transit, value, transit_value, transit_value_change
)
select $1, '2026-10-02'::timestamptz + number * interval '1 second', number + 100, 0,
    (array['NORTH', 'SOUTH'])[1 + number % 2], 'MORE-' || number % 100, 1,
    (array['issued', 'reserved', 'received', 'released'])[1 + number % 4], 1, 'available', 1, 0,
    'customer', 0, 1, 0,
    case when number % 10 = 0 then 'O-' || number end, 'order',
    case when number % 100 = 0 then '2026-09-02'::timestamptz end, '/shop/c' || number,
    1, 0, 0, 0, 0, 1, 0, 0
from generate_series(1, $2::int) as number
"""

MORE_HOLDS = """
insert into views.holds
select $1, 'NORTH', 'MORE-' || number % 50, 'R-' || number, 0, 1,
    '2026-10-02'::timestamptz + number * interval '1 second'
from generate_series(1, $2::int) as number
"""

MORE_RESERVATIONS = """
insert into views.reservations (
    tenant_id, reservation_id, partition, position, version, status, customer_id, cart_id,
    order_id, expires_at, created_at, updated_at, lines
)
select $1, 'R-' || number, 0, number, 1,
    (array['ACTIVE', 'COMPLETED', 'CANCELLED', 'EXPIRED'])[1 + number % 4],
    'Customer ' || number % 50, 'C-' || number, 'O-' || number,
    '2026-10-02'::timestamptz + number * interval '1 second', now(), now(), '[]'
from generate_series(1, $2::int) as number
"""

MORE_ORDERS = """
insert into views.orders (
    tenant_id, order_id, partition, position, version, customer_id, cart_id, created_at,
    updated_at, accepted_at
)
select $1, 'O-' || number, 0, number, 1, 'Customer ' || number % 50, 'C-' || number,
    '2026-10-02'::timestamptz + number * interval '1 second', now(),
    case when number % 2 = 0 then now() end
from generate_series(1, $2::int) as number
"""

MORE_LINES = """
insert into views.order_lines
select $1, 'O-' || number, 'NORTH', 'MORE-' || number % 50, 0, 1, 1, 0, 0
from generate_series(1, $2::int) as number
"""

MORE_HOURS = """
insert into views.fulfilment
select $1, '2026-01-01'::timestamptz + number * interval '1 hour', 0, 1, 1, 1, 1
from generate_series(1, $2::int) as number
"""

MORE_ALERTS = """
insert into views.alerts (
    tenant_id, warehouse_id, sku, kind, number, partition, position, version, severity, figure,
    trigger, raised_at, raised_position, acknowledged_at, resolved_at, resolution
)
select $1, (array['NORTH', 'SOUTH'])[1 + number % 2], 'MORE-' || number % 50,
    (array['REORDER_NEEDED', 'LOW_STOCK', 'OUT_OF_STOCK'])[1 + number % 3], number, 0, number, 1,
    (array['INFO', 'WARNING', 'CRITICAL'])[1 + number % 3], 1, 2,
    '2026-10-02'::timestamptz + number * interval '1 second', number,
    case when number % 2 = 0 then '2026-11-02'::timestamptz end,
    case when number % 4 = 0 then '2026-11-03'::timestamptz end,
    case when number % 4 = 0 then 'cause_gone' end
from generate_series(1, $2::int) as number
"""

MORE_SUPPLIERS = """
insert into views.suppliers (
    tenant_id, supplier_id, partition, position, version, updated_at, registered_at, name
)
select $1, 'S-' || number, 0, number, 1, now(), now(), 'Lumen Works'
from generate_series(1, $2::int) as number
"""

MORE_SUPPLIER_ORDERS = """
insert into views.supplier_orders (
    tenant_id, supplier_order_id, partition, position, version, updated_at, status, created_at,
    supplier_id, supplier_name, reorder_warehouse_id, reorder_sku, reorder_number, ended_at
)
select $1, 'P-' || number, 0, number, 1, now(),
    (array['QUEUED', 'SUBMITTED', 'RECEIVED', 'CANCELLED'])[1 + number % 4],
    '2026-10-02'::timestamptz + number * interval '1 second', 'S-' || number % 50, 'Lumen Works',
    'NORTH', 'MORE-' || number % 50, 1, case when number % 4 > 1 then now() end
from generate_series(1, $2::int) as number
"""

MORE_SUPPLIER_ORDER_LINES = """
insert into views.supplier_order_lines (
    tenant_id, supplier_order_id, warehouse_id, sku, partition, ordered
)
select $1, 'P-' || number, 'NORTH', 'MORE-' || number % 50, 0, 1
from generate_series(1, $2::int) as number
"""

MORE_DELIVERIES = """
insert into notices.deliveries (
    delivery_id, position, occurred_at, created_at, partition, attempts, tenant_id, channel,
    destination, address, status, severity, recipient_id, subject, facts, supplier_order_id
)
select gen_random_uuid(), number, now(),
    '2026-10-02'::timestamptz + number * interval '1 second', 0, 1, $1, 'EMAIL', 'mail',
    'anna@shop.example', (array['PENDING', 'DELIVERED', 'DEAD'])[1 + number % 3], 'WARNING',
    'R-' || number % 50, 'LOW_STOCK', '{}', case when number % 10 = 0 then 'P-' || number end
from generate_series(1, $2::int) as number
"""
