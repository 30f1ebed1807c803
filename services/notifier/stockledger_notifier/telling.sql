-- Telling recipients, each of each event once.

-- name: notify
-- Each recipient is told of each event once. Who was not told of an alert is not told of its end.
insert into notices.notifications (
    partition, position, recipient_id, channel, tenant_id, wording, subject, severity, rank,
    status, about, facts, delivery_id
)
select *
from unnest(
    $1::int[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::smallint[], $10::text[], $11::text[], $12::text[], $13::uuid[]
) as made (
    partition, position, recipient_id, channel, tenant_id, wording, subject, severity, rank,
    status, about, facts, delivery_id
)
where made.wording <> 'alert_resolved'
    or (
        select true
        from notices.notifications as told
        where told.partition = made.partition
            and told.tenant_id = made.tenant_id
            and told.about = made.about
            and told.recipient_id = made.recipient_id
            and told.wording = 'alert_raised'
            and told.status <> 'WITHDRAWN'
        limit 1
    )
on conflict do nothing
returning partition, position, recipient_id, channel;

-- name: collect
-- Digests of what is collected, one to a recipient, as soon as anything of it may be told.
insert into notices.digests as digest (partition, tenant_id, recipient_id, position, due_at)
select partition, tenant_id, recipient_id, 0, due_at
from unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[])
    as collected (partition, tenant_id, recipient_id, due_at)
on conflict (partition, tenant_id, recipient_id, position) do update
set due_at = least(digest.due_at, excluded.due_at);
