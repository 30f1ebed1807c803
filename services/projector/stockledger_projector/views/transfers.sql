-- Transfers: what changes them, and what is asked about them.

-- name: create
-- New transfers, as they are after the batch.
insert into transfers (
    tenant_id, transfer_id, partition, position, version, updated_at, status, dispatched_at,
    carrier, tracking_number, expected_delivery, overdue_at, ended_at, receipts, created_at,
    source_warehouse_id, destination_warehouse_id, reason, reference_type, reference_id
)
select *
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[],
    $8::timestamptz[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[],
    $13::timestamptz[], $14::bigint[], $15::timestamptz[], $16::text[], $17::text[], $18::text[],
    $19::text[], $20::text[]
)
on conflict (tenant_id, transfer_id) do nothing;

-- name: change
-- Transfers that were there; null: as it was.
update transfers as transfer
set position = told.position,
    version = told.version,
    updated_at = told.updated_at,
    status = coalesce(told.status, transfer.status),
    dispatched_at = coalesce(told.dispatched_at, transfer.dispatched_at),
    carrier = coalesce(told.carrier, transfer.carrier),
    tracking_number = coalesce(told.tracking_number, transfer.tracking_number),
    expected_delivery = coalesce(told.expected_delivery, transfer.expected_delivery),
    overdue_at = coalesce(told.overdue_at, transfer.overdue_at),
    ended_at = coalesce(told.ended_at, transfer.ended_at),
    receipts = transfer.receipts + told.receipts
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[],
    $8::timestamptz[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[],
    $13::timestamptz[], $14::bigint[]
) as told (
    tenant_id, transfer_id, partition, position, version, updated_at, status, dispatched_at,
    carrier, tracking_number, expected_delivery, overdue_at, ended_at, receipts
)
where transfer.tenant_id = told.tenant_id and transfer.transfer_id = told.transfer_id;

-- name: one
-- One transfer of the session's tenant, with its lines.
select
    transfer.transfer_id, transfer.position, transfer.version, transfer.status,
    transfer.source_warehouse_id, transfer.destination_warehouse_id, transfer.reason,
    transfer.reference_type, transfer.reference_id, transfer.created_at, transfer.dispatched_at,
    transfer.carrier, transfer.tracking_number, transfer.expected_delivery, transfer.overdue_at,
    transfer.ended_at, transfer.updated_at, transfer.receipts,
    line.sku, line.quantity, line.sent, line.received, line.damaged, line.short, line.over,
    line.returned, line.in_transit, line.sent_value, line.transit_value
from transfers as transfer
left join transfer_lines as line
    on line.tenant_id = transfer.tenant_id and line.transfer_id = transfer.transfer_id
where transfer.tenant_id = $1 and transfer.transfer_id = $2
order by line.sku;

-- name: page
-- Transfers of the session's tenant with these statuses behind a cursor, the latest first, and
-- the sums of their lines. Planned for the filters that are given: those that are null vanish.
select
    page.transfer_id, page.position, page.version, page.status, page.source_warehouse_id,
    page.destination_warehouse_id, page.reason, page.reference_type, page.reference_id,
    page.created_at, page.dispatched_at, page.carrier, page.tracking_number,
    page.expected_delivery, page.overdue_at, page.ended_at, page.updated_at, page.receipts,
    lines.quantity, lines.sent, lines.received, lines.damaged, lines.short, lines.over,
    lines.returned, lines.in_transit, lines.sent_value, lines.transit_value
from (
    select of_status.*
    from unnest($2::text[]) as wanted (wanted_status)
    cross join lateral (
        select *
        from transfers
        where tenant_id = $1
            and status = wanted_status
            and ($3::text is null or source_warehouse_id = $3)
            and ($4::text is null or destination_warehouse_id = $4)
            and (not $5::bool or overdue_at is not null)
            and ($6::timestamptz is null or (created_at, transfer_id) < ($6, $7::text))
        order by created_at desc, transfer_id desc
        limit $8
    ) as of_status
    order by created_at desc, transfer_id desc
    limit $8
) as page
cross join lateral (
    select
        coalesce(sum(line.quantity), 0)::bigint as quantity,
        coalesce(sum(line.sent), 0)::bigint as sent,
        coalesce(sum(line.received), 0)::bigint as received,
        coalesce(sum(line.damaged), 0)::bigint as damaged,
        coalesce(sum(line.short), 0)::bigint as short,
        coalesce(sum(line.over), 0)::bigint as over,
        coalesce(sum(line.returned), 0)::bigint as returned,
        coalesce(sum(line.in_transit), 0)::bigint as in_transit,
        coalesce(sum(line.sent_value), 0)::bigint as sent_value,
        coalesce(sum(line.transit_value), 0)::bigint as transit_value
    from transfer_lines as line
    where line.tenant_id = $1 and line.transfer_id = page.transfer_id
) as lines
order by page.created_at desc, page.transfer_id desc;
