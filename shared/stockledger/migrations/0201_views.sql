-- Read models: what the projector keeps. All of them can be thrown away and folded again.
-- migrate:up
create schema if not exists views;

-- How far each group of views has read each partition of the log, and where in the events topic
-- it goes on. Only the position counts; the offset is a hint that may be wrong.
create table views.positions (
    view_group text collate "C" not null,
    partition integer not null,
    position bigint not null default 0,
    next_offset bigint,
    primary key (view_group, partition)
) with (fillfactor = 50);

-- The level of each item. Figures are integers of 1/1000 unit and 1/10000 currency unit.
create table views.stock_levels (
    tenant_id text collate "C" not null,
    warehouse_id text collate "C" not null,
    sku text collate "C" not null,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    updated_at timestamptz not null,
    available bigint not null default 0,
    reserved bigint not null default 0,
    damaged bigint not null default 0,
    quarantined bigint not null default 0,
    in_transit bigint not null default 0,
    on_hand bigint not null default 0,
    value bigint not null default 0,
    name text,
    category text collate "C",
    unit text,
    reorder_point bigint,
    reorder_quantity bigint,
    maximum bigint,
    safety_stock bigint not null default 0,
    low_stock_percent integer not null default 0,
    lead_time_days integer not null default 0,
    count_frequency_days integer not null default 0,
    bin text,
    aisle text,
    shelf text,
    is_out boolean not null generated always as (available <= 0) stored,
    is_low boolean not null generated always as (
        available > 0
        and coalesce(
            available * 100 <= low_stock_percent * maximum, available <= reorder_point, false
        )
    ) stored,
    needs_reorder boolean not null generated always as (
        coalesce(available + in_transit <= reorder_point, false)
    ) stored,
    is_overstocked boolean not null generated always as (coalesce(on_hand > maximum, false)) stored,
    primary key (tenant_id, warehouse_id, sku)
);
create index on views.stock_levels (tenant_id, sku, warehouse_id);
create index on views.stock_levels (tenant_id, category, warehouse_id, sku);
create index on views.stock_levels (tenant_id, warehouse_id, sku) where is_out;
create index on views.stock_levels (tenant_id, warehouse_id, sku) where is_low;
create index on views.stock_levels (tenant_id, warehouse_id, sku) where needs_reorder;
create index on views.stock_levels (tenant_id, warehouse_id, sku) where is_overstocked;

-- Every movement with its two entries. effective_at is null when it is the recorded time, so that
-- an index for the few backdated ones costs the others nothing.
create table views.movements (
    tenant_id text collate "C" not null,
    recorded_at timestamptz not null,
    position bigint not null,
    partition integer not null,
    warehouse_id text collate "C" not null,
    sku text collate "C" not null,
    version bigint not null,
    kind text collate "C" not null,
    quantity bigint not null,
    from_bucket text collate "C" not null,
    from_before bigint not null,
    from_after bigint not null,
    to_bucket text collate "C" not null,
    to_before bigint not null,
    to_after bigint not null,
    value_change bigint not null,
    unit_cost bigint,
    reason text,
    reference_type text collate "C",
    reference_id text collate "C",
    actor text,
    effective_at timestamptz,
    command text not null,
    primary key (tenant_id, recorded_at, position)
) partition by range (recorded_at);
create index on views.movements (tenant_id, sku, recorded_at, position);
create index on views.movements (tenant_id, reference_id, recorded_at, position)
    where reference_id is not null;
create index on views.movements (tenant_id, effective_at, position) where effective_at is not null;

create table views.warehouses (
    tenant_id text collate "C" not null,
    warehouse_id text collate "C" not null,
    partition integer not null,
    position bigint not null,
    version bigint not null default 0,
    created_at timestamptz,
    updated_at timestamptz not null,
    name text,
    code text,
    address text,
    contact text,
    operating_hours text,
    time_zone text,
    priority integer,
    is_active boolean not null default true,
    is_default boolean not null default false,
    primary key (tenant_id, warehouse_id)
);

-- Where a view is folded anew before it takes the place of the live one.
create schema views_shadow;

-- What LIKE does not copy: room for updates in place, who may do what, and whose rows are whose.
create function views.guard(guarded regclass) returns void language plpgsql as $$
begin
    if (select relkind = 'r' from pg_class where oid = guarded) then
        execute format('alter table %s set (fillfactor = 80)', guarded);
    end if;
    execute format('grant select, insert, update on %s to stockledger_projector', guarded);
    execute format('grant select on %s to stockledger_api', guarded);
    execute format('alter table %s enable row level security', guarded);
    execute format('create policy everything on %s to stockledger_projector using (true)', guarded);
    execute format(
        'create policy own_tenant on %s for select to stockledger_api'
        ' using (tenant_id = current_setting(''stockledger.tenant_id'', true))',
        guarded
    );
end $$;

-- The table of one month (its first day, UTC) of movements; nothing when it is there already.
create function views.create_month(target_schema text, month date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    child text := 'movements_' || to_char(month, 'YYYY_MM');
begin
    if target_schema not in ('views', 'views_shadow') or month <> date_trunc('month', month) then
        raise invalid_parameter_value using message = 'not a month of movements';
    end if;
    if to_regclass(format('%I.%I', target_schema, child)) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('views.create_month', 0));
    if to_regclass(format('%I.%I', target_schema, child)) is null then
        execute format(
            'create table %1$I.%2$I (like %1$I.movements including all)', target_schema, child
        );
        execute format(
            'alter table %1$I.movements attach partition %1$I.%2$I '
            'for values from (%3$L) to (%4$L)',
            target_schema,
            child,
            month::timestamp at time zone 'UTC',
            (month + interval '1 month') at time zone 'UTC'
        );
    end if;
end $$;

revoke all on function views.guard(regclass) from public;
revoke all on function views.create_month(text, date) from public;
grant execute on function views.create_month(text, date) to stockledger_projector;
grant usage on schema views to stockledger_projector, stockledger_api;
grant select, insert, update on views.positions to stockledger_projector;
grant select on views.positions to stockledger_api;
select
    views.guard('views.stock_levels'),
    views.guard('views.movements'),
    views.guard('views.warehouses');

-- migrate:down
drop schema views_shadow cascade;
drop schema views cascade;
