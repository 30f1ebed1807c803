-- The timers: what the events make of them, and which are due.

-- name: set
-- Timers begin, or come due at another time; without a weight they keep theirs.
insert into timers.timers as timer (partition, tenant_id, kind, id, due, weight, place)
select
    begun.partition, begun.tenant_id, begun.kind, begun.id, begun.due,
    coalesce(
        begun.weight,
        (
            select stored.weight
            from timers.timers as stored
            where stored.partition = begun.partition
                and stored.tenant_id = begun.tenant_id
                and stored.kind = begun.kind
                and stored.id = begun.id
        ),
        1
    ),
    begun.place
from unnest(
    $1::int[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::int[], $7::text[]
) as begun (partition, tenant_id, kind, id, due, weight, place)
on conflict (partition, tenant_id, kind, id) do update
set due = excluded.due, weight = excluded.weight, place = excluded.place, retry_at = null;

-- name: end
-- Timers are ended by their events.
delete from timers.timers as timer
using unnest($1::int[], $2::text[], $3::text[], $4::text[])
    as ended (partition, tenant_id, kind, id)
where timer.partition = ended.partition
    and timer.tenant_id = ended.tenant_id
    and timer.kind = ended.kind
    and timer.id = ended.id;

-- name: put_off
-- Timers are sent again after a while; one that was ended or changed meanwhile, or is right now,
-- stays as it is.
with free as materialized (
    select timer.partition, timer.tenant_id, timer.kind, timer.id
    from unnest(
        $1::int[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[]
    ) as known (partition, tenant_id, kind, id, due, retry_at)
    join timers.timers as timer
        on timer.partition = known.partition
        and timer.tenant_id = known.tenant_id
        and timer.kind = known.kind
        and timer.id = known.id
    where timer.due = known.due and timer.retry_at is not distinct from known.retry_at
    for update of timer skip locked
)
update timers.timers as timer
set retry_at = ledger.ledger_now() + $7::interval
from free
where timer.partition = free.partition
    and timer.tenant_id = free.tenant_id
    and timer.kind = free.kind
    and timer.id = free.id;

-- name: see_calendars
-- Tenants that appear for the first time have a calendar from now on.
insert into timers.calendars (partition, tenant_id)
select * from unnest($1::int[], $2::text[])
on conflict do nothing;

-- name: see_checks
-- And a daily check; that of a known tenant stays as it is.
insert into timers.timers (partition, tenant_id, kind, id, due)
select * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
on conflict do nothing;

-- name: calendars
-- The calendars of some tenants, and when their next check is due.
select calendar.partition, calendar.tenant_id, calendar.time_zone, calendar.last_day, timer.due
from unnest($1::int[], $2::text[]) as asked (partition, tenant_id)
join timers.calendars as calendar
    on calendar.partition = asked.partition and calendar.tenant_id = asked.tenant_id
join timers.timers as timer
    on timer.partition = asked.partition
    and timer.tenant_id = asked.tenant_id
    and timer.kind = 'daily_check'
    and timer.id = '';

-- name: change_calendars
-- Calendars after their tenants' events.
update timers.calendars as calendar
set time_zone = changed.time_zone, last_day = changed.last_day
from unnest($1::int[], $2::text[], $3::text[], $4::date[])
    as changed (partition, tenant_id, time_zone, last_day)
where calendar.partition = changed.partition and calendar.tenant_id = changed.tenant_id;

-- name: due
-- The time, and the first timers that are due in each room of a partition, from a time on; one row
-- with the time alone when there is none.
select
    clock.now, timer.partition, timer.tenant_id, timer.kind, timer.id, timer.due,
    case
        when timer.kind = 'daily_check' then (
            select calendar.time_zone
            from timers.calendars as calendar
            where calendar.partition = timer.partition and calendar.tenant_id = timer.tenant_id
        )
    end as time_zone,
    timer.weight, timer.place, timer.retry_at
from (select ledger.ledger_now() as now) as clock
left join lateral (
    select
        first.partition, first.tenant_id, first.kind, first.id, first.due, first.weight,
        first.place, first.retry_at
    from unnest($1::int[], $2::text[], $3::timestamptz[], $4::int[])
        as asked (partition, room, since, timers_max)
    cross join lateral (
        (
            select
                stored.partition, stored.tenant_id, stored.kind, stored.id, stored.due,
                stored.weight, stored.place, stored.retry_at
            from timers.timers as stored
            where asked.room = 'reservations'
                and stored.partition = asked.partition
                and stored.kind = 'reservation' and stored.retry_at is null
                and stored.due >= asked.since
                and stored.due <= clock.now
            order by stored.due
            limit asked.timers_max
        )
        union all
        (
            select
                stored.partition, stored.tenant_id, stored.kind, stored.id, stored.due,
                stored.weight, stored.place, stored.retry_at
            from timers.timers as stored
            where asked.room = 'others'
                and stored.partition = asked.partition
                and stored.kind <> 'reservation' and stored.kind <> 'reorder'
                and stored.retry_at is null
                and stored.due >= asked.since
                and stored.due <= clock.now
            order by stored.due
            limit asked.timers_max
        )
        union all
        (
            select
                stored.partition, stored.tenant_id, stored.kind, stored.id, stored.due,
                stored.weight, stored.place, stored.retry_at
            from timers.timers as stored
            where asked.room = 'reorders'
                and stored.partition = asked.partition
                and stored.kind = 'reorder' and stored.retry_at is null
                and stored.due >= asked.since
                and stored.due <= clock.now
            order by stored.due
            limit asked.timers_max
        )
        union all
        (
            select
                stored.partition, stored.tenant_id, stored.kind, stored.id, stored.due,
                stored.weight, stored.place, stored.retry_at
            from timers.timers as stored
            where asked.room = 'put_off'
                and stored.partition = asked.partition
                and stored.retry_at is not null
                and stored.retry_at >= asked.since
                and stored.retry_at <= clock.now
            order by stored.retry_at
            limit asked.timers_max
        )
    ) as first
) as timer on true
order by timer.due, timer.tenant_id, timer.id;

-- name: standing
-- How far events of some partitions are in Kafka for certain, and how far they are folded; null
-- when it is not known that they ever were.
select log.partition, log.published_position as published, standing.position as folded
from unnest($1::int[]) as owned (partition)
join ledger.log_partitions as log on log.partition = owned.partition
left join views.positions as standing
    on standing.view_group = 'scheduler' and standing.partition = log.partition;

-- name: figures
-- How many timers there are in a partition, how many of them are due, and for how long (seconds)
-- the oldest has been; of each room the first by time are counted, up to a number.
select
    timer.kind,
    count(*) as stored,
    count(*) filter (where timer.due <= clock.now) as due,
    greatest(extract(epoch from clock.now - min(timer.due)), 0)::float8 as oldest_due_seconds
from (select ledger.ledger_now() as now) as clock
cross join (
    (
        select stored.kind, stored.due
        from timers.timers as stored
        where stored.partition = $1 and stored.kind = 'reservation' and stored.retry_at is null
        order by stored.due
        limit $2
    )
    union all
    (
        select stored.kind, stored.due
        from timers.timers as stored
        where stored.partition = $1 and stored.kind <> 'reservation' and stored.kind <> 'reorder'
            and stored.retry_at is null
        order by stored.due
        limit $2
    )
    union all
    (
        select stored.kind, stored.due
        from timers.timers as stored
        where stored.partition = $1 and stored.kind = 'reorder' and stored.retry_at is null
        order by stored.due
        limit $2
    )
    union all
    (
        select stored.kind, stored.due
        from timers.timers as stored
        where stored.partition = $1 and stored.retry_at is not null
        order by stored.retry_at
        limit $2
    )
) as timer
group by timer.kind, clock.now;
