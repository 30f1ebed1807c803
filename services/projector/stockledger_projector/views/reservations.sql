-- Reservations: what changes them, and what is asked about them.

-- name: create
-- Reservations that were made, as they are after the batch.
insert into reservations (
    tenant_id, reservation_id, partition, position, version, updated_at, status, order_id,
    expires_at, ended_at, lines, asked, created_at, customer_id, cart_id
)
select *
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[],
    $8::text[], $9::timestamptz[], $10::timestamptz[], $11::jsonb[], $12::jsonb[],
    $13::timestamptz[], $14::text[], $15::text[]
)
on conflict do nothing;

-- name: change
-- What changed of earlier ones; null: as it was. What was asked changes with the lines.
update reservations as reservation
set position = changed.position,
    version = changed.version,
    updated_at = changed.updated_at,
    status = changed.status,
    order_id = coalesce(changed.order_id, reservation.order_id),
    expires_at = coalesce(changed.expires_at, reservation.expires_at),
    ended_at = coalesce(changed.ended_at, reservation.ended_at),
    lines = coalesce(changed.lines, reservation.lines),
    asked = case when changed.is_asked_anew then changed.asked else reservation.asked end
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[],
    $8::text[], $9::timestamptz[], $10::timestamptz[], $11::jsonb[], $12::jsonb[], $13::bool[]
) as changed (
    tenant_id, reservation_id, partition, position, version, updated_at, status, order_id,
    expires_at, ended_at, lines, asked, is_asked_anew
)
where reservation.tenant_id = changed.tenant_id
    and reservation.reservation_id = changed.reservation_id;

-- name: one
-- One reservation of the session's tenant; past its deadline while active, it has lapsed.
select
    reservation_id, partition, position, version, status, customer_id, cart_id, order_id,
    expires_at, created_at, updated_at, ended_at, lines, asked,
    status = 'ACTIVE' and expires_at <= ledger.ledger_now() as is_lapsed
from reservations
where tenant_id = $1 and reservation_id = $2;

-- name: page_by_latest_deadline
-- Reservations of the session's tenant with these statuses behind a cursor, the latest deadline
-- first. Planned for the filters that are given: those that are null vanish.
select
    reservation_id, partition, position, version, status, customer_id, cart_id, order_id,
    expires_at, created_at, updated_at, ended_at, lines, asked,
    status = 'ACTIVE' and expires_at <= ledger.ledger_now() as is_lapsed
from unnest($2::text[]) as wanted (wanted_status)
cross join lateral (
    select *
    from reservations
    where tenant_id = $1
        and status = wanted_status
        and ($3::text is null or customer_id = $3)
        and ($4::text is null or cart_id = $4)
        and ($5::text is null or order_id = $5)
        and ($6::timestamptz is null or expires_at >= $6)
        and ($7::timestamptz is null or expires_at < $7)
        and ($8::timestamptz is null or (expires_at, reservation_id) < ($8, $9::text))
    order by expires_at desc, reservation_id desc
    limit $10
) as of_status
order by expires_at desc, reservation_id desc
limit $10;

-- name: page_by_soonest_deadline
-- The same, the soonest deadline first.
select
    reservation_id, partition, position, version, status, customer_id, cart_id, order_id,
    expires_at, created_at, updated_at, ended_at, lines, asked,
    status = 'ACTIVE' and expires_at <= ledger.ledger_now() as is_lapsed
from unnest($2::text[]) as wanted (wanted_status)
cross join lateral (
    select *
    from reservations
    where tenant_id = $1
        and status = wanted_status
        and ($3::text is null or customer_id = $3)
        and ($4::text is null or cart_id = $4)
        and ($5::text is null or order_id = $5)
        and ($6::timestamptz is null or expires_at >= $6)
        and ($7::timestamptz is null or expires_at < $7)
        and ($8::timestamptz is null or (expires_at, reservation_id) > ($8, $9::text))
    order by expires_at, reservation_id
    limit $10
) as of_status
order by expires_at, reservation_id
limit $10;

-- name: history
-- The events of one reservation behind a version, out of the log.
select position, version, type, recorded_at, data, metadata, command
from views.history($2, $3, $4, $5)
where current_setting('stockledger.tenant_id', true) = $1
order by version;
