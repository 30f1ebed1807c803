-- What was sold and came back, at cost, by hour (UTC) and warehouse.

-- name: add
-- More of each.
insert into goods_sold as known (
    tenant_id, hour, warehouse_id, partition, sold, sold_value, returned, returned_value
)
select *
from unnest(
    $1::text[], $2::timestamptz[], $3::text[], $4::int[], $5::bigint[], $6::bigint[],
    $7::bigint[], $8::bigint[]
)
on conflict (tenant_id, hour, warehouse_id) do update set
    sold = known.sold + excluded.sold,
    sold_value = known.sold_value + excluded.sold_value,
    returned = known.returned + excluded.returned,
    returned_value = known.returned_value + excluded.returned_value;

-- name: periods
-- The sums of a tenant or one of its warehouses by hour, day or month (UTC), of the hours that
-- begin in a period of time.
select
    date_trunc($5, hour, 'UTC') as begins_at,
    sum(sold)::bigint as sold,
    sum(sold_value)::bigint as sold_value,
    sum(returned)::bigint as returned,
    sum(returned_value)::bigint as returned_value
from goods_sold
where tenant_id = $1
    and ($2::text is null or warehouse_id = $2)
    and hour >= $3::timestamptz
    and hour < $4::timestamptz
group by 1
order by 1;
