-- The settings of tenants: what changes them, and what is asked about them.

-- name: configure
-- All settings, as each tenant's last TenantConfigured said.
insert into tenants as tenant (
    tenant_id, partition, position, version, updated_at, time_zone, currency, approval_quantity,
    approval_value, approval_days
)
select *
from unnest(
    $1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[],
    $8::bigint[], $9::bigint[], $10::int[]
)
on conflict (tenant_id) do update set
    position = excluded.position,
    version = excluded.version,
    updated_at = excluded.updated_at,
    time_zone = excluded.time_zone,
    currency = excluded.currency,
    approval_quantity = excluded.approval_quantity,
    approval_value = excluded.approval_value,
    approval_days = excluded.approval_days;

-- name: one
-- The settings of the session's tenant.
select time_zone, currency, approval_quantity, approval_value, approval_days
from tenants
where tenant_id = $1;
