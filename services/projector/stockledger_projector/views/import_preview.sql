-- What rows of an import are compared with: the items, warehouses and suppliers that they name.

-- name: items
-- Items of these warehouses and SKUs, with what is available when lapsed holds count no more.
select
    level.tenant_id, level.warehouse_id, level.sku, level.position, level.version,
    level.updated_at, level.available, level.reserved, level.damaged, level.quarantined,
    level.in_transit, level.on_hand, level.value, level.transit_value, level.name,
    level.category, level.unit, level.unit_volume, level.reorder_point, level.reorder_quantity,
    level.maximum, level.safety_stock, level.low_stock_percent, level.lead_time_days,
    level.count_frequency_days, level.supplier_id, level.reorder_automatically, level.bin,
    level.aisle, level.shelf,
    level.available + (
        select coalesce(sum(hold.quantity), 0)::bigint
        from holds as hold
        where hold.tenant_id = level.tenant_id
            and hold.warehouse_id = level.warehouse_id
            and hold.sku = level.sku
            and hold.expires_at <= (select ledger.ledger_now())
    ) as available_now
from unnest($2::text[], $3::text[]) as asked (warehouse_id, sku)
join stock_levels as level
    on level.tenant_id = $1
    and level.warehouse_id = asked.warehouse_id
    and level.sku = asked.sku;

-- name: warehouses
-- Which of these warehouses there are, and whether they are active.
select warehouse_id, is_active
from warehouses
where tenant_id = $1 and warehouse_id = any($2::text[]) and deleted_at is null;

-- name: suppliers
-- Which of these suppliers there are.
select supplier_id
from suppliers
where tenant_id = $1 and supplier_id = any($2::text[]);

-- name: position
-- The position that the views had reached, when the items were looked at or before.
select position
from positions
where view_group = $1 and partition = $2;
