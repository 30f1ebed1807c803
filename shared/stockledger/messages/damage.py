"""Units that are broken, repaired or thrown away: commands, then events."""

from stockledger.messages.fields import PositiveQuantity
from stockledger.messages.item import ItemCommand, StockBucket, StockMoved
from stockledger.messages.message import message


@message
class RecordDamage(ItemCommand):
    """Set broken units apart: out of available, or out of quarantine."""

    quantity: PositiveQuantity
    source: StockBucket = StockBucket.AVAILABLE


@message
class RepairDamage(ItemCommand):
    """Take repaired units, or those out of quarantine, back into available."""

    quantity: PositiveQuantity
    source: StockBucket = StockBucket.DAMAGED


@message
class ScrapDamage(ItemCommand):
    """Throw damaged or quarantined units away, with their value."""

    quantity: PositiveQuantity
    source: StockBucket = StockBucket.DAMAGED


@message
class StockDamaged(StockMoved):
    """Broken units were set apart."""


@message
class StockRepaired(StockMoved):
    """Damaged or quarantined units are available again."""


@message
class StockScrapped(StockMoved):
    """Damaged or quarantined units were thrown away."""
