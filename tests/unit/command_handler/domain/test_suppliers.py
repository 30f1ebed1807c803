"""Specification of suppliers, and of what items say about being ordered from them."""

import pytest

from stockledger.messages.results import ErrorCode
from stockledger_command_handler.domain.item_state import ItemState
from tests.support.builders import LAMP, NORTH, create_warehouse, with_particulars
from tests.support.item_builders import receive_stock
from tests.support.specification import Given, given
from tests.support.supplier_builders import (
    API,
    LUMEN,
    register_supplier,
    supply,
)
from tests.support.supplier_event_builders import (
    supplier_registered,
)


def a_shop() -> Given:
    return given().after(create_warehouse(), receive_stock(10), register_supplier())


def lamps(history: Given) -> ItemState:
    return history.tenant.item(NORTH, LAMP)


def test_a_supplier_is_registered_with_all_that_is_known() -> None:
    command = register_supplier(api_url=API, email="orders@lumen.example", lead_time_days=5)
    given().when(with_particulars(command)).then(
        with_particulars(
            supplier_registered(api_url=API, email="orders@lumen.example", lead_time_days=5)
        )
    )


def test_the_same_again_changes_nothing() -> None:
    given().after(register_supplier(api_url=API)).when(
        register_supplier(api_url=API)
    ).then_nothing()


def test_all_is_set_anew_what_is_left_out_is_not_known_any_more() -> None:
    history = given().after(register_supplier(api_url=API, lead_time_days=5))
    history.when(register_supplier(name="Lumen and Sons")).then(
        supplier_registered(name="Lumen and Sons")
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://user:password@api.lumen.example/orders",
        "https://api.lumen.example/orders#part",
        "https:///orders",
        "https://[::1/orders",
        "https://api.lumen.example:0/orders",
        "https://api.lumen.example:port/orders",
        "https://straße.example/orders",
        "https://a<b>.example/",
    ],
)
def test_an_api_that_cannot_be_called_is_refused(url: str) -> None:
    refusal = given().when(register_supplier(api_url=url)).refusal()
    assert (refusal.code, refusal.details["field"]) == (ErrorCode.VALIDATION_ERROR, "api_url")


def test_an_item_says_whom_it_is_ordered_from_by_itself() -> None:
    history = a_shop().after(supply(supplier_id=LUMEN, automatically=True))
    settings = lamps(history).settings
    assert settings is not None
    assert (settings.supplier_id, settings.reorder_automatically) == (LUMEN, True)
    history.when(supply(supplier_id=LUMEN)).then_nothing()


def test_an_item_cannot_be_ordered_from_somebody_unknown() -> None:
    a_shop().when(supply(supplier_id="NOBODY")).then_refused(
        ErrorCode.NOT_FOUND, supplier_id="NOBODY"
    )


def test_nothing_is_ordered_by_itself_from_nobody() -> None:
    a_shop().when(supply(automatically=True)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="reorder_automatically",
        problem="needs a supplier_id",
    )


def test_an_item_may_begin_with_its_supplier() -> None:
    history = given().after(create_warehouse(), register_supplier())
    history.after(supply(supplier_id=LUMEN))
    assert lamps(history).exists
