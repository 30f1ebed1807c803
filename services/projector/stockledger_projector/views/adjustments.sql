-- Adjustments: what changes them, and what is asked about them.

-- name: begin
-- Adjustments that took effect at once, or that wait.
insert into adjustments (
    tenant_id, adjustment_id, partition, position, version, updated_at, status, warehouse_id, sku,
    change, requested_by, reason, reference_type, reference_id, effective_at, expires_at,
    item_version, available, on_hand, value, created_at
)
select *, told.updated_at
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[],
    $8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[],
    $15::timestamptz[], $16::timestamptz[], $17::bigint[], $18::bigint[], $19::bigint[],
    $20::bigint[]
) as told (
    tenant_id, adjustment_id, partition, position, version, updated_at, status, warehouse_id, sku,
    change, requested_by, reason, reference_type, reference_id, effective_at, expires_at,
    item_version, available, on_hand, value
)
on conflict (tenant_id, adjustment_id) do nothing;

-- name: decide
-- Adjustments that were approved, rejected or nobody decided in time.
update adjustments as adjustment
set position = told.position,
    version = told.version,
    updated_at = told.updated_at,
    status = told.status,
    decided_at = told.updated_at,
    decided_by = told.decided_by,
    decision_reason = told.decision_reason,
    changed_meanwhile = told.changed_meanwhile
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[],
    $8::text[], $9::text[], $10::bigint[]
) as told (
    tenant_id, adjustment_id, partition, position, version, updated_at, status, decided_by,
    decision_reason, changed_meanwhile
)
where adjustment.tenant_id = told.tenant_id and adjustment.adjustment_id = told.adjustment_id;

-- name: one
-- One adjustment of the session's tenant, and the item as it is now.
select
    adjustment.adjustment_id, adjustment.position, adjustment.version, adjustment.status,
    adjustment.warehouse_id, adjustment.sku, adjustment.change, adjustment.requested_by,
    adjustment.reason, adjustment.reference_type, adjustment.reference_id,
    adjustment.effective_at, adjustment.created_at, adjustment.expires_at,
    adjustment.item_version, adjustment.available, adjustment.on_hand, adjustment.value,
    adjustment.decided_at, adjustment.decided_by, adjustment.decision_reason,
    adjustment.changed_meanwhile, adjustment.updated_at,
    adjustment.status = 'PENDING' and adjustment.expires_at > (select ledger.ledger_now())
        as can_be_approved,
    level.version as version_now, level.available as available_now, level.on_hand as on_hand_now,
    level.value as value_now
from adjustments as adjustment
left join stock_levels as level
    on level.tenant_id = adjustment.tenant_id
    and level.warehouse_id = adjustment.warehouse_id
    and level.sku = adjustment.sku
where adjustment.tenant_id = $1 and adjustment.adjustment_id = $2;

-- name: page
-- The same of adjustments with these statuses behind a cursor, the latest first. Planned for the
-- filters that are given: those that are null vanish.
select
    page.adjustment_id, page.position, page.version, page.status, page.warehouse_id, page.sku,
    page.change, page.requested_by, page.reason, page.reference_type, page.reference_id,
    page.effective_at, page.created_at, page.expires_at, page.item_version, page.available,
    page.on_hand, page.value, page.decided_at, page.decided_by, page.decision_reason,
    page.changed_meanwhile, page.updated_at,
    page.status = 'PENDING' and page.expires_at > (select ledger.ledger_now()) as can_be_approved,
    level.version as version_now, level.available as available_now, level.on_hand as on_hand_now,
    level.value as value_now
from (
    select of_status.*
    from unnest($2::text[]) as wanted (wanted_status)
    cross join lateral (
        select *
        from adjustments
        where tenant_id = $1
            and status = wanted_status
            and ($3::text is null or warehouse_id = $3)
            and ($4::text is null or sku = $4)
            and ($5::timestamptz is null or (created_at, adjustment_id) < ($5, $6::text))
        order by created_at desc, adjustment_id desc
        limit $7
    ) as of_status
    order by created_at desc, adjustment_id desc
    limit $7
) as page
left join stock_levels as level
    on level.tenant_id = $1
    and level.warehouse_id = page.warehouse_id
    and level.sku = page.sku
order by page.created_at desc, page.adjustment_id desc;
