-- What backdated movements changed, by the time in which it took effect and was recorded.

-- name: add
-- More of them.
insert into backdated_changes as change (
    tenant_id, warehouse_id, grain, begins_at, partition, available, reserved, damaged,
    quarantined, in_transit, value, transit_value
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::int[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[]
)
on conflict (tenant_id, warehouse_id, grain, begins_at) do update set
    available = change.available + excluded.available,
    reserved = change.reserved + excluded.reserved,
    damaged = change.damaged + excluded.damaged,
    quarantined = change.quarantined + excluded.quarantined,
    in_transit = change.in_transit + excluded.in_transit,
    value = change.value + excluded.value,
    transit_value = change.transit_value + excluded.transit_value;
