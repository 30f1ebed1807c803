-- What the log asks of PostgreSQL; every statement is one round trip.

-- name: own
select
    partition, epoch, next_position, next_offset, answered_offset, published_position, last_time,
    attempts, adopted_position
from ledger.own_partitions($1::int[]);

-- name: heads
select
    partition, epoch, next_position, next_offset, answered_offset, published_position, last_time,
    attempts, adopted_position
from ledger.log_partitions;

-- name: count_attempts
select partition, attempts
from ledger.count_attempts($1::int[], $2::bigint[]);

-- name: append
-- A column is one text: numbers and digests as an array, texts with a separator in between.
select ledger.append_batch(
    $1,
    $2::text::int[], $3::text::bigint[], $4::text::bigint[], $5::text::bigint[], $6::text::bigint[],
    $7::text::bigint[], $8::text::bigint[], $9::text::bigint[],
    $10::text::int[], $11::text::bigint[], string_to_array($12, chr(31)),
    string_to_array($13, chr(31)), $14::text::bigint[], $15::text::bigint[],
    string_to_array($16, chr(31)), string_to_array($17, chr(31))::json[],
    string_to_array($18, chr(31))::json[], string_to_array($19, chr(31)),
    string_to_array($20, chr(31)),
    $21::text::int[], string_to_array($22, chr(31)), string_to_array($23, chr(31)),
    $24::text::bigint[],
    $25::text::int[], $26::text::bigint[], $27::text::uuid[],
    string_to_array($28, chr(31))::bytea[], string_to_array($29, chr(31)),
    string_to_array($30, chr(31)), string_to_array($31, chr(31))::json[],
    string_to_array($32, chr(31))::json[], string_to_array($33, chr(31), '')::json[]
);

-- name: act_as_login
-- Sessions may be ended only by the account that opened them, not by the role taken on.
select set_config('role', 'none', true);

-- name: end_blockers
-- End the sessions of this account that hold the partitions' rows; wait a second for their end.
select pg_terminate_backend(holder.pid, 1000)
from ledger.log_partitions as held
join pg_locks as holder
    on holder.locktype = 'transactionid' and holder.granted and holder.transactionid = held.xmax
join pg_stat_activity as session on session.pid = holder.pid
where held.partition = any ($1::int[])
    and session.usename = session_user
    and session.pid <> pg_backend_pid();

-- name: head_of_stream
-- The time, the partition's row, and the stream's number and version (null: no such stream).
select
    ledger.ledger_now() as now,
    head.partition, head.epoch, head.next_position, head.next_offset, head.answered_offset,
    head.published_position, head.last_time, head.attempts, head.adopted_position,
    stream.stream_number,
    (
        select max(event.version)
        from ledger.events as event
        where event.partition = $1::int and event.stream_number = stream.stream_number
    ) as version
from ledger.log_partitions as head
left join ledger.streams as stream
    on stream.partition = $1::int
    and stream.tenant_id = $2::text
    and stream.stream = $3::text
where head.partition = $1::int;

-- name: lookup
-- One row a command that is answered, or one row with the time alone.
select
    clock.now,
    result.partition, result.command_offset, replace(result.digest::text, '-', '') as digest,
    result.body_hash, result.tenant_id, result.type, result.decided_at, result.data,
    result.metadata, result.reply
from (select ledger.ledger_now() as now) as clock
left join (
    unnest($1::text::int[], $2::text::uuid[]) as key (partition, digest)
    cross join lateral (
        select
            stored.partition, stored.command_offset, stored.digest, stored.body_hash,
            stored.tenant_id, stored.type, stored.decided_at, stored.data, stored.metadata,
            stored.reply
        from ledger.results as stored
        where stored.partition = key.partition and stored.digest = key.digest
        limit 1
    ) as result
) on true;

-- name: existing_streams
-- Which of many streams there are: most of those that commands name are new.
select key.ordinal
from unnest(
    $1::text::int[], string_to_array($2, chr(31)), string_to_array($3, chr(31))
) with ordinality
    as key (partition, tenant_id, stream, ordinal)
cross join lateral (
    select
    from ledger.streams as stored
    where stored.partition = key.partition
        and stored.tenant_id = key.tenant_id
        and stored.stream = key.stream
    limit 1
) as found
order by key.ordinal;

-- name: load_streams
-- One row an event behind the snapshot, at least one row a stream; the snapshot is in the first.
select
    key.ordinal,
    loaded.stream_number as number,
    loaded.snapshot_version,
    case
        when event.version is null or event.version = loaded.snapshot_version + 1
            then loaded.snapshot
    end as snapshot,
    event.partition, event.position, event.tenant_id, event.stream, event.stream_number,
    event.version, event.type, event.recorded_at, event.data, event.metadata,
    event.command_source, event.command_id
from unnest(
    $1::text::int[], string_to_array($2, chr(31)), string_to_array($3, chr(31))
) with ordinality
    as key (partition, tenant_id, stream, ordinal)
cross join lateral (
    select
        stored.stream_number,
        case when stored.fold_version = $4::int then stored.version else 0 end as snapshot_version,
        case when stored.fold_version = $4::int then stored.snapshot end as snapshot
    from ledger.streams as stored
    where stored.partition = key.partition
        and stored.tenant_id = key.tenant_id
        and stored.stream = key.stream
    limit 1
) as loaded
left join lateral (
    select
        behind.partition, behind.position, behind.tenant_id, behind.stream, behind.stream_number,
        behind.version, behind.type, behind.recorded_at, behind.data, behind.metadata,
        behind.command_source, behind.command_id
    from ledger.events as behind
    where behind.partition = key.partition
        and behind.stream_number = loaded.stream_number
        and behind.version > loaded.snapshot_version
    order by behind.version
) as event on true
order by key.ordinal, event.version;

-- name: stream_names
-- A tenant's streams, behind one, whose names begin so: with a slash at the end, which 0 follows.
select stored.stream
from ledger.streams as stored
where stored.partition = $1::int
    and stored.tenant_id = $2::text
    and stored.stream > $5::text
    and stored.stream < left($3::text, -1) || '0'
order by stored.stream
limit $4::int;

-- name: save_snapshots
update ledger.streams as stored
set version = snapshot.version,
    fold_version = snapshot.fold_version,
    snapshot = snapshot.state
from unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::int[], $6::bytea[])
    as snapshot (partition, tenant_id, stream, version, fold_version, state)
where stored.partition = snapshot.partition
    and stored.tenant_id = snapshot.tenant_id
    and stored.stream = snapshot.stream
    and (stored.fold_version is distinct from snapshot.fold_version
        or stored.version < snapshot.version);

-- name: read_stream
select
    event.partition, event.position, event.tenant_id, event.stream, event.stream_number,
    event.version, event.type, event.recorded_at, event.data, event.metadata,
    event.command_source, event.command_id
from ledger.streams as stored
join ledger.events as event
    on event.partition = $1::int and event.stream_number = stored.stream_number
where stored.partition = $1::int
    and stored.tenant_id = $2::text
    and stored.stream = $3::text
    and event.version >= $4::bigint
order by event.version
limit $5::int;

-- name: read_partition
select
    event.partition, event.position, event.tenant_id, event.stream, event.stream_number,
    event.version, event.type, event.recorded_at, event.data, event.metadata,
    event.command_source, event.command_id
from ledger.events as event
where event.partition = $1::int
    and event.position >= $2::bigint
    and ($4::text[] is null or event.type = any ($4::text[]))
order by event.position
limit $3::int;

-- name: read_results
select
    result.partition, result.command_offset, replace(result.digest::text, '-', '') as digest,
    result.body_hash, result.tenant_id, result.type, result.decided_at, result.data,
    result.metadata, result.reply
from ledger.results as result
where result.partition = $1::int and result.command_offset >= $2::bigint
order by result.command_offset
limit $3::int;
