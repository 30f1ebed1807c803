-- Notices: whom to tell, what is open, what was told to whom; and the notifier's role.
-- migrate:up
create schema notices;

-- Roles belong to the whole server: another database's migration may be making it right now.
do $$
begin
    if not exists (select from pg_roles where rolname = 'stockledger_notifier') then
        create role stockledger_notifier nologin;
    end if;
exception when duplicate_object or unique_violation then
    null;
end $$;
grant stockledger_notifier to current_user;

-- By which clock a tenant's quiet hours go, and where its recipients were set last.
create table notices.tenants (
    recipients_position bigint not null default 0,
    partition integer not null,
    tenant_id text collate "C" not null,
    time_zone text collate "C" not null default 'UTC',
    primary key (partition, tenant_id)
);

-- Who is told. `settings` is the recipient's JSON; the burst is what was told of late, at once.
create table notices.recipients (
    burst_begun_at timestamptz,
    partition integer not null,
    burst_count integer not null default 0,
    is_verified boolean not null,
    is_flooded boolean not null default false,
    tenant_id text collate "C" not null,
    recipient_id text collate "C" not null,
    channel text collate "C" not null,
    address text not null,
    settings text not null,
    primary key (partition, tenant_id, recipient_id)
) with (fillfactor = 80);

-- How a tenant words what is told; without a row, as by default.
create table notices.templates (
    partition integer not null,
    tenant_id text collate "C" not null,
    channel text collate "C" not null,
    wording text collate "C" not null,
    subject text,
    text text,
    html text,
    primary key (partition, tenant_id, channel, wording)
);

-- Alerts that are open. `rank` is the severity as a number, the gravest first when ascending.
create table notices.open_alerts (
    raised_at timestamptz not null,
    position bigint not null,
    partition integer not null,
    rank smallint not null,
    tenant_id text collate "C" not null,
    about text collate "C" not null,
    kind text collate "C" not null,
    severity text collate "C" not null,
    warehouse_id text collate "C" not null,
    facts text not null,
    acknowledged_by text,
    primary key (partition, tenant_id, about)
);
create index on notices.open_alerts (partition, tenant_id, rank, position);

-- What goes out, and what became of it: the history of what was told to whom. The id is the key by
-- which the other side knows a repeat. Status: PENDING, SENDING, DELIVERED, DEAD or WITHDRAWN; one
-- that is SENDING is taken up again at `next_attempt_at`. `destination` is what it shares with
-- others that the same server takes. `attempts` counts those begun.
create table notices.deliveries (
    delivery_id uuid primary key,
    position bigint not null,
    occurred_at timestamptz not null,
    created_at timestamptz not null default ledger.ledger_now(),
    next_attempt_at timestamptz not null default ledger.ledger_now(),
    delivered_at timestamptz,
    reported_at timestamptz,
    partition integer not null,
    attempts integer not null default 0,
    is_wanted boolean not null default true,
    tenant_id text collate "C" not null,
    channel text collate "C" not null,
    destination text collate "C" not null,
    address text not null,
    status text collate "C" not null default 'PENDING',
    severity text collate "C" not null,
    recipient_id text collate "C",
    supplier_id text collate "C",
    supplier_order_id text collate "C",
    wording text collate "C",
    subject text collate "C",
    about text collate "C",
    facts text not null,
    last_error text
) with (
    fillfactor = 80,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_cost_delay = 0
);
create index deliveries_due on notices.deliveries (channel, destination, next_attempt_at)
    where status in ('PENDING', 'SENDING');
create index deliveries_dead on notices.deliveries (created_at) where status = 'DEAD';
create index deliveries_of_tenant on notices.deliveries (tenant_id, created_at);
create index deliveries_about on notices.deliveries (partition, tenant_id, about)
    where about is not null;

-- What recipients are told of, each once: at once in a delivery of its own, or COLLECTED until a
-- delivery tells of many. WITHDRAWN: over before it was told.
create table notices.notifications (
    position bigint not null,
    delivery_id uuid,
    partition integer not null,
    rank smallint not null,
    tenant_id text collate "C" not null,
    recipient_id text collate "C" not null,
    channel text collate "C" not null,
    wording text collate "C" not null,
    subject text collate "C" not null,
    severity text collate "C" not null,
    status text collate "C" not null,
    about text collate "C",
    facts text,
    primary key (partition, position, recipient_id, channel)
) with (fillfactor = 80);
create index notifications_collected
    on notices.notifications (partition, tenant_id, recipient_id, rank, position)
    where status = 'COLLECTED';
create index notifications_about on notices.notifications (partition, tenant_id, about)
    where about is not null;

-- Digests to be made: of what was collected, or (with a day) of all that is open.
create table notices.digests (
    due_at timestamptz not null,
    position bigint not null,
    partition integer not null,
    day date,
    tenant_id text collate "C" not null,
    recipient_id text collate "C" not null,
    primary key (partition, tenant_id, recipient_id, position)
);
create index on notices.digests (due_at);

grant usage on schema ledger, views, notices to stockledger_notifier;
grant select on ledger.log_partitions, ledger.events, ledger.streams to stockledger_notifier;
grant select, insert, update on views.positions to stockledger_notifier;
grant select, insert, update, delete on all tables in schema notices to stockledger_notifier;

-- The history is a tenant's own.
grant usage on schema notices to stockledger_api;
grant select on notices.deliveries to stockledger_api;
alter table notices.deliveries enable row level security;
create policy everything on notices.deliveries to stockledger_notifier using (true);
create policy own_tenant on notices.deliveries for select to stockledger_api
    using (tenant_id = current_setting('stockledger.tenant_id', true));

-- migrate:down
revoke all on views.positions from stockledger_notifier;
revoke all on ledger.log_partitions, ledger.events, ledger.streams from stockledger_notifier;
revoke all on schema ledger, views from stockledger_notifier;
drop schema notices cascade;
