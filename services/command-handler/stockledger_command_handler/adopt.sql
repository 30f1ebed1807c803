-- Letting a partition go on where its topics are, whoever owned it before.

-- name: move_results
-- Make room for the offsets of a recreated topic: answers keep their order, below zero.
update ledger.results as result
set command_offset = result.command_offset - span.width
from (
    select max(command_offset) - least(min(command_offset), 0) + 1 as width
    from ledger.results
    where partition = $1::int
) as span
where result.partition = $1::int;

-- name: adopt
update ledger.log_partitions
set epoch = epoch + 1,
    next_offset = $2::bigint,
    answered_offset = least(answered_offset, $2::bigint),
    adopted_position = greatest(adopted_position, $3::bigint),
    attempts = 0
where partition = $1::int;
