"""Messages keep their meaning on the wire, and refusals say what is wrong with which field."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from stockledger.errors import UnknownMessage
from stockledger.messages.codec import (
    COMMAND_FIELDS_MAX,
    MISTAKES_MAX,
    decode_command,
    decode_event,
    decode_level,
    encode_command,
    encode_event,
    encode_level,
    encode_result,
)
from stockledger.messages.item import IssuePurpose, IssueStock, ReceiveStock, StockReceived
from stockledger.messages.level import Level
from stockledger.messages.registry import COMMANDS, EVENTS, RESULTS, type_name
from stockledger.messages.results import ErrorCode, Rejection
from tests.support.message_strategies import messages
from tests.support.records import RECEIVE_LAMPS

RECEIVE_STOCK = "stockledger.ReceiveStock.v1"
RESERVE_STOCK = "stockledger.ReserveStock.v1"
STOCK_RECEIVED = "stockledger.StockReceived.v1"
TWO_LAMPS = {"sku": "LAMP", "quantity": 2}
RESERVE_LAMPS = {"reservation_id": "R1", "lines": [TWO_LAMPS]}


def as_pydantic_writes(message: object) -> object:
    adapter = TypeAdapter[object](type(message))
    return orjson.loads(adapter.dump_json(message, exclude_none=True))


@pytest.mark.parametrize("kind", EVENTS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_an_event_is_written_as_pydantic_writes_it_and_read_as_pydantic_reads_it(
    kind: type[Any], data: st.DataObject
) -> None:
    event = data.draw(messages(kind))
    text = encode_event(event)
    assert orjson.loads(text) == as_pydantic_writes(event)
    assert decode_event(type_name(kind), text) == event
    assert TypeAdapter[Any](kind).validate_json(text) == event


@pytest.mark.parametrize("kind", RESULTS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_a_result_is_written_as_pydantic_writes_it(kind: type[Any], data: st.DataObject) -> None:
    result = data.draw(messages(kind))
    text = encode_result(result)
    assert orjson.loads(text) == as_pydantic_writes(result)
    assert TypeAdapter[Any](kind).validate_json(text) == result


@settings(max_examples=10, deadline=None)
@given(level=messages(Level))
def test_a_level_is_written_as_pydantic_writes_it_and_read_back(level: Level) -> None:
    text = encode_level(level)
    assert orjson.loads(text) == as_pydantic_writes(level)
    assert decode_level(text) == level


@pytest.mark.parametrize("kind", COMMANDS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_a_command_is_read_as_it_was_written(kind: type[Any], data: st.DataObject) -> None:
    command = data.draw(messages(kind))
    assert decode_command(type_name(kind), orjson.loads(encode_command(command))) == command


@settings(max_examples=10, deadline=None)
@given(event=messages(StockReceived))
def test_an_event_of_a_newer_release_is_read_without_its_new_fields(event: StockReceived) -> None:
    wire = orjson.loads(encode_event(event))
    wire["colour"] = "green"
    wire["levels"]["reserved_for_kits"] = 3
    assert decode_event(STOCK_RECEIVED, orjson.dumps(wire)) == event


@pytest.mark.parametrize("name", ["stockledger.StockReceived.v9", "stockledger.StockTeleported.v1"])
def test_an_event_that_only_a_newer_release_knows_is_named(name: str) -> None:
    with pytest.raises(UnknownMessage, match=name):
        decode_event(name, "{}")


def test_an_event_that_is_none_is_complained_about_by_field() -> None:
    with pytest.raises(ValidationError, match="warehouse_id"):
        decode_event("stockledger.WarehouseActivated.v1", '{"warehouse": "NORTH"}')


def test_a_command_is_read_into_exact_integers() -> None:
    assert decode_command(RECEIVE_STOCK, RECEIVE_LAMPS) == ReceiveStock(
        warehouse_id="NORTH",  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        sku="LAMP",  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        quantity=10_500,  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        unit_cost=32_500,  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    )


def test_a_purpose_left_out_is_a_sale() -> None:
    wire = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1}
    command = decode_command("stockledger.IssueStock.v1", wire)
    assert isinstance(command, IssueStock)
    assert command.purpose is IssuePurpose.SALE


@pytest.mark.parametrize(
    ("changed", "field", "problem"),
    [
        ({"quantity": -1}, "quantity", "must be greater than 0"),
        ({"quantity": 0}, "quantity", "must be greater than 0"),
        ({"quantity": 1.0001}, "quantity", "has more than 3 fractional digits"),
        ({"quantity": 1e15}, "quantity", "has more than 15 digits"),
        ({"quantity": 10**18}, "quantity", "has more than 15 digits"),
        ({"quantity": "1"}, "quantity", "is not a JSON number"),
        ({"quantity": True}, "quantity", "is not a JSON number"),
        ({"quantity": None}, "quantity", "is not a JSON number"),
        ({"quantity": [1]}, "quantity", "is not a JSON number"),
        ({"unit_cost": 0.00001}, "unit_cost", "has more than 4 fractional digits"),
        ({"unit_cost": -1}, "unit_cost", "must be at least 0"),
        ({"sku": 5}, "sku", "must be a string"),
        ({"sku": "L" * 65}, "sku", "must match ^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"),
        ({"sku": "LAMP\n"}, "sku", "must match ^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"),
        ({"reason": "\0"}, "reason", r"must match ^[^\x00-\x08\x0b-\x1f\x7f]*$"),
        ({"reason": "x" * 2_001}, "reason", "must have at most 2000 characters"),
        ({"reason": ""}, "reason", "must have 1 or more characters"),
        ({"colour": "green"}, "colour", "is not a known field"),
        ({"co\0lour": "green"}, "co\N{REPLACEMENT CHARACTER}lour", "is not a known field"),
        ({"c" * 300: "green"}, "c" * 100 + "…", "is not a known field"),
        ({"reference": {"type": "order"}}, "reference.id", "is missing"),
        ({"reference": "order"}, "reference", "must be an object"),
        (
            {"reference": {"type": "order", "id": "O-1", "x": 1}},
            "reference.x",
            "is not a known field",
        ),
        ({"effective_at": "2026-11-21"}, "effective_at", "is not an RFC 3339 time with a zone"),
        ({"effective_at": 7}, "effective_at", "is not an RFC 3339 time"),
        ({"expected_version": 3.5}, "expected_version", "must be a whole number"),
        ({"expected_version": -1}, "expected_version", "must be at least 0"),
    ],
)
def test_a_refused_command_names_the_field_and_its_problem(
    changed: dict[str, object], field: str, problem: str
) -> None:
    assert decode_command(RECEIVE_STOCK, {**RECEIVE_LAMPS, **changed}) == Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"Field {field} {problem}.",
        {"field": field, "problem": problem},
    )


@pytest.mark.parametrize(
    ("changed", "field", "problem"),
    [
        ({"lines": []}, "lines", "must have 1 or more entries"),
        ({"lines": [TWO_LAMPS] * 501}, "lines", "must have at most 500 entries"),
        ({"lines": {"sku": "LAMP"}}, "lines", "must be a list"),
        ({"lines": "LAMP"}, "lines", "must be a list"),
        ({"lines": [TWO_LAMPS, "LAMP"]}, "lines.1", "must be an object"),
        ({"lines": [{"sku": "LAMP"}]}, "lines.0.quantity", "is missing"),
        ({"lines": [{**TWO_LAMPS, "quantity": 0}]}, "lines.0.quantity", "must be greater than 0"),
        ({"lines": [{**TWO_LAMPS, "colour": 1}]}, "lines.0.colour", "is not a known field"),
        ({"allow_partial": 1}, "allow_partial", "must be true or false"),
        ({"expires_in_seconds": 0}, "expires_in_seconds", "must be at least 1"),
        ({"expires_in_seconds": "60"}, "expires_in_seconds", "must be a whole number"),
        ({"expected_version": 1}, "expected_version", "is not a known field"),
    ],
)
def test_a_refused_command_of_many_lines_names_the_line(
    changed: dict[str, object], field: str, problem: str
) -> None:
    refused = decode_command(RESERVE_STOCK, {**RESERVE_LAMPS, **changed})
    assert isinstance(refused, Rejection)
    assert refused.details == {"field": field, "problem": problem}


@pytest.mark.parametrize("name", ["ExpireReservation", "AcceptOrder"])
def test_a_list_of_ids_has_a_limit(name: str) -> None:
    wire = {"order_id": "O1"} if name == "AcceptOrder" else {}
    refused = decode_command(
        f"stockledger.{name}.v1",
        {**wire, "reservation_ids": [f"R{number}" for number in range(101)]},
    )
    assert isinstance(refused, Rejection)
    assert refused.message == "Field reservation_ids must have at most 100 entries."


def test_a_list_is_refused_at_its_first_bad_entry_so_that_a_million_cost_no_more() -> None:
    refused = decode_command(RESERVE_STOCK, {**RESERVE_LAMPS, "lines": [5] * (MISTAKES_MAX + 1)})
    assert isinstance(refused, Rejection)
    assert refused.message == "Field lines.0 must be an object."


def test_a_line_of_a_thousand_fields_is_refused_without_a_description_of_each() -> None:
    line = {**TWO_LAMPS, **{f"field{number}": 0 for number in range(1_000)}}
    refused = decode_command(RESERVE_STOCK, {**RESERVE_LAMPS, "lines": [line]})
    assert isinstance(refused, Rejection)
    assert refused.message == f"Field data has more than {MISTAKES_MAX} mistakes."


def test_a_missing_field_is_named() -> None:
    refused = decode_command(RECEIVE_STOCK, {"warehouse_id": "NORTH", "quantity": 1})
    assert isinstance(refused, Rejection)
    assert refused.message == "Field sku is missing."


def test_a_value_out_of_a_list_is_told_the_list() -> None:
    wire = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1, "purpose": "gift"}
    refused = decode_command("stockledger.IssueStock.v1", wire)
    assert isinstance(refused, Rejection)
    assert refused.details["problem"] == "must be 'sale', 'write_off' or 'production'"


@pytest.mark.parametrize("data", [None, 7, "LAMP", [], [RECEIVE_LAMPS]])
def test_data_that_is_no_object_is_refused(data: object) -> None:
    refused = decode_command(RECEIVE_STOCK, data)
    assert isinstance(refused, Rejection)
    assert refused.message == "Field data must be a JSON object."


def test_a_command_of_a_thousand_fields_is_refused_without_a_look_at_them() -> None:
    refused = decode_command(RECEIVE_STOCK, {f"field{number}": 0 for number in range(1_000)})
    assert isinstance(refused, Rejection)
    assert refused.message == f"Field data must have at most {COMMAND_FIELDS_MAX} fields."


def test_an_unknown_type_and_an_unknown_version_are_told_apart() -> None:
    unknown = decode_command("stockledger.Teleport.v1", RECEIVE_LAMPS)
    newer = decode_command("stockledger.ReceiveStock.v9", RECEIVE_LAMPS)
    assert unknown == Rejection(
        ErrorCode.VALIDATION_ERROR,
        "Unknown command type: stockledger.Teleport.v1.",
        {"type": "stockledger.Teleport.v1"},
    )
    assert newer == Rejection(
        ErrorCode.VALIDATION_ERROR,
        "Unknown version of a command type: stockledger.ReceiveStock.v9; "
        "known is stockledger.ReceiveStock.v1.",
        {"type": "stockledger.ReceiveStock.v9"},
    )
