"""The figures of a movement in an expected event, from those that stood before it."""

from stockledger.amounts import Quantity
from stockledger.messages.fields import Bucket
from stockledger.messages.item import Entry, Levels
from tests.support.builders import money, units


def entry(bucket: Bucket, before: float, change: float) -> Entry:
    """Return one side of a movement."""
    after = Quantity(units(before) + units(change))
    return Entry(bucket=bucket, before=units(before), change=units(change), after=after)


def levels_after(
    entries: tuple[Entry, Entry],
    *,
    available: float,
    reserved: float,
    damaged: float = 0,
    quarantined: float = 0,
    value: float,
) -> Levels:
    """Return the figures after a movement, of those before it and the value after it."""
    after = {
        Bucket.AVAILABLE: units(available),
        Bucket.RESERVED: units(reserved),
        Bucket.DAMAGED: units(damaged),
        Bucket.QUARANTINED: units(quarantined),
    }
    on_hand = list(after)
    after.update((one.bucket, one.after) for one in entries)
    return Levels(
        available=after[Bucket.AVAILABLE],
        reserved=after[Bucket.RESERVED],
        damaged=after[Bucket.DAMAGED],
        quarantined=after[Bucket.QUARANTINED],
        in_transit=units(0),
        on_hand=Quantity(sum(after[bucket] for bucket in on_hand)),
        value=money(round(value, 4)),
    )
