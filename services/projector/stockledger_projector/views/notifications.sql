-- What was told to whom, out of the notifier's deliveries.

-- name: page
-- Deliveries of the session's tenant behind a cursor, the latest first; what they say is not shown:
-- it may be a code. Planned for the filters that are given: those that are null vanish.
select
    delivery_id, created_at, occurred_at, channel, address, recipient_id, supplier_id,
    supplier_order_id, wording, subject, severity, about, status, attempts, last_error,
    delivered_at,
    case when status in ('PENDING', 'SENDING') then next_attempt_at end as next_attempt_at
from notices.deliveries
where tenant_id = $1
    and ($2::text[] is null or status = any($2))
    and ($3::text[] is null or channel = any($3))
    and ($4::text[] is null or subject = any($4))
    and ($5::text is null or recipient_id = $5)
    and ($6::text is null or supplier_order_id = $6)
    and ($7::timestamptz is null or created_at >= $7)
    and ($8::timestamptz is null or created_at < $8)
    and ($9::timestamptz is null or (created_at, delivery_id) < ($9, $10::uuid))
order by created_at desc, delivery_id desc
limit $11;

-- name: page_of_undelivered
-- The same of some statuses ($2) other than DELIVERED, which few are for long: an index of its own.
select
    page.delivery_id, page.created_at, page.occurred_at, page.channel, page.address,
    page.recipient_id, page.supplier_id, page.supplier_order_id, page.wording, page.subject,
    page.severity, page.about, page.status, page.attempts, page.last_error, page.delivered_at,
    case
        when page.status in ('PENDING', 'SENDING') then page.next_attempt_at
    end as next_attempt_at
from unnest($2::text[]) as statuses (wanted_status)
cross join lateral (
    select *
    from notices.deliveries
    where tenant_id = $1
        and status = wanted_status
        and status <> 'DELIVERED'
        and ($3::text[] is null or channel = any($3))
        and ($4::text[] is null or subject = any($4))
        and ($5::text is null or recipient_id = $5)
        and ($6::text is null or supplier_order_id = $6)
        and ($7::timestamptz is null or created_at >= $7)
        and ($8::timestamptz is null or created_at < $8)
        and ($9::timestamptz is null or (created_at, delivery_id) < ($9, $10::uuid))
    order by created_at desc, delivery_id desc
    limit $11
) as page
order by page.created_at desc, page.delivery_id desc
limit $11;
