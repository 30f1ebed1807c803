-- The level of each item: what changes it, and what is asked about it.

-- name: configure
-- All settings of items, each of them as its last ItemConfigured said.
insert into stock_levels as level (
    tenant_id, warehouse_id, sku, partition, position, version, updated_at,
    name, category, unit, reorder_point, reorder_quantity, maximum, safety_stock,
    low_stock_percent, lead_time_days, count_frequency_days, bin, aisle, shelf, unit_volume,
    supplier_id, reorder_automatically
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::timestamptz[],
    $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::bigint[], $15::int[], $16::int[], $17::int[], $18::text[], $19::text[], $20::text[],
    $21::bigint[], $22::text[], $23::bool[]
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
    shelf = excluded.shelf,
    unit_volume = excluded.unit_volume,
    supplier_id = excluded.supplier_id,
    reorder_automatically = excluded.reorder_automatically;

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
    available, reserved, damaged, quarantined, in_transit, on_hand, value, transit_value,
    last_unit_cost
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::timestamptz[],
    $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::bigint[], $15::bigint[], $16::bigint[]
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
    value = excluded.value,
    transit_value = excluded.transit_value,
    last_unit_cost = coalesce(excluded.last_unit_cost, level.last_unit_cost);

-- name: order
-- What of items is on order, after it changed last.
insert into stock_levels as level (
    tenant_id, warehouse_id, sku, partition, position, version, updated_at, on_order
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::timestamptz[],
    $8::bigint[]
)
on conflict (tenant_id, warehouse_id, sku) do update set
    position = greatest(level.position, excluded.position),
    version = greatest(level.version, excluded.version),
    updated_at = greatest(level.updated_at, excluded.updated_at),
    on_order = excluded.on_order;

-- name: version
-- Items of which only a hold or an alert changed.
insert into stock_levels as level (
    tenant_id, warehouse_id, sku, partition, position, version, updated_at
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::timestamptz[]
)
on conflict (tenant_id, warehouse_id, sku) do update set
    position = greatest(level.position, excluded.position),
    version = greatest(level.version, excluded.version),
    updated_at = greatest(level.updated_at, excluded.updated_at);

-- name: returning
-- Added to the five above where the changed levels are wanted.
returning
    level.tenant_id, level.warehouse_id, level.sku, level.partition, level.position,
    level.version, level.updated_at, level.available, level.reserved, level.damaged,
    level.quarantined, level.in_transit, level.on_hand, level.on_order, level.value,
    level.transit_value, level.is_out, level.is_low, level.needs_reorder, level.is_overstocked,
    (
        select min(hold.expires_at)
        from holds as hold
        where hold.tenant_id = level.tenant_id
            and hold.warehouse_id = level.warehouse_id
            and hold.sku = level.sku
    ) as next_deadline;

-- name: one
-- One item of the session's tenant, the earliest deadline of its holds, and what is available
-- when those that lapsed by now count no more.
select
    level.tenant_id, level.warehouse_id, level.sku, level.position, level.version,
    level.updated_at, level.available, level.reserved, level.damaged, level.quarantined,
    level.in_transit, level.on_hand, level.on_order, level.value, level.transit_value,
    level.last_unit_cost, level.name, level.category, level.unit, level.supplier_id,
    level.reorder_automatically,
    level.reorder_point, level.reorder_quantity, level.maximum, level.safety_stock,
    level.low_stock_percent, level.lead_time_days, level.count_frequency_days, level.bin,
    level.aisle, level.shelf, level.unit_volume, level.is_out, level.is_low, level.needs_reorder,
    level.is_overstocked,
    (
        select min(hold.expires_at)
        from holds as hold
        where hold.tenant_id = level.tenant_id
            and hold.warehouse_id = level.warehouse_id
            and hold.sku = level.sku
    ) as next_deadline,
    level.available + (
        select coalesce(sum(hold.quantity), 0)::bigint
        from holds as hold
        where hold.tenant_id = level.tenant_id
            and hold.warehouse_id = level.warehouse_id
            and hold.sku = level.sku
            and hold.expires_at <= (select ledger.ledger_now())
    ) as available_now
from stock_levels as level
where level.tenant_id = $1 and level.warehouse_id = $2 and level.sku = $3;

-- name: page
-- The same of the items behind a cursor, by warehouse and SKU. Planned for the filters that are
-- given: those that are null vanish.
select
    level.tenant_id, level.warehouse_id, level.sku, level.position, level.version,
    level.updated_at, level.available, level.reserved, level.damaged, level.quarantined,
    level.in_transit, level.on_hand, level.on_order, level.value, level.transit_value,
    level.last_unit_cost, level.name, level.category, level.unit, level.supplier_id,
    level.reorder_automatically,
    level.reorder_point, level.reorder_quantity, level.maximum, level.safety_stock,
    level.low_stock_percent, level.lead_time_days, level.count_frequency_days, level.bin,
    level.aisle, level.shelf, level.unit_volume, level.is_out, level.is_low, level.needs_reorder,
    level.is_overstocked,
    (
        select min(hold.expires_at)
        from holds as hold
        where hold.tenant_id = level.tenant_id
            and hold.warehouse_id = level.warehouse_id
            and hold.sku = level.sku
    ) as next_deadline,
    level.available + (
        select coalesce(sum(hold.quantity), 0)::bigint
        from holds as hold
        where hold.tenant_id = level.tenant_id
            and hold.warehouse_id = level.warehouse_id
            and hold.sku = level.sku
            and hold.expires_at <= (select ledger.ledger_now())
    ) as available_now
from (
    select *
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
    limit $11
) as level
order by level.warehouse_id, level.sku;
