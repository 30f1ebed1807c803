-- A tenant's stock in a few figures, out of its levels.

-- name: summary
-- Figures per SKU first, so that products are counted by a hash and not by a sort.
select
    count(*)::bigint as products,
    coalesce(sum(items), 0)::bigint as items,
    coalesce(sum(on_hand), 0)::bigint as units,
    coalesce(sum(value), 0)::bigint as value,
    coalesce(sum(low), 0)::bigint as low,
    coalesce(sum(out), 0)::bigint as out,
    coalesce(sum(reorder), 0)::bigint as reorder,
    coalesce(sum(overstocked), 0)::bigint as overstocked
from (
    select
        count(*) as items,
        sum(on_hand) as on_hand,
        sum(value) as value,
        count(*) filter (where is_low) as low,
        count(*) filter (where is_out) as out,
        count(*) filter (where needs_reorder) as reorder,
        count(*) filter (where is_overstocked) as overstocked
    from stock_levels
    where tenant_id = $1
    group by sku
) as per_sku;
