-- Figures as of a past time, out of the movements, the balances and the backdated changes.

-- name: item
-- One item: its figures after its last movement by then ($4), and what was in effect by then but
-- recorded later (none unless $5).
select
    level.warehouse_id, level.sku, level.name, level.category, level.unit,
    last.position, last.version, last.recorded_at,
    coalesce(last.available, 0) + later.available as available,
    coalesce(last.reserved, 0) + later.reserved as reserved,
    coalesce(last.damaged, 0) + later.damaged as damaged,
    coalesce(last.quarantined, 0) + later.quarantined as quarantined,
    coalesce(last.in_transit, 0) + later.in_transit as in_transit,
    coalesce(last.value, 0) + later.value as value,
    coalesce(last.transit_value, 0) + later.transit_value as transit_value
from stock_levels as level
left join lateral (
    select *
    from movements
    where tenant_id = $1 and warehouse_id = $2 and sku = $3 and recorded_at <= $4
    order by recorded_at desc, position desc
    limit 1
) as last on true
cross join lateral (
    select
        coalesce(sum(change) filter (where bucket = 'available'), 0)::bigint as available,
        coalesce(sum(change) filter (where bucket = 'reserved'), 0)::bigint as reserved,
        coalesce(sum(change) filter (where bucket = 'damaged'), 0)::bigint as damaged,
        coalesce(sum(change) filter (where bucket = 'quarantined'), 0)::bigint as quarantined,
        coalesce(sum(change) filter (where bucket = 'in_transit'), 0)::bigint as in_transit,
        coalesce(sum(value) filter (where is_left), 0)::bigint as value,
        coalesce(sum(transit) filter (where is_left), 0)::bigint as transit_value
    from (
        select
            from_bucket, to_bucket, quantity, value_change as value,
            transit_value_change as transit
        from movements
        where $5
            and tenant_id = $1
            and warehouse_id = $2
            and sku = $3
            and recorded_at > $4
            and effective_at is not null
            and effective_at <= $4
    ) as backdated
    cross join lateral (
        values (from_bucket, -quantity, true), (to_bucket, quantity, false)
    ) as side (bucket, change, is_left)
) as later
where level.tenant_id = $1 and level.warehouse_id = $2 and level.sku = $3;

-- name: items
-- The same of a warehouse's items behind a SKU ($6): so many ($7) of those that are there now.
select
    level.warehouse_id, level.sku, level.name, level.category, level.unit,
    last.position, last.version, last.recorded_at,
    coalesce(last.available, 0) + later.available as available,
    coalesce(last.reserved, 0) + later.reserved as reserved,
    coalesce(last.damaged, 0) + later.damaged as damaged,
    coalesce(last.quarantined, 0) + later.quarantined as quarantined,
    coalesce(last.in_transit, 0) + later.in_transit as in_transit,
    coalesce(last.value, 0) + later.value as value,
    coalesce(last.transit_value, 0) + later.transit_value as transit_value,
    later.movements
from (
    select *
    from stock_levels
    where tenant_id = $1
        and warehouse_id = $2
        and ($3::text is null or category = $3)
        and ($6::text is null or sku > $6)
    order by sku
    limit $7
) as level
left join lateral (
    select *
    from movements
    where tenant_id = $1
        and warehouse_id = $2
        and sku = level.sku
        and recorded_at <= $4
    order by recorded_at desc, position desc
    limit 1
) as last on true
cross join lateral (
    select
        count(*) as movements,
        coalesce(sum(change) filter (where bucket = 'available'), 0)::bigint as available,
        coalesce(sum(change) filter (where bucket = 'reserved'), 0)::bigint as reserved,
        coalesce(sum(change) filter (where bucket = 'damaged'), 0)::bigint as damaged,
        coalesce(sum(change) filter (where bucket = 'quarantined'), 0)::bigint as quarantined,
        coalesce(sum(change) filter (where bucket = 'in_transit'), 0)::bigint as in_transit,
        coalesce(sum(value) filter (where is_left), 0)::bigint as value,
        coalesce(sum(transit) filter (where is_left), 0)::bigint as transit_value
    from (
        select
            from_bucket, to_bucket, quantity, value_change as value,
            transit_value_change as transit
        from movements
        where $5
            and tenant_id = $1
            and warehouse_id = $2
            and sku = level.sku
            and recorded_at > $4
            and effective_at is not null
            and effective_at <= $4
    ) as backdated
    cross join lateral (
        values (from_bucket, -quantity, true), (to_bucket, quantity, false)
    ) as side (bucket, change, is_left)
) as later
order by level.sku;

-- name: warehouses
-- The sums of one warehouse ($3) or of each: at the end of an earlier block of positions ($4 a
-- block), and of what moved since, which is among the last so many movements by then ($2).
with reached as (
    select (position - 1) / $4::bigint as block
    from movements
    where tenant_id = $1 and recorded_at <= $2
    order by recorded_at desc, position desc
    limit 1
),
since as (
    select
        latest.warehouse_id,
        coalesce(sum(change) filter (where bucket = 'available'), 0)::bigint as available,
        coalesce(sum(change) filter (where bucket = 'reserved'), 0)::bigint as reserved,
        coalesce(sum(change) filter (where bucket = 'damaged'), 0)::bigint as damaged,
        coalesce(sum(change) filter (where bucket = 'quarantined'), 0)::bigint as quarantined,
        coalesce(sum(change) filter (where bucket = 'in_transit'), 0)::bigint as in_transit,
        coalesce(sum(value) filter (where is_left), 0)::bigint as value,
        coalesce(sum(transit) filter (where is_left), 0)::bigint as transit_value
    from (
        select
            position, warehouse_id, from_bucket, to_bucket, quantity, value_change as value,
            transit_value_change as transit
        from movements
        where tenant_id = $1 and recorded_at <= $2
        order by recorded_at desc, position desc
        limit $4
    ) as latest
    cross join lateral (
        values (from_bucket, -quantity, true), (to_bucket, quantity, false)
    ) as side (bucket, change, is_left)
    where (latest.position - 1) / $4 = (select block from reached)
        and ($3::text is null or latest.warehouse_id = $3)
    group by latest.warehouse_id
)
select
    warehouse.warehouse_id, warehouse.name,
    coalesce(balance.available, 0) + coalesce(since.available, 0) as available,
    coalesce(balance.reserved, 0) + coalesce(since.reserved, 0) as reserved,
    coalesce(balance.damaged, 0) + coalesce(since.damaged, 0) as damaged,
    coalesce(balance.quarantined, 0) + coalesce(since.quarantined, 0) as quarantined,
    coalesce(balance.in_transit, 0) + coalesce(since.in_transit, 0) as in_transit,
    coalesce(balance.value, 0) + coalesce(since.value, 0) as value,
    coalesce(balance.transit_value, 0) + coalesce(since.transit_value, 0) as transit_value
from warehouses as warehouse
left join lateral (
    select *
    from warehouse_balances
    where tenant_id = $1
        and warehouse_id = warehouse.warehouse_id
        and block < (select block from reached)
    order by block desc
    limit 1
) as balance on true
left join since on since.warehouse_id = warehouse.warehouse_id
where warehouse.tenant_id = $1 and ($3::text is null or warehouse.warehouse_id = $3)
order by warehouse.warehouse_id;

-- name: backdated
-- What was in effect in each warehouse by then ($2) but recorded later: all months, days and hours
-- before it, and the movements of its own hour.
with hours as (
    select
        change.warehouse_id, change.available, change.reserved, change.damaged,
        change.quarantined, change.in_transit, change.value, change.transit_value
    from (
        values
            ('month', '-infinity'::timestamptz, date_trunc('month', $2::timestamptz, 'UTC')),
            (
                'day',
                date_trunc('month', $2::timestamptz, 'UTC'),
                date_trunc('day', $2::timestamptz, 'UTC')
            ),
            (
                'hour',
                date_trunc('day', $2::timestamptz, 'UTC'),
                date_trunc('hour', $2::timestamptz, 'UTC')
            )
    ) as span (grain, begins, ends)
    cross join (
        select warehouse_id
        from warehouses
        where tenant_id = $1 and ($3::text is null or warehouse_id = $3)
    ) as warehouse
    cross join lateral (
        select *
        from backdated_changes
        where tenant_id = $1
            and warehouse_id = warehouse.warehouse_id
            and grain = span.grain
            and begins_at >= span.begins
            and begins_at < span.ends
    ) as change
),
moved as (
    select
        1 as sign, warehouse_id, from_bucket, to_bucket, quantity, value_change,
        transit_value_change
    from movements
    where tenant_id = $1
        and effective_at is not null
        and effective_at >= date_trunc('hour', $2::timestamptz, 'UTC')
        and effective_at <= $2
        and recorded_at >= date_trunc('hour', $2::timestamptz, 'UTC')
    union all
    select
        -1, warehouse_id, from_bucket, to_bucket, quantity, value_change, transit_value_change
    from movements
    where tenant_id = $1
        and effective_at is not null
        and recorded_at >= date_trunc('hour', $2::timestamptz, 'UTC')
        and recorded_at <= $2
),
within_hour as (
    select
        warehouse_id,
        sign * quantity
            * ((to_bucket = 'available')::int - (from_bucket = 'available')::int) as available,
        sign * quantity
            * ((to_bucket = 'reserved')::int - (from_bucket = 'reserved')::int) as reserved,
        sign * quantity
            * ((to_bucket = 'damaged')::int - (from_bucket = 'damaged')::int) as damaged,
        sign * quantity
            * ((to_bucket = 'quarantined')::int - (from_bucket = 'quarantined')::int)
            as quarantined,
        sign * quantity
            * ((to_bucket = 'in_transit')::int - (from_bucket = 'in_transit')::int) as in_transit,
        sign * value_change as value,
        sign * transit_value_change as transit_value
    from moved
    where $3::text is null or warehouse_id = $3
)
select
    warehouse_id,
    sum(available)::bigint as available,
    sum(reserved)::bigint as reserved,
    sum(damaged)::bigint as damaged,
    sum(quarantined)::bigint as quarantined,
    sum(in_transit)::bigint as in_transit,
    sum(value)::bigint as value,
    sum(transit_value)::bigint as transit_value
from (
    select * from hours
    union all
    select * from within_hour
) as changes
group by warehouse_id;
