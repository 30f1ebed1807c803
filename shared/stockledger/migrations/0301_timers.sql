-- Timers: what the scheduler keeps, its role, and the deletion of answers past retention.
-- migrate:up
create schema timers;

-- Roles belong to the whole server: another database's migration may be making it right now.
do $$
begin
    if not exists (select from pg_roles where rolname = 'stockledger_scheduler') then
        create role stockledger_scheduler nologin;
    end if;
exception when duplicate_object or unique_violation then
    null;
end $$;
grant stockledger_scheduler to current_user;

-- What comes due, and when. A row goes by the event that ends it, never by being sent. Its weight
-- is the work of ending it: the number of a reservation's lines.
create table timers.timers (
    due timestamptz not null,
    partition integer not null,
    weight integer not null default 1,
    tenant_id text collate "C" not null,
    kind text collate "C" not null,
    id text collate "C" not null,
    primary key (partition, tenant_id, kind, id)
) with (
    fillfactor = 80,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_cost_delay = 0
);
create index on timers.timers (partition, due);

-- By which clock a tenant's days begin, and which day was begun last.
create table timers.calendars (
    last_day date,
    partition integer not null,
    tenant_id text collate "C" not null,
    time_zone text collate "C" not null default 'UTC',
    primary key (partition, tenant_id)
) with (fillfactor = 80);

-- Throw all timers away; a running scheduler begins to fold the log again at once. The positions
-- go first: whoever is about to fold waits for them, and then finds that he has lost his place.
create function timers.start_over() returns void language sql as $$
    delete from views.positions where view_group = 'scheduler';
    truncate timers.timers, timers.calendars;
$$;
revoke all on function timers.start_over() from public;

-- Up to which offset answers were deleted, and up to which position the events have none.
create table ledger.deleted_results (
    partition integer primary key,
    command_offset bigint not null,
    position bigint not null
);

-- Delete the oldest answers of a partition, from an offset on: those past retention that were
-- published. Within 7 days and 5 minutes a repeat of their commands may still come.
create function ledger.delete_old_results(
    of_partition integer, from_offset bigint, retention interval, rows_max integer
)
returns table (deleted bigint, next_offset bigint)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with oldest as (
        select command_offset, decided_at
        from ledger.results
        where partition = of_partition
            and command_offset >= from_offset
            and command_offset < (
                select answered_offset from ledger.log_partitions where partition = of_partition
            )
        order by command_offset
        limit rows_max
    ), gone as (
        delete from ledger.results
        where partition = of_partition
            and command_offset in (
                select command_offset
                from oldest
                where decided_at
                    < ledger.ledger_now() - greatest(retention, interval '7 days 5 minutes')
            )
        returning command_offset, (data ->> 'position')::bigint as position
    ), noted as (
        insert into ledger.deleted_results as noted (partition, command_offset, position)
        select of_partition, max(command_offset), max(position) from gone having count(*) > 0
        on conflict (partition) do update set
            command_offset = greatest(noted.command_offset, excluded.command_offset),
            position = greatest(noted.position, excluded.position)
    )
    select count(*), max(command_offset) + 1 from gone
$$;
revoke all on function ledger.delete_old_results(integer, bigint, interval, integer) from public;

grant usage on schema ledger, views, timers to stockledger_scheduler;
grant select on ledger.log_partitions, ledger.events, ledger.streams to stockledger_scheduler;
grant select, insert, update on views.positions to stockledger_scheduler;
grant select, insert, update, delete on timers.timers to stockledger_scheduler;
grant select, insert, update on timers.calendars to stockledger_scheduler;
grant execute on function ledger.delete_old_results(integer, bigint, interval, integer)
    to stockledger_scheduler;

-- migrate:down
drop function ledger.delete_old_results(integer, bigint, interval, integer);
drop table ledger.deleted_results;
revoke all on views.positions from stockledger_scheduler;
revoke all on ledger.log_partitions, ledger.events, ledger.streams from stockledger_scheduler;
revoke all on schema ledger, views from stockledger_scheduler;
drop schema timers cascade;
