-- The log's tables, read in pages by key.

-- name: heads
-- Every partition's row, and up to where its answers were deleted. Within 7 days a command is
-- recognised when it comes again.
select
    head.partition, head.next_position, head.next_offset, head.answered_offset,
    head.published_position, head.last_time,
    deleted.command_offset, coalesce(deleted.position, 0),
    ledger.ledger_now() - interval '7 days'
from ledger.log_partitions as head
left join ledger.deleted_results as deleted on deleted.partition = head.partition
order by head.partition;

-- name: events
-- Events behind a position, up to another.
select
    partition, position, tenant_id, stream, stream_number, version, type, recorded_at,
    data::text, command_source, command_id, metadata ->> 'actor'
from ledger.events
where partition = $1 and position > $2 and position <= $3
order by position
limit $4;

-- name: answers
-- Answers behind an offset, below another.
select
    partition, command_offset, digest, tenant_id, type, decided_at, data::text, reply::text
from ledger.results
where partition = $1 and command_offset > $2 and command_offset < $3
order by command_offset
limit $4;

-- name: streams
-- The registry of streams behind a stream, as of a position: without streams that began behind it,
-- and without snapshots that were taken behind it.
select
    known.partition, known.tenant_id, known.stream, known.stream_number,
    case when snapshotted.position > $4 then 0 else known.version end
from ledger.streams as known
left join ledger.events as began
    on began.partition = known.partition
    and began.stream_number = known.stream_number
    and began.version = 1
left join ledger.events as snapshotted
    on snapshotted.partition = known.partition
    and snapshotted.stream_number = known.stream_number
    and snapshotted.version = known.version
where known.partition = $1
    and (known.tenant_id, known.stream) > ($2, $3)
    and (began.position is null or began.position <= $4)
order by known.tenant_id, known.stream
limit $5;

-- name: answered
-- Which of these commands are answered, under which offset and at which position.
select digest, command_offset, (data ->> 'position')::bigint
from ledger.results
where partition = $1 and digest = any($2::uuid[]);

-- name: answer_digests
-- Which command each of these offsets answers.
select command_offset, digest
from ledger.results
where partition = $1 and command_offset >= $2 and command_offset <= $3;

-- name: answers_named
-- The stored answers of these commands.
select
    partition, command_offset, digest, tenant_id, type, decided_at, data::text, reply::text
from ledger.results
where partition = $1 and digest = any($2::uuid[]);
