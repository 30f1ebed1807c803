-- Changing partitions: owning, counting attempts, and appending a batch in one round trip each, so
-- that no lock is ever held while waiting for a client.
-- migrate:up

-- Rows are locked here only, in one order for everybody: ascending.
create function ledger.lock_partitions(partitions int[]) returns void
language plpgsql as $body$
begin
    perform from ledger.log_partitions as locked
    where locked.partition = any (partitions)
    order by locked.partition
    for update;
end
$body$;

create function ledger.own_partitions(partitions int[]) returns setof ledger.log_partitions
language plpgsql as $body$
begin
    perform ledger.lock_partitions(partitions);
    return query
    update ledger.log_partitions as owned
    set epoch = owned.epoch + 1
    where owned.partition = any (partitions)
    returning owned.*;
end
$body$;

-- SQLSTATE SL001: a partition's epoch is not the expected one.
create function ledger.count_attempts(partitions int[], epochs bigint[])
returns table (partition int, attempts int)
language plpgsql as $body$
#variable_conflict use_column
declare
    counted int;
begin
    perform ledger.lock_partitions(partitions);
    return query
    update ledger.log_partitions as begun
    set attempts = begun.attempts + 1
    from unnest(partitions, epochs) as expected (partition, epoch)
    where begun.partition = expected.partition and begun.epoch = expected.epoch
    returning begun.partition, begun.attempts;
    get diagnostics counted = row_count;
    if counted <> cardinality(partitions) then
        raise exception 'another process owns one of the partitions %', partitions
            using errcode = 'SL001';
    end if;
end
$body$;

-- Arrays that begin with part_, event_, stream_, result_ have one element for each of those.
-- SQLSTATE SL001: a partition's epoch, offset or position is not the expected one.
create function ledger.append_batch(
    batch_time timestamptz,
    part_partition int[],
    part_epoch bigint[],
    part_expected_offset bigint[],
    part_next_offset bigint[],
    part_expected_position bigint[],
    part_next_position bigint[],
    part_answered_offset bigint[],
    part_published_position bigint[],
    event_partition int[],
    event_position bigint[],
    event_tenant_id text[],
    event_stream text[],
    event_stream_number bigint[],
    event_version bigint[],
    event_type text[],
    event_data json[],
    event_metadata json[],
    event_command_source text[],
    event_command_id text[],
    stream_partition int[],
    stream_tenant_id text[],
    stream_name text[],
    stream_first_position bigint[],
    result_partition int[],
    result_command_offset bigint[],
    result_digest uuid[],
    result_body_hash bytea[],
    result_tenant_id text[],
    result_type text[],
    result_data json[],
    result_metadata json[],
    result_reply json[]
) returns void
language plpgsql as $body$
declare
    advanced int;
begin
    perform ledger.lock_partitions(part_partition);

    update ledger.log_partitions as log
    set next_offset = part.next_offset,
        next_position = part.next_position,
        answered_offset = part.answered_offset,
        published_position = part.published_position,
        last_time = greatest(log.last_time, batch_time),
        attempts = 0
    from unnest(
        part_partition, part_epoch, part_expected_offset, part_next_offset,
        part_expected_position, part_next_position, part_answered_offset, part_published_position
    ) as part (
        partition, epoch, expected_offset, next_offset,
        expected_position, next_position, answered_offset, published_position
    )
    where log.partition = part.partition
        and log.epoch = part.epoch
        and log.next_offset = part.expected_offset
        and log.next_position = part.expected_position;
    get diagnostics advanced = row_count;
    if advanced <> cardinality(part_partition) then
        raise exception 'another process owns one of the partitions %', part_partition
            using errcode = 'SL001';
    end if;

    if cardinality(event_partition) > 0 then
        insert into ledger.events (
            partition, position, tenant_id, stream, stream_number, version, type, recorded_at,
            data, metadata, command_source, command_id
        )
        select
            event.partition, event.position, event.tenant_id, event.stream, event.stream_number,
            event.version, event.type, batch_time, event.data, event.metadata,
            event.command_source, event.command_id
        from unnest(
            event_partition, event_position, event_tenant_id, event_stream, event_stream_number,
            event_version, event_type, event_data, event_metadata, event_command_source,
            event_command_id
        ) as event (
            partition, position, tenant_id, stream, stream_number, version, type, data, metadata,
            command_source, command_id
        );
    end if;

    if cardinality(stream_partition) > 0 then
        insert into ledger.streams (partition, tenant_id, stream, stream_number)
        select stream.partition, stream.tenant_id, stream.name, stream.first_position
        from unnest(
            stream_partition, stream_tenant_id, stream_name, stream_first_position
        ) as stream (partition, tenant_id, name, first_position);
    end if;

    if cardinality(result_partition) > 0 then
        insert into ledger.results (
            partition, command_offset, digest, body_hash, tenant_id, type, decided_at, data,
            metadata, reply
        )
        select
            result.partition, result.command_offset, result.digest, result.body_hash,
            result.tenant_id, result.type, batch_time, result.data, result.metadata, result.reply
        from unnest(
            result_partition, result_command_offset, result_digest, result_body_hash,
            result_tenant_id, result_type, result_data, result_metadata, result_reply
        ) as result (
            partition, command_offset, digest, body_hash, tenant_id, type, data, metadata, reply
        );
    end if;
end
$body$;

-- migrate:down
drop function ledger.append_batch;
drop function ledger.count_attempts;
drop function ledger.own_partitions;
drop function ledger.lock_partitions;
