-- Figures as of any past time, on both clocks, without walking through the movements.
-- migrate:up

-- The item's figures after each movement, and what the value in transit changed by.
alter table views.movements
    add column available bigint,
    add column reserved bigint,
    add column damaged bigint,
    add column quarantined bigint,
    add column in_transit bigint,
    add column value bigint,
    add column transit_value bigint,
    add column transit_value_change bigint;

update views.movements as movement
set available = 1000 * (event.data -> 'levels' ->> 'available')::numeric,
    reserved = 1000 * (event.data -> 'levels' ->> 'reserved')::numeric,
    damaged = 1000 * (event.data -> 'levels' ->> 'damaged')::numeric,
    quarantined = 1000 * (event.data -> 'levels' ->> 'quarantined')::numeric,
    in_transit = 1000 * (event.data -> 'levels' ->> 'in_transit')::numeric,
    value = 10000 * (event.data -> 'levels' ->> 'value')::numeric,
    transit_value = 0,
    transit_value_change = 0
from ledger.events as event
where event.partition = movement.partition and event.position = movement.position;

alter table views.movements
    alter column available set not null,
    alter column reserved set not null,
    alter column damaged set not null,
    alter column quarantined set not null,
    alter column in_transit set not null,
    alter column value set not null,
    alter column transit_value set not null,
    alter column transit_value_change set not null;

-- The last movement of an item by a time; then, of the backdated ones only, what was recorded
-- after a time: of an item, and of a tenant within an hour.
create index on views.movements (tenant_id, warehouse_id, sku, recorded_at, position);
create index on views.movements (tenant_id, warehouse_id, sku, recorded_at)
    where effective_at is not null;
create index on views.movements (tenant_id, recorded_at) where effective_at is not null;

-- The value of what is in transit to an item.
alter table views.stock_levels add column transit_value bigint not null default 0;

-- The figures of a warehouse at the end of each block of 1,000 positions in which it moved. A time
-- is answered by the row of an earlier block and the few movements of its own.
create table views.warehouse_balances (
    tenant_id text collate "C" not null,
    warehouse_id text collate "C" not null,
    block bigint not null,
    partition integer not null,
    available bigint not null,
    reserved bigint not null,
    damaged bigint not null,
    quarantined bigint not null,
    in_transit bigint not null,
    value bigint not null,
    transit_value bigint not null,
    primary key (tenant_id, warehouse_id, block)
);

-- What backdated movements changed in a warehouse, as it took effect, less as it was recorded:
-- by months, days and hours (UTC). Summed up to a time: what was in effect but not recorded yet.
create table views.backdated_changes (
    tenant_id text collate "C" not null,
    warehouse_id text collate "C" not null,
    grain text collate "C" not null,
    begins_at timestamptz not null,
    partition integer not null,
    available bigint not null,
    reserved bigint not null,
    damaged bigint not null,
    quarantined bigint not null,
    in_transit bigint not null,
    value bigint not null,
    transit_value bigint not null,
    primary key (tenant_id, warehouse_id, grain, begins_at)
);

-- What was sold from each warehouse and came back, at cost, by the hour (UTC) in which it took
-- effect.
create table views.goods_sold (
    tenant_id text collate "C" not null,
    hour timestamptz not null,
    warehouse_id text collate "C" not null,
    partition integer not null,
    sold bigint not null default 0,
    sold_value bigint not null default 0,
    returned bigint not null default 0,
    returned_value bigint not null default 0,
    primary key (tenant_id, hour, warehouse_id)
);

select
    views.guard('views.warehouse_balances'),
    views.guard('views.backdated_changes'),
    views.guard('views.goods_sold');

-- What the movements that are there already come to.
create temporary view movement_changes as
select
    tenant_id,
    warehouse_id,
    partition,
    recorded_at,
    effective_at,
    (position - 1) / 1000 as block,
    quantity * ((to_bucket = 'available')::int - (from_bucket = 'available')::int) as available,
    quantity * ((to_bucket = 'reserved')::int - (from_bucket = 'reserved')::int) as reserved,
    quantity * ((to_bucket = 'damaged')::int - (from_bucket = 'damaged')::int) as damaged,
    quantity * ((to_bucket = 'quarantined')::int - (from_bucket = 'quarantined')::int)
        as quarantined,
    quantity * ((to_bucket = 'in_transit')::int - (from_bucket = 'in_transit')::int) as in_transit,
    value_change as value,
    transit_value_change as transit_value
from views.movements;

insert into views.warehouse_balances
select
    tenant_id, warehouse_id, block, partition,
    sum(sum(available)) over so_far,
    sum(sum(reserved)) over so_far,
    sum(sum(damaged)) over so_far,
    sum(sum(quarantined)) over so_far,
    sum(sum(in_transit)) over so_far,
    sum(sum(value)) over so_far,
    sum(sum(transit_value)) over so_far
from movement_changes
group by tenant_id, warehouse_id, block, partition
window so_far as (partition by tenant_id, warehouse_id order by block);

insert into views.backdated_changes
select
    tenant_id,
    warehouse_id,
    grain,
    date_trunc(grain, case when sign > 0 then effective_at else recorded_at end, 'UTC'),
    partition,
    sum(sign * available),
    sum(sign * reserved),
    sum(sign * damaged),
    sum(sign * quarantined),
    sum(sign * in_transit),
    sum(sign * value),
    sum(sign * transit_value)
from movement_changes
cross join unnest(array['month', 'day', 'hour']) as grains (grain)
cross join unnest(array[1, -1]) as signs (sign)
where effective_at is not null
group by 1, 2, 3, 4, 5;

insert into views.goods_sold
select
    tenant_id,
    date_trunc('hour', coalesce(effective_at, recorded_at), 'UTC'),
    warehouse_id,
    partition,
    coalesce(sum(quantity) filter (where to_bucket = 'customer'), 0),
    coalesce(sum(-value_change) filter (where to_bucket = 'customer'), 0),
    coalesce(sum(quantity) filter (where from_bucket = 'customer'), 0),
    coalesce(sum(value_change) filter (where from_bucket = 'customer'), 0)
from views.movements
where 'customer' in (to_bucket, from_bucket)
group by 1, 2, 3, 4;

drop view movement_changes;

-- migrate:down
drop table views.goods_sold, views.backdated_changes, views.warehouse_balances;
alter table views.stock_levels drop column transit_value;
drop index views.movements_tenant_id_recorded_at_idx;
drop index views.movements_tenant_id_warehouse_id_sku_recorded_at_idx;
drop index views.movements_tenant_id_warehouse_id_sku_recorded_at_position_idx;
alter table views.movements
    drop column available,
    drop column reserved,
    drop column damaged,
    drop column quarantined,
    drop column in_transit,
    drop column value,
    drop column transit_value,
    drop column transit_value_change;
