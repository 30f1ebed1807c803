-- Timers are found room by room, so that none of a kind hides those of another.
-- migrate:up

-- When a timer that was sent in vain is sent again; null: it was not put off. Its due stays.
alter table timers.timers add column retry_at timestamptz;

-- Each timer is in one of them.
create index timers_reservations on timers.timers (partition, due)
    where kind = 'reservation' and retry_at is null;
create index timers_reorders on timers.timers (partition, due)
    where kind = 'reorder' and retry_at is null;
create index timers_others on timers.timers (partition, due)
    where kind <> 'reservation' and kind <> 'reorder' and retry_at is null;
create index timers_put_off on timers.timers (partition, retry_at)
    where retry_at is not null;
drop index timers.timers_partition_due_idx;

-- migrate:down
create index on timers.timers (partition, due);
drop index timers.timers_reservations, timers.timers_reorders, timers.timers_others,
    timers.timers_put_off;
alter table timers.timers drop column retry_at;
