"""Lines to copy from the demo into another terminal."""

import shlex
from pathlib import Path
from typing import Final

import orjson
from rich.text import Text

from stockledger.config import Settings
from stockledger.dev.demo_shop import TENANT
from stockledger.dev.services import Services
from stockledger.dev.stack import KAFKA_VARIABLE, POSTGRES_VARIABLE
from stockledger.topics import Topics

_RECEIVE: Final = {"warehouse_id": "NORTH", "sku": "LAMP-DESK", "quantity": 10, "unit_cost": 14.2}


def environment_file_of(folder: Path, settings: Settings) -> Path:
    """Write the servers' addresses into a file for shells, readable by its owner alone."""
    file = folder / "environment"
    file.touch(mode=0o600)
    addresses = {
        KAFKA_VARIABLE: settings.kafka_bootstrap_servers,
        POSTGRES_VARIABLE: settings.postgres_dsn.get_secret_value(),
    }
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in addresses.items()]
    file.write_text("".join(lines), encoding="utf-8")
    return file


def one_liners(settings: Settings, services: Services, environment_file: Path | None) -> Text:
    """Return how to publish a command of one's own, and where to read what came of it."""
    by_name = {service.name: service.address for service in services.every}
    queries = f"{by_name['projector']}/v1/tenants/{TENANT}"
    lines = [
        ("publish a command with kcat", kcat_line(settings)),
        ("… and with the command line, waiting for the answer", send_line()),
        ("watch the answers", f"stockledger tail results -t {TENANT}"),
        ("read a level", f"curl {queries}/items/NORTH/LAMP-DESK"),
        ("the first levels of a category", f"curl '{queries}/levels?category=Lighting&limit=3'"),
        ("prove that all is well", "stockledger verify --kafka"),
        ("metrics", " ".join(f"{address}/metrics" for address in by_name.values())),
    ]
    if environment_file is not None:
        first = f"set -a; . {shlex.quote(str(environment_file))}; set +a"
        lines.insert(0, ("first, in another terminal: where all of it is", first))
    text = Text()
    for what, line in lines:
        text.append(f"\n# {what}\n", style="dim")
        text.append(f"{line}\n")
    return text


def kcat_line(settings: Settings) -> str:
    """Return one line of shell that publishes a command with kcat, in structured mode.

    The id is new each time; the partitioner is the one that agrees with Kafka's own.
    """
    command = {
        "specversion": "1.0",
        "id": "ID",
        "source": "/kcat",
        "type": "stockledger.ReceiveStock.v1",
        "tenantid": TENANT,
        "data": _RECEIVE,
    }
    # The shell fills the id in: a single quote ends, and begins again, around its variable.
    text = shlex.quote(orjson.dumps(command).decode()).replace('"ID"', "\"'$RANDOM$RANDOM'\"")
    return (
        f"echo {text} | kcat -P -b {settings.kafka_bootstrap_servers} "
        f"-t {Topics.of(settings).commands} -k {TENANT} -X partitioner=murmur2_random "
        "-H content-type=application/cloudevents+json"
    )


def send_line() -> str:
    """Return one line of shell that sends a command and waits for its answer."""
    fields = " ".join(f"-s {name}={value}" for name, value in _RECEIVE.items())
    return f"stockledger send ReceiveStock -t {TENANT} {fields}"
