-- What a batch of events changes in the notices.

-- name: now
-- The ledger's time.
select ledger.ledger_now();

-- name: set_zones
-- By which clocks tenants go.
insert into notices.tenants as tenant (partition, tenant_id, time_zone)
select * from unnest($1::int[], $2::text[], $3::text[])
on conflict (partition, tenant_id) do update set time_zone = excluded.time_zone;

-- name: set_templates
-- How tenants word something.
insert into notices.templates as template (
    partition, tenant_id, channel, wording, subject, text, html
)
select * from unnest(
    $1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]
)
on conflict (partition, tenant_id, channel, wording) do update
set subject = excluded.subject, text = excluded.text, html = excluded.html;

-- name: end_alerts
-- Alerts that are over.
delete from notices.open_alerts as alert
using unnest($1::int[], $2::text[], $3::text[]) as ended (partition, tenant_id, about)
where alert.partition = ended.partition
    and alert.tenant_id = ended.tenant_id
    and alert.about = ended.about;

-- name: open_alerts
-- Alerts that are open from now on.
insert into notices.open_alerts (
    partition, tenant_id, about, kind, severity, warehouse_id, rank, position, raised_at, facts
)
select * from unnest(
    $1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[],
    $8::bigint[], $9::timestamptz[], $10::text[]
)
on conflict do nothing;

-- name: acknowledge_alerts
-- Alerts that somebody sees to.
update notices.open_alerts as alert
set acknowledged_by = seen.acknowledged_by
from unnest($1::int[], $2::text[], $3::text[], $4::text[])
    as seen (partition, tenant_id, about, acknowledged_by)
where alert.partition = seen.partition
    and alert.tenant_id = seen.tenant_id
    and alert.about = seen.about;

-- name: withdraw_collected
-- Alerts that are over are not told of in digests that are still to be made.
update notices.notifications as notification
set status = 'WITHDRAWN'
from unnest($1::int[], $2::text[], $3::text[]) as ended (partition, tenant_id, about)
where notification.partition = ended.partition
    and notification.tenant_id = ended.tenant_id
    and notification.about = ended.about
    and notification.status = 'COLLECTED'
    and notification.wording = 'alert_raised';

-- name: withdraw_deliveries
-- Nor by deliveries that wait or were given up; one that is going out right now is not tried again.
with ended as materialized (
    select delivery.delivery_id
    from unnest($1::int[], $2::text[], $3::text[]) as alert (partition, tenant_id, about)
    join notices.deliveries as delivery
        on delivery.partition = alert.partition
        and delivery.tenant_id = alert.tenant_id
        and delivery.about = alert.about
    where delivery.wording = 'alert_raised' and delivery.status in ('PENDING', 'SENDING', 'DEAD')
    order by delivery.delivery_id
    for update of delivery
), withdrawn as (
    update notices.deliveries as delivery
    set
        is_wanted = false,
        status = case delivery.status when 'SENDING' then 'SENDING' else 'WITHDRAWN' end
    from ended
    where delivery.delivery_id = ended.delivery_id
        and delivery.status in ('PENDING', 'SENDING', 'DEAD')
    returning
        delivery.partition, delivery.position, delivery.recipient_id, delivery.channel,
        delivery.status
)
update notices.notifications as notification
set status = 'WITHDRAWN'
from withdrawn
where withdrawn.status = 'WITHDRAWN'
    and notification.partition = withdrawn.partition
    and notification.position = withdrawn.position
    and notification.recipient_id = withdrawn.recipient_id
    and notification.channel = withdrawn.channel;

-- name: settle
-- Orders that the supplier has by now, or that nobody wants any more, need not go out.
with settled as materialized (
    select delivery.delivery_id
    from notices.deliveries as delivery
    where delivery.delivery_id = any($1::uuid[])
        and delivery.status in ('PENDING', 'SENDING', 'DEAD')
    order by delivery.delivery_id
    for update
)
update notices.deliveries as delivery
set
    is_wanted = false,
    status = case delivery.status when 'SENDING' then 'SENDING' else 'WITHDRAWN' end
from settled
where delivery.delivery_id = settled.delivery_id;

-- name: repeat_open
-- Digests of all that is open, one to each recipient of some tenants.
insert into notices.digests (partition, tenant_id, recipient_id, position, day, due_at)
select
    checked.partition, checked.tenant_id, recipient.recipient_id, checked.position, checked.day,
    checked.due_at
from unnest($1::int[], $2::text[], $3::bigint[], $4::date[], $5::timestamptz[])
    as checked (partition, tenant_id, position, day, due_at)
join notices.recipients as recipient
    on recipient.partition = checked.partition and recipient.tenant_id = checked.tenant_id
where recipient.is_verified
on conflict do nothing;
