-- Figures of the deliveries.

-- name: waiting
-- How many deliveries of each channel are not finished, up to a number, and for how long the one
-- has waited that should have gone out first. By some channels ($3) those do not count that failed,
-- or that go to destinations ($4) that fail.
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
    greatest(extract(epoch from ledger.ledger_now() - (
        select delivery.due_at
        from notices.deliveries as delivery
        where delivery.channel = asked.channel
            and delivery.status in ('PENDING', 'SENDING')
            and case when asked.channel = any($3::text[])
                then delivery.last_error is null
                    and delivery.destination <> all($4::text[])
                    and delivery.next_attempt_at <= (select ledger.ledger_now())
                else delivery.last_error is not null
                    or delivery.next_attempt_at <= (select ledger.ledger_now())
            end
        order by delivery.due_at
        limit 1
    )), 0)::float8 as oldest
from unnest($1::text[]) as asked (channel);

-- name: dead
-- How many deliveries of each channel were given up, of the latest ones: orders, and what was made
-- within some time. The others stay, and are nothing that anybody would still send.
select dead.channel, count(*) as dead
from (
    select delivery.channel, delivery.created_at, delivery.supplier_order_id
    from notices.deliveries as delivery
    where delivery.status = 'DEAD'
    order by delivery.created_at desc
    limit $1
) as dead
where dead.supplier_order_id is not null
    or dead.created_at > ledger.ledger_now() - $2::interval
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
