-- How many events came behind these positions, and what they change available by, in units.
select
    count(*) as events,
    coalesce(
        sum(
            (
                select sum((entry ->> 'change')::numeric)
                from json_array_elements(event.data -> 'entries') as entry
                where entry ->> 'bucket' = 'available'
            )
        ),
        0
    ) as change
from
    unnest($1::integer [], $2::bigint []) as head (partition, position)
inner join ledger.events as event
    on head.partition = event.partition and head.position < event.position
