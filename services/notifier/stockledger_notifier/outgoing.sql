-- New deliveries.

-- name: deliver
-- What is to go out.
insert into notices.deliveries (
    delivery_id, partition, position, tenant_id, channel, destination, address, severity,
    recipient_id, supplier_id, supplier_order_id, wording, subject, about, facts, occurred_at,
    next_attempt_at, due_at
)
select * from unnest(
    $1::uuid[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
    $15::text[], $16::timestamptz[], $17::timestamptz[], $17::timestamptz[]
)
on conflict do nothing
returning delivery_id;
