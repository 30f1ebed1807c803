"""docs/supplier-api.md shows what suppliers are sent, and what follows their answers."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final

import orjson
import pytest
from pydantic import SecretStr

from stockledger.messages.lines import LINES_MAX
from stockledger_notifier.addresses import PrivateDestinations
from stockledger_notifier.channels.channel import Failed, Sent, SupplierAnswer
from stockledger_notifier.channels.supplier_api import SupplierChannel, SupplierToken
from stockledger_notifier.channels.web import BODY_BYTES_MAX, Answer, OutsideWeb
from stockledger_notifier.settings import NotifierSettings
from tests.support.delivery_builders import LAMP_ORDER, an_order, names

DOCUMENT: Final = (Path(__file__).parents[2] / "docs" / "supplier-api.md").read_text()
ADDRESS: Final = "https://api.lumen.example/orders"
TOKEN: Final = SupplierToken(SecretStr("token-5512"), "https://api.lumen.example:443")


class AnsweringWeb(OutsideWeb):
    """Keeps what is posted, and answers as it is told."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(PrivateDestinations(), seconds=1, look_up=names({}))
        self.said = answer
        self.posted: list[tuple[str, Mapping[str, str], object]] = []

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answer | Failed:
        self.posted.append((address, dict(headers), orjson.loads(body)))
        return self.said


def examples() -> list[tuple[dict[str, str], object]]:
    """Return the headers and the body of the documented request, and of the answer."""
    found = re.findall(r"^```http\n.*?\n(.*?)\n\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
    return [
        (dict(line.split(": ", 1) for line in head.splitlines()), orjson.loads(body))
        for head, body in found
    ]


async def sent(answer: Answer) -> tuple[Sent | Failed, AnsweringWeb]:
    """Hand an order over to a supplier that answers so."""
    web = AnsweringWeb(answer)
    channel = SupplierChannel(web, {"acme": {"ACME-LIGHTS": TOKEN}})
    outcome = await channel.send(an_order(ADDRESS, LAMP_ORDER))
    await channel.close()
    return outcome, web


async def test_the_documented_request_is_what_is_sent() -> None:
    [(headers, body), _answer] = examples()
    _outcome, web = await sent(Answer(HTTPStatus.CREATED, b""))

    [(address, given, order)] = web.posted
    assert (address, order) == (ADDRESS, body)
    assert given.items() <= headers.items()
    assert headers.keys() - given.keys() == {"Host", "Content-Type", "Accept"}
    assert given["Idempotency-Key"] == headers["Idempotency-Key"]


async def test_the_documented_answer_confirms_the_order() -> None:
    [_request, (_headers, body)] = examples()
    outcome, _web = await sent(Answer(HTTPStatus.CREATED, orjson.dumps(body)))

    assert outcome == Sent(
        order=SupplierAnswer("L-7", confirmed=True, expected_delivery="2026-11-30T08:00:00.000000Z")
    )


@pytest.mark.parametrize("status", [*range(200, 207), *range(300, 309), *range(400, 430), 500, 503])
async def test_the_table_says_what_follows_an_answer(status: int) -> None:
    rows = dict(re.findall(r"^\| ([^|]*\d(?:\d\d|xx).*?) \| (.*?) \|$", DOCUMENT, re.MULTILINE))
    named = [said for answers, said in rows.items() if str(status) in answers]
    kinds = [said for answers, said in rows.items() if f"{status // 100}xx" in answers]
    [follows] = named or kinds
    outcome, _web = await sent(Answer(status, b""))

    if isinstance(outcome, Sent):
        assert follows.startswith("the supplier has the order")
        return
    assert follows.startswith("refused" if outcome.permanent else "sent again")
    may_have_it = "the supplier may have the order already"
    assert (may_have_it in follows) is (may_have_it in outcome.cause)


def test_the_limits_are_those_of_the_code() -> None:
    fields = NotifierSettings.model_fields
    assert f"Within {fields['supplier_api_timeout'].default} seconds" in DOCUMENT
    assert f"After {fields['supplier_api_retry_attempts'].default} attempts" in DOCUMENT
    assert f"1 to {LINES_MAX}," in DOCUMENT
    assert f"{BODY_BYTES_MAX // 1024} KB are read" in DOCUMENT
