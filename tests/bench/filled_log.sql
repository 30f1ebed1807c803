-- Events, answers and streams of items that are only there: per tenant ($1 partition, $2 id) so
-- many items ($3) of so many deliveries ($4); positions go on where the partition's row stands.
with tenants as (
    select
        tenant.partition,
        tenant.id,
        log.next_position + (
            row_number() over (partition by tenant.partition order by tenant.id) - 1
        ) * $3::bigint * $4::bigint as first_position
    from unnest($1::int [], $2::text []) as tenant (partition, id)
    inner join ledger.log_partitions as log on tenant.partition = log.partition
),

rows_to_be as (
    select
        tenants.partition,
        tenants.id as tenant_id,
        'FILLED-' || item.number as sku,
        tenants.first_position + item.number * $4::bigint as stream_number,
        event.version,
        tenants.first_position + item.number * $4::bigint + event.version - 1 as position,
        tenants.id || '-' || item.number || '-' || event.version as command_id
    from tenants
    cross join generate_series(0, $3::bigint - 1) as item (number)
    cross join generate_series(1, $4::bigint) as event (version)
),

new_streams as (
    insert into ledger.streams (partition, tenant_id, stream, stream_number)
    select filled.partition, filled.tenant_id, 'item/NORTH/' || filled.sku, filled.stream_number
    from rows_to_be as filled
    where filled.version = 1
),

new_results as (
    insert into ledger.results (
        partition, command_offset, digest, body_hash, tenant_id, type, decided_at, data, metadata
    )
    select
        filled.partition,
        - filled.position,
        md5(filled.tenant_id || filled.command_id)::uuid,
        decode(md5(filled.command_id), 'hex'),
        filled.tenant_id,
        'stockledger.CommandAccepted.v1',
        clock_timestamp(),
        json_build_object(
            'command_id', filled.command_id,
            'command_source', '/filled',
            'command_type', 'stockledger.ReceiveStock.v1',
            'tenant_id', filled.tenant_id,
            'decided_at', '2026-11-21T09:00:00.000000Z',
            'partition', filled.partition,
            'position', filled.position,
            'streams', json_build_array(
                json_build_object(
                    'stream', 'item/NORTH/' || filled.sku, 'version', filled.version
                )
            ),
            'events', json_build_array('stockledger.StockReceived.v1'),
            'outcome', json_build_object('available', filled.version, 'on_hand', filled.version)
        ),
        '{}'
    from rows_to_be as filled
),

new_events as (
    insert into ledger.events (
        partition, position, tenant_id, stream, stream_number, version, type, recorded_at, data,
        metadata, command_source, command_id
    )
    select
        filled.partition,
        filled.position,
        filled.tenant_id,
        'item/NORTH/' || filled.sku,
        filled.stream_number,
        filled.version,
        'stockledger.StockReceived.v1',
        clock_timestamp(),
        json_build_object(
            'warehouse_id', 'NORTH',
            'sku', filled.sku,
            'quantity', 1,
            'entries', json_build_array(
                json_build_object(
                    'bucket', 'supplier',
                    'before', 1 - filled.version,
                    'change', -1,
                    'after', - filled.version
                ),
                json_build_object(
                    'bucket', 'available',
                    'before', filled.version - 1,
                    'change', 1,
                    'after', filled.version
                )
            ),
            'value_change', 2.5,
            'levels', json_build_object(
                'available', filled.version,
                'reserved', 0,
                'damaged', 0,
                'quarantined', 0,
                'in_transit', 0,
                'on_hand', filled.version,
                'value', 2.5 * filled.version
            ),
            'unit_cost', 2.5
        ),
        '{}',
        '/filled',
        filled.command_id
    from rows_to_be as filled
)

update ledger.log_partitions as log
set
    next_position = log.next_position + filled.tenants * $3::bigint * $4::bigint,
    published_position = log.next_position + filled.tenants * $3::bigint * $4::bigint - 1
from (select partition, count(*) as tenants from tenants group by partition) as filled
where log.partition = filled.partition
