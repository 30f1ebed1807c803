-- What the stock is worth now, out of the levels.

-- name: by_warehouse
-- The sums of each warehouse of the session's tenant, behind a cursor.
select
    warehouse_id as key,
    count(*) as items,
    sum(on_hand)::bigint as on_hand,
    sum(value)::bigint as value,
    sum(in_transit)::bigint as in_transit,
    sum(transit_value)::bigint as transit_value
from stock_levels
where tenant_id = $1 and ($2::text is null or warehouse_id > $2)
group by 1
order by 1
limit $3;

-- name: by_category
-- The sums of each category, behind a cursor; the empty one is that of items without a category.
select
    coalesce(category, '') as key,
    count(*) as items,
    sum(on_hand)::bigint as on_hand,
    sum(value)::bigint as value,
    sum(in_transit)::bigint as in_transit,
    sum(transit_value)::bigint as transit_value
from stock_levels
where tenant_id = $1 and ($2::text is null or coalesce(category, '') > $2)
group by 1
order by 1
limit $3;

-- name: total
-- The sums of all items, and the tenant's currency.
select
    count(*) as items,
    coalesce(sum(on_hand), 0)::bigint as on_hand,
    coalesce(sum(value), 0)::bigint as value,
    coalesce(sum(in_transit), 0)::bigint as in_transit,
    coalesce(sum(transit_value), 0)::bigint as transit_value,
    (select currency from tenants where tenants.tenant_id = $1) as currency
from stock_levels
where stock_levels.tenant_id = $1;
