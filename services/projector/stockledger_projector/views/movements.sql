-- Every movement of stock, both entries in one row.

-- name: create_month
-- The month's table (its first day, UTC), where there is none yet.
select views.create_month($1, month) from unnest($2::date[]) as asked (month);

-- name: insert
-- Movements; one that is there already stays as it is.
insert into movements (
    tenant_id, recorded_at, position, partition, warehouse_id, sku, version, kind, quantity,
    from_bucket, from_before, from_after, to_bucket, to_before, to_after, value_change, unit_cost,
    reason, reference_type, reference_id, actor, effective_at, command, available, reserved,
    damaged, quarantined, in_transit, value, transit_value, transit_value_change
)
select *
from unnest(
    $1::text[], $2::timestamptz[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::bigint[],
    $8::text[], $9::bigint[], $10::text[], $11::bigint[], $12::bigint[], $13::text[],
    $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::text[], $19::text[],
    $20::text[], $21::text[], $22::timestamptz[], $23::text[], $24::bigint[], $25::bigint[],
    $26::bigint[], $27::bigint[], $28::bigint[], $29::bigint[], $30::bigint[], $31::bigint[]
)
on conflict do nothing;

-- name: page_by_recorded
-- Movements of the session's tenant by recorded time, the latest first, behind a cursor.
select
    tenant_id, recorded_at, position, partition, warehouse_id, sku, version, kind, quantity,
    from_bucket, from_before, from_after, to_bucket, to_before, to_after, value_change, unit_cost,
    reason, reference_type, reference_id, actor, effective_at, command
from movements
where tenant_id = $1
    and ($2::text is null or warehouse_id = $2)
    and ($3::text is null or sku = $3)
    and ($4::text is null or kind = $4)
    and ($5::text is null or reference_id = $5)
    and ($6::text is null or reference_type = $6)
    and ($7::timestamptz is null or recorded_at >= $7)
    and ($8::timestamptz is null or recorded_at < $8)
    and ($9::timestamptz is null or (recorded_at, position) < ($9, $10::bigint))
order by recorded_at desc, position desc
limit $11;

-- name: page_of_kinds
-- Movements of some kinds ($3) in a warehouse ($2) or in each, by recorded time, the latest first,
-- behind a cursor. In a warehouse those of one kind follow each other by time in the index.
select
    page.tenant_id, page.recorded_at, page.position, page.partition, page.warehouse_id, page.sku,
    page.version, page.kind, page.quantity, page.from_bucket, page.from_before, page.from_after,
    page.to_bucket, page.to_before, page.to_after, page.value_change, page.unit_cost, page.reason,
    page.reference_type, page.reference_id, page.actor, page.effective_at, page.command
from (
    select $2::text as wanted_warehouse where $2::text is not null
    union all
    select warehouse_id from warehouses where tenant_id = $1 and $2::text is null
) as places
cross join unnest($3::text[]) as kinds (wanted_kind)
cross join lateral (
    select *
    from movements
    where tenant_id = $1
        and warehouse_id = wanted_warehouse
        and kind = wanted_kind
        and ($4::timestamptz is null or recorded_at >= $4)
        and ($5::timestamptz is null or recorded_at < $5)
        and ($6::timestamptz is null or (recorded_at, position) < ($6, $7::bigint))
    order by recorded_at desc, position desc
    limit $8
) as page
order by page.recorded_at desc, page.position desc
limit $8;

-- name: page_of_sku
-- Movements of a SKU ($2) by recorded time, the latest first, behind a cursor: out of the latest of
-- each warehouse that keeps it.
select
    page.tenant_id, page.recorded_at, page.position, page.partition, page.warehouse_id, page.sku,
    page.version, page.kind, page.quantity, page.from_bucket, page.from_before, page.from_after,
    page.to_bucket, page.to_before, page.to_after, page.value_change, page.unit_cost, page.reason,
    page.reference_type, page.reference_id, page.actor, page.effective_at, page.command
from stock_levels as level
cross join lateral (
    select *
    from movements
    where tenant_id = $1
        and warehouse_id = level.warehouse_id
        and sku = $2
        and ($3::text is null or kind = $3)
        and ($4::text is null or reference_type = $4)
        and ($5::timestamptz is null or recorded_at >= $5)
        and ($6::timestamptz is null or recorded_at < $6)
        and ($7::timestamptz is null or (recorded_at, position) < ($7, $8::bigint))
    order by recorded_at desc, position desc
    limit $9
) as page
where level.tenant_id = $1 and level.sku = $2
order by page.recorded_at desc, page.position desc
limit $9;

-- name: page_by_effective
-- The same by effective time: those that took effect when recorded, and the backdated ones.
select *
from (
    (
        select
            tenant_id, recorded_at, position, partition, warehouse_id, sku, version, kind,
            quantity, from_bucket, from_before, from_after, to_bucket, to_before, to_after,
            value_change, unit_cost, reason, reference_type, reference_id, actor, effective_at,
            command
        from movements
        where tenant_id = $1
            and effective_at is null
            and ($2::text is null or warehouse_id = $2)
            and ($3::text is null or sku = $3)
            and ($4::text is null or kind = $4)
            and ($5::text is null or reference_id = $5)
            and ($6::text is null or reference_type = $6)
            and ($7::timestamptz is null or recorded_at >= $7)
            and ($8::timestamptz is null or recorded_at < $8)
            and ($9::timestamptz is null or (recorded_at, position) < ($9, $10::bigint))
        order by recorded_at desc, position desc
        limit $11
    )
    union all
    (
        select
            tenant_id, recorded_at, position, partition, warehouse_id, sku, version, kind,
            quantity, from_bucket, from_before, from_after, to_bucket, to_before, to_after,
            value_change, unit_cost, reason, reference_type, reference_id, actor, effective_at,
            command
        from movements
        where tenant_id = $1
            and effective_at is not null
            and ($2::text is null or warehouse_id = $2)
            and ($3::text is null or sku = $3)
            and ($4::text is null or kind = $4)
            and ($5::text is null or reference_id = $5)
            and ($6::text is null or reference_type = $6)
            and ($7::timestamptz is null or effective_at >= $7)
            and ($8::timestamptz is null or effective_at < $8)
            and ($9::timestamptz is null or (effective_at, position) < ($9, $10::bigint))
        order by effective_at desc, position desc
        limit $11
    )
) as both_kinds
order by coalesce(effective_at, recorded_at) desc, position desc
limit $11;
