"""Webhooks: a backlog that the notifier delivers, beside a bare client loop to the same receiver.

What is measured is the service's own process: it takes deliveries up, signs and posts them, and
writes down what became of them. The bare loop posts one body, signed beforehand, by as many
connections as the notifier has to one receiver, and does nothing else.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import subprocess
import sys
import time
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Final

import aiohttp
import asyncpg
import orjson
import uvloop

from stockledger.dev.ports import LOOPBACK, free_ports
from stockledger.messages.alert import Severity
from stockledger.messages.fields import TenantId, time_to_wire
from stockledger.messages.recipients import Subject, Wording
from stockledger.notification_keys import webhook_secret, written_secret
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.lanes import LANE_PLACES
from stockledger_notifier.outgoing import NewDelivery, deliver
from stockledger_notifier.rules import delivery_id
from tests.bench.bench import Bench
from tests.bench.site import QUIET, Site
from tests.support.waiting import wait_until, wait_until_async

DELIVERED: Final = "webhooks delivered"
BARE: Final = "webhooks by a bare client loop"

KEY: Final = "0123456789abcdef0123456789abcdef"
TENANT: Final = "acme"
RECIPIENT: Final = "shop-system"
NOTIFIER: Final = "stockledger_notifier"
RECEIVER: Final = "stockledger.dev.webhook_receiver"
SECONDS_MAX: Final = 300
FACTS: Final = {
    "kind": "LOW_STOCK",
    "number": 1,
    "severity": "WARNING",
    "warehouse_id": "NORTH",
    "sku": "LAMP",
    "name": "Lamp",
    "figure": 12,
    "trigger": 20,
}

PROGRESS: Final = "select count(*) from notices.deliveries where status = 'DELIVERED'"
RATE: Final = """
    select (count(*) / extract(epoch from max(delivered_at) - min(delivered_at)))::float8
    from notices.deliveries
"""
"""From the first attempts that were written down to the last ones."""


def measure_deliveries(bench: Bench) -> None:
    """The notifier, and before and after it the bare loop."""
    secret = webhook_secret(KEY.encode(), TenantId(TENANT), RECIPIENT)
    count = bench.sizes.deliveries
    with bench.site() as site, _receiver(secret) as address:
        before = uvloop.run(_bare_per_second(address, secret, count))
        delivered = asyncio.run(_delivered_per_second(site, address, count))
        after = uvloop.run(_bare_per_second(address, secret, count))
    bench.record(BARE, (before + after) / 2, "posts/s")
    bench.record(DELIVERED, delivered, "deliveries/s")


@contextlib.contextmanager
def _receiver(secret: bytes) -> Generator[str]:
    """Run a receiver that checks every signature; gives its address."""
    (port,) = free_ports(1)
    arguments = [f"--secret={written_secret(secret)}", f"--port={port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", RECEIVER, *arguments], stdout=subprocess.DEVNULL
    )
    try:
        address = f"http://{LOOPBACK}:{port}/in"
        wait_until(lambda: asyncio.run(_answers(address)), "the receiver answers")
        yield address
    finally:
        process.terminate()
        process.wait()


async def _answers(address: str) -> bool:
    async with aiohttp.ClientSession() as client:
        try:
            async with client.post(address, data=b"{}"):
                return True
        except aiohttp.ClientError:
            return False


async def _delivered_per_second(site: Site, address: str, count: int) -> float:
    more = {
        **QUIET,
        "INVENTORY_NOTIFICATION_KEY": KEY,
        "INVENTORY_PRIVATE_DESTINATIONS": f'["{LOOPBACK}"]',
        "INVENTORY_WEBHOOKS_PER_SECOND": "100000",
    }
    notifier = site.installation.service(NOTIFIER, more)
    await asyncio.to_thread(notifier.wait_ready)
    session = await asyncpg.connect(site.settings.postgres_dsn.get_secret_value())
    try:
        async with session.transaction():
            await deliver(session, [_delivery(address, number) for number in range(count)])

        async def are_delivered() -> bool:
            return bool(await session.fetchval(PROGRESS) == count)

        await wait_until_async(are_delivered, "all is delivered", SECONDS_MAX)
        rate: float = await session.fetchval(RATE)
        return rate
    finally:
        await session.close()
        await asyncio.to_thread(notifier.terminate)


def _delivery(address: str, number: int) -> NewDelivery:
    now = datetime.now(UTC)
    return NewDelivery(
        delivery_id(TENANT, str(number), RECIPIENT, Route.WEBHOOK),
        0,
        number,
        TENANT,
        Route.WEBHOOK,
        address,
        Severity.WARNING,
        now,
        orjson.dumps({**FACTS, "raised_at": time_to_wire(now)}).decode(),
        now,
        Wording.ALERT_RAISED,
        Subject.LOW_STOCK,
        f"item/NORTH/LAMP:LOW_STOCK:{number}",
        RECIPIENT,
    )


async def _bare_per_second(address: str, secret: bytes, count: int) -> float:
    """Post so often, by LANE_PLACES connections at once; return how many a second."""
    body, headers = _signed(secret)
    left = iter(range(count))
    connector = aiohttp.TCPConnector(limit=LANE_PLACES)
    async with aiohttp.ClientSession(connector=connector) as client:

        async def post() -> None:
            for _ in left:
                async with client.post(address, data=body, headers=headers) as answer:
                    await answer.read()
                    assert answer.ok

        began = time.monotonic()
        await asyncio.gather(*(post() for _ in range(LANE_PLACES)))
        return count / (time.monotonic() - began)


def _signed(secret: bytes) -> tuple[bytes, dict[str, str]]:
    made, sent = str(delivery_id(TENANT, "bare")), str(int(time.time()))
    said = {
        "type": "alert.raised",
        "id": made,
        "tenant_id": TENANT,
        "occurred_at": time_to_wire(datetime.now(UTC)),
        "data": FACTS,
    }
    body = orjson.dumps(said)
    digest = hmac.digest(secret, f"{made}.{sent}.".encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": made,
        "webhook-timestamp": sent,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        "Idempotency-Key": made,
    }
    return body, headers
