"""The servers for this machine: started by themselves, they do what `make run` needs of them."""

import asyncio
import sys
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from aiosmtplib import SMTP

from stockledger.dev.fake_supplier import FakeSupplier, Mishap
from stockledger.dev.mail_box import MailBox
from stockledger.dev.ports import LOOPBACK, free_ports
from stockledger.dev.webhook_receiver import (
    CLOCKS_APART_SECONDS_MAX,
    IDS_REMEMBERED,
    Verdict,
    WebhookReceiver,
    secret_key,
)
from stockledger_notifier.addresses import PrivateDestinations
from stockledger_notifier.channels.channel import Outcome, Route, Sent
from stockledger_notifier.channels.web import OutsideWeb
from stockledger_notifier.channels.webhook import WebhookChannel
from tests.support.delivery_builders import KEY, SECRET, a_delivery, for_good, names
from tests.support.waiting import wait_until_async

MAIL = b"From: a@acme.example\r\nTo: b@shop.example\r\nSubject: ../../x\r\n\r\nhello\r\n"


@asynccontextmanager
async def a_channel(clock_ahead: float = 0.0) -> AsyncGenerator[WebhookChannel]:
    web = OutsideWeb(PrivateDestinations.of([LOOPBACK]), seconds=5, look_up=names({}))
    channel = WebhookChannel(web, KEY, clock=lambda: 1_000_000_000 + clock_ahead)
    yield channel
    await channel.close()


async def posts(port: int, path: str, key: str) -> tuple[int, object]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"http://{LOOPBACK}:{port}{path}", data=b"{}", headers={"Idempotency-Key": key}
        ) as answer,
    ):
        return answer.status, await answer.json()


async def test_each_starts_by_itself(tmp_path: Path) -> None:
    started = {
        "mail_box": ["--folder", "mails"],
        "webhook_receiver": ["--secret", SECRET],
        "fake_supplier": ["--failing", "0"],
    }
    ports = dict(zip(started, free_ports(len(started)), strict=True))
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"stockledger.dev.{module}"),
            *("--port", str(ports[module]), *options),
            cwd=tmp_path,
            stdout=asyncio.subprocess.DEVNULL,
        )
        for module, options in started.items()
    ]
    try:
        for module, port in ports.items():
            await wait_until_async(partial(listens, port), f"{module} listens")
    finally:
        for process in processes:
            process.terminate()
            await process.wait()


async def listens(port: int) -> bool:
    try:
        _reader, writer = await asyncio.open_connection(LOOPBACK, port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


async def test_a_mail_cannot_choose_where_it_is_written(tmp_path: Path) -> None:
    box = MailBox(tmp_path / "mails", port=0)
    async with box.listening() as port:
        client = SMTP(hostname=LOOPBACK, port=port, start_tls=False)
        await client.connect()
        await client.sendmail("a@acme.example", ["b@shop.example"], MAIL)
        await client.quit()

    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert written == [
        Path("mails/000001 b@shop.example .. .. x.eml"),
        Path("mails/000001 b@shop.example .. .. x.txt"),
    ]


async def test_a_mail_box_that_starts_again_keeps_the_mails_of_before(tmp_path: Path) -> None:
    for number in (1, 2):
        box = MailBox(tmp_path, port=0)
        async with box.listening() as port:
            client = SMTP(hostname=LOOPBACK, port=port, start_tls=False)
            await client.connect()
            await client.sendmail("a@acme.example", ["b@shop.example"], MAIL)
            await client.quit()
        assert len(list(tmp_path.glob("*.eml"))) == number


@pytest.mark.parametrize(
    ("apart", "outcome"),
    [
        (0, Sent()),
        (CLOCKS_APART_SECONDS_MAX, Sent()),
        (CLOCKS_APART_SECONDS_MAX + 1, for_good("HTTP 401")),
        (-CLOCKS_APART_SECONDS_MAX - 1, for_good("HTTP 401")),
    ],
)
async def test_a_webhook_of_another_time_is_refused(apart: int, outcome: Outcome) -> None:
    receiver = WebhookReceiver([SECRET], port=0, clock=lambda: 1_000_000_000.0)
    async with receiver.listening() as port, a_channel(clock_ahead=apart) as channel:
        delivery = a_delivery(Route.WEBHOOK, f"http://{LOOPBACK}:{port}/")
        assert await channel.send(delivery) == outcome


async def test_the_receiver_shows_what_came_and_what_was_a_repeat() -> None:
    receiver = WebhookReceiver([SECRET], port=0, clock=lambda: 1_000_000_000.0)
    async with receiver.listening() as port, a_channel() as channel:
        for _ in range(2):
            await channel.send(a_delivery(Route.WEBHOOK, f"http://{LOOPBACK}:{port}/in"))
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{LOOPBACK}:{port}/") as answer,
        ):
            shown = await answer.json()

    assert shown["counts"] == {Verdict.TAKEN: 1, Verdict.REPEATED: 1}
    assert [one["verdict"] for one in shown["latest"]] == ["repeated", "taken"]
    assert shown["latest"][0]["body"]["data"]["sku"] == "LAMP"
    assert IDS_REMEMBERED > 1


def test_a_secret_that_is_none_is_refused() -> None:
    assert secret_key("whsec_" + b64encode(b"key").decode()) == b"key"
    with pytest.raises(ValueError, match="whsec_"):
        secret_key("whsec_!")


async def test_the_supplier_takes_each_key_once_and_fails_in_every_way() -> None:
    supplier = FakeSupplier(port=0, failing=0.5, slow_seconds=0.01, seed=7)
    async with supplier.listening() as port:
        first = await posts_until_taken(port, "one")
        again = await posts_until_taken(port, "one")
        other = await posts_until_taken(port, "two")

    assert first == again
    assert first != other
    assert set(supplier.orders) == {"one", "two"}
    drawn = {FakeSupplier(failing=1.0, seed=seed).mishap() for seed in range(50)}
    assert drawn == set(Mishap)
    assert FakeSupplier(failing=0.0).mishap() is None


async def posts_until_taken(port: int, key: str) -> object:
    async def taken() -> object:
        try:
            status, said = await posts(port, "/orders", key)
        except aiohttp.ClientError:
            return None
        return said if status == 201 else None

    return await wait_until_async(taken, "the order is taken")
