-- The figures of warehouses at the end of each block of positions: one statement carries them on.

-- name: carry
-- What changed since the last row of each warehouse, added to it.
insert into warehouse_balances as balance (
    tenant_id, warehouse_id, block, partition, available, reserved, damaged, quarantined,
    in_transit, value, transit_value
)
select
    told.tenant_id, told.warehouse_id, told.block, told.partition,
    told.available + coalesce(last.available, 0),
    told.reserved + coalesce(last.reserved, 0),
    told.damaged + coalesce(last.damaged, 0),
    told.quarantined + coalesce(last.quarantined, 0),
    told.in_transit + coalesce(last.in_transit, 0),
    told.value + coalesce(last.value, 0),
    told.transit_value + coalesce(last.transit_value, 0)
from unnest(
    $1::text[], $2::text[], $3::bigint[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[]
) as told (
    tenant_id, warehouse_id, block, partition, available, reserved, damaged, quarantined,
    in_transit, value, transit_value
)
left join lateral (
    select earlier.*
    from warehouse_balances as earlier
    where earlier.tenant_id = told.tenant_id and earlier.warehouse_id = told.warehouse_id
    order by earlier.block desc
    limit 1
) as last on true
on conflict (tenant_id, warehouse_id, block) do update set
    available = excluded.available,
    reserved = excluded.reserved,
    damaged = excluded.damaged,
    quarantined = excluded.quarantined,
    in_transit = excluded.in_transit,
    value = excluded.value,
    transit_value = excluded.transit_value;
