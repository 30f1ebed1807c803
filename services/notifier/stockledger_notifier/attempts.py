"""What becomes of a delivery after an attempt: done, tried again, given up."""

from collections.abc import Callable
from typing import Final, NamedTuple

from stockledger.messages.message import Command
from stockledger_notifier.backoff import (
    DOUBLE_COUNTS_MORE,
    DOUBLE_SECONDS,
    at_least,
    pause_after,
)
from stockledger_notifier.channels.channel import Failed, Outcome, Route, Sent
from stockledger_notifier.metrics import Result
from stockledger_notifier.outbox import Attempt, Claimed
from stockledger_notifier.publishing import command_of, report_of
from stockledger_notifier.statuses import DeliveryStatus

ERROR_LENGTH_MAX: Final = 500
"""Characters kept of why an attempt failed."""

NOT_CALLED: Final = "It is not called for the time being: it failed again and again."


class Ended(NamedTuple):
    """An attempt that has ended, the command that it brings about, and what to count."""

    attempt: Attempt
    command: Command | None
    result: Result


class Judge:
    """Decides what becomes of deliveries. `chance` is in [0, 1)."""

    def __init__(self, quick_attempts: int, chance: Callable[[], float]) -> None:
        self._quick_attempts = quick_attempts
        self._chance = chance

    def ended(self, claimed: Claimed, outcome: Outcome) -> Ended:
        """Judge an attempt by its outcome."""
        if isinstance(outcome, Sent):
            done = Attempt(claimed, DeliveryStatus.DELIVERED)
            return Ended(done, command_of(claimed.delivery, outcome), Result.DELIVERED)
        result = Result.REFUSED if outcome.permanent else Result.FAILED
        return self._failed(claimed, outcome, result)

    def not_begun(self, claimed: Claimed, seconds: float) -> Ended:
        """Put off for a while what may not go to its destination now.

        That counts for an order: people hear of it as soon as of any other that does not get out.
        """
        if claimed.delivery.route is Route.SUPPLIER:
            failed = Failed(permanent=False, cause=NOT_CALLED)
            return self._failed(claimed, failed, Result.PUT_OFF)
        waiting = Attempt(
            claimed, DeliveryStatus.PENDING, seconds, given_back=True, error=NOT_CALLED
        )
        return Ended(waiting, None, Result.PUT_OFF)

    def held(self, claimed: Claimed, seconds: float) -> Ended:
        """Put off what nobody wants to have before then."""
        waiting = Attempt(claimed, DeliveryStatus.PENDING, seconds, given_back=True, is_held=True)
        return Ended(waiting, None, Result.PUT_OFF)

    def given_back(self, claimed: Claimed) -> Attempt:
        """Leave to others what was taken up and not begun."""
        return Attempt(claimed, DeliveryStatus.PENDING, given_back=True)

    def _failed(self, claimed: Claimed, failed: Failed, result: Result) -> Ended:
        delivery, quick = claimed.delivery, self._quick_attempts
        more = DOUBLE_COUNTS_MORE if failed.may_double else 0
        pause = None
        if not failed.permanent:
            pause = pause_after(delivery.route, delivery.attempt + more, quick, self._chance)
        asked = at_least(DOUBLE_SECONDS, failed.retry_after) if more else failed.retry_after
        is_stuck = failed.permanent or delivery.attempt >= quick
        report = None
        if is_stuck and not claimed.is_reported:
            report = report_of(delivery, failed.cause)
        attempt = Attempt(
            claimed,
            DeliveryStatus.DEAD if pause is None else DeliveryStatus.PENDING,
            0.0 if pause is None else at_least(pause, asked),
            is_reported=report is not None,
            error=failed.cause.replace("\0", "")[:ERROR_LENGTH_MAX],
            counts_more=more,
        )
        return Ended(attempt, report, result)
