-- Suppliers: what changes them, and what is asked about them.

-- name: register
-- All that is known of suppliers, as their last SupplierRegistered said.
insert into suppliers (
    tenant_id, supplier_id, partition, position, version, updated_at, registered_at, name, api_url,
    contact, email, phone, address, lead_time_days
)
select *
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[],
    $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
    $14::int[]
)
on conflict (tenant_id, supplier_id) do update set
    position = excluded.position,
    version = excluded.version,
    updated_at = excluded.updated_at,
    name = excluded.name,
    api_url = excluded.api_url,
    contact = excluded.contact,
    email = excluded.email,
    phone = excluded.phone,
    address = excluded.address,
    lead_time_days = excluded.lead_time_days;

-- name: one
-- One supplier of the session's tenant.
select
    supplier_id, position, version, updated_at, registered_at, name, api_url, contact, email,
    phone, address, lead_time_days
from suppliers
where tenant_id = $1 and supplier_id = $2;

-- name: page
-- Suppliers of the session's tenant behind a cursor.
select
    supplier_id, position, version, updated_at, registered_at, name, api_url, contact, email,
    phone, address, lead_time_days
from suppliers
where tenant_id = $1 and ($2::text is null or supplier_id > $2)
order by supplier_id
limit $3;

-- name: performance
-- What the latest orders ($3 at most) to a supplier ($2) came to: how many there are of each sort,
-- the seconds that deliveries took, and what was late. Due is what is whole, or was to be by now.
select
    count(*) as orders,
    count(*) filter (where ended_at is null) as open,
    count(*) filter (where status = 'RECEIVED') as received,
    count(*) filter (where status = 'CANCELLED') as cancelled,
    count(*) filter (where unavailable_at is not null) as unavailable,
    count(*) filter (where is_due) as due,
    count(*) filter (where is_due and ended_at <= expected_delivery) as on_time,
    percentile_cont(0.5) within group (order by until_first) as first_median,
    percentile_cont(0.95) within group (order by until_first) as first_p95,
    percentile_cont(0.5) within group (order by until_whole) as whole_median,
    percentile_cont(0.95) within group (order by until_whole) as whole_p95
from (
    select
        status, unavailable_at, ended_at, expected_delivery,
        extract(epoch from first_received_at - created_at)::float8 as until_first,
        case
            when status = 'RECEIVED' then extract(epoch from ended_at - created_at)::float8
        end as until_whole,
        status <> 'CANCELLED'
            and expected_delivery is not null
            and (ended_at is not null or expected_delivery < (select ledger.ledger_now()))
            as is_due
    from supplier_orders
    where tenant_id = $1 and supplier_id = $2
    order by created_at desc, supplier_order_id desc
    limit $3
) as latest;
