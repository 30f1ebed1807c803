-- Deliveries are sent tenant by tenant, the gravest first, and given up or forgotten by their age.
-- It holds the table meanwhile: with millions of deliveries, stop the notifiers before.
-- migrate:up
-- Since when a delivery is to go out; for ended ones of an older release it is not known.
alter table notices.deliveries add column due_at timestamptz;
alter table notices.deliveries alter column due_at set default ledger.ledger_now();

update notices.deliveries
set
    due_at = next_attempt_at,
    destination = case
        when channel in ('EMAIL', 'SMS') then tenant_id || ' ' || channel
        else destination
    end
where status in ('PENDING', 'SENDING');

drop index notices.deliveries_due;
create index deliveries_due on notices.deliveries
    (channel, destination, severity, next_attempt_at) where status in ('PENDING', 'SENDING');
create index deliveries_unfinished on notices.deliveries (channel, due_at)
    where status in ('PENDING', 'SENDING');
create index deliveries_withdrawn on notices.deliveries (created_at) where status = 'WITHDRAWN';
create index deliveries_of_channel on notices.deliveries (channel, created_at);
create index deliveries_of_status on notices.deliveries (tenant_id, status, created_at)
    where status <> 'DELIVERED';
create index deliveries_of_order on notices.deliveries (tenant_id, supplier_order_id)
    where supplier_order_id is not null;

-- migrate:down
drop index notices.deliveries_of_order;
drop index notices.deliveries_of_status;
drop index notices.deliveries_of_channel;
drop index notices.deliveries_withdrawn;
drop index notices.deliveries_unfinished;
drop index notices.deliveries_due;
create index deliveries_due on notices.deliveries (channel, destination, next_attempt_at)
    where status in ('PENDING', 'SENDING');
update notices.deliveries
set destination = channel
where channel in ('EMAIL', 'SMS') and status in ('PENDING', 'SENDING');
alter table notices.deliveries drop column due_at;
