"""The committed contract is the generated one, and what it says is so."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from stockledger.contract import contract_files, write_contract
from stockledger.messages.codec import decode_command
from stockledger.messages.message import Command
from stockledger.messages.results import Rejection
from tests.support.contract_messages import CASES, FOLDERS, obeys, through_the_codec
from tests.support.records import RECEIVE_LAMPS

SCHEMAS = Path(__file__).parents[2] / "schemas"
FILES = contract_files()
RESERVE_STOCK = FOLDERS["commands"]["stockledger.ReserveStock.v1"]
RECEIVE_STOCK = FOLDERS["commands"]["stockledger.ReceiveStock.v1"]
TWO_LAMPS = {"sku": "LAMP", "quantity": 2}
STOCK_RECEIVED = FOLDERS["events"]["stockledger.StockReceived.v1"]


def committed() -> dict[str, str]:
    files = (path for path in SCHEMAS.rglob("*") if path.is_file())
    return {
        path.relative_to(SCHEMAS).as_posix(): path.read_text(encoding="utf-8") for path in files
    }


def test_the_committed_contract_is_the_generated_one() -> None:
    assert committed().keys() == FILES.keys(), "run: make schemas"
    changed = [name for name, text in FILES.items() if committed()[name] != text]
    assert not changed, "run: make schemas"


def test_writing_the_contract_leaves_nothing_old_behind(tmp_path: Path) -> None:
    old = tmp_path / "commands" / "stockledger.Teleport.v1.json"
    old.parent.mkdir()
    old.write_text("{}")
    assert write_contract(tmp_path) == len(FILES)
    assert not old.exists()


@pytest.mark.parametrize(("folder", "name"), CASES)
def test_every_schema_is_one_and_its_example_obeys_it(folder: str, name: str) -> None:
    schema = FOLDERS[folder][name]
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:{name.replace('.', ':', 1)}"
    assert schema["description"]
    assert obeys(schema, schema["examples"][0])


@pytest.mark.parametrize(("folder", "name"), CASES)
def test_every_example_survives_the_codec(folder: str, name: str) -> None:
    example = FOLDERS[folder][name]["examples"][0]
    assert through_the_codec(folder, name, example) == example


@pytest.mark.parametrize("name", FOLDERS["commands"])
def test_commands_are_closed_and_the_codec_agrees(name: str) -> None:
    schema = FOLDERS["commands"][name]
    coloured = {**schema["examples"][0], "colour": "green"}
    assert not obeys(schema, coloured)
    assert isinstance(decode_command(name, coloured), Rejection)


@pytest.mark.parametrize(("folder", "name"), [case for case in CASES if case[0] != "commands"])
def test_all_but_commands_is_open_at_every_depth(folder: str, name: str) -> None:
    schema = FOLDERS[folder][name]
    assert obeys(schema, {**schema["examples"][0], "colour": "green"})
    assert '"additionalProperties": false' not in FILES[f"{folder}/{name}.json"]


@pytest.mark.parametrize(
    "changed",
    [
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": "1"},
        {"quantity": 1e15},
        {"unit_cost": -0.01},
        {"sku": "L" * 65},
        {"sku": 5},
        {"reason": ""},
        {"reason": "\0"},
        {"reference": {"type": "order"}},
        {"expected_version": -1},
        {"bin": 7},
    ],
)
def test_the_schema_refuses_what_the_codec_refuses(changed: dict[str, object]) -> None:
    command = {**RECEIVE_LAMPS, **changed}
    assert not obeys(RECEIVE_STOCK, command)
    assert isinstance(decode_command("stockledger.ReceiveStock.v1", command), Rejection)


@pytest.mark.parametrize(
    "changed",
    [
        {"lines": []},
        {"lines": [TWO_LAMPS] * 501},
        {"lines": [{"sku": "LAMP"}]},
        {"lines": [{**TWO_LAMPS, "quantity": 0}]},
        {"lines": [{**TWO_LAMPS, "colour": "green"}]},
        {"lines": [TWO_LAMPS, 5]},
        {"lines": TWO_LAMPS},
        {"allow_partial": "yes"},
        {"allow_partial": None},
        {"expires_in_seconds": 0},
        {"expires_in_seconds": 60.5},
        {"expected_version": 1},
    ],
)
def test_the_schema_refuses_the_lines_that_the_codec_refuses(changed: dict[str, object]) -> None:
    command = {"reservation_id": "R1", "lines": [TWO_LAMPS], **changed}
    assert not obeys(RESERVE_STOCK, command)
    assert isinstance(decode_command("stockledger.ReserveStock.v1", command), Rejection)


@pytest.mark.parametrize("name", FOLDERS["commands"])
def test_what_a_command_leaves_out_is_decided_by_the_defaults_that_its_schema_shows(
    name: str,
) -> None:
    schema = FOLDERS["commands"][name]
    asked = {field: schema["examples"][0][field] for field in schema.get("required", ())}
    shown = {
        field: kind["default"] for field, kind in schema["properties"].items() if "default" in kind
    }
    assert through_the_codec("commands", name, asked) == {**asked, **shown}


def test_the_defaults_of_a_reservation_are_shown() -> None:
    properties = RESERVE_STOCK["properties"]
    assert properties["expires_in_seconds"]["default"] == 1_800
    assert properties["allow_partial"]["default"] is False
    assert "default" not in properties["cart_id"]
    issue = FOLDERS["commands"]["stockledger.IssueStock.v1"]["properties"]
    assert issue["purpose"]["default"] == "sale"


def test_figures_of_an_answer_may_be_lists_of_lines() -> None:
    accepted = FOLDERS["results"]["stockledger.CommandAccepted.v1"]
    answer: dict[str, Any] = accepted["examples"][0]
    assert obeys(accepted, {**answer, "outcome": {"available": 7, "sku": "LAMP", "bin": None}})
    assert obeys(accepted, {**answer, "outcome": {"lines": [{"sku": "LAMP", "quantity": 2}]}})
    assert not obeys(accepted, {**answer, "outcome": {"lines": ["LAMP"]}})
    assert not obeys(accepted, {**answer, "outcome": {"line": {"sku": "LAMP"}}})


@pytest.mark.parametrize("quantity", [0.001, 0.57, 4.35, 10.1, 999_999_999_999.999])
def test_the_schema_takes_every_fraction_that_the_codec_takes(quantity: float) -> None:
    command = {**RECEIVE_LAMPS, "quantity": quantity, "reason": None}
    assert obeys(RECEIVE_STOCK, command)
    assert isinstance(decode_command("stockledger.ReceiveStock.v1", command), Command)


def test_figures_tell_their_units() -> None:
    levels = STOCK_RECEIVED["properties"]["levels"]["properties"]
    assert "at most 3 fractional digits" in levels["on_hand"]["description"]
    assert "tenant's currency" in levels["value"]["description"]
    settings = FOLDERS["commands"]["stockledger.ConfigureTenant.v1"]["properties"]
    assert settings["lead_time_days"]["description"] == "In days."
    assert settings["low_stock_percent"]["description"] == "In percent."
    assert RESERVE_STOCK["properties"]["expires_in_seconds"]["description"] == "In seconds."


def test_only_movements_of_transfers_have_the_bucket_between_warehouses() -> None:
    def buckets(name: str) -> list[str]:
        entries = FOLDERS["events"][f"stockledger.{name}.v1"]["properties"]["entries"]
        listed: list[str] = entries["items"]["properties"]["bucket"]["enum"]
        return listed

    assert buckets("TransferStockMoved") == [*buckets("StockReceived"), "transfer"]
    assert "in_transit" in buckets("StockDamaged")
    assert "transfer" not in buckets("StockDamaged")


def test_the_asyncapi_document_is_the_yaml_of_its_data() -> None:
    document: Any = yaml.safe_load(FILES["asyncapi.yaml"])
    assert document["channels"]["commands"]["address"] == "inventory.commands.v1"
    assert document["channels"]["replies"]["address"] is None
    assert document["channels"]["orders"]["address"] == "orders.events.v1"
    assert document["channels"]["ordersDeadLetters"]["address"] == "orders.events.v1-dlt"
    assert "reply" not in document["operations"]["receiveShopEvent"]
    assert document["operations"]["receiveCommand"]["reply"]["address"]["location"] == (
        "$message.header#/kafka_replyTopic"
    )


def test_every_type_has_one_message_in_its_channel_with_headers_and_example() -> None:
    document: Any = yaml.safe_load(FILES["asyncapi.yaml"])
    messages = document["components"]["messages"]
    for folder, name in CASES:
        assert name in document["channels"][folder]["messages"]
        message, common = messages[name], document["components"]["schemas"][f"{folder}Headers"]
        [example] = message["examples"]
        assert obeys(common, example["headers"])
        assert example["headers"].get("ce_type", name) == name
        assert example["payload"] == FOLDERS[folder][name]["examples"][0]
    assert len(messages) == len(CASES) + 1, "and the dead letter"
