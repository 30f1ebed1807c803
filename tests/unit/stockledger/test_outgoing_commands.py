"""Commands as people write them become the messages that the handler reads."""

import json

import orjson
import pytest

from stockledger.commands.outgoing import (
    NotACommand,
    OutgoingCommand,
    Stamp,
    from_flags,
    from_json,
)

ACME = Stamp(tenant="acme", id="c1")


def headers(command: OutgoingCommand) -> dict[str, str]:
    return {name: value.decode() for name, value in command.headers}


def test_flags_become_a_command_in_binary_mode() -> None:
    command = from_flags(
        "ReceiveStock", ["warehouse_id=NORTH", "sku=LAMP", "quantity=10", "unit_cost=3.5"], ACME
    )
    assert orjson.loads(command.value) == {
        "warehouse_id": "NORTH",
        "sku": "LAMP",
        "quantity": 10,
        "unit_cost": 3.5,
    }
    said = headers(command)
    assert said["ce_type"] == "stockledger.ReceiveStock.v1"
    assert (said["ce_tenantid"], said["ce_id"]) == ("acme", "c1")
    assert command.answer_id == "/stockledger/cli/c1"


def test_a_text_stays_a_text_even_when_it_looks_like_a_number() -> None:
    command = from_flags("IssueStock", ["sku=4711", "quantity=1", "reference.id=007"], ACME)
    assert orjson.loads(command.value) == {
        "sku": "4711",
        "quantity": 1,
        "reference": {"id": "007"},
    }


def test_an_object_of_type_tenant_and_data_is_a_command() -> None:
    text = json.dumps({"type": "MoveBin", "tenant": "acme", "data": {"bin": "A-1"}})
    command = from_json(text, Stamp())
    assert (command.tenant, command.type) == ("acme", "stockledger.MoveBin.v1")
    assert command.value == b'{"bin":"A-1"}'


def test_a_structured_event_is_sent_as_one() -> None:
    event = {"specversion": "1.0", "type": "MoveBin", "tenantid": "acme", "data": {"bin": "A-1"}}
    command = from_json(json.dumps(event), Stamp(id="c7"))
    assert headers(command) == {"content-type": "application/cloudevents+json"}
    sent = orjson.loads(command.value)
    assert (sent["id"], sent["tenantid"], sent["type"]) == ("c7", "acme", "stockledger.MoveBin.v1")
    assert sent["data"] == {"bin": "A-1"}


def test_what_a_line_says_itself_counts_more_than_the_flags() -> None:
    text = json.dumps({"type": "MoveBin", "tenant": "zeta", "id": "own", "source": "/shop"})
    command = from_json(text, ACME)
    assert (command.tenant, command.id, command.source) == ("zeta", "own", "/shop")


def test_ids_are_made_when_none_is_given() -> None:
    text = json.dumps({"type": "MoveBin", "tenant": "acme"})
    assert from_json(text, Stamp()).id != from_json(text, Stamp()).id


def test_a_type_of_another_release_is_taken_as_it_is() -> None:
    assert from_flags("stockledger.BurnStock.v2", [], ACME).type == "stockledger.BurnStock.v2"


def test_a_mistyped_name_is_told_with_the_nearest_one() -> None:
    with pytest.raises(NotACommand, match="did you mean ReceiveStock"):
        from_flags("ReceivStock", [], ACME)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "no type"),
        ('{"type": "MoveBin", "data": {}}', "no tenant"),
        ('{"type": "MoveBin", "tenant": "acme", "quantity": 1}', "unknown fields: quantity"),
        ('{"specversion": "1.0", "type": "MoveBin"}', "no tenant"),
    ],
)
def test_what_is_no_command_is_told(text: str, problem: str) -> None:
    with pytest.raises(NotACommand, match=problem):
        from_json(text, Stamp())


def test_an_assignment_needs_an_equals_sign() -> None:
    with pytest.raises(NotACommand, match="not of the form field=value"):
        from_flags("MoveBin", ["bin"], ACME)


def test_fields_may_be_added_to_an_object_that_is_given() -> None:
    command = from_flags("MoveBin", ['reference={"type":"order"}', "reference.id=007"], ACME)
    assert orjson.loads(command.value) == {"reference": {"type": "order", "id": "007"}}


@pytest.mark.parametrize(
    ("assignments", "problem"),
    [
        (["reference=x", "reference.id=1"], "reference.id: reference is given as a whole already"),
        (["reference.id=1", "reference=x"], "reference: fields of it are given already"),
        (['lines=[{"sku":"LAMP"}]', "lines.0.sku=CUP"], "lines.0.sku: lines is given as a whole"),
        (["a.b=1", "a.b.c.d=2"], "a.b.c.d: b is given as a whole already"),
    ],
    ids=["field of a text", "text for fields", "field of a list", "field of a number"],
)
def test_assignments_that_exclude_each_other_are_told(assignments: list[str], problem: str) -> None:
    with pytest.raises(NotACommand, match=problem):
        from_flags("MoveBin", assignments, ACME)
