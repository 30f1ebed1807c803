"""Sessions with PostgreSQL, as every service opens them."""

import contextlib
from collections.abc import Generator, Mapping
from typing import Final

import asyncpg

from stockledger.config import Settings
from stockledger.errors import ConfigurationError, LogUnavailable

LEDGER_ROLE: Final = "stockledger_ledger"
PROJECTOR_ROLE: Final = "stockledger_projector"
API_ROLE: Final = "stockledger_api"
SCHEDULER_ROLE: Final = "stockledger_scheduler"
NOTIFIER_ROLE: Final = "stockledger_notifier"

CONNECT_SECONDS: Final = 5
"""For one connection attempt; then the caller tries again and says so."""

LOCK_SECONDS: Final = 5
"""Waiting for a lock: a live holder needs a fraction of a second."""

IDLE_IN_TRANSACTION_SECONDS: Final = 5
"""No transaction waits for its client so long unless that is frozen."""

STATEMENT_SECONDS: Final = 10
"""Beyond the wait for a lock, so that this ends with its own error."""

ANSWER_SECONDS: Final = 15
"""Client side: beyond the statement's time, a server that says nothing is gone."""

_SESSION: Final[Mapping[str, str]] = {
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
    # The server notices within 20 s that a client's machine has gone.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
    "jit": "off",
    "timezone": "UTC",
}
_BY_KEY: Final[Mapping[str, str]] = {
    # Few statements, each with one good plan: planning them anew costs more than running them.
    "plan_cache_mode": "force_generic_plan",
    # Made while the tables are empty, these plans are still used when there are millions of rows:
    # by key from the first.
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}


async def open_pool(settings: Settings, *, role: str | None, size: int) -> asyncpg.Pool:
    """Return a pool of at most `size` sessions that took on `role`.

    A session is handed on as it is, an open transaction excepted: set what a transaction needs
    with `set local`. Sessions of the API's role are reset in between.

    Raises:
        ConfigurationError: the address is no address of PostgreSQL.
        LogUnavailable: it cannot be reached, or does not let us in yet (not migrated, say).
    """
    session = dict(_SESSION) | {"application_name": f"stockledger {role or 'login'}"}
    if role is not None:
        session["role"] = role
    if role in {LEDGER_ROLE, SCHEDULER_ROLE, NOTIFIER_ROLE}:
        session |= _BY_KEY
    pool = asyncpg.create_pool(
        settings.postgres_dsn.get_secret_value(),
        min_size=1,
        max_size=size,
        timeout=CONNECT_SECONDS,
        command_timeout=ANSWER_SECONDS,
        max_cached_statement_lifetime=0,
        max_inactive_connection_lifetime=0,
        server_settings=session,
        reset=None if role == API_ROLE else _keep_settings,
    )
    with connection_errors():
        return await pool


@contextlib.contextmanager
def connection_errors() -> Generator[None]:
    """Wrap what the driver raises while connecting, once."""
    try:
        yield
    except ValueError as error:
        raise ConfigurationError(f"INVENTORY_POSTGRES_DSN: {error}") from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise LogUnavailable(f"No session with PostgreSQL: {error}") from error


async def _keep_settings(_session: asyncpg.Connection) -> None:
    """Spare the round trip of a full reset: asyncpg itself has rolled back what was open."""
