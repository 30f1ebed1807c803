-- What was sold under each order, and came back: one statement changes it.

-- name: add
-- More units sold or returned, and their value.
insert into order_lines as line (
    tenant_id, order_id, warehouse_id, sku, partition, sold, sold_value, returned, returned_value
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[]
)
on conflict (tenant_id, order_id, warehouse_id, sku) do update set
    sold = line.sold + excluded.sold,
    sold_value = line.sold_value + excluded.sold_value,
    returned = line.returned + excluded.returned,
    returned_value = line.returned_value + excluded.returned_value;
