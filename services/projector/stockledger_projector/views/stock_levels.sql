-- The level of each item: what changes it, and what is asked about it.

-- name: configure
-- All settings of items, each of them as its last ItemConfigured said.
insert into stock_levels as level (
    tenant_id, warehouse_id, sku, partition, position, version, updated_at,
    name, category, unit, reorder_point, reorder_quantity, maximum, safety_stock,
    low_stock_percent, lead_time_days, count_frequency_days, bin, aisle, shelf
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::timestamptz[],
    $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::bigint[], $15::int[], $16::int[], $17::int[], $18::text[], $19::text[], $20::text[]
)
on conflict (tenant_id, warehouse_id, sku) do update set
    position = greatest(level.position, excluded.position),
    version = greatest(level.version, excluded.version),
    updated_at = greatest(level.updated_at, excluded.updated_at),
    name = excluded.name,
    category = excluded.category,
    unit = excluded.unit,
    reorder_point = excluded.reorder_point,
    reorder_quantity = excluded.reorder_quantity,
    maximum = excluded.maximum,
    safety_stock = excluded.safety_stock,
    low_stock_percent = excluded.low_stock_percent,
    lead_time_days = excluded.lead_time_days,
    count_frequency_days = excluded.count_frequency_days,
    bin = excluded.bin,
    aisle = excluded.aisle,
    shelf = excluded.shelf;

-- name: place
-- Where items are kept, as their last BinMoved said.
insert into stock_levels as level (
    tenant_id, warehouse_id, sku, partition, position, version, updated_at, bin, aisle, shelf
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::timestamptz[],
    $8::text[], $9::text[], $10::text[]
)
on conflict (tenant_id, warehouse_id, sku) do update set
    position = greatest(level.position, excluded.position),
    version = greatest(level.version, excluded.version),
    updated_at = greatest(level.updated_at, excluded.updated_at),
    bin = excluded.bin,
    aisle = excluded.aisle,
    shelf = excluded.shelf;

-- name: figures
-- The figures of items after their last movement.
insert into stock_levels as level (
    tenant_id, warehouse_id, sku, partition, position, version, updated_at,
    available, reserved, damaged, quarantined, in_transit, on_hand, value
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::timestamptz[],
    $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::bigint[]
)
on conflict (tenant_id, warehouse_id, sku) do update set
    position = greatest(level.position, excluded.position),
    version = greatest(level.version, excluded.version),
    updated_at = greatest(level.updated_at, excluded.updated_at),
    available = excluded.available,
    reserved = excluded.reserved,
    damaged = excluded.damaged,
    quarantined = excluded.quarantined,
    in_transit = excluded.in_transit,
    on_hand = excluded.on_hand,
    value = excluded.value;

-- name: returning
-- Added to the three above where the changed levels are wanted.
returning
    tenant_id, warehouse_id, sku, partition, position, version, updated_at,
    available, reserved, damaged, quarantined, in_transit, on_hand, value,
    is_out, is_low, needs_reorder, is_overstocked;

-- name: one
-- One item of the session's tenant.
select
    tenant_id, warehouse_id, sku, position, version, updated_at,
    available, reserved, damaged, quarantined, in_transit, on_hand, value,
    name, category, unit, reorder_point, reorder_quantity, maximum, safety_stock,
    low_stock_percent, lead_time_days, count_frequency_days, bin, aisle, shelf,
    is_out, is_low, needs_reorder, is_overstocked
from stock_levels
where tenant_id = $1 and warehouse_id = $2 and sku = $3;

-- name: page
-- Items of the session's tenant behind a cursor, by warehouse and SKU. Planned for the filters
-- that are given: those that are null vanish.
select
    tenant_id, warehouse_id, sku, position, version, updated_at,
    available, reserved, damaged, quarantined, in_transit, on_hand, value,
    name, category, unit, reorder_point, reorder_quantity, maximum, safety_stock,
    low_stock_percent, lead_time_days, count_frequency_days, bin, aisle, shelf,
    is_out, is_low, needs_reorder, is_overstocked
from stock_levels
where tenant_id = $1
    and ($2::text is null or warehouse_id = $2)
    and ($3::text is null or sku = $3)
    and ($4::text is null or category = $4)
    and (not $5::bool or is_out)
    and (not $6::bool or is_low)
    and (not $7::bool or needs_reorder)
    and (not $8::bool or is_overstocked)
    and ($9::text is null or (warehouse_id, sku) > ($9, $10::text))
order by warehouse_id, sku
limit $11;
