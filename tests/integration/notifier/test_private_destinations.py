"""Nobody has us call our own network: what is connected to is what was checked."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest

from stockledger.dev.ports import LOOPBACK
from stockledger_notifier.addresses import LookUp, PrivateDestinations
from stockledger_notifier.channels.channel import Failed
from stockledger_notifier.channels.web import Answer, OutsideWeb
from tests.support.delivery_builders import SECRET, for_good, names
from tests.support.encryption import Certificate, serving_with, trusting_the_authority
from tests.support.web_receiver import WebReceiver, status

HOST = "hooks.example.com"
NOT_PUBLIC = for_good("the address is not a public one")


@asynccontextmanager
async def a_web(look_up: LookUp, private: Sequence[str] = ()) -> AsyncGenerator[OutsideWeb]:
    web = OutsideWeb(
        PrivateDestinations.of(private),
        seconds=5,
        tls=trusting_the_authority(),
        look_up=look_up,
    )
    yield web
    await web.close()


async def posted(web: OutsideWeb, address: str) -> Answer | Failed:
    answer = await web.post(address, b"{}", {})
    return answer if isinstance(answer, Failed) else answer.refusal() or answer


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "0.0.0.0",
        "0",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fe80::1%25lo]",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_this_machine_is_not_called_in_any_notation(host: str, scheme: str) -> None:
    tls = serving_with(Certificate.GOOD) if scheme == "https" else None
    receiver = WebReceiver([SECRET], tls=tls, always=status(200))

    async def system(_name: str) -> Sequence[str]:
        return [LOOPBACK]

    async with receiver.listening() as port, a_web(system) as web:
        outcome = await posted(web, f"{scheme}://{host}:{port}/")

    assert isinstance(outcome, Failed)
    assert outcome.permanent
    assert receiver.requests == 0


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.5"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["fd00::1"],
        ["198.41.0.4", "127.0.0.1"],
    ],
)
async def test_a_name_that_leads_inside_is_refused_and_the_address_is_not_told(
    addresses: list[str],
) -> None:
    async with a_web(names({HOST: addresses})) as web:
        assert await posted(web, f"https://{HOST}/") == NOT_PUBLIC


async def test_a_public_address_is_called_over_tls_only() -> None:
    async with a_web(names({HOST: ["198.41.0.4"]})) as web:
        outcome = await posted(web, f"http://{HOST}/")

    assert outcome == for_good("a public address must begin with https")


async def test_a_redirect_inside_is_not_followed() -> None:
    inside = WebReceiver([SECRET], always=status(200))
    outside = WebReceiver([SECRET])
    async with (
        inside.listening() as inside_port,
        outside.listening() as port,
        a_web(names({HOST: [LOOPBACK]}), [HOST]) as web,
    ):
        for number in (301, 302, 303, 307, 308):
            outside.troubles.append(status(number, Location=f"http://{LOOPBACK}:{inside_port}/"))
            outcome = await posted(web, f"http://{HOST}:{port}/")
            assert outcome == for_good(f"HTTP {number}: redirects are not followed")

    assert inside.requests == 0


async def test_a_name_that_changes_its_mind_leads_nowhere_else() -> None:
    """DNS rebinding: the first answer is allowed, each later one leads to another server."""
    asked: list[str] = []

    async def rebinding(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    allowed = WebReceiver([SECRET], host="127.0.0.2", always=status(200))
    async with allowed.listening() as port:
        victim = WebReceiver([SECRET], host="127.0.0.1", port=port, always=status(200))
        async with victim.listening(), a_web(rebinding, ["127.0.0.2"]) as web:
            first = await posted(web, f"http://{HOST}:{port}/")
        async with victim.listening(), a_web(rebinding, ["127.0.0.2"]) as web:
            second = await posted(web, f"http://{HOST}:{port}/")

    assert isinstance(first, Answer)
    assert second == NOT_PUBLIC
    assert (allowed.requests, victim.requests) == (1, 0)
    assert len(asked) == 2, "one look-up a connection: what was checked is what is connected to"


async def test_what_the_operator_has_named_is_called() -> None:
    receiver = WebReceiver([SECRET], always=status(200))
    async with receiver.listening() as port:
        async with a_web(names({HOST: [LOOPBACK]}), ["HOOKS.example.com."]) as web:
            assert isinstance(await posted(web, f"http://{HOST}:{port}/"), Answer)
        async with a_web(names({HOST: [LOOPBACK]}), ["127.0.0.0/8"]) as web:
            assert isinstance(await posted(web, f"http://{HOST}:{port}/"), Answer)
            assert isinstance(await posted(web, f"http://{LOOPBACK}:{port}/"), Answer)


async def test_cookies_of_one_tenants_server_are_not_sent_to_it_again() -> None:
    receiver = WebReceiver([SECRET], always=status(200, Set_Cookie="seen=1; Path=/"))
    cookies: list[str | None] = []
    async with receiver.listening() as port, a_web(names({}), [LOOPBACK]) as web:
        for _ in range(2):
            await posted(web, f"http://{LOOPBACK}:{port}/")
            cookies.append(receiver.cookies)

    assert cookies == [None, None]


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, receiver = WebReceiver([SECRET], always=status(200)), WebReceiver([SECRET])
    async with proxy.listening() as proxy_port, receiver.listening() as port:
        monkeypatch.setenv("http_proxy", f"http://{LOOPBACK}:{proxy_port}")
        async with a_web(names({}), [LOOPBACK]) as web:
            outcome = await posted(web, f"http://{LOOPBACK}:{port}/")

    assert proxy.requests == 0
    assert outcome == for_good("HTTP 401")
