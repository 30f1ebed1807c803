"""Following the events: what there is to tell is written down, and the workers are woken."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from stockledger.crash_points import CrashPoints
from stockledger.delivered_events import DeliveredEvent
from stockledger.statements import Connection
from stockledger_notifier import notices
from stockledger_notifier.folding import NoticeChanges, fold
from stockledger_notifier.metrics import NotifierMetrics
from stockledger_notifier.telling import Told

GROUP: Final = "notifier"
"""The notices' place in the positions; also names the consumer group."""


class NoticeKeeper:
    """The subscriber that writes down what there is to tell; `wake` is called when it has."""

    def __init__(
        self,
        notify_within: timedelta,
        wake: Callable[[], None],
        metrics: NotifierMetrics,
        crash_points: CrashPoints,
    ) -> None:
        self._notify_within = notify_within
        self._wake = wake
        self._metrics = metrics
        self._crash_points = crash_points
        self._told: Told = {}

    async def owned(self, partitions: Sequence[int]) -> None:
        """Need to know nothing: what is written down is sent by whoever is free."""

    async def released(self) -> None:
        """Need to know nothing."""

    def fold(self, events: Sequence[DeliveredEvent]) -> NoticeChanges:
        """Return what the events change."""
        return fold(events)

    async def apply(self, connection: Connection, folded: NoticeChanges) -> None:
        """Write the changes."""
        self._told = await notices.write(connection, folded, self._notify_within)

    async def committed(self) -> None:
        """Tell the workers and the metrics what there is."""
        self._crash_points.passed("notifier-after-commit")
        for (channel, subject), count in self._told.items():
            self._metrics.notifications.labels(channel, subject).inc(count)
        self._wake()
