-- The log's tables, read in pages by key.

-- name: heads
-- Every partition's row.
select partition, next_position, next_offset, answered_offset, published_position, last_time
from ledger.log_partitions
order by partition;

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
-- The registry of streams behind a stream.
select partition, tenant_id, stream, stream_number, version
from ledger.streams
where partition = $1 and (tenant_id, stream) > ($2, $3)
order by tenant_id, stream
limit $4;

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
