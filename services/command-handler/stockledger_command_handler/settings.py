"""Settings of the command handler."""

from typing import Final

from pydantic import Field

from stockledger.notification_keys import NotificationKeySettings
from stockledger_command_handler.domain.view import Defaults

GROUP: Final = "stockledger.command-handler"
"""The consumer group of all command handlers of an installation, behind the topics' prefix."""

ORDER_INTAKE_GROUP: Final = "stockledger.order-intake"
"""The consumer group of the loops that turn shop events into commands, behind the prefix."""

POOL_SIZE: Final = 4
"""Connections: one appends while others look up, load and store snapshots."""


class CommandHandlerSettings(NotificationKeySettings):
    """What only the command handler needs to know."""

    batch_records_max: int = Field(default=1_000, ge=1, le=10_000)
    """Commands in one transaction: more of them gain little and make everyone wait longer."""

    batches_unpublished_max: int = Field(default=4, ge=1, le=100)
    """Committed batches that wait for Kafka; then deciding waits too."""

    streams_cached_max: int = Field(default=120_000, ge=100)
    """States kept in memory, about 1 KB each; the least recently used leave as snapshots."""

    decision_seconds_max: float = Field(default=0.1, gt=0, le=5)
    """Time for deciding one batch (s); what is left over becomes the next one."""

    poll_seconds: float = Field(default=0.5, gt=0, le=5)
    """How long an idle loop waits for a command (s) before it looks around."""

    @property
    def group(self) -> str:
        """The consumer group of this installation's command handlers."""
        return self.topic_prefix + GROUP

    @property
    def order_intake_group(self) -> str:
        """The consumer group of this installation's order intakes."""
        return self.topic_prefix + ORDER_INTAKE_GROUP

    def defaults(self) -> Defaults:
        """Return what tenants have that set nothing of their own."""
        return Defaults(
            low_stock_percent=self.low_stock_threshold,
            lead_time_days=self.reorder_lead_time,
            count_frequency_days=self.stock_count_frequency,
        )
