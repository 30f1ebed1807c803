-- Deliveries that are too old to be told.

-- name: give_up
-- What a channel should have sent longer ago than so is dead, unless it waits for the channel to be
-- set up or is being sent.
update notices.deliveries as delivery
set
    status = case when delivery.is_wanted then 'DEAD' else 'WITHDRAWN' end,
    last_error = coalesce(delivery.last_error, $4)
from (
    select waiting.delivery_id
    from notices.deliveries as waiting
    where waiting.channel = $1
        and waiting.status in ('PENDING', 'SENDING')
        and waiting.due_at < (select ledger.ledger_now()) - $2::interval
        and waiting.last_error is distinct from $3
        and (waiting.status = 'PENDING' or waiting.next_attempt_at <= (select ledger.ledger_now()))
    order by waiting.due_at
    limit $5
    for update skip locked
) as overdue
where delivery.delivery_id = overdue.delivery_id;
