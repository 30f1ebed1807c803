-- Letting a partition go on where its topics are, whoever owned it before.

-- name: patience
-- Answers are moved by the million, longer than a session's other statements take.
set local statement_timeout = 0;

-- name: move_answers
-- Make room for the offsets of a recreated topic: answers keep their order, below zero. What is
-- known of them by offset moves with them: which were sent, and which were deleted.
with moved as (
    select
        head.next_offset - least(
            (
                select min(stored.command_offset)
                from ledger.results as stored
                where stored.partition = head.partition
            ),
            0
        ) as width
    from ledger.log_partitions as head
    where head.partition = $1::int
    for update
), answers as (
    update ledger.results as result
    set command_offset = result.command_offset - moved.width
    from moved
    where result.partition = $1::int
), deleted as (
    update ledger.deleted_results as deleted
    set command_offset = deleted.command_offset - moved.width
    from moved
    where deleted.partition = $1::int
)
update ledger.log_partitions as head
set answered_offset = head.answered_offset - moved.width
from moved
where head.partition = $1::int;

-- name: adopt
update ledger.log_partitions
set epoch = epoch + 1,
    next_offset = $2::bigint,
    answered_offset = least(answered_offset, $2::bigint),
    adopted_position = greatest(adopted_position, $3::bigint),
    attempts = 0
where partition = $1::int;
