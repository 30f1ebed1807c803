-- The naive way's own tables: streams with their state, events, answers; stock and reservations.
create schema naive;

create table naive.streams (
    tenant_id text not null,
    stream text not null,
    version bigint not null default 0,
    available bigint not null,
    value bigint not null,
    primary key (tenant_id, stream)
);

create table naive.events (
    position bigint generated always as identity primary key,
    tenant_id text not null,
    stream text not null,
    version bigint not null,
    type text not null,
    recorded_at timestamptz not null default clock_timestamp(),
    data json not null,
    command_id text not null,
    unique (tenant_id, stream, version)
);

create table naive.results (
    tenant_id text not null,
    source text not null,
    command_id text not null,
    type text not null,
    decided_at timestamptz not null default clock_timestamp(),
    data json not null,
    primary key (tenant_id, source, command_id)
);

create table naive.stock (
    tenant_id text not null,
    warehouse_id text not null,
    sku text not null,
    version bigint not null default 0,
    available bigint not null,
    reserved bigint not null default 0,
    primary key (tenant_id, warehouse_id, sku)
);

create table naive.reservations (
    tenant_id text not null,
    reservation_id text not null,
    status text not null,
    expires_at timestamptz not null,
    primary key (tenant_id, reservation_id)
);

create table naive.reservation_lines (
    tenant_id text not null,
    reservation_id text not null,
    warehouse_id text not null,
    sku text not null,
    quantity bigint not null,
    primary key (tenant_id, reservation_id, warehouse_id, sku)
);
