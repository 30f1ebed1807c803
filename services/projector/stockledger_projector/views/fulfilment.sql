-- How many reservations were made, and how they ended: counts of each hour (UTC).

-- name: count
-- More of each, in some hours.
insert into fulfilment as counted (
    tenant_id, hour, partition, created, confirmed, released, expired
)
select *
from unnest(
    $1::text[], $2::timestamptz[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[],
    $7::bigint[]
)
on conflict (tenant_id, hour) do update set
    created = counted.created + excluded.created,
    confirmed = counted.confirmed + excluded.confirmed,
    released = counted.released + excluded.released,
    expired = counted.expired + excluded.expired;

-- name: period
-- The counts of all hours that begin in a period.
select
    coalesce(sum(created), 0)::bigint as created,
    coalesce(sum(confirmed), 0)::bigint as confirmed,
    coalesce(sum(released), 0)::bigint as released,
    coalesce(sum(expired), 0)::bigint as expired
from fulfilment
where tenant_id = $1
    and ($2::timestamptz is null or hour >= $2)
    and ($3::timestamptz is null or hour < $3);
