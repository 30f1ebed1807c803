-- Deliveries as an operator looks at them.

-- name: list
-- The latest deliveries by some channels, with a status where asked for. Planned for what is asked:
-- what is null vanishes.
select latest.*
from unnest($1::text[]) as asked (channel)
cross join lateral (
    select
        delivery.delivery_id, delivery.tenant_id, delivery.channel, delivery.address,
        delivery.wording, delivery.subject, delivery.status, delivery.attempts,
        delivery.created_at, delivery.last_error
    from notices.deliveries as delivery
    where delivery.channel = asked.channel and ($2::text is null or delivery.status = $2)
    order by delivery.created_at desc
    limit $3
) as latest
order by latest.created_at desc, latest.delivery_id
limit $3;

-- name: list_of_tenant
-- The latest deliveries of a tenant by some channels, with a status where asked for; likewise.
select
    delivery.delivery_id, delivery.tenant_id, delivery.channel, delivery.address,
    delivery.wording, delivery.subject, delivery.status, delivery.attempts, delivery.created_at,
    delivery.last_error
from notices.deliveries as delivery
where delivery.tenant_id = $4
    and delivery.channel = any($1::text[])
    and ($2::text is null or delivery.status = $2)
order by delivery.created_at desc, delivery.delivery_id
limit $3;

-- name: retry
-- Dead deliveries are tried again, from the first attempt: those named, or (null) all of a tenant
-- or a channel where asked for.
update notices.deliveries as delivery
set
    status = 'PENDING',
    attempts = 0,
    next_attempt_at = ledger.ledger_now(),
    due_at = ledger.ledger_now()
from (
    select dead.delivery_id
    from notices.deliveries as dead
    where dead.status = 'DEAD'
        and ($1::uuid[] is null or dead.delivery_id = any($1::uuid[]))
        and ($2::text is null or dead.tenant_id = $2)
        and ($3::text is null or dead.channel = $3)
    limit $4
    for update
) as chosen
where delivery.delivery_id = chosen.delivery_id;
