"""The ledger's clock in a test's database: PostgreSQL's, ahead or behind by a chosen time."""

from datetime import timedelta

from stockledger.statements import Connection


async def shift_ledger_clock(connection: Connection, ahead: timedelta) -> None:
    """Replace `ledger.ledger_now()`; every session tells the new time from its next statement."""
    microseconds = ahead // timedelta(microseconds=1)
    await connection.execute(
        "create or replace function ledger.ledger_now() returns timestamptz language sql volatile "
        f"as $$select clock_timestamp() + interval '{microseconds} microseconds'$$"
    )
