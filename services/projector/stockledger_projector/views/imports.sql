-- Imports: what changes them, and what is asked about them.

-- name: change
-- Imports of which more was staged, or that were applied.
insert into imports as known (
    tenant_id, import_id, partition, position, version, updated_at, created_at, kind, chunks, rows,
    applied_at, changed
)
select *
from unnest(
    $1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::timestamptz[],
    $7::timestamptz[], $8::text[], $9::bigint[], $10::bigint[], $11::timestamptz[], $12::bigint[]
)
on conflict (tenant_id, import_id) do update set
    position = excluded.position,
    version = excluded.version,
    updated_at = excluded.updated_at,
    kind = coalesce(known.kind, excluded.kind),
    chunks = known.chunks + excluded.chunks,
    rows = known.rows + excluded.rows,
    applied_at = coalesce(known.applied_at, excluded.applied_at),
    changed = coalesce(known.changed, excluded.changed);

-- name: one
-- One import of the session's tenant.
select
    import_id, position, version, kind, chunks, rows, changed, created_at, applied_at, updated_at
from imports
where tenant_id = $1 and import_id = $2;

-- name: page
-- Imports of the session's tenant behind a cursor, the latest first.
select
    import_id, position, version, kind, chunks, rows, changed, created_at, applied_at, updated_at
from imports
where tenant_id = $1
    and ($2::timestamptz is null or (created_at, import_id) < ($2, $3::text))
order by created_at desc, import_id desc
limit $4;
