-- The recipients of tenants, and what they were told of late.

-- name: zones
-- The clocks of some tenants.
select tenant.partition, tenant.tenant_id, tenant.time_zone
from unnest($1::int[], $2::text[]) as asked (partition, tenant_id)
join notices.tenants as tenant
    on tenant.partition = asked.partition and tenant.tenant_id = asked.tenant_id;

-- name: recipients
-- The recipients of some tenants.
select
    recipient.partition, recipient.tenant_id, recipient.recipient_id, recipient.settings,
    recipient.is_verified, recipient.burst_begun_at, recipient.burst_count, recipient.is_flooded,
    recipient.held_begun_at, recipient.held_count
from unnest($1::int[], $2::text[]) as asked (partition, tenant_id)
join notices.recipients as recipient
    on recipient.partition = asked.partition and recipient.tenant_id = asked.tenant_id
order by recipient.partition, recipient.tenant_id, recipient.recipient_id;

-- name: set_positions
-- Where the recipients of tenants were set last.
insert into notices.tenants as tenant (partition, tenant_id, recipients_position)
select * from unnest($1::int[], $2::text[], $3::bigint[])
on conflict (partition, tenant_id) do update
set recipients_position = excluded.recipients_position;

-- name: drop_recipients
-- Recipients of some tenants, before they are written anew.
delete from notices.recipients as recipient
using unnest($1::int[], $2::text[]) as changed (partition, tenant_id)
where recipient.partition = changed.partition and recipient.tenant_id = changed.tenant_id;

-- name: write_recipients
-- Recipients as they are now.
insert into notices.recipients (
    partition, tenant_id, recipient_id, channel, address, settings, is_verified,
    burst_begun_at, burst_count, is_flooded, held_begun_at, held_count
)
select * from unnest(
    $1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[],
    $8::timestamptz[], $9::int[], $10::bool[], $11::timestamptz[], $12::int[]
);

-- name: update_recipients
-- Recipients that were told of something, or proved to have their address.
update notices.recipients as recipient
set
    is_verified = told.is_verified,
    burst_begun_at = told.burst_begun_at,
    burst_count = told.burst_count,
    is_flooded = told.is_flooded,
    held_begun_at = told.held_begun_at,
    held_count = told.held_count
from unnest(
    $1::int[], $2::text[], $3::text[], $4::bool[], $5::timestamptz[], $6::int[], $7::bool[],
    $8::timestamptz[], $9::int[]
) as told (
    partition, tenant_id, recipient_id, is_verified, burst_begun_at, burst_count, is_flooded,
    held_begun_at, held_count
)
where recipient.partition = told.partition
    and recipient.tenant_id = told.tenant_id
    and recipient.recipient_id = told.recipient_id;
