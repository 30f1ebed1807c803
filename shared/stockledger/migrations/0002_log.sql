-- The partitioned log: partition rows, events, streams and results.
-- migrate:up

-- Pages stay nearly empty: the next version of a row finds room beside it (a HOT update).
create table ledger.log_partitions (
    partition int primary key,
    epoch bigint not null default 0,
    next_position bigint not null default 1,
    next_offset bigint not null default 0,
    answered_offset bigint not null default 0,
    published_position bigint not null default 0,
    last_time timestamptz,
    attempts int not null default 0,
    adopted_position bigint not null default 0
) with (
    fillfactor = 10,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_cost_delay = 0
);

create table ledger.events (
    position bigint not null,
    stream_number bigint not null,
    version bigint not null,
    recorded_at timestamptz not null,
    partition int not null,
    tenant_id text collate "C" not null,
    stream text collate "C" not null,
    type text collate "C" not null,
    data json not null,
    metadata json not null,
    command_source text collate "C" not null,
    command_id text collate "C" not null,
    primary key (partition, position),
    unique (partition, stream_number, version)
) partition by list (partition);

-- A stream's row is made with its first event; version and fold_version are its snapshot's.
create table ledger.streams (
    stream_number bigint not null,
    version bigint not null default 0,
    partition int not null,
    fold_version int,
    tenant_id text collate "C" not null,
    stream text collate "C" not null,
    snapshot bytea,
    primary key (partition, tenant_id, stream)
) partition by list (partition);

create table ledger.results (
    command_offset bigint not null,
    decided_at timestamptz not null,
    digest uuid not null,
    partition int not null,
    body_hash bytea not null,
    tenant_id text collate "C" not null,
    type text collate "C" not null,
    data json not null,
    metadata json not null,
    reply json,
    primary key (partition, command_offset),
    unique (partition, digest)
) partition by list (partition);

create function ledger.ledger_now() returns timestamptz
language sql volatile as 'select clock_timestamp()';

-- Tables of one partition. Rows of events and results never change: freeze them when first seen.
create function ledger.create_partition(number int) returns void
language plpgsql as $body$
declare
    parent text;
    only_inserted constant text := ' with (autovacuum_vacuum_insert_scale_factor = 0, '
        'autovacuum_vacuum_insert_threshold = 200000, autovacuum_freeze_min_age = 0)';
begin
    foreach parent in array array['events', 'streams', 'results'] loop
        execute format(
            'create table if not exists ledger.%I partition of ledger.%I for values in (%s)',
            parent || '_' || number, parent, number
        ) || case parent when 'streams' then ' with (fillfactor = 90)' else only_inserted end;
    end loop;
end
$body$;

-- The partitions' rows, all at once: their number is fixed from then on.
create function ledger.create_partition_rows(partitions int) returns void
language sql as $body$
    insert into ledger.log_partitions (partition)
    select number from generate_series(0, partitions - 1) as number
$body$;

grant select, update on ledger.log_partitions to stockledger_ledger;
grant select, insert on ledger.events, ledger.results to stockledger_ledger;
grant select, insert, update on ledger.streams to stockledger_ledger;
grant select on ledger.log_partitions, ledger.events, ledger.streams to stockledger_projector;

-- migrate:down
drop function ledger.create_partition_rows(int);
drop function ledger.create_partition(int);
drop function ledger.ledger_now();
drop table ledger.results;
drop table ledger.streams;
drop table ledger.events;
drop table ledger.log_partitions;
