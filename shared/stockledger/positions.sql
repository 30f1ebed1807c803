-- How far a group of readers has come in each partition of the log.

-- name: begin
-- Rows of partitions that the group never read.
insert into views.positions (view_group, partition)
select $1, partition from unnest($2::int[]) as asked (partition)
on conflict do nothing;

-- name: read
-- Where the group stands.
select partition, position, next_offset
from views.positions
where view_group = $1 and partition = any($2::int[]);

-- name: lock
-- Where the group stands, and nobody moves it until this transaction ends.
select partition, position, next_offset
from views.positions
where view_group = $1 and partition = any($2::int[])
order by partition
for update;

-- name: advance
-- Compare and set: only rows that still stand where the reader thinks; rows in ascending order.
with standing as (
    select partition
    from views.positions
    where view_group = $1 and partition = any($2::int[])
    order by partition
    for update
)
update views.positions as row
set position = step.after, next_offset = coalesce(step.next_offset, row.next_offset)
from standing, unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[])
    as step (partition, before, after, next_offset)
where row.view_group = $1
    and row.partition = standing.partition
    and step.partition = standing.partition
    and row.position = step.before
returning row.partition;
