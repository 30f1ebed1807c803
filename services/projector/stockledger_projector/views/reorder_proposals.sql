-- What is to be ordered: out of the open alerts, the levels, the suppliers and their orders.

-- name: page
-- Open REORDER_NEEDED alerts of the session's tenant behind a cursor, the newest first, with the
-- item as it is now, its supplier, and the open order that answers one, if any. Planned for the
-- filters that are given: those that are null vanish.
select
    alert.warehouse_id, alert.sku, alert.number, alert.status, alert.raised_at,
    alert.raised_position, alert.acknowledged_by,
    level.name, level.category, level.unit, level.available, level.in_transit, level.on_order,
    level.on_hand, level.reorder_point, level.reorder_quantity, level.maximum,
    level.lead_time_days, level.last_unit_cost, level.reorder_automatically, level.supplier_id,
    level.available + level.in_transit + level.on_order as coming,
    supplier.name as supplier_name,
    ordered.supplier_order_id, ordered.status as supplier_order_status
from unnest(array['OPEN', 'ACKNOWLEDGED']) as statuses (wanted_status)
cross join lateral (
    select alerts.*
    from alerts
    where alerts.tenant_id = $1
        and alerts.status = wanted_status
        and alerts.kind = 'REORDER_NEEDED'
        and alerts.severity = 'INFO'
        and ($2::text is null or alerts.warehouse_id = $2)
        and ($3::text is null or alerts.sku = $3)
        and (
            $4::text is null
            or exists (
                select
                from stock_levels as item
                where item.tenant_id = $1
                    and item.warehouse_id = alerts.warehouse_id
                    and item.sku = alerts.sku
                    and item.supplier_id = $4
            )
        )
        and (
            $5::timestamptz is null
            or (alerts.raised_at, alerts.raised_position) < ($5, $6::bigint)
        )
    order by alerts.raised_at desc, alerts.raised_position desc
    limit $7
) as alert
left join stock_levels as level
    on level.tenant_id = $1
    and level.warehouse_id = alert.warehouse_id
    and level.sku = alert.sku
left join suppliers as supplier
    on supplier.tenant_id = $1 and supplier.supplier_id = level.supplier_id
left join lateral (
    select known.supplier_order_id, known.status
    from supplier_orders as known
    where known.tenant_id = $1
        and known.reorder_warehouse_id = alert.warehouse_id
        and known.reorder_sku = alert.sku
        and known.reorder_sku is not null
        and known.ended_at is null
    order by known.created_at desc
    limit 1
) as ordered on true
order by alert.raised_at desc, alert.raised_position desc
limit $7;
