-- How old the oldest event is that the views do not show yet (s); 0 when they show all.
select coalesce(extract(epoch from clock_timestamp() - min(event.recorded_at)), 0)::float8
from views.positions as reader
inner join ledger.events as event
    on reader.partition = event.partition and event.position = reader.position + 1
where reader.view_group = 'projector'
