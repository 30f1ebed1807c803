-- What a recipient is told when the quiet hours end is a burst of its own.
-- migrate:up
alter table notices.recipients
    add column held_begun_at timestamptz,
    add column held_count integer not null default 0;

-- migrate:down
alter table notices.recipients
    drop column held_begun_at,
    drop column held_count;
