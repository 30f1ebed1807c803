"""Following the events: the timers are kept, and the sender knows what it may send."""

from collections.abc import Sequence
from typing import Final

from stockledger.crash_points import CrashPoints
from stockledger.delivered_events import DeliveredEvent
from stockledger.statements import Connection
from stockledger_scheduler import timers
from stockledger_scheduler.folding import Lapse, Tenant, TimerChanges, fold
from stockledger_scheduler.fronts import earliest_begun
from stockledger_scheduler.metrics import SchedulerMetrics
from stockledger_scheduler.sending import TickSender

GROUP: Final = "scheduler"
"""The timers' place in the positions; also names the consumer group."""


class TimerKeeper:
    """The subscriber that keeps the timers, and wakes the sender when some were ended."""

    def __init__(
        self, sender: TickSender, metrics: SchedulerMetrics, crash_points: CrashPoints
    ) -> None:
        self._sender = sender
        self._metrics = metrics
        self._crash_points = crash_points
        self._applied = TimerChanges()
        self._begun_checks: Sequence[Lapse] = ()
        self._seen: set[Tenant] = set()

    async def owned(self, partitions: Sequence[int]) -> None:
        """Send for these partitions; whoever had them may do so too, to no effect.

        Their timers may have been thrown away meanwhile, and tenants with them.
        """
        self._seen.clear()
        self._sender.own(partitions)

    async def released(self) -> None:
        """Send for none."""
        self._sender.own(())

    def fold(self, events: Sequence[DeliveredEvent]) -> TimerChanges:
        """Return what the events change."""
        return fold(events)

    async def apply(self, connection: Connection, folded: TimerChanges) -> None:
        """Write the changes."""
        self._begun_checks = await timers.write(connection, folded, self._seen)
        self._applied = folded

    async def committed(self) -> None:
        """Tell the sender and the metrics what has happened."""
        self._crash_points.passed("scheduler-after-commit")
        self._sender.begun(earliest_begun(self._applied, self._seen))
        self._seen.update(self._applied.tenants)
        self._metrics.lapsed(self._applied.lapses)
        self._metrics.lapsed(self._begun_checks)
        self._sender.heard({tenant.partition for tenant in self._applied.tenants})
