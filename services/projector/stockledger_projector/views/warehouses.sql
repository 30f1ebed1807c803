-- The warehouses of each tenant: what changes them, and what is asked about them.

-- name: describe
-- Descriptions, as the last WarehouseCreated or WarehouseUpdated said; a creation has its time.
insert into warehouses as warehouse (
    tenant_id, warehouse_id, partition, position, version, updated_at,
    created_at, name, code, address, contact, operating_hours, time_zone, priority
)
select *
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[],
    $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
    $13::text[], $14::int[]
)
on conflict (tenant_id, warehouse_id) do update set
    position = greatest(warehouse.position, excluded.position),
    version = greatest(warehouse.version, excluded.version),
    updated_at = greatest(warehouse.updated_at, excluded.updated_at),
    created_at = coalesce(warehouse.created_at, excluded.created_at),
    name = excluded.name,
    code = excluded.code,
    address = excluded.address,
    contact = excluded.contact,
    operating_hours = excluded.operating_hours,
    time_zone = excluded.time_zone,
    priority = excluded.priority;

-- name: activity
-- Whether warehouses are active, as their last activation or deactivation said.
insert into warehouses as warehouse (
    tenant_id, warehouse_id, partition, position, version, updated_at, is_active
)
select *
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::bool[]
)
on conflict (tenant_id, warehouse_id) do update set
    position = greatest(warehouse.position, excluded.position),
    version = greatest(warehouse.version, excluded.version),
    updated_at = greatest(warehouse.updated_at, excluded.updated_at),
    is_active = excluded.is_active;

-- name: default
-- The default warehouse of tenants: the others of the tenant are it no longer.
update warehouses as warehouse
set is_default = (warehouse.warehouse_id = chosen.warehouse_id)
from unnest($1::text[], $2::text[]) as chosen (tenant_id, warehouse_id)
where warehouse.tenant_id = chosen.tenant_id
    and warehouse.is_default <> (warehouse.warehouse_id = chosen.warehouse_id);

-- name: page
-- Warehouses of the session's tenant behind a cursor.
select
    warehouse_id, position, version, created_at, updated_at, name, code, address, contact,
    operating_hours, time_zone, priority, is_active, is_default
from warehouses
where tenant_id = $1 and ($2::text is null or warehouse_id > $2)
order by warehouse_id
limit $3;
