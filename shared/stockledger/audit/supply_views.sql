-- The read models of alerts, suppliers and orders to them, as the auditor compares them.

-- name: alerts
-- Every alert of a partition.
select
    tenant_id, warehouse_id, sku, kind, number, partition, position, version, severity, status,
    name, figure, trigger, recommended, supplier_id, raised_at, acknowledged_at, acknowledged_by,
    resolved_at, resolved_by, resolution, resolved_figure
from views.alerts
where partition = $1;

-- name: suppliers
-- Every supplier of a partition.
select
    tenant_id, supplier_id, partition, position, version, updated_at, registered_at, name, api_url,
    contact, email, phone, address, lead_time_days
from views.suppliers
where partition = $1;

-- name: supplier_orders
-- Every order to a supplier of a partition.
select
    tenant_id, supplier_order_id, partition, position, version, updated_at, status, created_at,
    created_by, supplier_id, supplier_name, api_url, supplier_reference, expected_delivery,
    reorder_warehouse_id, reorder_sku, reorder_number, submitted_at, confirmed_at, unavailable_at,
    attempts, cause, overdue_at, first_received_at, ended_at, deliveries
from views.supplier_orders
where partition = $1;

-- name: supplier_order_lines
-- What became of each item of the orders to suppliers of a partition.
select
    tenant_id, supplier_order_id, warehouse_id, sku, unit_cost, ordered, received, rejected, over,
    cancelled, on_order, received_value
from views.supplier_order_lines
where partition = $1;
