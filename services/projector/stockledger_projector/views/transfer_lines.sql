-- What became of each SKU of a transfer: one statement changes it.

-- name: add
-- More units asked for, sent or accounted for, and their values.
insert into transfer_lines as line (
    tenant_id, transfer_id, sku, partition, quantity, sent, received, damaged, short, over,
    returned, sent_value, settled_value
)
select *
from unnest(
    $1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[]
)
on conflict (tenant_id, transfer_id, sku) do update set
    quantity = line.quantity + excluded.quantity,
    sent = line.sent + excluded.sent,
    received = line.received + excluded.received,
    damaged = line.damaged + excluded.damaged,
    short = line.short + excluded.short,
    over = line.over + excluded.over,
    returned = line.returned + excluded.returned,
    sent_value = line.sent_value + excluded.sent_value,
    settled_value = line.settled_value + excluded.settled_value;
