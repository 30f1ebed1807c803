"""On hand counts every bucket that is physically in the warehouse, not only what is available."""

import pytest

from stockledger.amounts import AMOUNT_MAX, Quantity
from stockledger.messages.fields import Bucket
from stockledger.messages.results import ErrorCode, Rejection
from stockledger_command_handler.domain.stock import (
    Stock,
    moved,
    value_of_found,
    value_of_removed,
)
from tests.support.builders import money, units

IN_THE_WAREHOUSE = [Bucket.AVAILABLE, Bucket.RESERVED, Bucket.DAMAGED, Bucket.QUARANTINED]
ELSEWHERE = [bucket for bucket in Bucket if bucket not in IN_THE_WAREHOUSE]


@pytest.mark.parametrize("bucket", IN_THE_WAREHOUSE)
def test_units_in_the_warehouse_are_on_hand_and_carry_the_value(bucket: Bucket) -> None:
    stock = Stock({bucket: units(6), Bucket.SUPPLIER: units(-6)}, value=money(60))
    assert stock.on_hand == units(6)
    assert value_of_removed(stock, units(2)) == money(20)
    assert value_of_found(stock, units(3)) == money(30)


@pytest.mark.parametrize("bucket", ELSEWHERE)
def test_units_elsewhere_are_not_on_hand(bucket: Bucket) -> None:
    stock = Stock({bucket: units(6)}, last_unit_cost=money(2.5))
    assert stock.on_hand == 0
    assert value_of_found(stock, units(2)) == money(5)


def test_levels_tell_the_buckets_apart_and_sum_what_is_on_hand() -> None:
    stock = Stock({bucket: units(10 + number) for number, bucket in enumerate(Bucket)})
    movement = moved(stock, Bucket.SUPPLIER, Bucket.AVAILABLE, units(1), money(7))
    assert not isinstance(movement, Rejection)
    levels = movement.levels
    assert (levels.available, levels.reserved, levels.damaged) == (units(11), units(11), units(12))
    assert (levels.quarantined, levels.in_transit) == (units(13), units(14))
    assert (levels.on_hand, levels.value) == (units(47), money(7))


def test_on_hand_beyond_the_limit_is_refused_though_each_bucket_is_within() -> None:
    stock = Stock({Bucket.DAMAGED: Quantity(AMOUNT_MAX)})
    movement = moved(stock, Bucket.SUPPLIER, Bucket.AVAILABLE, Quantity(1), money(0))
    assert isinstance(movement, Rejection)
    assert movement.code == ErrorCode.VALIDATION_ERROR
