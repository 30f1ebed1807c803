-- Answers past retention.

-- name: delete
-- Delete some of a partition's oldest answers, from an offset on; tell how many, and where to
-- go on.
select deleted, next_offset from ledger.delete_old_results($1, $2, $3, $4);
