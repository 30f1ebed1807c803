"""One example of every command and event of imports."""

from typing import Final

from stockledger.amounts import Quantity
from stockledger.contract.example_values import BULB, IMPORT, LAMP, NORTH
from stockledger.messages import stock_import
from stockledger.messages.message import Command, Event
from stockledger.messages.stock_import import QuantityRow, SettingsRow

_OF_SETTINGS: Final = "I-settings-4"
_QUANTITIES: Final = (
    QuantityRow(
        line=2, warehouse_id=NORTH, sku=LAMP, change=Quantity(-500), reason="half a metre cut off"
    ),
    QuantityRow(line=3, warehouse_id=NORTH, sku=BULB, actual=Quantity(385_000)),
)
_SETTINGS: Final = (
    SettingsRow(
        line=2,
        warehouse_id=NORTH,
        sku=LAMP,
        category="Lighting",
        unit_volume=Quantity(12_500),
        maximum=Quantity(250_000),
        bin="A-03-2",
    ),
)

IMPORT_COMMAND_EXAMPLES: Final[tuple[Command, ...]] = (
    stock_import.StageQuantities(import_id=IMPORT, chunk=1, rows=_QUANTITIES),
    stock_import.StageSettings(import_id=_OF_SETTINGS, chunk=1, rows=_SETTINGS),
    stock_import.ApplyImport(import_id=IMPORT, chunks=1, rows=2, reason="stock-take of November"),
)

IMPORT_EVENT_EXAMPLES: Final[tuple[Event, ...]] = (
    stock_import.QuantitiesStaged(import_id=IMPORT, chunk=1, rows=_QUANTITIES),
    stock_import.SettingsStaged(import_id=_OF_SETTINGS, chunk=1, rows=_SETTINGS),
    stock_import.ImportApplied(
        import_id=IMPORT, rows=2, changed=2, reason="stock-take of November"
    ),
)
