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

-- name: delete
-- Warehouses that were given up.
update warehouses as warehouse
set position = gone.position,
    version = gone.version,
    updated_at = gone.updated_at,
    deleted_at = gone.updated_at,
    is_active = false
from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[])
    as gone (tenant_id, warehouse_id, partition, position, version, updated_at)
where warehouse.tenant_id = gone.tenant_id and warehouse.warehouse_id = gone.warehouse_id;

-- name: fill
-- How full warehouses are, and of how much; a limit that was taken away is null.
update warehouses as warehouse
set capacity = case when told.is_set then told.capacity else warehouse.capacity end,
    capacity_unit = case when told.is_set then told.unit else warehouse.capacity_unit end,
    capacity_used = told.used,
    warned_percent = case
        when told.is_warned then told.warned_percent else warehouse.warned_percent
    end
from unnest(
    $1::text[], $2::text[], $3::bigint[], $4::bool[], $5::bigint[], $6::text[], $7::bool[],
    $8::int[]
) as told (tenant_id, warehouse_id, used, is_set, capacity, unit, is_warned, warned_percent)
where warehouse.tenant_id = told.tenant_id and warehouse.warehouse_id = told.warehouse_id;

-- name: page
-- Warehouses of the session's tenant behind a cursor, without those that were given up.
select
    warehouse_id, position, version, created_at, updated_at, name, code, address, contact,
    operating_hours, time_zone, priority, is_active, is_default
from warehouses
where tenant_id = $1 and deleted_at is null and ($2::text is null or warehouse_id > $2)
order by warehouse_id
limit $3;

-- name: capacity
-- How full each warehouse of the session's tenant is, behind a cursor; those without a limit too.
select
    warehouse.warehouse_id, warehouse.name, warehouse.is_active, warehouse.capacity,
    warehouse.capacity_unit, warehouse.capacity_used, warehouse.warned_percent
from warehouses as warehouse
where warehouse.tenant_id = $1
    and warehouse.deleted_at is null
    and ($2::text is null or warehouse.warehouse_id > $2)
order by warehouse.warehouse_id
limit $3;
