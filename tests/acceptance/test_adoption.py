"""Log and topics that contradict each other stop a handler, until an operator adopts them."""

import asyncio
import subprocess
import sys
from pathlib import Path

import asyncpg

from stockledger.topics import Topics, ensure_topics
from tests.support.installation import Installation
from tests.support.other_topics import remove_topic
from tests.support.shop import Shop, Tail, answer_of
from tests.support.trial import verify

LAMPS = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 10, "unit_cost": 3}
STOPPED_FOR_GOOD = 1
ONLY_SHOWN = 1


def adopt(installation: Installation, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `stockledger adopt` as an operator does."""
    return subprocess.run(
        [Path(sys.executable).with_name("stockledger"), "adopt", *options],
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def receive(installation: Installation, times: int) -> float:
    """Receive ten lamps that often with a handler that is stopped afterwards; return on hand."""
    handler = installation.handler().wait_ready()
    shop = Shop(installation.settings)
    shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    on_hand = [shop.ask("ReceiveStock", LAMPS).data["outcome"]["on_hand"] for _ in range(times)]
    shop.close()
    handler.terminate()
    return float(on_hand[-1])


def recreate_commands_topic(installation: Installation) -> None:
    """Lose the commands topic, and make an empty one."""
    remove_topic(installation.settings, Topics.of(installation.settings).commands)
    asyncio.run(ensure_topics(installation.settings))


async def lose_the_last_acknowledgement(installation: Installation) -> None:
    """Let the log look as if Kafka had died before it took the last answer."""
    connection = await asyncpg.connect(installation.dsn)
    await connection.execute(
        "update ledger.log_partitions set answered_offset = next_offset - 1 where next_offset > 0"
    )
    await connection.close()


def answers_of_receipts(installation: Installation) -> list[float]:
    """Return what each answer in the results topic says is on hand, repeats included."""
    with Tail(installation.settings, Topics.of(installation.settings).results) as tail:
        outcomes = [answer_of(message).data.get("outcome", {}) for message in tail.read_all()]
    return [float(outcome["on_hand"]) for outcome in outcomes if "on_hand" in outcome]


async def run_on_server(installation: Installation, *statements: str) -> None:
    """Run statements beside the installation's database, not in it."""
    connection = await asyncpg.connect(installation.admin_dsn)
    try:
        for statement in statements:
            await connection.execute(statement.format(name=installation.database))
    finally:
        await connection.close()


def test_a_recreated_commands_topic_is_refused_until_it_is_adopted(
    installation: Installation,
) -> None:
    assert receive(installation, times=3) == 30
    asyncio.run(lose_the_last_acknowledgement(installation))
    recreate_commands_topic(installation)
    assert installation.handler().wait_ended() == STOPPED_FOR_GOOD

    shown = adopt(installation)
    assert shown.returncode == ONLY_SHOWN, shown.stderr
    assert "the log awaits offset 4 of 0 to 0" in shown.stdout
    assert installation.handler().wait_ended() == STOPPED_FOR_GOOD
    adopted = adopt(installation, "--yes")
    assert adopted.returncode == 0, adopted.stderr

    assert receive(installation, times=1) == 40
    assert adopt(installation).stdout == "log and topics agree\n"
    assert answers_of_receipts(installation) == [10, 20, 30, 30, 40]
    verify(installation)


def test_a_restored_database_is_refused_until_adopted_and_then_decides_again(
    installation: Installation,
) -> None:
    receive(installation, times=2)
    backup = 'create database "{name}_backup" template "{name}"'
    asyncio.run(run_on_server(installation, backup))
    assert receive(installation, times=3) == 50
    restore = (
        'drop database "{name}" with (force)',
        'alter database "{name}_backup" rename to "{name}"',
    )
    asyncio.run(run_on_server(installation, *restore))
    assert installation.handler().wait_ended() == STOPPED_FOR_GOOD

    adopted = adopt(installation, "--yes")
    assert adopted.returncode == 0, adopted.stderr

    assert receive(installation, times=1) == 60
