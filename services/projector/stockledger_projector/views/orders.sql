-- Orders: what changes them, and what is asked about them.

-- name: change
-- Orders, with what their events told; a cancelled one stays it.
insert into orders as known (
    tenant_id, order_id, partition, position, version, updated_at, created_at, accepted_at,
    cancelled_at, customer_id, cart_id, asked, reservation_ids
)
select
    told.tenant_id, told.order_id, told.partition, told.position, told.version, told.updated_at,
    told.created_at, told.accepted_at, told.cancelled_at, told.customer_id, told.cart_id,
    told.asked, array(select jsonb_array_elements_text(told.reservation_ids))
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[],
    $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[],
    $12::jsonb[], $13::jsonb[]
) as told (
    tenant_id, order_id, partition, position, version, updated_at, created_at, accepted_at,
    cancelled_at, customer_id, cart_id, asked, reservation_ids
)
on conflict (tenant_id, order_id) do update set
    position = excluded.position,
    version = excluded.version,
    updated_at = excluded.updated_at,
    accepted_at = coalesce(known.accepted_at, excluded.accepted_at),
    cancelled_at = coalesce(known.cancelled_at, excluded.cancelled_at),
    customer_id = coalesce(excluded.customer_id, known.customer_id),
    cart_id = coalesce(excluded.cart_id, known.cart_id),
    asked = coalesce(excluded.asked, known.asked),
    reservation_ids = case
        when excluded.reservation_ids <@ known.reservation_ids then known.reservation_ids
        else array(
            select distinct each collate "C"
            from unnest(known.reservation_ids || excluded.reservation_ids) as both_lists (each)
            order by 1
        )
    end;

-- name: one
-- One order of the session's tenant, with its lines.
select
    known.order_id, known.partition, known.position, known.version, known.status,
    known.customer_id, known.cart_id, known.reservation_ids, known.asked, known.created_at,
    known.accepted_at, known.cancelled_at, known.updated_at,
    line.warehouse_id, line.sku, line.sold, line.sold_value, line.returned, line.returned_value
from orders as known
left join order_lines as line
    on line.tenant_id = known.tenant_id and line.order_id = known.order_id
where known.tenant_id = $1 and known.order_id = $2
order by line.warehouse_id, line.sku;

-- name: page
-- Orders of the session's tenant with these statuses behind a cursor, the latest first, and the
-- sums of their lines. Planned for the filters that are given: those that are null vanish.
select
    page.order_id, page.partition, page.position, page.version, page.status, page.customer_id,
    page.cart_id, page.reservation_ids, page.asked, page.created_at, page.accepted_at,
    page.cancelled_at, page.updated_at,
    lines.sold, lines.sold_value, lines.returned, lines.returned_value
from (
    select of_status.*
    from unnest($2::text[]) as wanted (wanted_status)
    cross join lateral (
        select *
        from orders
        where tenant_id = $1
            and status = wanted_status
            and ($3::text is null or customer_id = $3)
            and ($4::text is null or cart_id = $4)
            and ($5::timestamptz is null or created_at >= $5)
            and ($6::timestamptz is null or created_at < $6)
            and ($7::timestamptz is null or (created_at, order_id) < ($7, $8::text))
        order by created_at desc, order_id desc
        limit $9
    ) as of_status
    order by created_at desc, order_id desc
    limit $9
) as page
cross join lateral (
    select
        coalesce(sum(line.sold), 0)::bigint as sold,
        coalesce(sum(line.sold_value), 0)::bigint as sold_value,
        coalesce(sum(line.returned), 0)::bigint as returned,
        coalesce(sum(line.returned_value), 0)::bigint as returned_value
    from order_lines as line
    where line.tenant_id = $1 and line.order_id = page.order_id
) as lines
order by page.created_at desc, page.order_id desc;
