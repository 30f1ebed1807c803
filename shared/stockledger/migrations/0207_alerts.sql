-- Read models of alerts, suppliers, and what is ordered from them.
-- migrate:up

-- What is on order belongs to what an item will have. last_unit_cost: that of the last receipt.
alter table views.stock_levels
    add column on_order bigint not null default 0,
    add column supplier_id text collate "C",
    add column reorder_automatically boolean not null default false,
    add column last_unit_cost bigint,
    alter column needs_reorder set expression as (
        coalesce(available + in_transit + on_order <= reorder_point, false)
    );

update views.stock_levels as level
set last_unit_cost = received.unit_cost
from (
    select distinct on (tenant_id, warehouse_id, sku) tenant_id, warehouse_id, sku, unit_cost
    from views.movements
    where kind = 'received'
    order by tenant_id, warehouse_id, sku, recorded_at desc, position desc
) as received
where level.tenant_id = received.tenant_id
    and level.warehouse_id = received.warehouse_id
    and level.sku = received.sku;

-- Every alert there ever was; the SKU of one about a warehouse is empty. figure and trigger: when
-- it was raised; supplier_id and recommended too.
create table views.alerts (
    tenant_id text collate "C" not null,
    warehouse_id text collate "C" not null,
    sku text collate "C" not null,
    kind text collate "C" not null,
    number bigint not null,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    severity text collate "C" not null,
    name text,
    figure bigint not null,
    trigger bigint not null,
    recommended bigint,
    supplier_id text collate "C",
    raised_at timestamptz not null,
    raised_position bigint not null,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    resolved_by text,
    resolution text collate "C",
    resolved_figure bigint,
    status text collate "C" not null generated always as (
        case
            when resolved_at is not null then 'RESOLVED'
            when acknowledged_at is not null then 'ACKNOWLEDGED'
            else 'OPEN'
        end
    ) stored,
    primary key (tenant_id, warehouse_id, sku, kind, number)
);
create index on views.alerts (tenant_id, status, kind, severity, raised_at, raised_position);
create index on views.alerts (tenant_id, sku, status, raised_at, raised_position);
create index on views.alerts (tenant_id, raised_at, raised_position);

create table views.suppliers (
    tenant_id text collate "C" not null,
    supplier_id text collate "C" not null,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    updated_at timestamptz not null,
    registered_at timestamptz not null,
    name text not null,
    api_url text,
    contact text,
    email text,
    phone text,
    address text,
    lead_time_days integer,
    primary key (tenant_id, supplier_id)
);

-- Every order to a supplier there ever was. attempts and cause: why the supplier could not be
-- reached, when that was said last. reorder_*: the alert that the order answers.
create table views.supplier_orders (
    tenant_id text collate "C" not null,
    supplier_order_id text collate "C" not null,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    updated_at timestamptz not null,
    status text collate "C" not null,
    created_at timestamptz not null,
    created_by text,
    supplier_id text collate "C" not null,
    supplier_name text not null,
    api_url text,
    supplier_reference text,
    expected_delivery timestamptz,
    reorder_warehouse_id text collate "C",
    reorder_sku text collate "C",
    reorder_number bigint,
    submitted_at timestamptz,
    confirmed_at timestamptz,
    unavailable_at timestamptz,
    attempts bigint,
    cause text,
    overdue_at timestamptz,
    first_received_at timestamptz,
    ended_at timestamptz,
    deliveries bigint not null default 0,
    primary key (tenant_id, supplier_order_id)
);
create index on views.supplier_orders (tenant_id, status, created_at, supplier_order_id);
create index on views.supplier_orders (tenant_id, supplier_id, created_at, supplier_order_id);
create index on views.supplier_orders (tenant_id, reorder_warehouse_id, reorder_sku)
    where reorder_sku is not null and ended_at is null;

-- What became of each item of an order to a supplier, and what the received ones cost.
create table views.supplier_order_lines (
    tenant_id text collate "C" not null,
    supplier_order_id text collate "C" not null,
    warehouse_id text collate "C" not null,
    sku text collate "C" not null,
    partition integer not null,
    unit_cost bigint,
    ordered bigint not null default 0,
    received bigint not null default 0,
    rejected bigint not null default 0,
    over bigint not null default 0,
    cancelled bigint not null default 0,
    received_value bigint not null default 0,
    on_order bigint not null generated always as (
        ordered + over - received - rejected - cancelled
    ) stored,
    primary key (tenant_id, supplier_order_id, warehouse_id, sku)
);
create index on views.supplier_order_lines (tenant_id, warehouse_id, sku, supplier_order_id);

select
    views.guard('views.alerts'),
    views.guard('views.suppliers'),
    views.guard('views.supplier_orders'),
    views.guard('views.supplier_order_lines');

-- migrate:down
drop table
    views.supplier_order_lines, views.supplier_orders, views.suppliers, views.alerts;
alter table views.stock_levels
    alter column needs_reorder set expression as (
        coalesce(available + in_transit <= reorder_point, false)
    );
alter table views.stock_levels
    drop column on_order,
    drop column supplier_id,
    drop column reorder_automatically,
    drop column last_unit_cost;
