-- Read models of transfers, adjustments, imports, capacity and tenants' settings.
-- migrate:up

-- Every transfer there ever was.
create table views.transfers (
    tenant_id text collate "C" not null,
    transfer_id text collate "C" not null,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    updated_at timestamptz not null,
    status text collate "C" not null,
    created_at timestamptz not null,
    source_warehouse_id text collate "C" not null,
    destination_warehouse_id text collate "C" not null,
    reason text,
    reference_type text collate "C",
    reference_id text collate "C",
    dispatched_at timestamptz,
    carrier text,
    tracking_number text,
    expected_delivery timestamptz,
    overdue_at timestamptz,
    ended_at timestamptz,
    receipts bigint not null default 0,
    primary key (tenant_id, transfer_id)
);
create index on views.transfers (tenant_id, status, created_at, transfer_id);
create index on views.transfers (tenant_id, source_warehouse_id, status, created_at, transfer_id);
create index on views.transfers (
    tenant_id, destination_warehouse_id, status, created_at, transfer_id
);

-- What became of each SKU of a transfer. Values: what it left with, and what of that left the
-- transit again.
create table views.transfer_lines (
    tenant_id text collate "C" not null,
    transfer_id text collate "C" not null,
    sku text collate "C" not null,
    partition integer not null,
    quantity bigint not null default 0,
    sent bigint not null default 0,
    received bigint not null default 0,
    damaged bigint not null default 0,
    short bigint not null default 0,
    over bigint not null default 0,
    returned bigint not null default 0,
    sent_value bigint not null default 0,
    settled_value bigint not null default 0,
    in_transit bigint not null generated always as (
        sent - received - damaged - short - returned
    ) stored,
    transit_value bigint not null generated always as (sent_value - settled_value) stored,
    primary key (tenant_id, transfer_id, sku)
);

-- Every adjustment that had an id: applied at once, or requested and decided by another person.
-- item_version, available, on_hand and value: when it was requested.
create table views.adjustments (
    tenant_id text collate "C" not null,
    adjustment_id text collate "C" not null,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    updated_at timestamptz not null,
    status text collate "C" not null,
    created_at timestamptz not null,
    warehouse_id text collate "C" not null,
    sku text collate "C" not null,
    change bigint not null,
    requested_by text,
    reason text,
    reference_type text collate "C",
    reference_id text collate "C",
    effective_at timestamptz,
    expires_at timestamptz,
    item_version bigint,
    available bigint,
    on_hand bigint,
    value bigint,
    decided_at timestamptz,
    decided_by text,
    decision_reason text,
    changed_meanwhile bigint,
    primary key (tenant_id, adjustment_id)
);
create index on views.adjustments (tenant_id, status, created_at, adjustment_id);
create index on views.adjustments (tenant_id, warehouse_id, status, created_at, adjustment_id);

-- Every import: what was staged, and what came of it.
create table views.imports (
    tenant_id text collate "C" not null,
    import_id text collate "C" not null,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    updated_at timestamptz not null,
    created_at timestamptz not null,
    kind text collate "C",
    chunks bigint not null default 0,
    rows bigint not null default 0,
    applied_at timestamptz,
    changed bigint,
    primary key (tenant_id, import_id)
);
create index on views.imports (tenant_id, created_at, import_id);

-- How full warehouses with a limit are, and whether they are given up.
alter table views.warehouses
    add column capacity bigint,
    add column capacity_unit text collate "C",
    add column capacity_used bigint,
    add column warned_percent integer,
    add column deleted_at timestamptz;

-- What a unit takes up, in warehouses whose capacity is counted by volume.
alter table views.stock_levels add column unit_volume bigint;

-- The settings of tenants that reports and previews need.
create table views.tenants (
    tenant_id text collate "C" primary key,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    updated_at timestamptz not null,
    time_zone text not null,
    currency text,
    approval_quantity bigint,
    approval_value bigint,
    approval_days integer not null
);
insert into views.tenants
select distinct on (event.tenant_id)
    event.tenant_id, event.partition, event.position, event.version, event.recorded_at,
    event.data ->> 'time_zone', event.data ->> 'currency', null, null, 7
from ledger.events as event
join views.positions as reached
    on reached.view_group = 'projector'
    and reached.partition = event.partition
    and reached.position >= event.position
where event.type = 'stockledger.TenantConfigured.v1'
order by event.tenant_id, event.position desc;

select
    views.guard('views.transfers'),
    views.guard('views.transfer_lines'),
    views.guard('views.adjustments'),
    views.guard('views.imports'),
    views.guard('views.tenants');

-- migrate:down
alter table views.stock_levels drop column unit_volume;
drop table views.tenants, views.imports, views.adjustments, views.transfer_lines, views.transfers;
alter table views.warehouses
    drop column capacity,
    drop column capacity_unit,
    drop column capacity_used,
    drop column warned_percent,
    drop column deleted_at;
