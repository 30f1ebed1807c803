"""E-mail to real servers: one mail a delivery, and every failure named."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stockledger.dev.ports import free_ports
from stockledger.messages.recipients import Wording
from stockledger_notifier.channels.channel import Failed, Route, Sent
from stockledger_notifier.channels.email import EmailChannel
from stockledger_notifier.channels.mail_connections import MAILS_MAX
from tests.support.delivery_builders import (
    A_CODE,
    LOW_LAMPS,
    a_delivery,
    for_good,
    for_now,
)
from tests.support.mail_channels import ADDRESS, LOW, SENDER, a_channel
from tests.support.mail_server import DeafServer, answering, refused_and_gone, reply_lost, slow
from tests.support.mail_server import MailServer as FakeServer


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server, and a channel to it."""

    server: FakeServer
    channel: EmailChannel


@pytest.fixture
async def post(tmp_path: Path) -> AsyncGenerator[Post]:
    server = FakeServer(tmp_path)
    async with server.listening() as port, a_channel(port) as channel:
        yield Post(server, channel)
        server.released.set()


async def test_a_mail_has_a_text_and_a_page_and_says_what_it_repeats(post: Post) -> None:
    assert await post.channel.send(LOW) == Sent()

    [mail] = post.server.mails
    assert mail.sender == "stock@acme.example"
    assert mail.recipients == (ADDRESS,)
    assert mail.delivery_id == LOW.delivery_id
    assert mail.message["From"] == SENDER
    assert mail.message["To"] == ADDRESS
    assert mail.message["Subject"] == "Low stock: Desk lamp (LAMP) in NORTH"
    assert mail.message["Message-ID"] == f"<{LOW.delivery_id}@acme.example>"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert "4 available; stock is low from 10 down." in mail.part("plain")
    assert "4 available; stock is low from 10 down." in mail.part("html")


async def test_a_mail_is_kept_as_files_that_a_person_can_open(post: Post, tmp_path: Path) -> None:
    await post.channel.send(LOW)

    [text] = tmp_path.glob("*.txt")
    assert text.name.startswith("000001 anna@shop.example Low stock Desk lamp")
    assert "Subject: Low stock: Desk lamp (LAMP) in NORTH" in text.read_text()
    assert len(list(tmp_path.glob("*.eml"))) == len(list(tmp_path.glob("*.html"))) == 1


async def test_mails_go_over_one_connection_until_it_is_worn(post: Post) -> None:
    for _ in range(MAILS_MAX + 1):
        assert await post.channel.send(LOW) == Sent()

    assert post.server.connections == 2


async def test_a_server_that_was_restarted_gets_the_next_mail_at_once(post: Post) -> None:
    await post.channel.send(LOW)
    post.server.hang_up()

    assert await post.channel.send(LOW) == Sent()
    assert (post.server.received, post.server.connections) == (2, 2)


async def test_a_lost_answer_is_tried_again_under_the_same_id(post: Post) -> None:
    post.server.troubles.append(reply_lost)

    first, second = await post.channel.send(LOW), await post.channel.send(LOW)

    lost = for_now("the mail server ended the connection", may_double=True)
    assert (first, second) == (lost, Sent())
    one, other = post.server.mails
    assert one.message["Message-ID"] == other.message["Message-ID"]


async def test_a_busy_server_is_tried_again_and_a_refusal_is_not(post: Post) -> None:
    post.server.troubles += [answering("451 try later"), answering("554 no spam here")]

    busy, refused = await post.channel.send(LOW), await post.channel.send(LOW)

    assert busy == for_now("the mail server refuses it: 451 try later", answered=True)
    assert refused == for_good("the mail server refuses it: 554 no spam here", answered=True)
    assert await post.channel.send(LOW) == Sent()
    assert post.server.connections == 1


async def test_a_server_that_closes_is_told_apart_from_one_that_refuses_a_mail(post: Post) -> None:
    post.server.troubles.append(answering("421 closing down"))

    outcome = await post.channel.send(LOW)

    assert isinstance(outcome, Failed)
    assert (outcome.permanent, outcome.answered) == (False, False)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 not from you", for_now("the mail server answers 550 not from you")),
        (None, for_now("no answer within 0.5 s")),
    ],
    ids=["refused", "cut off"],
)
async def test_a_connection_that_did_not_take_our_sender_is_closed(
    answer: str | None, outcome: Failed
) -> None:
    server = DeafServer(answer)
    async with server.listening() as port, a_channel(port, seconds=0.5) as channel:
        assert await channel.send(LOW) == outcome
        async with asyncio.timeout(5):
            await server.left.wait()


async def test_an_address_that_is_refused_does_not_spoil_the_connection(post: Post) -> None:
    post.server.unknown.add("eve@shop.example")
    refused = await post.channel.send(a_delivery(Route.EMAIL, "eve@shop.example"))

    assert refused == for_good("the mail server refuses it: 550 no such user here", answered=True)
    assert await post.channel.send(LOW) == Sent()
    assert (post.server.received, post.server.connections) == (1, 1)


async def test_a_refusal_is_for_good_although_the_server_hangs_up_behind_it(post: Post) -> None:
    post.server.troubles.append(refused_and_gone)

    refused = for_good("the mail server refuses it: 554 no spam here", answered=True)
    assert await post.channel.send(LOW) == refused
    assert await post.channel.send(LOW) == Sent()


async def test_a_slow_server_is_given_up_and_holds_up_no_other_mail(
    post: Post, tmp_path: Path
) -> None:
    post.server.troubles.append(slow)
    waiting = asyncio.create_task(post.channel.send(LOW))
    other = FakeServer(tmp_path / "other", always=slow)
    async with other.listening() as port, a_channel(port, seconds=0.2) as impatient:
        given_up = await impatient.send(LOW)
        other.released.set()

    assert given_up == for_now("no answer to the mail within 0.2 s", answered=True, may_double=True)
    assert await post.channel.send(LOW) == Sent()
    post.server.released.set()
    assert await waiting == Sent()


async def test_nobody_listening_is_tried_again() -> None:
    [port] = free_ports(1)
    async with a_channel(port) as channel:
        assert await channel.send(LOW) == for_now("the mail server cannot be reached")


async def test_a_name_that_does_not_resolve_is_tried_again() -> None:
    async with a_channel(25, host="mail.invalid") as channel:
        assert await channel.send(LOW) == for_now("the mail server's name cannot be resolved")


@pytest.mark.parametrize(
    "address",
    [
        "anna@shop.example\r\nBcc: eve@evil.example",
        "anna@shop.example\nRCPT TO:<eve@evil.example>",
        "anna@shop.example,eve@evil.example",
        "anna@shop.example eve@evil.example",
        "<anna@shop.example>",
        '"anna eve"@shop.example',
        "anna@shop.example>\r\nDATA",
        "anna@shop@example",
        "anna..eve@shop.example",
        ".anna@shop.example",
        "anna@shop..example",
        "anna@" + "x" * 250,
        "anna",
        "@",
        "änna@shop.example",
    ],
)
async def test_an_address_that_is_none_gets_nothing(address: str, post: Post) -> None:
    outcome = await post.channel.send(a_delivery(Route.EMAIL, address))

    assert outcome == for_good("the address is not an e-mail address")
    assert (post.server.received, post.server.connections) == (0, 0)


async def test_hostile_names_add_no_header_and_no_markup(post: Post) -> None:
    evil = "Lamp\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>\u202e\u2028x"
    facts = {**LOW_LAMPS, "name": evil, "warehouse_id": '"><img src=x onerror=alert(1)>'}
    assert await post.channel.send(a_delivery(Route.EMAIL, ADDRESS, facts=facts)) == Sent()

    [mail] = post.server.mails
    assert mail.recipients == (ADDRESS,)
    assert mail.message["Bcc"] is None
    assert "\n" not in mail.message["Subject"]
    assert "\u202e" not in mail.message["Subject"]
    assert set(mail.message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Stockledger-Delivery",
        "Auto-Submitted", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert "<script" not in mail.part("html")
    assert "<img" not in mail.part("html")


async def test_lines_that_mean_something_to_smtp_stay_lines_of_the_mail(post: Post) -> None:
    name = "before\n.\nQUIT\n..after"
    facts = {**LOW_LAMPS, "name": name}
    assert await post.channel.send(a_delivery(Route.EMAIL, ADDRESS, facts=facts)) == Sent()

    [mail] = post.server.mails
    assert "before\n.\nQUIT\n..after" in mail.part("plain").replace("\r", "")


async def test_a_code_is_in_the_mail(post: Post) -> None:
    asked = a_delivery(Route.EMAIL, ADDRESS, Wording.VERIFICATION, facts=A_CODE)
    assert await post.channel.send(asked) == Sent()

    [mail] = post.server.mails
    assert A_CODE["code"] in mail.part("plain")
    assert A_CODE["code"] in mail.part("html")
    assert A_CODE["code"] not in mail.message["Subject"]
