-- Digests that are to be made.

-- name: due
-- The digest that is due longest, nobody else's now, and its recipient; null settings: who is no
-- recipient any more.
select
    digest.partition, digest.tenant_id, digest.recipient_id, digest.position, digest.day,
    recipient.settings, tenant.time_zone, clock.now
from (select ledger.ledger_now() as now) as clock
cross join lateral (
    select due.partition, due.tenant_id, due.recipient_id, due.position, due.day
    from notices.digests as due
    where due.due_at <= clock.now
    order by due.due_at
    limit 1
    for update skip locked
) as digest
left join notices.recipients as recipient
    on recipient.partition = digest.partition
    and recipient.tenant_id = digest.tenant_id
    and recipient.recipient_id = digest.recipient_id
    and recipient.is_verified
left join notices.tenants as tenant
    on tenant.partition = digest.partition and tenant.tenant_id = digest.tenant_id;

-- name: take
-- Take the gravest of what was collected for a recipient, of one wording where asked for and up to
-- a rank, into a delivery; return the first of it, and how much was taken.
with collected as materialized (
    select
        notification.partition, notification.position, notification.recipient_id,
        notification.channel, notification.rank, notification.wording, notification.subject,
        notification.severity, notification.facts
    from notices.notifications as notification
    where notification.partition = $1
        and notification.tenant_id = $2
        and notification.recipient_id = $3
        and notification.status = 'COLLECTED'
        and ($7::text is null or notification.wording = $7)
        and notification.rank <= $8
    order by notification.rank, notification.position
    limit $6
    for update skip locked
), taken as (
    update notices.notifications as notification
    set status = 'QUEUED', delivery_id = $4, facts = null
    from collected
    where notification.partition = collected.partition
        and notification.position = collected.position
        and notification.recipient_id = collected.recipient_id
        and notification.channel = collected.channel
)
select
    collected.rank, collected.position, collected.wording, collected.subject, collected.severity,
    collected.facts, null as acknowledged_by, count(*) over () as count
from collected
order by collected.rank, collected.position
limit $5;

-- name: open
-- The gravest of a tenant's open alerts that a recipient wants to know of, and how many there are.
select
    alert.rank, alert.position, 'alert_raised' as wording, alert.kind as subject, alert.severity,
    alert.facts, alert.acknowledged_by, count(*) over () as count
from notices.open_alerts as alert
where alert.partition = $1
    and alert.tenant_id = $2
    and alert.rank <= $3
    and ($4::text[] is null or alert.kind = any($4::text[]))
    and ($5::text[] is null or alert.warehouse_id = any($5::text[]))
order by alert.rank, alert.position
limit $6;

-- name: is_made
-- Whether a delivery was made already.
select exists (select from notices.deliveries where delivery_id = $1);

-- name: made
-- The digest is made, or there was nothing to tell.
delete from notices.digests
where partition = $1 and tenant_id = $2 and recipient_id = $3 and position = $4;

-- name: put_off
-- The digest is to be made later, or what is left for it.
update notices.digests
set due_at = $5
where partition = $1 and tenant_id = $2 and recipient_id = $3 and position = $4;

-- name: drop_collected
-- Nobody is told of what was collected for somebody who is no recipient any more.
update notices.notifications as notification
set status = 'WITHDRAWN', facts = null
where notification.partition = $1
    and notification.tenant_id = $2
    and notification.recipient_id = $3
    and notification.status = 'COLLECTED';
