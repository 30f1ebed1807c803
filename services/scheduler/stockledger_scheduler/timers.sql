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
set due = excluded.due, weight = excluded.weight, place = excluded.place;

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
-- Timers come due again after a while; one that was ended or changed meanwhile stays as it is.
update timers.timers as timer
set due = ledger.ledger_now() + $6::interval
from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
    as known (partition, tenant_id, kind, id, due)
where timer.partition = known.partition
    and timer.tenant_id = known.tenant_id
    and timer.kind = known.kind
    and timer.id = known.id
    and timer.due = known.due;

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
-- The time, and the first timers that are due in each partition; one row with the time alone
-- when there is none.
select
    clock.now, timer.partition, timer.tenant_id, timer.kind, timer.id, timer.due,
    case
        when timer.kind = 'daily_check' then (
            select calendar.time_zone
            from timers.calendars as calendar
            where calendar.partition = timer.partition and calendar.tenant_id = timer.tenant_id
        )
    end as time_zone,
    timer.weight, timer.place
from (select ledger.ledger_now() as now) as clock
left join lateral (
    select
        first.partition, first.tenant_id, first.kind, first.id, first.due, first.weight,
        first.place
    from unnest($1::int[], $2::int[]) as owned (partition, timers_max)
    cross join lateral (
        select
            stored.partition, stored.tenant_id, stored.kind, stored.id, stored.due, stored.weight,
            stored.place
        from timers.timers as stored
        where stored.partition = owned.partition and stored.due <= clock.now
        order by stored.due
        limit owned.timers_max
    ) as first
) as timer on true
order by timer.due, timer.tenant_id, timer.id;

-- name: standing
-- How far events of some partitions are in Kafka for certain, and how far they are folded.
select
    log.partition, log.published_position as published, coalesce(standing.position, 0) as folded
from unnest($1::int[]) as owned (partition)
join ledger.log_partitions as log on log.partition = owned.partition
left join views.positions as standing
    on standing.view_group = 'scheduler' and standing.partition = log.partition;

-- name: figures
-- How many timers there are in some partitions, and how many of them are due; of each partition
-- the first by time are counted, up to a number.
select
    timer.kind,
    count(*) as stored,
    count(*) filter (where timer.due <= clock.now) as due
from (select ledger.ledger_now() as now) as clock
cross join unnest($1::int[]) as owned (partition)
cross join lateral (
    select stored.kind, stored.due
    from timers.timers as stored
    where stored.partition = owned.partition
    order by stored.due
    limit $2::int
) as timer
group by timer.kind;
