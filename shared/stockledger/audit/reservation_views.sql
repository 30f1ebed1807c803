-- The read models of reservations, holds and orders, as the auditor compares them.

-- name: active_reservations
-- The reservations of a partition that have no end yet.
select
    tenant_id, reservation_id, partition, position, version, status, customer_id, cart_id,
    order_id, expires_at, created_at, updated_at, ended_at, lines::text, asked::text
from views.reservations
where partition = $1 and status = 'ACTIVE';

-- name: reservations_named
-- These reservations.
select
    stored.tenant_id, stored.reservation_id, partition, position, version, status, customer_id,
    cart_id, order_id, expires_at, created_at, updated_at, ended_at, lines::text, asked::text
from unnest($1::text[], $2::text[]) as named (tenant_id, reservation_id)
join views.reservations as stored using (tenant_id, reservation_id);

-- name: count_reservations
-- How many reservations of a partition there are.
select count(*) from views.reservations where partition = $1;

-- name: holds
-- Every hold of a partition.
select tenant_id, warehouse_id, sku, reservation_id, quantity, expires_at
from views.holds
where partition = $1;

-- name: fulfilment
-- How reservations of a partition began and ended, by hour.
select tenant_id, hour, created, confirmed, released, expired
from views.fulfilment
where partition = $1;

-- name: orders
-- Every order of a partition.
select
    tenant_id, order_id, partition, position, version, status, customer_id, cart_id,
    reservation_ids, asked::text, created_at, accepted_at, cancelled_at, updated_at
from views.orders
where partition = $1;

-- name: order_lines
-- What was sold under the orders of a partition, and came back.
select
    tenant_id, order_id, warehouse_id, sku, sold, sold_value, returned, returned_value
from views.order_lines
where partition = $1;
