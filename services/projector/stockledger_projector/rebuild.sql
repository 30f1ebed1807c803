-- A view folded anew beside the live one: made, compared, put in its place.

-- name: claim
-- One rebuild of a view at a time; held by the session.
select pg_try_advisory_lock(hashtextextended('views.rebuild.' || $1, 0));

-- name: release
-- The rebuild is over.
select pg_advisory_unlock_all();

-- name: create
-- The shadow, empty.
select views.create_shadow($1);

-- name: differences
-- Between the live view and its shadow.
select differing, keys from views.differences($1, $2);

-- name: swap
-- The shadow becomes the live view.
select views.swap_shadow($1);

-- name: patience
-- A comparison may take longer than a session's other statements.
set local statement_timeout = 0;

-- name: look
-- The first look at the tables of a transaction: what it sees from now on.
select count(*) from views.positions;

-- name: tell_drift
-- For the projectors to show.
insert into views.drift (view_name, differing_rows, compared_at)
values ($1, $2, clock_timestamp())
on conflict (view_name) do update set
    differing_rows = excluded.differing_rows, compared_at = excluded.compared_at;

-- name: drift
-- What the last comparison of each view found.
select view_name, differing_rows from views.drift;
