-- Orders to suppliers: what changes them, and what is asked about them.

-- name: create
-- New orders, as they are after the batch.
insert into supplier_orders (
    tenant_id, supplier_order_id, partition, position, version, updated_at, status,
    supplier_reference, expected_delivery, submitted_at, confirmed_at, unavailable_at, attempts,
    cause, overdue_at, first_received_at, ended_at, deliveries, created_at, created_by,
    supplier_id, supplier_name, api_url, reorder_warehouse_id, reorder_sku, reorder_number
)
select *
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[],
    $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[],
    $13::bigint[], $14::text[], $15::timestamptz[], $16::timestamptz[], $17::timestamptz[],
    $18::bigint[], $19::timestamptz[], $20::text[], $21::text[], $22::text[], $23::text[],
    $24::text[], $25::text[], $26::bigint[]
)
on conflict (tenant_id, supplier_order_id) do nothing;

-- name: change
-- Orders that were there; null: as it was.
update supplier_orders as known
set position = told.position,
    version = told.version,
    updated_at = told.updated_at,
    status = coalesce(told.status, known.status),
    supplier_reference = coalesce(told.supplier_reference, known.supplier_reference),
    expected_delivery = coalesce(told.expected_delivery, known.expected_delivery),
    submitted_at = coalesce(told.submitted_at, known.submitted_at),
    confirmed_at = coalesce(told.confirmed_at, known.confirmed_at),
    unavailable_at = coalesce(told.unavailable_at, known.unavailable_at),
    attempts = coalesce(told.attempts, known.attempts),
    cause = coalesce(told.cause, known.cause),
    overdue_at = coalesce(told.overdue_at, known.overdue_at),
    first_received_at = coalesce(known.first_received_at, told.first_received_at),
    ended_at = coalesce(told.ended_at, known.ended_at),
    deliveries = known.deliveries + told.deliveries
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[],
    $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[],
    $13::bigint[], $14::text[], $15::timestamptz[], $16::timestamptz[], $17::timestamptz[],
    $18::bigint[]
) as told (
    tenant_id, supplier_order_id, partition, position, version, updated_at, status,
    supplier_reference, expected_delivery, submitted_at, confirmed_at, unavailable_at, attempts,
    cause, overdue_at, first_received_at, ended_at, deliveries
)
where known.tenant_id = told.tenant_id and known.supplier_order_id = told.supplier_order_id;

-- name: one
-- One order of the session's tenant, whom to reach about it, and its lines.
select
    known.supplier_order_id, known.position, known.version, known.status, known.created_at,
    known.created_by, known.supplier_id, known.supplier_name, known.api_url,
    known.supplier_reference, known.expected_delivery, known.reorder_warehouse_id,
    known.reorder_sku, known.reorder_number, known.submitted_at, known.confirmed_at,
    known.unavailable_at, known.attempts, known.cause, known.overdue_at,
    known.first_received_at, known.ended_at, known.updated_at, known.deliveries,
    supplier.contact, supplier.email, supplier.phone,
    line.warehouse_id, line.sku, line.unit_cost, line.ordered, line.received, line.rejected,
    line.over, line.cancelled, line.on_order, line.received_value
from supplier_orders as known
left join suppliers as supplier
    on supplier.tenant_id = known.tenant_id and supplier.supplier_id = known.supplier_id
left join supplier_order_lines as line
    on line.tenant_id = known.tenant_id and line.supplier_order_id = known.supplier_order_id
where known.tenant_id = $1 and known.supplier_order_id = $2
order by line.warehouse_id, line.sku;

-- name: page
-- Orders of the session's tenant with these statuses behind a cursor, the latest first, and the
-- sums of their lines. Planned for the filters that are given: those that are null vanish.
select
    page.supplier_order_id, page.position, page.version, page.status, page.created_at,
    page.created_by, page.supplier_id, page.supplier_name, page.api_url,
    page.supplier_reference, page.expected_delivery, page.reorder_warehouse_id,
    page.reorder_sku, page.reorder_number, page.submitted_at, page.confirmed_at,
    page.unavailable_at, page.attempts, page.cause, page.overdue_at, page.first_received_at,
    page.ended_at, page.updated_at, page.deliveries,
    lines.ordered, lines.received, lines.rejected, lines.over, lines.cancelled, lines.on_order,
    lines.received_value
from (
    select of_status.*
    from unnest($2::text[]) as wanted (wanted_status)
    cross join lateral (
        select *
        from supplier_orders as known
        where tenant_id = $1
            and status = wanted_status
            and ($3::text is null or supplier_id = $3)
            and (
                ($4::text is null and $5::text is null)
                or exists (
                    select
                    from supplier_order_lines as line
                    where line.tenant_id = $1
                        and line.supplier_order_id = known.supplier_order_id
                        and ($4::text is null or line.warehouse_id = $4)
                        and ($5::text is null or line.sku = $5)
                )
            )
            and (not $6::bool or overdue_at is not null)
            and (not $7::bool or status = 'UNAVAILABLE' or (status = 'QUEUED' and api_url is null))
            and ($8::timestamptz is null or (created_at, supplier_order_id) < ($8, $9::text))
        order by created_at desc, supplier_order_id desc
        limit $10
    ) as of_status
    order by created_at desc, supplier_order_id desc
    limit $10
) as page
cross join lateral (
    select
        coalesce(sum(line.ordered), 0)::bigint as ordered,
        coalesce(sum(line.received), 0)::bigint as received,
        coalesce(sum(line.rejected), 0)::bigint as rejected,
        coalesce(sum(line.over), 0)::bigint as over,
        coalesce(sum(line.cancelled), 0)::bigint as cancelled,
        coalesce(sum(line.on_order), 0)::bigint as on_order,
        coalesce(sum(line.received_value), 0)::bigint as received_value
    from supplier_order_lines as line
    where line.tenant_id = $1 and line.supplier_order_id = page.supplier_order_id
) as lines
order by page.created_at desc, page.supplier_order_id desc;

-- name: history
-- The events of one order behind a version, out of the log.
select position, version, type, recorded_at, data, metadata, command
from views.history($2, $3, $4, $5)
where current_setting('stockledger.tenant_id', true) = $1
order by version;
