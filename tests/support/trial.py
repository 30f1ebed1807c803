"""A trial: load on one installation, whatever happens to it, and what must hold afterwards."""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.support.installation import Installation
from tests.support.random_load import OPENING, RandomLoad
from tests.support.shop import Answer, Shop, headers_of
from tests.support.waiting import wait_until

TENANTS: Final = ("acme", "globex", "initech", "umbrella", "hooli", "stark")
VERIFY_SECONDS: Final = 120


class Trial:
    """Publishes random commands for several tenants and keeps account of them."""

    def __init__(self, installation: Installation, seed: int) -> None:
        self.installation = installation
        self.shop = Shop(installation.settings)
        self._random = random.Random(seed)
        self._load = RandomLoad(self._random)
        self._ids: dict[str, str] = {}

    def open_warehouses(self) -> None:
        """Give every tenant its settings and its warehouses."""
        for tenant in TENANTS:
            for command_type, data in OPENING:
                self._publish(command_type, data, tenant)

    def publish(self, commands: int) -> None:
        """Publish a random mixture: whatever a shop may want, repeats, and garbage."""
        for _ in range(commands):
            tenant = self._random.choice(TENANTS)
            if self._random.random() < 0.05:
                self.shop.publish_raw(b"not a command", [], None)
            self._publish(*self._load.draft(tenant), tenant)
        self.shop.read_answers(0)

    def publish_until(self, condition: Callable[[], bool], what: str) -> None:
        """Keep publishing a little until the condition is true."""

        def is_met() -> bool:
            self.publish(10)
            self.shop.flush()
            return condition()

        wait_until(is_met, what, 60)

    def expect(self, commands: Mapping[str, str]) -> None:
        """Keep account of commands that others published: their ids, and whose they are."""
        self._ids.update(commands)

    def recorded(self) -> Counter[str]:
        """Return how many events of each type were recorded, as in `StockReserved`."""
        types = (headers_of(event)["ce_type"].decode() for event in self.shop.events())
        return Counter(event_type.split(".")[1] for event_type in types)

    def _publish(self, command_type: str, data: Mapping[str, Any], tenant: str) -> None:
        someone = self._load.someone()
        command_id = self.shop.publish(command_type, data, tenant, **someone)
        self._ids[command_id] = tenant
        if self._random.random() < 0.02:
            self.shop.publish(command_type, data, tenant, ce_id=command_id, **someone)

    def check(self, seconds: float = 90) -> Mapping[str, Sequence[Answer]]:
        """Fail unless every command is answered, alike each time, and the auditor is content."""
        self.shop.answers_to(self._ids, seconds)
        answers = self.shop.read_answers()
        for command_id in self._ids:
            first, *more = answers[command_id]
            assert all(answer.data == first.data for answer in more), command_id
            assert first.data["tenant_id"] == self._ids[command_id]
        verify(self.installation)
        return answers

    def close(self) -> None:
        """Let go of the connections."""
        self.shop.close()


def verify(installation: Installation) -> Mapping[str, Any]:
    """Fail unless `stockledger verify` finds the log, the topics and the views in order."""

    def ask() -> Mapping[str, Any] | None:
        program = Path(sys.executable).with_name("stockledger")
        done = subprocess.run(
            [program, "verify", "--kafka", "--json"],
            env=installation.environment,
            capture_output=True,
            text=True,
            timeout=VERIFY_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        verdict: Mapping[str, Any] = json.loads(done.stdout)
        return verdict

    return wait_until(ask, "the auditor's verdict")
