"""The whole commands topic sent again: nothing changes, and every answer is the same."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import asyncpg
import pytest

from tests.support.installation import Installation
from tests.support.ledger_clock import shift_ledger_clock
from tests.support.random_load import OPENING, RandomLoad
from tests.support.shop import Shop, Tail, answer_of, headers_of
from tests.support.trial import verify
from tests.support.waiting import wait_until

COMMANDS: Final = 1_500
TENANTS: Final = ("acme", "globex", "initech")
CONTENT: Final = (
    "select md5(string_agg(e::text, '|' order by partition, position)) from ledger.events as e"
)
OLD_RESULTS: Final = """
    select ledger.delete_old_results(partition, 0, interval '8 days', 1000000)
    from ledger.log_partitions
"""

OLD_RESULTS_LEFT: Final = """
    select count(*) from ledger.results where decided_at < ledger.ledger_now() - interval '8 days'
"""


@pytest.fixture
def busy(installation: Installation, shop: Shop) -> Installation:
    """An installation in which much was decided."""
    installation.handler().wait_ready()
    load = RandomLoad(random.Random(4))
    ids: list[str] = []
    for tenant in TENANTS:
        ids += [shop.publish(command_type, data, tenant) for command_type, data in OPENING]
    for number in range(COMMANDS):
        tenant = TENANTS[number % len(TENANTS)]
        command_type, data = load.draft(tenant)
        ids.append(shop.publish(command_type, data, tenant, **load.someone()))
    shop.answers_to(ids)
    return installation


def ask(installation: Installation, statement: str) -> object:
    async def asked() -> object:
        connection = await asyncpg.connect(installation.dsn)
        try:
            found: object = await connection.fetchval(statement)
            return found
        finally:
            await connection.close()

    return asyncio.run(asked())


def go_ahead(installation: Installation, ahead: timedelta) -> None:
    """Put the ledger's clock forward."""

    async def shifted() -> None:
        connection = await asyncpg.connect(installation.dsn)
        try:
            await shift_ledger_clock(connection, ahead)
        finally:
            await connection.close()

    asyncio.run(shifted())


def all_answers(installation: Installation, shop: Shop) -> Mapping[str, Sequence[bytes]]:
    """Return the data of every answer in the topic, byte for byte, by command."""
    found: dict[str, list[bytes]] = {}
    with Tail(installation.settings, shop.topics.results) as tail:
        for message in tail.read_all():
            answer = answer_of(message)
            found.setdefault(answer.data["command_id"], []).append(message.value() or b"")
    return found


def send_all_again(installation: Installation, shop: Shop) -> int:
    """Publish every record of the commands topic again as it was; return how many they are."""
    with Tail(installation.settings, shop.topics.commands) as tail:
        records = tail.read_all()
    for record in records:
        shop.publish_raw(
            record.value(),
            list(headers_of(record).items()),
            record.key(),
            partition=record.partition() or 0,
        )
    shop.flush()
    return len(records)


def replayed(
    installation: Installation, shop: Shop, before: Mapping[str, Sequence[bytes]]
) -> Mapping[str, Sequence[bytes]]:
    """Wait until every command is answered once more than before; return the answers."""

    def answered() -> Mapping[str, Sequence[bytes]] | None:
        answers = all_answers(installation, shop)
        more = all(len(answers[command]) > len(each) for command, each in before.items())
        return answers if more else None

    return wait_until(answered, "every command answered again", 60)


def is_forgotten(installation: Installation, shop: Shop) -> bool:
    """Delete old answers, as far as a later commit tells that they were published."""
    for tenant in TENANTS:
        shop.ask("ConfirmReservation", {"reservation_id": "R0"}, tenant)
    ask(installation, OLD_RESULTS)
    return ask(installation, OLD_RESULTS_LEFT) == 0


def test_a_replay_of_all_commands_changes_nothing_and_repeats_every_answer(
    busy: Installation, shop: Shop
) -> None:
    before, content = all_answers(busy, shop), ask(busy, CONTENT)

    assert send_all_again(busy, shop) == len(before)

    after = replayed(busy, shop, before)
    assert after.keys() == before.keys()
    assert all(set(after[command]) == set(before[command]) for command in before)
    assert ask(busy, CONTENT) == content
    verify(busy)


def test_commands_whose_answers_are_past_retention_are_refused_by_name(
    busy: Installation, shop: Shop
) -> None:
    content = ask(busy, CONTENT)
    before = all_answers(busy, shop)
    go_ahead(busy, timedelta(days=9))
    wait_until(lambda: is_forgotten(busy, shop), "all answers deleted")

    send_all_again(busy, shop)

    after = replayed(busy, shop, before)
    assert all(b"INVENTORY_COMMAND_TOO_OLD" in after[command][-1] for command in before)
    assert ask(busy, CONTENT) == content
    verify(busy)
