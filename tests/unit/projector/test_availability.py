"""Taking a basket out of what there is, by the rules of ReserveStock."""

import pytest

from stockledger_projector.views.availability import ItemNow, Wanted, fits

ANYWHERE = ("LAMP", None)


def item(warehouse: str, available: int, *, priority: int = 1, active: bool = True) -> ItemNow:
    return ItemNow(warehouse, active, priority, available, None, available)


def taken(items: list[ItemNow]) -> dict[str, int]:
    """Return what was taken from each warehouse."""
    return {each.warehouse_id: each.available - each.left for each in items}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([item("NORTH", 5, priority=2), item("SOUTH", 3)], {"NORTH": 0, "SOUTH": 3}),
        ([item("NORTH", 4), item("SOUTH", 5)], {"NORTH": 0, "SOUTH": 3}),
        ([item("SOUTH", 5), item("NORTH", 5)], {"NORTH": 3, "SOUTH": 0}),
        ([item("NORTH", 5, active=False), item("SOUTH", 3)], {"NORTH": 0, "SOUTH": 3}),
        ([item("NORTH", 2), item("SOUTH", 3, priority=9)], {"NORTH": 0, "SOUTH": 3}),
    ],
)
def test_any_warehouse_is_chosen_by_priority_then_by_most_then_by_name(
    items: list[ItemNow], expected: dict[str, int]
) -> None:
    assert fits({"LAMP": items}, {ANYWHERE: 3}, split=False) == {ANYWHERE: True}
    assert taken(items) == expected


def test_a_line_that_may_be_split_takes_from_one_after_the_other() -> None:
    items = [item("NORTH", 2), item("SOUTH", 3), item("WEST", -4, priority=0), item("EAST", 1)]

    assert fits({"LAMP": items}, {ANYWHERE: 5}, split=True) == {ANYWHERE: True}

    assert taken(items) == {"NORTH": 2, "SOUTH": 3, "WEST": 0, "EAST": 0}


@pytest.mark.parametrize(
    ("wanted", "quantity", "split"),
    [
        (ANYWHERE, 4, False),
        (ANYWHERE, 6, True),
        (("LAMP", "NORTH"), 3, True),
        (("LAMP", "WEST"), 1, True),
        (("LAMP", "NOWHERE"), 1, True),
        (("TENT", None), 1, True),
    ],
)
def test_what_is_not_there_cannot_be_had(wanted: Wanted, quantity: int, *, split: bool) -> None:
    items = [item("NORTH", 2), item("SOUTH", 3), item("WEST", -4)]

    assert fits({"LAMP": items}, {wanted: quantity}, split=split) == {wanted: False}


def test_lines_of_named_warehouses_come_first() -> None:
    def basket_fits(available: int) -> bool:
        items = {"LAMP": [item("NORTH", 4), item("SOUTH", available)]}
        basket: dict[Wanted, int] = {ANYWHERE: 3, ("LAMP", "NORTH"): 4}
        return all(fits(items, basket, split=True).values())

    assert basket_fits(3)
    assert not basket_fits(2)
