-- Movements of a kind or a warehouse, and alerts of a warehouse, are found without reading others.
-- migrate:up
-- In the place of one by SKU, whose movements the index by item finds, warehouse by warehouse: a
-- movement is written with as many entries as before.
drop index views.movements_tenant_id_sku_recorded_at_position_idx;
create index on views.movements (tenant_id, warehouse_id, kind, recorded_at, position);

drop index views.alerts_tenant_id_sku_status_raised_at_raised_position_idx;
create index on views.alerts (
    tenant_id, sku, status, kind, severity, raised_at, raised_position
);
create index on views.alerts (
    tenant_id, warehouse_id, status, kind, severity, raised_at, raised_position
);

-- migrate:down
drop index views.alerts_tenant_id_warehouse_id_status_kind_severity_raised_a_idx;
drop index views.alerts_tenant_id_sku_status_kind_severity_raised_at_raised__idx;
create index on views.alerts (tenant_id, sku, status, raised_at, raised_position);
drop index views.movements_tenant_id_warehouse_id_kind_recorded_at_position_idx;
create index on views.movements (tenant_id, sku, recorded_at, position);
