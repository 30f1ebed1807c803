-- What became of each item of an order to a supplier: one statement changes it.

-- name: add
-- More units ordered or accounted for, and what they cost.
insert into supplier_order_lines as line (
    tenant_id, supplier_order_id, warehouse_id, sku, partition, unit_cost, ordered, received,
    rejected, over, cancelled, received_value
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[]
)
on conflict (tenant_id, supplier_order_id, warehouse_id, sku) do update set
    unit_cost = coalesce(line.unit_cost, excluded.unit_cost),
    ordered = line.ordered + excluded.ordered,
    received = line.received + excluded.received,
    rejected = line.rejected + excluded.rejected,
    over = line.over + excluded.over,
    cancelled = line.cancelled + excluded.cancelled,
    received_value = line.received_value + excluded.received_value;
