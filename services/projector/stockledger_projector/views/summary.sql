-- A tenant's stock in a few figures, out of its levels.

-- name: summary
-- One walk through the tenant's levels.
select
    count(distinct sku) as products,
    count(*) as items,
    coalesce(sum(on_hand), 0)::bigint as units,
    coalesce(sum(value), 0)::bigint as value,
    count(*) filter (where is_low) as low,
    count(*) filter (where is_out) as out,
    count(*) filter (where needs_reorder) as reorder,
    count(*) filter (where is_overstocked) as overstocked,
    coalesce(sum(reserved), 0)::bigint as reserved,
    (
        select count(*)
        from reservations
        where reservations.tenant_id = $1
            and status = 'ACTIVE'
            and expires_at > (select ledger.ledger_now())
    ) as reservations
from stock_levels
where tenant_id = $1;
