-- How many reservations expired behind these positions and up to those, within how many seconds,
-- when the last one did, and how late (s): the middle, all but a hundredth, the latest.
with expired as (
    select
        event.recorded_at,
        extract(epoch from event.recorded_at - (event.data ->> 'expires_at')::timestamptz) as late
    from
        unnest($1::integer [], $2::bigint [], $3::bigint []) as part (partition, after, last)
    inner join ledger.events as event
        on part.partition = event.partition
            and part.after < event.position
            and part.last >= event.position
    where event.type = 'stockledger.ReservationExpired.v1'
)

select
    count(*) as reservations,
    coalesce(extract(epoch from max(recorded_at) - min(recorded_at)), 0)::float8 as seconds,
    coalesce(extract(epoch from min(recorded_at)), 0)::float8 as first_at,
    coalesce(extract(epoch from max(recorded_at)), 0)::float8 as last_at,
    coalesce(percentile_disc(0.5) within group (order by late), 0)::float8 as late_p50,
    coalesce(percentile_disc(0.99) within group (order by late), 0)::float8 as late_p99,
    coalesce(max(late), 0)::float8 as late_max
from expired
