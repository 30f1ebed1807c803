"""A supplier's token goes to the supplier's own server, wherever the tenant sends orders."""

import json
from pathlib import Path
from traceback import format_exception

import pytest
from pydantic import SecretStr

from stockledger.errors import ConfigurationError
from stockledger_notifier.addresses import PrivateDestinations
from stockledger_notifier.channels.supplier_api import SupplierChannel, SupplierToken, read_tokens
from stockledger_notifier.channels.web import OutsideWeb
from tests.support.delivery_builders import an_order, for_good, names

TOKEN = "token-5512"
ORIGIN = "https://api.lumen.example"


def read(folder: Path, of_supplier: object) -> SupplierToken:
    """Write the file of tokens, and return what is read of it."""
    file = folder / "tokens.json"
    file.write_text(json.dumps({"acme": {"ACME-LIGHTS": of_supplier}}))
    return read_tokens(file)["acme"]["ACME-LIGHTS"]


@pytest.mark.parametrize(
    "address",
    [
        "https://api.lumen.example/orders",
        "https://API.lumen.example:443/v2?shop=1",
        "https://api.lumen.example",
    ],
)
def test_a_token_is_for_every_address_of_its_server(tmp_path: Path, address: str) -> None:
    known = read(tmp_path, {"token": TOKEN, "origin": f"{ORIGIN}/"})
    assert known.is_for(address)
    assert known.token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    "address",
    [
        "https://eve.example/orders",
        "http://api.lumen.example/orders",
        "https://api.lumen.example:8443/orders",
        "https://api.lumen.example.eve.example/orders",
        "https://api.lumen.example@eve.example/orders",
        "https://eve.example/https://api.lumen.example",
        "https://eve.example#@api.lumen.example/",
        "//api.lumen.example/orders",
        "https://[",
        "",
    ],
)
async def test_a_token_goes_to_no_other_server(tmp_path: Path, address: str) -> None:
    known = read(tmp_path, {"token": TOKEN, "origin": ORIGIN})
    web = OutsideWeb(PrivateDestinations(), seconds=1, look_up=names({}))
    channel = SupplierChannel(web, {"acme": {"ACME-LIGHTS": known}})

    outcome = await channel.send(an_order(address))

    await channel.close()
    assert outcome == for_good(f"the token is for {ORIGIN}:443 only")


@pytest.mark.parametrize(
    "broken",
    [
        TOKEN,
        [TOKEN],
        {"token": TOKEN},
        {"origin": ORIGIN},
        {"token": TOKEN, "origin": ORIGIN, "more": TOKEN},
        {"token": TOKEN, "origin": f"{ORIGIN}/orders"},
        {"token": TOKEN, "origin": f"https://{TOKEN}@api.lumen.example"},
        {"token": TOKEN, "origin": "api.lumen.example"},
        {"token": TOKEN, "origin": "ftp://api.lumen.example"},
        {"token": TOKEN, "origin": ""},
    ],
)
def test_a_broken_file_tells_no_token(tmp_path: Path, broken: object) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, broken)
    assert TOKEN not in "".join(format_exception(raised.value))


def test_what_is_no_json_tells_no_token_either(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(TOKEN)
    with pytest.raises(ConfigurationError) as raised:
        read_tokens(file)
    assert TOKEN not in "".join(format_exception(raised.value))


def test_without_a_file_there_are_no_tokens_and_a_missing_one_is_told(tmp_path: Path) -> None:
    assert read_tokens(None) == {}
    with pytest.raises(ConfigurationError, match="No such file"):
        read_tokens(tmp_path / "missing.json")


def test_a_token_is_not_shown_with_its_server() -> None:
    assert TOKEN not in repr(SupplierToken(SecretStr(TOKEN), ORIGIN))
