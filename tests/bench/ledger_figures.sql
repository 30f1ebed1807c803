-- How many events came behind these positions, and what they change available by, in units.
select
    count(*) as events,
    coalesce(
        sum(
            case event.type
                when 'stockledger.StockReceived.v1' then (event.data ->> 'quantity')::numeric
                when 'stockledger.StockIssued.v1' then - (event.data ->> 'quantity')::numeric
                else 0
            end
        ),
        0
    ) as change
from
    unnest($1::integer [], $2::bigint []) as head (partition, position)
inner join ledger.events as event
    on head.partition = event.partition and head.position < event.position
