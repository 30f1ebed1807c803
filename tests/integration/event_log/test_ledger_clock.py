"""The ledger's time is PostgreSQL's, in tests moved by a chosen time."""

from datetime import timedelta

from stockledger.event_log.postgres import PostgresEventLog
from stockledger.statements import Connection
from tests.support.ledger_clock import shift_ledger_clock

NEARLY = timedelta(minutes=1)


async def test_sessions_that_are_open_tell_the_shifted_time(
    postgres_log: PostgresEventLog, owner_session: Connection
) -> None:
    before = (await postgres_log.lookup([])).now
    await shift_ledger_clock(owner_session, timedelta(days=8))
    later = (await postgres_log.lookup([])).now
    await shift_ledger_clock(owner_session, -timedelta(hours=1))
    earlier = (await postgres_log.lookup([])).now
    await shift_ledger_clock(owner_session, timedelta())

    assert timedelta(days=8) <= later - before < timedelta(days=8) + NEARLY
    assert timedelta(hours=1) - NEARLY < before - earlier <= timedelta(hours=1)
