-- How far a check of a tenant's items has come: what its timer asks for next.
-- migrate:up
alter table timers.timers add column place text collate "C";

-- migrate:down
alter table timers.timers drop column place;
