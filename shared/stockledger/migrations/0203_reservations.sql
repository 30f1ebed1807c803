-- Read models of reservations, the holds that they are made of, and orders.
-- migrate:up

-- The holds that items have now, lapsed ones among them until an event says that they are gone.
create table views.holds (
    tenant_id text collate "C" not null,
    warehouse_id text collate "C" not null,
    sku text collate "C" not null,
    reservation_id text collate "C" not null,
    partition integer not null,
    quantity bigint not null,
    expires_at timestamptz not null,
    primary key (tenant_id, warehouse_id, sku, reservation_id)
);
create index on views.holds (tenant_id, warehouse_id, sku, expires_at);

-- Every reservation there ever was. lines: what it holds, or held when it ended; asked: null when
-- that is the same.
create table views.reservations (
    tenant_id text collate "C" not null,
    reservation_id text collate "C" not null,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    status text collate "C" not null,
    customer_id text collate "C",
    cart_id text collate "C",
    order_id text collate "C",
    expires_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    ended_at timestamptz,
    lines jsonb not null,
    asked jsonb,
    primary key (tenant_id, reservation_id)
);
create index on views.reservations (tenant_id, status, expires_at, reservation_id);
create index on views.reservations (tenant_id, customer_id, expires_at, reservation_id)
    where customer_id is not null;
create index on views.reservations (tenant_id, cart_id, expires_at, reservation_id)
    where cart_id is not null;
create index on views.reservations (tenant_id, order_id, expires_at, reservation_id)
    where order_id is not null;

-- How many reservations were made, and how they ended, in each hour (UTC).
create table views.fulfilment (
    tenant_id text collate "C" not null,
    hour timestamptz not null,
    partition integer not null,
    created bigint not null default 0,
    confirmed bigint not null default 0,
    released bigint not null default 0,
    expired bigint not null default 0,
    primary key (tenant_id, hour)
);

-- Every order that came, or that stock was held for or sold under before it came (OPEN).
create table views.orders (
    tenant_id text collate "C" not null,
    order_id text collate "C" not null,
    partition integer not null,
    position bigint not null,
    version bigint not null,
    customer_id text collate "C",
    cart_id text collate "C",
    reservation_ids text[] collate "C" not null default '{}',
    asked jsonb,
    created_at timestamptz not null,
    accepted_at timestamptz,
    cancelled_at timestamptz,
    updated_at timestamptz not null,
    status text collate "C" not null generated always as (
        case
            when cancelled_at is not null then 'CANCELLED'
            when accepted_at is not null then 'ACCEPTED'
            else 'OPEN'
        end
    ) stored,
    primary key (tenant_id, order_id)
);
create index on views.orders (tenant_id, status, created_at, order_id);
create index on views.orders (tenant_id, customer_id, created_at, order_id)
    where customer_id is not null;
create index on views.orders (tenant_id, cart_id, created_at, order_id) where cart_id is not null;

-- What was sold under an order from each item, and came back of it, at cost.
create table views.order_lines (
    tenant_id text collate "C" not null,
    order_id text collate "C" not null,
    warehouse_id text collate "C" not null,
    sku text collate "C" not null,
    partition integer not null,
    sold bigint not null default 0,
    sold_value bigint not null default 0,
    returned bigint not null default 0,
    returned_value bigint not null default 0,
    primary key (tenant_id, order_id, warehouse_id, sku)
);

-- What LIKE does not copy: room for updates in place, who may do what, and whose rows are whose.
-- Holds come and go: they are deleted, and their dead rows have to be cleared away soon.
create or replace function views.guard(guarded regclass) returns void language plpgsql as $$
begin
    if (select relkind = 'r' from pg_class where oid = guarded) then
        execute format('alter table %s set (fillfactor = 80)', guarded);
    end if;
    if (select relname = 'holds' from pg_class where oid = guarded) then
        execute format('grant delete on %s to stockledger_projector', guarded);
        execute format('alter table %s set (autovacuum_vacuum_scale_factor = 0.05)', guarded);
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

select
    views.guard('views.holds'),
    views.guard('views.reservations'),
    views.guard('views.fulfilment'),
    views.guard('views.orders'),
    views.guard('views.order_lines');

-- The events of one stream of the session's tenant behind a version: the log itself, which no
-- query may read beyond that.
create function views.history(of_partition integer, of_stream text, behind bigint, events integer)
returns table (
    "position" bigint, version bigint, type text, recorded_at timestamptz, data json,
    metadata json, command text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select
        event.position, event.version, event.type, event.recorded_at, event.data,
        event.metadata, event.command_source || '/' || event.command_id
    from ledger.streams as stored
    join ledger.events as event
        on event.partition = of_partition and event.stream_number = stored.stream_number
    where stored.partition = of_partition
        and stored.tenant_id = current_setting('stockledger.tenant_id', true)
        and stored.stream = of_stream
        and event.version > behind
    order by event.version
    limit events
$$;
revoke all on function views.history(integer, text, bigint, integer) from public;
grant execute on function views.history(integer, text, bigint, integer) to stockledger_api;

-- migrate:down
drop function views.history(integer, text, bigint, integer);
drop table views.order_lines, views.orders, views.fulfilment, views.reservations, views.holds;
create or replace function views.guard(guarded regclass) returns void language plpgsql as $$
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
