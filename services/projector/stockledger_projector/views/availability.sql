-- What may be promised now, out of the levels, the holds and the warehouses.

-- name: of_skus
-- Every item of these SKUs: what it has when lapsed holds count no more, and when the next of
-- the others lapses.
select
    level.sku,
    level.warehouse_id,
    coalesce(warehouse.is_active, false) as is_active,
    coalesce(warehouse.priority, 0) as priority,
    level.available + (
        select coalesce(sum(hold.quantity), 0)::bigint
        from holds as hold
        where hold.tenant_id = $1
            and hold.warehouse_id = level.warehouse_id
            and hold.sku = level.sku
            and hold.expires_at <= (select ledger.ledger_now())
    ) as available,
    (
        select min(hold.expires_at)
        from holds as hold
        where hold.tenant_id = $1
            and hold.warehouse_id = level.warehouse_id
            and hold.sku = level.sku
            and hold.expires_at > (select ledger.ledger_now())
    ) as next_lapse
from unnest($2::text[]) as asked (sku)
join stock_levels as level on level.tenant_id = $1 and level.sku = asked.sku
left join warehouses as warehouse
    on warehouse.tenant_id = $1 and warehouse.warehouse_id = level.warehouse_id
order by level.sku, level.warehouse_id;
