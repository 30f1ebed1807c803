-- Alerts: what changes them, and what is asked about them.

-- name: raise
-- Alerts that were raised.
insert into alerts (
    tenant_id, warehouse_id, sku, kind, number, partition, position, version, raised_at, severity,
    name, figure, trigger, recommended, supplier_id, raised_position
)
select *, told.position
from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::bigint[],
    $8::bigint[], $9::timestamptz[], $10::text[], $11::text[], $12::bigint[], $13::bigint[],
    $14::bigint[], $15::text[]
) as told (
    tenant_id, warehouse_id, sku, kind, number, partition, position, version, raised_at, severity,
    name, figure, trigger, recommended, supplier_id
)
on conflict (tenant_id, warehouse_id, sku, kind, number) do nothing;

-- name: acknowledge
-- Alerts that somebody sees to.
update alerts as alert
set position = told.position,
    version = told.version,
    acknowledged_at = told.recorded_at,
    acknowledged_by = told.acknowledged_by
from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::bigint[],
    $8::bigint[], $9::timestamptz[], $10::text[]
) as told (
    tenant_id, warehouse_id, sku, kind, number, partition, position, version, recorded_at,
    acknowledged_by
)
where alert.tenant_id = told.tenant_id
    and alert.warehouse_id = told.warehouse_id
    and alert.sku = told.sku
    and alert.kind = told.kind
    and alert.number = told.number;

-- name: resolve
-- Alerts that are over.
update alerts as alert
set position = told.position,
    version = told.version,
    resolved_at = told.recorded_at,
    resolved_by = told.resolved_by,
    resolution = told.resolution,
    resolved_figure = told.resolved_figure
from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::bigint[],
    $8::bigint[], $9::timestamptz[], $10::text[], $11::text[], $12::bigint[]
) as told (
    tenant_id, warehouse_id, sku, kind, number, partition, position, version, recorded_at,
    resolved_by, resolution, resolved_figure
)
where alert.tenant_id = told.tenant_id
    and alert.warehouse_id = told.warehouse_id
    and alert.sku = told.sku
    and alert.kind = told.kind
    and alert.number = told.number;

-- name: page_by_newest
-- Alerts of the session's tenant with these statuses ($2), kinds ($3) and severities ($4) behind a
-- cursor, the newest first. Planned for the filters that are given: those that are null vanish.
select
    page.warehouse_id, page.sku, page.kind, page.number, page.severity, page.status, page.name,
    page.figure, page.trigger, page.recommended, page.supplier_id, page.raised_at,
    page.raised_position, page.acknowledged_at, page.acknowledged_by, page.resolved_at,
    page.resolved_by, page.resolution, page.resolved_figure, page.position
from unnest($2::text[]) as statuses (wanted_status)
cross join unnest($3::text[]) as kinds (wanted_kind)
cross join unnest($4::text[]) as severities (wanted_severity)
cross join lateral (
    select *
    from alerts
    where tenant_id = $1
        and status = wanted_status
        and kind = wanted_kind
        and severity = wanted_severity
        and ($5::text is null or warehouse_id = $5)
        and ($6::text is null or sku = $6)
        and ($7::timestamptz is null or raised_at >= $7)
        and ($8::timestamptz is null or raised_at < $8)
        and ($9::timestamptz is null or (raised_at, raised_position) < ($9, $10::bigint))
    order by raised_at desc, raised_position desc
    limit $11
) as page
order by page.raised_at desc, page.raised_position desc
limit $11;

-- name: page_by_gravest
-- The same, the gravest first: in the order of the severities. The cursor is within one ($12).
select
    page.warehouse_id, page.sku, page.kind, page.number, page.severity, page.status, page.name,
    page.figure, page.trigger, page.recommended, page.supplier_id, page.raised_at,
    page.raised_position, page.acknowledged_at, page.acknowledged_by, page.resolved_at,
    page.resolved_by, page.resolution, page.resolved_figure, page.position
from unnest($2::text[]) as statuses (wanted_status)
cross join unnest($3::text[]) as kinds (wanted_kind)
cross join unnest($4::text[]) with ordinality as severities (wanted_severity, place)
cross join lateral (
    select *
    from alerts
    where tenant_id = $1
        and status = wanted_status
        and kind = wanted_kind
        and severity = wanted_severity
        and ($5::text is null or warehouse_id = $5)
        and ($6::text is null or sku = $6)
        and ($7::timestamptz is null or raised_at >= $7)
        and ($8::timestamptz is null or raised_at < $8)
        and (
            $9::timestamptz is null
            or severity <> $12::text
            or (raised_at, raised_position) < ($9, $10::bigint)
        )
    order by raised_at desc, raised_position desc
    limit $11
) as page
order by severities.place, page.raised_at desc, page.raised_position desc
limit $11;

-- name: response_times
-- How long it took to acknowledge and to resolve the alerts of these kinds ($2) that were raised
-- in a period of time, in seconds: of all of them, of each kind, and of each hour, day or month
-- (UTC). Those that another one replaced are not counted as resolved.
select
    kind,
    begins_at,
    count(*) as raised,
    count(acknowledged_at) as acknowledged,
    count(to_resolve) as resolved,
    count(*) filter (where resolution = 'by_hand') as resolved_by_hand,
    count(*) filter (where resolution = 'replaced') as replaced,
    count(*) filter (where status <> 'RESOLVED') as open,
    percentile_cont(0.5) within group (order by to_acknowledge) as acknowledge_median,
    percentile_cont(0.95) within group (order by to_acknowledge) as acknowledge_p95,
    percentile_cont(0.5) within group (order by to_resolve) as resolve_median,
    percentile_cont(0.95) within group (order by to_resolve) as resolve_p95
from (
    select
        kind, status, resolution, acknowledged_at,
        date_trunc($6, raised_at, 'UTC') as begins_at,
        extract(epoch from acknowledged_at - raised_at)::float8 as to_acknowledge,
        case
            when resolution <> 'replaced' then extract(epoch from resolved_at - raised_at)::float8
        end as to_resolve
    from alerts
    where tenant_id = $1
        and kind = any($2::text[])
        and ($3::text is null or warehouse_id = $3)
        and raised_at >= $4::timestamptz
        and raised_at < $5::timestamptz
) as alert
group by grouping sets ((), (kind), (begins_at))
order by kind nulls first, begins_at nulls first;
