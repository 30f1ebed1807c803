"""A draft goes by its own steps, and leaves the state that it began from as it was."""

from stockledger.messages.item import IssuePurpose
from stockledger_command_handler.domain.drafts import Drafts
from tests.support.builders import LAMP, NORTH, units, warehouse_created
from tests.support.item_builders import item_configured, stock_received
from tests.support.reservation_builders import R1, R2, asked, at, expire_reservation, reserve_stock
from tests.support.specification import Given, given


def lapsing() -> Given:
    """Return a history in which R1 holds 4 and R2 5 of ten lamps, and R1's deadline has come."""
    return (
        given(warehouse_created(), item_configured(), stock_received(10))
        .after(reserve_stock(asked(4), seconds=60), reserve_stock(asked(5), reservation_id=R2))
        .wait(60)
    )


def test_what_expired_is_not_counted_twice() -> None:
    item = Drafts(lapsing().tenant, expire_reservation()).item(NORTH, LAMP)
    assert item.available == units(5)
    item.expire_lapsed(units(2))
    assert (item.available, item.held(R1)) == (units(5), units(0))
    item.expire_lapsed(units(9))
    item.expire([R1])
    assert (item.available, len(item.events)) == (units(5), 1)


def test_each_step_goes_by_the_ones_before() -> None:
    item = Drafts(lapsing().tenant, expire_reservation()).item(NORTH, LAMP)
    item.release(R2, units(2))
    assert (item.available, item.held(R2)) == (units(7), units(3))
    item.reserve("R3", units(7), at(120))
    assert (item.available, item.held("R3")) == (units(0), units(7))
    item.issue_held(R2, None)
    assert (item.available, item.held(R2), item.stock.on_hand) == (units(0), units(0), units(7))


def test_all_steps_of_a_decision_are_drawn_up_on_the_same_draft() -> None:
    tenant = lapsing().tenant
    drafts = Drafts(tenant, expire_reservation())
    drafts.item(NORTH, LAMP).issue(units(3), IssuePurpose.SALE)
    assert drafts.item(NORTH, LAMP).available == units(2)
    assert len(drafts.events) == 2
    state = tenant.item(NORTH, LAMP)
    assert (state.stock.available, len(state.holds)) == (units(1), 2)
