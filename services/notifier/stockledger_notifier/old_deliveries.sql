-- Deliveries past retention, and the notifications that they told of.

-- name: delete_deliveries
-- The oldest deliveries of a channel that ended and are past retention; orders that were refused
-- stay until they are settled.
with old as materialized (
    select delivery.delivery_id
    from notices.deliveries as delivery
    where delivery.channel = $1
        and delivery.created_at < (select ledger.ledger_now()) - $2::interval
        and delivery.status in ('DELIVERED', 'DEAD', 'WITHDRAWN')
        and (delivery.status <> 'DEAD' or delivery.supplier_order_id is null)
    order by delivery.created_at
    limit $3
    for update skip locked
)
delete from notices.deliveries as delivery
using old
where delivery.delivery_id = old.delivery_id
returning delivery.partition, delivery.position;

-- name: delete_notifications
-- The oldest notifications of a partition, up to a position, that no delivery tells of any more and
-- whose alert is over.
with old as materialized (
    select
        notification.partition, notification.position, notification.recipient_id,
        notification.channel
    from notices.notifications as notification
    where notification.partition = $1
        and notification.position <= $2
        and (
            select true
            from notices.deliveries as delivery
            where delivery.delivery_id = notification.delivery_id
        ) is null
        and (
            select true
            from notices.open_alerts as alert
            where alert.partition = notification.partition
                and alert.tenant_id = notification.tenant_id
                and alert.about = notification.about
        ) is null
    order by notification.position
    limit $3
    for update skip locked
)
delete from notices.notifications as notification
using old
where notification.partition = old.partition
    and notification.position = old.position
    and notification.recipient_id = old.recipient_id
    and notification.channel = old.channel;
