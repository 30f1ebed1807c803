"""Lines to copy from the demo into another terminal."""

import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from rich.text import Text

from stockledger.config import Settings, variable_of
from stockledger.dev.findings import CLERK, MANAGER
from stockledger.dev.services import Services
from stockledger.dev.shop_commands import TENANT, Fields
from stockledger.dev.stack import KAFKA_VARIABLE, POSTGRES_VARIABLE
from stockledger.messages.fields import time_to_wire
from stockledger.topics import Topics

QUERIES_VARIABLE: Final = "INVENTORY_QUERIES_URL"
"""Where the command line asks about levels."""

_LINES: Final = [{"sku": "LAMP-DESK", "quantity": 2}]
_RANDOM_ID: Final = "ID"
"""Where the shell fills in a number that is new each time."""

_NEXT: Final = "status=ACTIVE&sort=soonest_deadline&limit=3"
_RESERVE: Final[Fields] = {
    "reservation_id": _RANDOM_ID,
    "lines": _LINES,
    "expires_in_seconds": 30,
}
_FOUND: Final = r"warehouse_id,sku,change,reason\nNORTH,LAMP-DESK,2,found behind the shelf\n"
_MISSING: Final = (
    "-s warehouse_id=NORTH -s sku=BULB-LED-E27 -s change=-25 -s reason='a carton is gone'"
)
_ORDER: Final[Fields] = {"order_id": _RANDOM_ID, "lines": _LINES}


def environment_file_of(folder: Path, settings: Settings, services: Services, key: str) -> Path:
    """Write where all is, and the notifications' key, into a file for shells.

    Only its owner can read it.
    """
    file = folder / "environment"
    file.touch(mode=0o600)
    variables = {
        KAFKA_VARIABLE: settings.kafka_bootstrap_servers,
        POSTGRES_VARIABLE: settings.postgres_dsn.get_secret_value(),
        QUERIES_VARIABLE: _addresses(services)["projector"],
        variable_of("notification_key"): key,
    }
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in variables.items()]
    lines.append(f'PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"\n')
    file.write_text("".join(lines), encoding="utf-8")
    return file


def one_liners(settings: Settings, services: Services, environment_file: Path | None) -> Text:
    """Return how to publish a command of one's own, and where to read what came of it."""
    by_name = _addresses(services)
    queries = f"{by_name['projector']}/v1/tenants/{TENANT}"
    opened = time_to_wire(datetime.now(UTC).replace(microsecond=0))
    lines = [
        ("hold two lamps for half a minute, with kcat", kcat_line(settings)),
        ("… and with the command line, waiting for the answer", send_line()),
        ("say that a customer ordered two, as shop systems do", order_line(settings)),
        ("watch the answers", f"stockledger tail results -t {TENANT}"),
        ("watch holds end", f"stockledger tail events -t {TENANT} --type ReservationExpired"),
        ("can this basket be had now?", basket_line(queries)),
        ("which holds end next", f"curl '{queries}/reservations?{_NEXT}'"),
        ("read a level", f"curl {queries}/items/NORTH/LAMP-DESK"),
        (
            "… and as it was when the shop had opened, by all that is known now",
            as_of_line(queries, opened),
        ),
        ("move two lamps to another warehouse", transfer_line()),
        ("say that a carton is gone, and let a second person approve", approval_line()),
        ("what waits for a second person", f"curl '{queries}/adjustments?status=PENDING'"),
        ("take a file in: show what it changes, and apply it", import_line(by_name["projector"])),
        ("what is open, and who was told", f"curl '{queries}/alerts' '{queries}/notifications'"),
        ("see to an alert", acknowledge_line()),
        ("what the supplier is to send", f"curl '{queries}/supplier-orders?limit=3'"),
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
    """Return one line of shell that holds stock with kcat, in structured mode."""
    topic = Topics.of(settings).commands
    return _kcat_line(settings, topic, "stockledger.ReserveStock.v1", _RESERVE)


def order_line(settings: Settings) -> str:
    """Return one line of shell that says with kcat that a customer ordered."""
    return _kcat_line(settings, Topics.of(settings).orders, "order.created", _ORDER)


def send_line() -> str:
    """Return one line of shell that sends a command and waits for its answer."""
    lines = shlex.quote(f"lines={orjson.dumps(_LINES).decode()}")
    return (
        f"stockledger send ReserveStock -t {TENANT} -s reservation_id=R-$RANDOM$RANDOM "
        f"-s {lines} -s expires_in_seconds=30"
    )


def transfer_line() -> str:
    """Return one line of shell that moves stock between two warehouses."""
    lines = shlex.quote(f"lines={orjson.dumps(_LINES).decode()}")
    return (
        f"stockledger send TransferStock -t {TENANT} -s transfer_id=T-$RANDOM$RANDOM "
        f"-s source_warehouse_id=NORTH -s destination_warehouse_id=SOUTH -s {lines}"
    )


def approval_line() -> str:
    """Return one line of shell in which one person asks for a change and another approves it."""
    send = f"stockledger send {{}} -t {TENANT} -s adjustment_id=$A --actor {{}}"
    asked, approved = send.format("AdjustStock", CLERK), send.format("ApproveAdjustment", MANAGER)
    return f"A=A-$RANDOM$RANDOM; {asked} {_MISSING}; {approved}"


def acknowledge_line() -> str:
    """Return one line of shell that takes the last lamps out, and sees to the alert."""
    item = "-s warehouse_id=WEST -s sku=LAMP-FLOOR"
    send = f"stockledger send {{}} -t {TENANT} {item} --actor {MANAGER}"
    counted = f"{send.format('CorrectStock')} -s actual_quantity=0 -s reason='all are gone'"
    return f"{counted}; {send.format('AcknowledgeAlert')} -s kind=OUT_OF_STOCK"


def as_of_line(queries: str, time: str) -> str:
    """Return one line of shell that asks for a past level."""
    return f"curl '{queries}/items/NORTH/LAMP-DESK/as-of?at={time}&clock=effective'"


def import_line(address: str) -> str:
    """Return one line of shell that writes a file and imports it."""
    return (
        f"printf {shlex.quote(_FOUND)} > found.csv; stockledger import found.csv -t {TENANT} "
        f"--preview --apply --queries-url {address}"
    )


def basket_line(queries: str) -> str:
    """Return one line of shell that asks for the availability of a basket."""
    basket = shlex.quote(orjson.dumps({"lines": _LINES}).decode())
    return f"curl {queries}/availability -H content-type:application/json -d {basket}"


def _addresses(services: Services) -> dict[str, str]:
    return {service.name: service.address for service in services.every}


def _kcat_line(settings: Settings, topic: str, type_name: str, data: Fields) -> str:
    """Return the line; the partitioner is the one that agrees with Kafka's own."""
    message: dict[str, Any] = {
        "specversion": "1.0",
        "id": _RANDOM_ID,
        "source": "/kcat",
        "type": type_name,
        "tenantid": TENANT,
        "data": data,
    }
    # The shell fills the id in: a single quote ends, and begins again, around its variable.
    text = shlex.quote(orjson.dumps(message).decode())
    text = text.replace(f'"{_RANDOM_ID}"', "\"X'$RANDOM$RANDOM'\"")
    return (
        f"echo {text} | kcat -P -b {settings.kafka_bootstrap_servers} "
        f"-t {topic} -k {TENANT} -X partitioner=murmur2_random "
        "-H content-type=application/cloudevents+json"
    )
