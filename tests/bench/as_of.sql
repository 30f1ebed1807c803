-- Movements of one tenant ($1) over a year, each of one unit: so many ($2) of so many items ($3) in
-- so many warehouses ($4); one in a hundred is backdated by up to three days.

-- name: months
-- The tables of the year's months.
select views.create_month('views', month::date)
from generate_series('2025-01-01'::date, '2025-12-01', interval '1 month') as months (month);

-- name: warehouses
-- The warehouses.
insert into views.warehouses (tenant_id, warehouse_id, partition, position, updated_at)
select $1, 'W' || number, 0, 0, '2025-01-01'
from generate_series(0, $2::int - 1) as number;

-- name: items
-- The items, as the last of their movements left them.
insert into views.stock_levels (
    tenant_id, warehouse_id, sku, partition, position, version, updated_at, available, on_hand,
    value
)
select
    $1, 'W' || number % $4::int, 'S' || number, 0, $2::bigint, $2 / $3, '2026-01-01',
    1000 * $2 / $3, 1000 * $2 / $3, 10000 * $2 / $3
from generate_series(0, $3::bigint - 1) as number;

-- name: movements
-- The movements themselves.
insert into views.movements (
    tenant_id, recorded_at, position, partition, warehouse_id, sku, version, kind, quantity,
    from_bucket, from_before, from_after, to_bucket, to_before, to_after, value_change, reason,
    effective_at, command, available, reserved, damaged, quarantined, in_transit, value,
    transit_value, transit_value_change
)
select
    $1, made.recorded_at, number + 1, 0, 'W' || (number % $3) % $4::int, 'S' || number % $3,
    made.count, 'adjusted', 1000, 'adjustment', -1000 * (made.count - 1), -1000 * made.count,
    'available', 1000 * (made.count - 1), 1000 * made.count, 10000, 'Counted',
    case
        when (number / $4 + number / $3) % 100 = 7
            then made.recorded_at - (number % 997) / 997.0 * interval '3 days'
    end,
    '/bench/' || number, 1000 * made.count, 0, 0, 0, 0, 10000 * made.count, 0, 0
from generate_series(0, $2::bigint - 1) as number
cross join lateral (
    select
        '2025-01-04'::timestamptz + number * (interval '360 days' / $2::float8) as recorded_at,
        number / $3::bigint + 1 as count
) as made;

-- name: balances
-- The warehouses' figures at the end of each block of positions ($2 a block).
insert into views.warehouse_balances
select
    $1, warehouse_id, block, 0,
    sum(sum(quantity)) over so_far, 0, 0, 0, 0, sum(sum(value_change)) over so_far, 0
from (
    select warehouse_id, (position - 1) / $2::bigint as block, quantity, value_change
    from views.movements
    where tenant_id = $1
) as moved
group by warehouse_id, block
window so_far as (partition by warehouse_id order by block);

-- name: backdated
-- What was backdated, by month, day and hour.
insert into views.backdated_changes
select
    tenant_id, warehouse_id, grain,
    date_trunc(grain, case when sign > 0 then effective_at else recorded_at end, 'UTC'), 0,
    sum(sign * quantity), 0, 0, 0, 0, sum(sign * value_change), 0
from views.movements
cross join unnest(array['month', 'day', 'hour']) as grains (grain)
cross join unnest(array[1, -1]) as signs (sign)
where tenant_id = $1 and effective_at is not null
group by 1, 2, 3, 4;
