"""Broken units are set apart, and are repaired or thrown away with their value."""

from typing import assert_never

from stockledger.amounts import Money
from stockledger.messages.damage import (
    RecordDamage,
    RepairDamage,
    ScrapDamage,
    StockDamaged,
    StockRepaired,
    StockScrapped,
)
from stockledger.messages.fields import Bucket
from stockledger.messages.item import StockBucket
from stockledger.messages.results import Rejection
from stockledger.messages.streams import warehouse_stream
from stockledger_command_handler.domain.changing import (
    refused_beyond_bucket,
    refused_beyond_shelf,
)
from stockledger_command_handler.domain.drafts import Drafts, ItemDraft
from stockledger_command_handler.domain.keeping import refused_unless_kept
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.stock import Movement, value_of_removed
from stockledger_command_handler.domain.view import Decision, View

Command = RecordDamage | RepairDamage | ScrapDamage
Event = StockDamaged | StockRepaired | StockScrapped


def decide(command: Command, view: View) -> Decision:
    view.require(command.stream, warehouse_stream(command.warehouse_id))
    if refusal := refused_unless_kept(command.warehouse_id, command.sku, view):
        return refusal
    item = Drafts(view, command).item(command.warehouse_id, command.sku)
    match command:
        case RecordDamage():
            return _record(command, item)
        case RepairDamage():
            return _repair(command, item)
        case ScrapDamage():
            return _scrap(command, item)
        case _:
            assert_never(command)


def _record(command: RecordDamage, item: ItemDraft) -> Decision:
    match command.source:
        case StockBucket.DAMAGED:
            return invalid("source", "must not be damaged: these units are set apart already")
        case StockBucket.AVAILABLE:
            refusal = refused_beyond_shelf(command.quantity, item)
            if refusal is None:
                item.expire_lapsed(command.quantity)
        case StockBucket.QUARANTINED:
            refusal = refused_beyond_bucket(command.quantity, Bucket.QUARANTINED, item)
        case _:
            assert_never(command.source)
    if refusal:
        return refusal
    movement = item.shift(Bucket(command.source), Bucket.DAMAGED, command.quantity)
    return [*item.events, _written(StockDamaged, command, movement)]


def _repair(command: RepairDamage, item: ItemDraft) -> Decision:
    source = _set_apart(command)
    if isinstance(source, Rejection):
        return source
    if refusal := refused_beyond_bucket(command.quantity, source, item):
        return refusal
    movement = item.shift(source, Bucket.AVAILABLE, command.quantity)
    return [_written(StockRepaired, command, movement)]


def _scrap(command: ScrapDamage, item: ItemDraft) -> Decision:
    source = _set_apart(command)
    if isinstance(source, Rejection):
        return source
    if refusal := refused_beyond_bucket(command.quantity, source, item):
        return refusal
    value = Money(-value_of_removed(item.stock, command.quantity))
    movement = item.move(source, Bucket.SCRAP, command.quantity, value)
    if isinstance(movement, Rejection):
        return movement
    return [_written(StockScrapped, command, movement)]


def _set_apart(command: RepairDamage | ScrapDamage) -> Bucket | Rejection:
    if command.source is StockBucket.AVAILABLE:
        return invalid("source", "must be damaged or quarantined")
    return Bucket(command.source)


def _written(event: type[Event], command: Command, movement: Movement) -> Event:
    return event(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        warehouse_id=command.warehouse_id,
        sku=command.sku,
        quantity=movement.quantity,
        entries=movement.entries,
        value_change=movement.value_change,
        levels=movement.levels,
    )
