"""Deliveries as the tests send them."""

import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from stockledger.messages.fields import TenantId
from stockledger.messages.recipients import Wording
from stockledger.notification_keys import webhook_secret, written_secret
from stockledger_notifier.addresses import LookUp
from stockledger_notifier.channels.channel import Delivery, Failed, Route, TenantTemplate

TENANT: Final = TenantId("acme")
ANNA: Final = "anna"
KEY: Final = b"0123456789abcdef0123456789abcdef"
SECRET: Final = written_secret(webhook_secret(KEY, TENANT, ANNA))
MOMENT: Final = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MOMENT_TEXT: Final = "2026-11-21T09:00:00.000000Z"

LOW_LAMPS: Final[Mapping[str, Any]] = {
    "kind": "LOW_STOCK",
    "number": 3,
    "severity": "WARNING",
    "warehouse_id": "NORTH",
    "sku": "LAMP",
    "figure": 4,
    "trigger": 10,
    "name": "Desk lamp",
    "raised_at": MOMENT_TEXT,
}
NO_LAMPS: Final[Mapping[str, Any]] = {
    **LOW_LAMPS,
    "kind": "OUT_OF_STOCK",
    "severity": "CRITICAL",
    "figure": 0,
    "trigger": 0,
}
REORDER_LAMPS: Final[Mapping[str, Any]] = {
    **LOW_LAMPS,
    "kind": "REORDER_NEEDED",
    "trigger": 12.5,
    "recommended": 40,
    "supplier_id": "ACME-LIGHTS",
    "reorder_automatically": True,
}
FULL_WAREHOUSE: Final[Mapping[str, Any]] = {
    "kind": "CAPACITY",
    "number": 1,
    "severity": "CRITICAL",
    "warehouse_id": "NORTH",
    "figure": 960,
    "trigger": 950,
    "raised_at": MOMENT_TEXT,
}
LAMPS_AGAIN: Final[Mapping[str, Any]] = {
    "kind": "LOW_STOCK",
    "number": 3,
    "severity": "WARNING",
    "warehouse_id": "NORTH",
    "sku": "LAMP",
    "resolution": "cause_gone",
    "figure": 25,
    "resolved_at": MOMENT_TEXT,
}
UNREACHABLE_SUPPLIER: Final[Mapping[str, Any]] = {
    "subject": "SUPPLIER_UNAVAILABLE",
    "severity": "WARNING",
    "occurred_at": MOMENT_TEXT,
    "supplier_order_id": "P-1",
    "supplier_id": "ACME-LIGHTS",
    "code": "INVENTORY_SUPPLIER_UNAVAILABLE",
    "attempts": 3,
    "cause": "no answer within 5 s",
}
LAMP_ORDER: Final[Mapping[str, Any]] = {
    "supplier_order_id": "P-1",
    "supplier_id": "ACME-LIGHTS",
    "supplier_name": "Acme Lights",
    "api_url": "https://acme.example.com/orders",
    "lines": [{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 40, "unit_cost": 12.5}],
    "expected_delivery": "2026-11-28T09:00:00.000000Z",
}
A_CODE: Final[Mapping[str, Any]] = {"recipient_id": ANNA, "number": 1, "code": "K7QM2ZTB5X"}


def digest_facts(*lines: Mapping[str, Any], reason: str = "daily", more: int = 0) -> dict[str, Any]:
    """Return what a digest of these alerts and notices tells."""
    return {
        "reason": reason,
        "day": "2026-11-21",
        "count": len(lines) + more,
        "more": more,
        "lines": [{**line, **_of_a_line(line)} for line in lines],
    }


def a_delivery(
    route: Route,
    address: str,
    wording: Wording | None = Wording.ALERT_RAISED,
    facts: Mapping[str, Any] = LOW_LAMPS,
    *,
    delivery_id: str = "6f1c1c1e-7f0b-5c5f-9a3e-1f2d3c4b5a69",
    template: TenantTemplate | None = None,
) -> Delivery:
    """Return a delivery to Anna of the tenant ACME."""
    return Delivery(
        delivery_id=delivery_id,
        tenant_id=TENANT,
        route=route,
        address=address,
        occurred_at=MOMENT,
        facts=facts,
        wording=wording,
        recipient_id=ANNA,
        template=template,
    )


def an_order(address: str, facts: Mapping[str, Any] = LAMP_ORDER) -> Delivery:
    """Return an order on its way to the supplier ACME-LIGHTS."""
    return Delivery(
        delivery_id="0a4dbf4e-6f58-5c63-8d6c-8f7a3f6d1e02",
        tenant_id=TENANT,
        route=Route.SUPPLIER,
        address=address,
        occurred_at=MOMENT,
        facts=facts,
        supplier_id="ACME-LIGHTS",
        supplier_order_id="P-1",
    )


def for_good(cause: str, *, answered: bool = False) -> Failed:
    """Return a failure that is not tried again."""
    return Failed(permanent=True, cause=cause, answered=answered)


def for_now(
    cause: str,
    retry_after: float | None = None,
    *,
    answered: bool = False,
    may_double: bool = False,
) -> Failed:
    """Return a failure that is tried again."""
    return Failed(
        permanent=False,
        cause=cause,
        retry_after=retry_after,
        answered=answered,
        may_double=may_double,
    )


def names(known: Mapping[str, Sequence[str]]) -> LookUp:
    """Return name servers that know these names only."""

    async def look_up(host: str) -> Sequence[str]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return known[host]

    return look_up


def _of_a_line(line: Mapping[str, Any]) -> dict[str, Any]:
    wording = (
        Wording.ALERT_RAISED
        if "raised_at" in line
        else Wording.ALERT_RESOLVED
        if "resolved_at" in line
        else Wording.NOTICE
    )
    return {"wording": wording, "subject": line.get("kind") or line["subject"]}
