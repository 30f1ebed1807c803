"""A second opinion on every command, written for obviousness: decimals, and sums over journals.

It shares no code with the deciders: where the two differ, one of them is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final, assert_never

from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import (
    AdjustStock,
    ConfigureItem,
    CorrectStock,
    IssueStock,
    MoveBin,
    ReceiveStock,
)
from stockledger.messages.results import ErrorCode
from stockledger.messages.tenant import ConfigureTenant, SetDefaultWarehouse
from stockledger.messages.warehouse import (
    ActivateWarehouse,
    CreateWarehouse,
    DeactivateWarehouse,
    UpdateWarehouse,
)

MOST_UNITS: Final = Decimal("999999999999.999")
MOST_MONEY: Final = Decimal("99999999999.9999")
NONE: Final = Decimal(0)

_EXACT: Final = Context(prec=100, rounding=ROUND_HALF_EVEN)

AnyCommand = (
    ConfigureTenant
    | SetDefaultWarehouse
    | CreateWarehouse
    | UpdateWarehouse
    | ActivateWarehouse
    | DeactivateWarehouse
    | ConfigureItem
    | ReceiveStock
    | IssueStock
    | AdjustStock
    | CorrectStock
    | MoveBin
)
ItemKey = tuple[WarehouseId, Sku]
Expectation = ErrorCode | list[str]
"""The code of the refusal, or the names of the events."""


@dataclass(slots=True)
class NaiveWarehouse:
    """A warehouse: what can be compared of it."""

    name: str
    priority: int
    active: bool = True


@dataclass(slots=True)
class NaiveItem:
    """An item: all that ever happened in its buckets, and what it is worth."""

    low_stock_percent: int
    journal: list[tuple[str, Decimal]] = field(default_factory=list[tuple[str, Decimal]])
    value: Decimal = NONE
    last_unit_cost: Decimal = NONE
    reorder_point: int | None = None
    maximum: int | None = None
    bin: str | None = None

    def balance(self, bucket: str) -> Decimal:
        return sum((change for name, change in self.journal if name == bucket), NONE)

    def move(self, source: str, target: str, quantity: Decimal, value_change: Decimal) -> bool:
        """Enter a movement, unless a figure would go beyond its limit; say whether it did."""
        emptiest, fullest = self.balance(source) - quantity, self.balance(target) + quantity
        if max(abs(emptiest), abs(fullest)) > MOST_UNITS or self.value + value_change > MOST_MONEY:
            return False
        self.journal += [(source, -quantity), (target, quantity)]
        self.value += value_change
        return True

    def worth(self, quantity: Decimal) -> Decimal:
        """Return what part of the value that many units have."""
        exact = _EXACT.divide(_EXACT.multiply(self.value, quantity), self.balance("available"))
        return exact.quantize(Decimal("0.0001"), context=_EXACT)


class NaiveLedger:
    """A tenant; `expect` says what a command comes to, and takes its effect.

    A journal's "available" is all that is on hand; `held` tells what of it is promised.
    """

    def __init__(self, low_stock_percent: int) -> None:
        self.held: Callable[[ItemKey], Decimal] = lambda _: NONE
        self.configured = False
        self.low_stock_percent = low_stock_percent
        self.default_warehouse: WarehouseId | None = None
        self.warehouses: dict[WarehouseId, NaiveWarehouse] = {}
        self.items: dict[ItemKey, NaiveItem] = {}

    def expect(self, command: AnyCommand) -> Expectation:
        match command:
            case ConfigureTenant():
                return self._configure_tenant(command)
            case CreateWarehouse():
                return self._create(command)
            case ConfigureItem():
                return self._configure_item(command)
            case ReceiveStock():
                return self._receive(command)
            case SetDefaultWarehouse() | UpdateWarehouse():
                return self._change_warehouse(command)
            case ActivateWarehouse() | DeactivateWarehouse():
                return self._switch(command)
            case IssueStock() | AdjustStock() | CorrectStock() | MoveBin():
                return self._change_item(command)
            case _:
                assert_never(command)

    def _configure_tenant(self, command: ConfigureTenant) -> Expectation:
        percent = command.low_stock_percent
        if self.configured and percent in (None, self.low_stock_percent):
            return []
        self.configured = True
        self.low_stock_percent = self.low_stock_percent if percent is None else percent
        return ["TenantConfigured"]

    def _create(self, command: CreateWarehouse) -> Expectation:
        known = self.warehouses.get(command.warehouse_id)
        if known is not None:
            return [] if known.name == command.name else ErrorCode.DUPLICATE_COMMAND
        self.warehouses[command.warehouse_id] = NaiveWarehouse(command.name, 100)
        return ["WarehouseCreated"]

    def _change_warehouse(self, command: SetDefaultWarehouse | UpdateWarehouse) -> Expectation:
        warehouse = self.warehouses.get(command.warehouse_id)
        if warehouse is None:
            return ErrorCode.NOT_FOUND
        if isinstance(command, UpdateWarehouse):
            if command.priority in (None, warehouse.priority):
                return []
            warehouse.priority = command.priority or 0
            return ["WarehouseUpdated"]
        if self.default_warehouse == command.warehouse_id:
            return []
        if not warehouse.active:
            return ErrorCode.WAREHOUSE_INACTIVE
        self.default_warehouse = command.warehouse_id
        return ["DefaultWarehouseSet"]

    def _switch(self, command: ActivateWarehouse | DeactivateWarehouse) -> Expectation:
        warehouse = self.warehouses.get(command.warehouse_id)
        if warehouse is None:
            return ErrorCode.NOT_FOUND
        active = isinstance(command, ActivateWarehouse)
        if warehouse.active == active:
            return []
        warehouse.active = active
        return ["WarehouseActivated" if active else "WarehouseDeactivated"]

    def _closed(self, warehouse_id: WarehouseId) -> ErrorCode | None:
        if warehouse_id not in self.warehouses:
            return ErrorCode.NOT_FOUND
        return None if self.warehouses[warehouse_id].active else ErrorCode.WAREHOUSE_INACTIVE

    def _configure_item(self, command: ConfigureItem) -> Expectation:
        key = (command.warehouse_id, command.sku)
        item = self.items.get(key)
        if item is None and (closed := self._closed(command.warehouse_id)):
            return closed
        before = item or NaiveItem(self.low_stock_percent)
        point = before.reorder_point if command.reorder_point is None else command.reorder_point
        maximum = before.maximum if command.maximum is None else command.maximum
        if point is not None and maximum is not None and point >= maximum:
            return ErrorCode.VALIDATION_ERROR
        if item is not None and (point, maximum) == (item.reorder_point, item.maximum):
            return []
        before.reorder_point, before.maximum = point, maximum
        self.items[key] = before
        return ["ItemConfigured"] if item is not None else ["SkuStocked", "ItemConfigured"]

    def _receive(self, command: ReceiveStock) -> Expectation:
        if closed := self._closed(command.warehouse_id):
            return closed
        key = (command.warehouse_id, command.sku)
        item = self.items.get(key) or NaiveItem(self.low_stock_percent, bin=command.bin)
        quantity, unit_cost = _units(command.quantity), Decimal(command.unit_cost) / 10_000
        value = _EXACT.multiply(quantity, unit_cost).quantize(Decimal("0.0001"), context=_EXACT)
        if not item.move("supplier", "available", quantity, value):
            return ErrorCode.VALIDATION_ERROR
        item.last_unit_cost = unit_cost
        if key not in self.items:
            self.items[key] = item
            return ["SkuStocked", "ItemConfigured", "StockReceived"]
        if item.bin is None and command.bin is not None:
            item.bin = command.bin
            return ["StockReceived", "BinMoved"]
        return ["StockReceived"]

    def _change_item(
        self, command: IssueStock | AdjustStock | CorrectStock | MoveBin
    ) -> Expectation:
        if isinstance(command, AdjustStock) and command.change == 0:
            return ErrorCode.VALIDATION_ERROR
        key = (command.warehouse_id, command.sku)
        item = self.items.get(key)
        if item is None:
            return ErrorCode.NOT_FOUND
        match command:
            case MoveBin():
                moved, item.bin = item.bin != command.bin, command.bin
                return ["BinMoved"] if moved else []
            case IssueStock():
                outside = {"sale": "customer", "write_off": "scrap", "production": "production"}
                target = outside[command.purpose.value]
                promised = NONE if target == "scrap" else self.held(key)
                return _change(item, target, -_units(command.quantity), "StockIssued", promised)
            case AdjustStock():
                if command.change > 0 and (closed := self._closed(command.warehouse_id)):
                    return closed
                change = _units(command.change)
                return _change(item, "adjustment", change, "StockAdjusted", self.held(key))
            case CorrectStock():
                change = _units(command.actual_quantity) - item.balance("available")
                return _change(item, "adjustment", change, "StockCorrected") if change else []


def _units(quantity: int) -> Decimal:
    return Decimal(quantity) / 1_000


def _change(
    item: NaiveItem, outside: str, change: Decimal, event: str, promised: Decimal = NONE
) -> Expectation:
    on_hand = item.balance("available")
    if change < 0 and on_hand - promised + change < 0:
        return ErrorCode.INSUFFICIENT_STOCK
    if on_hand + change == 0:
        value_change = -item.value
    elif on_hand:
        value_change = item.worth(change)
    else:
        exact = _EXACT.multiply(change, item.last_unit_cost)
        value_change = exact.quantize(Decimal("0.0001"), context=_EXACT)
    done = item.move(outside, "available", change, value_change)
    return [event] if done else ErrorCode.VALIDATION_ERROR
