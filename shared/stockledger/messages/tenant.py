"""A tenant's settings and its default warehouse: commands, then events."""

from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, Field

from stockledger.messages.fields import (
    Currency,
    Day,
    Days,
    Name,
    Percent,
    SkuField,
    SomeMoney,
    SomeQuantity,
    StreamName,
    WarehouseId,
    WarehouseIdField,
)
from stockledger.messages.message import Event, StreamCommand, message
from stockledger.messages.streams import TENANT_STREAM

APPROVAL_DAYS_DEFAULT: Final = 7
"""How long an adjustment waits for its approval (days) when the tenant does not say."""

ApprovalDays = Annotated[int, Field(strict=True, ge=1, le=365)]


@message
class ConfigureTenant(StreamCommand):
    """Set what is given; what is left out stays as it is.

    Adjustments above `approval_quantity`, or worth more than `approval_value`, wait for another
    person's approval, for `approval_days` at most.
    """

    time_zone: Name | None = None
    currency: Currency | None = None
    low_stock_percent: Percent | None = None
    lead_time_days: Days | None = None
    count_frequency_days: Days | None = None
    approval_quantity: SomeQuantity | None = None
    approval_value: SomeMoney | None = None
    approval_days: ApprovalDays | None = None

    @property
    def stream(self) -> StreamName:
        return TENANT_STREAM


@message
class SetDefaultWarehouse(StreamCommand):
    """Make one warehouse the tenant's default; there is at most one."""

    warehouse_id: WarehouseIdField

    @property
    def stream(self) -> StreamName:
        return TENANT_STREAM


@message
class StartDailyCheck(StreamCommand):
    """Begin the day's check of all that is low; the scheduler's tick at 09:00 local time."""

    day: Day

    @property
    def stream(self) -> StreamName:
        return TENANT_STREAM


@message
class ItemPlace:
    """An item, as the place that a check of all items has come to."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    warehouse_id: WarehouseIdField
    sku: SkuField


@message
class ContinueDailyCheck(StreamCommand):
    """Check the next items behind `after`, in the order of their ids; the scheduler's tick.

    It raises the alerts whose cause is there already. Behind the last item the check is completed.
    """

    day: Day
    after: ItemPlace | None = None

    @property
    def stream(self) -> StreamName:
        return TENANT_STREAM


@message
class TenantConfigured(Event):
    """All settings of the tenant, as they are from now on."""

    time_zone: str
    currency: str | None = None
    low_stock_percent: int
    lead_time_days: int
    count_frequency_days: int
    approval_quantity: SomeQuantity | None = None
    approval_value: SomeMoney | None = None
    approval_days: int = APPROVAL_DAYS_DEFAULT

    @property
    def stream(self) -> StreamName:
        return TENANT_STREAM


@message
class DefaultWarehouseSet(Event):
    """The tenant's default warehouse is another one from now on."""

    warehouse_id: WarehouseId
    previous_warehouse_id: WarehouseId | None = None

    @property
    def stream(self) -> StreamName:
        return TENANT_STREAM


@message
class DailyCheckStarted(Event):
    """The day's check of all that is low began."""

    day: Day

    @property
    def stream(self) -> StreamName:
        return TENANT_STREAM


@message
class ItemsChecked(Event):
    """So many items were checked, up to this one; more may follow."""

    day: Day
    items: int
    last: ItemPlace

    @property
    def stream(self) -> StreamName:
        return TENANT_STREAM


@message
class DailyCheckCompleted(Event):
    """All items were checked: so many altogether."""

    day: Day
    items: int

    @property
    def stream(self) -> StreamName:
        return TENANT_STREAM


TenantCommand = ConfigureTenant | SetDefaultWarehouse | StartDailyCheck | ContinueDailyCheck
TenantEvent = (
    TenantConfigured | DefaultWarehouseSet | DailyCheckStarted | ItemsChecked | DailyCheckCompleted
)
