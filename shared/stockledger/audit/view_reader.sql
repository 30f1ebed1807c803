-- The read models, as the auditor compares them.

-- name: position
-- How far the live read models have read a partition.
select position
from views.positions
where view_group = $1 and partition = $2;

-- name: movements
-- The movements of a page of events: of these tenants, in this span of time and positions.
select
    tenant_id, recorded_at, position, warehouse_id, sku, version, kind, quantity,
    from_bucket, from_before, from_after, to_bucket, to_before, to_after, value_change, unit_cost,
    reason, reference_type, reference_id, actor, effective_at, command, available, reserved,
    damaged, quarantined, in_transit, value, transit_value, transit_value_change
from views.movements
where tenant_id = any($1::text[])
    and recorded_at >= $2 and recorded_at <= $3
    and position >= $4 and position <= $5
    and partition = $6;

-- name: count_movements
-- How many movements of a partition there are.
select count(*) from views.movements where partition = $1;

-- name: levels
-- The level of every item of a partition.
select
    tenant_id, warehouse_id, sku, partition, position, version, updated_at,
    available, reserved, damaged, quarantined, in_transit, on_hand, value,
    transit_value, on_order, last_unit_cost, unit_volume, name, category, unit, reorder_point,
    reorder_quantity, maximum, safety_stock, low_stock_percent, lead_time_days,
    count_frequency_days, supplier_id, reorder_automatically, bin, aisle, shelf,
    is_out, is_low, needs_reorder, is_overstocked
from views.stock_levels
where partition = $1;

-- name: warehouses
-- Every warehouse of a partition.
select
    tenant_id, warehouse_id, partition, version, name, code, address, contact,
    operating_hours, time_zone, priority, is_active, is_default, deleted_at, capacity,
    capacity_unit, capacity_used, warned_percent
from views.warehouses
where partition = $1;

-- name: has_views
-- Whether there are read models at all.
select to_regclass('views.positions') is not null;
