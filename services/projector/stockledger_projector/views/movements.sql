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
