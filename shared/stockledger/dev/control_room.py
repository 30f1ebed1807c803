"""The demo shop's people on duty: told by mail and webhook, they see to what is open."""

import asyncio
import re
from random import Random
from typing import Any, Final

from stockledger.dev.alert_figures import AlertFigures
from stockledger.dev.findings import MANAGER
from stockledger.dev.neighbours import HOOK_RECIPIENT, Neighbours
from stockledger.dev.shop_commands import ShopCommands

LOOKS_EVERY_SECONDS: Final = 6.0
"""Mean time between two looks at what is open."""

MAILS_LOOKED_EVERY_SECONDS: Final = 1.0
"""How often somebody looks whether the code has come."""

MAIL_RECIPIENT: Final = "grace-mail"
ADDRESS: Final = "grace@demo.example"

_CODE: Final = re.compile(r"\b[A-Z2-7]{10}\b")


class ControlRoom:
    """Grace and a webhook are told; Grace acknowledges."""

    def __init__(
        self, commands: ShopCommands, neighbours: Neighbours, alerts: AlertFigures, seed: int
    ) -> None:
        self._commands = commands
        self._neighbours = neighbours
        self._alerts = alerts
        self._random = Random(seed)

    async def open(self) -> None:
        """Say who is to be told; safe to repeat."""
        await self._commands.accepted("SetRecipients", {"recipients": self._recipients()})

    async def run(self) -> None:
        """Prove the address, then look at what is open again and again, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._verify())
            while True:
                await asyncio.sleep(self._random.expovariate(1 / LOOKS_EVERY_SECONDS))
                if waiting := self._alerts.open_alerts():
                    await self._acknowledge(*self._random.choice(waiting))

    def _recipients(self) -> list[dict[str, Any]]:
        mail = {"recipient_id": MAIL_RECIPIENT, "channel": "EMAIL", "address": ADDRESS}
        hook = {"recipient_id": HOOK_RECIPIENT, "channel": "WEBHOOK"}
        return [
            {**mail, "name": "Grace Lund", "resolved": True},
            {**hook, "address": self._neighbours.hook_url, "resolved": True},
        ]

    async def _verify(self) -> None:
        """Copy the code out of the mail, as Grace does."""
        while True:
            for mail in reversed(self._neighbours.mail_box.mails):
                code = _CODE.search(mail.part("plain"))
                if ADDRESS in mail.recipients and code is not None:
                    proof = {"recipient_id": MAIL_RECIPIENT, "code": code.group()}
                    if await self._commands.accepted("VerifyRecipient", proof, MANAGER):
                        return
            await asyncio.sleep(MAILS_LOOKED_EVERY_SECONDS)

    async def _acknowledge(self, alert: tuple[str, str, str | None], number: int) -> None:
        kind, warehouse_id, sku = alert
        seen = {"kind": kind, "warehouse_id": warehouse_id, "number": number}
        if sku is not None:
            seen["sku"] = sku
        await self._commands.accepted("AcknowledgeAlert", seen, MANAGER)
