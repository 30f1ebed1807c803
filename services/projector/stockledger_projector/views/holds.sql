-- The holds of each item: what changes them, and what is asked about them.

-- name: hold
-- Holds that are new, larger or smaller, as their last event said.
insert into holds as hold (
    tenant_id, warehouse_id, sku, reservation_id, partition, quantity, expires_at
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::timestamptz[]
)
on conflict (tenant_id, warehouse_id, sku, reservation_id) do update set
    quantity = excluded.quantity, expires_at = excluded.expires_at;

-- name: change
-- Holds of which only the quantity or only the deadline changed; null: as it was.
update holds as hold
set quantity = coalesce(changed.quantity, hold.quantity),
    expires_at = coalesce(changed.expires_at, hold.expires_at)
from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::timestamptz[]
) as changed (tenant_id, warehouse_id, sku, reservation_id, partition, quantity, expires_at)
where hold.tenant_id = changed.tenant_id
    and hold.warehouse_id = changed.warehouse_id
    and hold.sku = changed.sku
    and hold.reservation_id = changed.reservation_id;

-- name: drop
-- Holds that are gone: released, sold or expired.
delete from holds as hold
using unnest($1::text[], $2::text[], $3::text[], $4::text[])
    as gone (tenant_id, warehouse_id, sku, reservation_id)
where hold.tenant_id = gone.tenant_id
    and hold.warehouse_id = gone.warehouse_id
    and hold.sku = gone.sku
    and hold.reservation_id = gone.reservation_id;
