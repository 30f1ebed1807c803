-- Deliveries on their way out.

-- name: claim
-- Take up what is due by a channel: a fair share for each destination, in turn from the one behind
-- the one that was served last, the gravest first; some are passed over. What nobody wants any
-- more, or a recipient who is none any more would get, is withdrawn instead. What waited for the
-- channel to be set up is due since now.
with recursive destinations as (
    (
        select first.destination
        from notices.deliveries as first
        where first.channel = $1 and first.status in ('PENDING', 'SENDING')
        order by first.destination
        limit 1
    )
    union all
    select (
        select next.destination
        from notices.deliveries as next
        where next.channel = $1
            and next.status in ('PENDING', 'SENDING')
            and next.destination > known.destination
        order by next.destination
        limit 1
    )
    from destinations as known
    where known.destination is not null
), open_ones as materialized (
    select
        known.destination, least($3::int, greatest($4::int / count(*) over (), 1)) as share
    from destinations as known
    where known.destination is not null and known.destination <> all($2::text[])
    order by known.destination <= $6, known.destination
), due as (
    select waiting.delivery_id
    from open_ones as known
    cross join lateral (
        select graver.delivery_id
        from unnest($7::text[]) as grave (severity)
        cross join lateral (
            select delivery.delivery_id
            from notices.deliveries as delivery
            where delivery.channel = $1
                and delivery.destination = known.destination
                and delivery.severity = grave.severity
                and delivery.status in ('PENDING', 'SENDING')
                and delivery.next_attempt_at <= (select ledger.ledger_now())
            order by delivery.next_attempt_at
            limit (select known.share)
            for update skip locked
        ) as graver
        limit (select known.share)
    ) as waiting
    limit $4
), claimed as (
    update notices.deliveries as delivery
    set
        attempts = delivery.attempts + 1,
        next_attempt_at = ledger.ledger_now() + $5::interval,
        due_at = case delivery.last_error
            when $8 then ledger.ledger_now() else delivery.due_at
        end,
        last_error = nullif(delivery.last_error, $8),
        status = case
            when not delivery.is_wanted then 'WITHDRAWN'
            when delivery.recipient_id is not null
                and (
                    select tenant.recipients_position > delivery.position
                    from notices.tenants as tenant
                    where tenant.partition = delivery.partition
                        and tenant.tenant_id = delivery.tenant_id
                )
                and (
                    select recipient.channel = delivery.channel
                        and recipient.address = delivery.address
                    from notices.recipients as recipient
                    where recipient.partition = delivery.partition
                        and recipient.tenant_id = delivery.tenant_id
                        and recipient.recipient_id = delivery.recipient_id
                ) is not true
                then 'WITHDRAWN'
            else 'SENDING'
        end
    from due
    where delivery.delivery_id = due.delivery_id
    returning delivery.*
)
select
    claimed.delivery_id, claimed.partition, claimed.tenant_id, claimed.destination,
    claimed.address, claimed.occurred_at, claimed.facts, claimed.wording, claimed.recipient_id,
    claimed.supplier_id, claimed.supplier_order_id, claimed.attempts,
    claimed.reported_at is not null as is_reported,
    claimed.severity, recipient.settings, tenant.time_zone,
    template.wording is not null as is_worded,
    template.subject as template_subject,
    template.text as template_text,
    template.html as template_html
from claimed
left join notices.templates as template
    on template.partition = claimed.partition
    and template.tenant_id = claimed.tenant_id
    and template.channel = claimed.channel
    and template.wording = claimed.wording
left join notices.recipients as recipient
    on recipient.partition = claimed.partition
    and recipient.tenant_id = claimed.tenant_id
    and recipient.recipient_id = claimed.recipient_id
left join notices.tenants as tenant
    on tenant.partition = claimed.partition and tenant.tenant_id = claimed.tenant_id
where claimed.status = 'SENDING'
order by array_position($7::text[], claimed.severity), claimed.due_at;

-- name: record
-- What became of attempts. That something was taken is true whoever has it in hand by now; that
-- it was not, is told by the latest attempt alone. What is held in its first night is due when that
-- ends; later nights make no delivery younger.
with locked as materialized (
    select delivery.delivery_id
    from unnest($1::uuid[]) as asked (delivery_id)
    join notices.deliveries as delivery on delivery.delivery_id = asked.delivery_id
    order by delivery.delivery_id
    for update of delivery
)
update notices.deliveries as delivery
set
    status = case
        when made.status = 'PENDING' and not delivery.is_wanted then 'WITHDRAWN'
        else made.status
    end,
    attempts = delivery.attempts - made.given_back,
    next_attempt_at = ledger.ledger_now() + made.pause,
    due_at = case
        when made.is_held and delivery.created_at > ledger.ledger_now() - interval '1 day'
            then ledger.ledger_now() + made.pause
        else delivery.due_at
    end,
    delivered_at = case made.status when 'DELIVERED' then ledger.ledger_now() end,
    reported_at = case
        when made.is_reported then coalesce(delivery.reported_at, ledger.ledger_now())
        else delivery.reported_at
    end,
    last_error = case
        when made.given_back > 0 then coalesce(delivery.last_error, made.last_error)
        else coalesce(made.last_error, delivery.last_error)
    end
from locked
join unnest(
    $1::uuid[], $2::int[], $3::text[], $4::interval[], $5::int[], $6::bool[], $7::text[],
    $8::bool[]
) as made (delivery_id, attempts, status, pause, given_back, is_reported, last_error, is_held)
    on made.delivery_id = locked.delivery_id
where delivery.delivery_id = locked.delivery_id
    and (
        made.status = 'DELIVERED'
        or delivery.status = 'SENDING' and delivery.attempts = made.attempts
    );
