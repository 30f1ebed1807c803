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

-- name: zones
-- The clocks of some tenants.
select tenant.partition, tenant.tenant_id, tenant.time_zone
from unnest($1::int[], $2::text[]) as asked (partition, tenant_id)
join notices.tenants as tenant
    on tenant.partition = asked.partition and tenant.tenant_id = asked.tenant_id;

-- name: recipients
-- The recipients of some tenants.
select
    recipient.partition, recipient.tenant_id, recipient.recipient_id, recipient.settings,
    recipient.is_verified, recipient.burst_begun_at, recipient.burst_count, recipient.is_flooded
from unnest($1::int[], $2::text[]) as asked (partition, tenant_id)
join notices.recipients as recipient
    on recipient.partition = asked.partition and recipient.tenant_id = asked.tenant_id
order by recipient.partition, recipient.tenant_id, recipient.recipient_id;

-- name: set_positions
-- Where the recipients of tenants were set last.
insert into notices.tenants as tenant (partition, tenant_id, recipients_position)
select * from unnest($1::int[], $2::text[], $3::bigint[])
on conflict (partition, tenant_id) do update
set recipients_position = excluded.recipients_position;

-- name: drop_recipients
-- Recipients of some tenants, before they are written anew.
delete from notices.recipients as recipient
using unnest($1::int[], $2::text[]) as changed (partition, tenant_id)
where recipient.partition = changed.partition and recipient.tenant_id = changed.tenant_id;

-- name: write_recipients
-- Recipients as they are now.
insert into notices.recipients (
    partition, tenant_id, recipient_id, channel, address, settings, is_verified,
    burst_begun_at, burst_count, is_flooded
)
select * from unnest(
    $1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[],
    $8::timestamptz[], $9::int[], $10::bool[]
);

-- name: update_recipients
-- Recipients that were told of something, or proved to have their address.
update notices.recipients as recipient
set
    is_verified = told.is_verified,
    burst_begun_at = told.burst_begun_at,
    burst_count = told.burst_count,
    is_flooded = told.is_flooded
from unnest($1::int[], $2::text[], $3::text[], $4::bool[], $5::timestamptz[], $6::int[], $7::bool[])
    as told (
        partition, tenant_id, recipient_id, is_verified, burst_begun_at, burst_count, is_flooded
    )
where recipient.partition = told.partition
    and recipient.tenant_id = told.tenant_id
    and recipient.recipient_id = told.recipient_id;

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

-- name: deliver
-- What is to go out.
insert into notices.deliveries (
    delivery_id, partition, position, tenant_id, channel, destination, address, severity,
    recipient_id, supplier_id, supplier_order_id, wording, subject, about, facts, occurred_at,
    next_attempt_at
)
select * from unnest(
    $1::uuid[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
    $15::text[], $16::timestamptz[], $17::timestamptz[]
)
on conflict do nothing
returning delivery_id;

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

-- name: collect
-- Digests of what is collected, one to a recipient.
insert into notices.digests as digest (partition, tenant_id, recipient_id, position, due_at)
select partition, tenant_id, recipient_id, 0, due_at
from unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[])
    as collected (partition, tenant_id, recipient_id, due_at)
on conflict (partition, tenant_id, recipient_id, position) do update set due_at = digest.due_at;

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
