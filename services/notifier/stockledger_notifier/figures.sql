-- Figures of the deliveries.

-- name: waiting
-- How many deliveries of each channel are not finished, up to a number, and for how long the one
-- that is due longest has been due.
select
    asked.channel,
    (
        select count(*)
        from (
            select
            from notices.deliveries as delivery
            where delivery.channel = asked.channel and delivery.status in ('PENDING', 'SENDING')
            limit $2
        ) as unfinished
    ) as waiting,
    coalesce(extract(epoch from ledger.ledger_now() - (
        select min(delivery.next_attempt_at)
        from notices.deliveries as delivery
        where delivery.channel = asked.channel
            and delivery.status in ('PENDING', 'SENDING')
            and delivery.next_attempt_at <= (select ledger.ledger_now())
    )), 0)::float8 as oldest
from unnest($1::text[]) as asked (channel);

-- name: dead
-- How many deliveries of each channel were given up, of the latest ones.
select dead.channel, count(*) as dead
from (
    select delivery.channel
    from notices.deliveries as delivery
    where delivery.status = 'DEAD'
    order by delivery.created_at desc
    limit $1
) as dead
group by dead.channel;

-- name: explain
-- Deliveries that no process can send say why they wait.
update notices.deliveries as delivery
set last_error = $2
from (
    select waiting.delivery_id
    from notices.deliveries as waiting
    where waiting.channel = $1 and waiting.status = 'PENDING' and waiting.last_error is null
    limit $3
    for update skip locked
) as unexplained
where delivery.delivery_id = unexplained.delivery_id;
