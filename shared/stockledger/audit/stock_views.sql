-- The read models of all but items and orders, as the auditor compares them.

-- name: tenants
-- The settings of every tenant of a partition.
select
    tenant_id, partition, position, version, updated_at, time_zone, currency, approval_quantity,
    approval_value, approval_days
from views.tenants
where partition = $1;

-- name: transfers
-- Every transfer of a partition.
select
    tenant_id, transfer_id, partition, position, version, updated_at, status, created_at,
    source_warehouse_id, destination_warehouse_id, reason, reference_type, reference_id,
    dispatched_at, carrier, tracking_number, expected_delivery, overdue_at, ended_at, receipts
from views.transfers
where partition = $1;

-- name: transfer_lines
-- What became of each SKU of the transfers of a partition.
select
    tenant_id, transfer_id, sku, quantity, sent, received, damaged, short, over, returned,
    in_transit, sent_value, transit_value
from views.transfer_lines
where partition = $1;

-- name: adjustments
-- Every adjustment of a partition.
select
    tenant_id, adjustment_id, partition, position, version, updated_at, status, created_at,
    warehouse_id, sku, change, requested_by, reason, reference_type, reference_id, effective_at,
    expires_at, item_version, available, on_hand, value, decided_at, decided_by, decision_reason,
    changed_meanwhile
from views.adjustments
where partition = $1;

-- name: imports
-- Every import of a partition.
select
    tenant_id, import_id, partition, position, version, updated_at, created_at, kind, chunks,
    rows, applied_at, changed
from views.imports
where partition = $1;

-- name: warehouse_balances
-- The figures of the warehouses of a partition, at the end of each block.
select
    tenant_id, warehouse_id, block, available, reserved, damaged, quarantined, in_transit, value,
    transit_value
from views.warehouse_balances
where partition = $1;

-- name: backdated_changes
-- What was in effect in the warehouses of a partition before it was recorded.
select
    tenant_id, warehouse_id, grain, begins_at, available, reserved, damaged, quarantined,
    in_transit, value, transit_value
from views.backdated_changes
where partition = $1;

-- name: goods_sold
-- What was sold from the warehouses of a partition and came back, by the hour.
select tenant_id, hour, warehouse_id, sold, sold_value, returned, returned_value
from views.goods_sold
where partition = $1;
