"""Two handlers: one killed, one frozen, one woken; foreign producers all the while."""

import asyncio
import time
from collections.abc import Mapping

import asyncpg

from stockledger.crash_points import VARIABLE
from tests.support.installation import Installation, ServiceProcess
from tests.support.shop import Shop, Tail, answer_of, command_headers, headers_of
from tests.support.trial import TENANTS, Trial
from tests.support.waiting import wait_until

TAKE_OVER_SECONDS = 15.0


def owners_ready(first: ServiceProcess, second: ServiceProcess) -> None:
    """Wait until both handlers own partitions."""

    def both() -> bool:
        return first.get("/readyz")[0] == second.get("/readyz")[0] == 200

    wait_until(both, "both handlers ready", 60)


def log_rows(installation: Installation) -> Mapping[str, int]:
    """Return what stands in the log: events, results, and the sum of offsets and positions."""

    async def ask() -> Mapping[str, int]:
        connection = await asyncpg.connect(installation.dsn)
        try:
            row = await connection.fetchrow(
                "select (select count(*) from ledger.events) as events, "
                "(select count(*) from ledger.results) as results, "
                "(select sum(next_offset + next_position) from ledger.log_partitions) as heads"
            )
            assert row is not None
            return dict(row)
        finally:
            await connection.close()

    return asyncio.run(ask())


def seconds_until_answered(trial: Trial) -> float:
    """Return how long a command to every tenant takes from now on."""
    began = time.monotonic()
    ids = [
        trial.shop.publish("ActivateWarehouse", {"warehouse_id": "NORTH"}, tenant)
        for tenant in TENANTS
    ]
    trial.shop.answers_to(ids)
    return time.monotonic() - began


def test_a_killed_handlers_partitions_are_taken_over_in_time(trial: Trial) -> None:
    first = trial.installation.handler().wait_ready()
    second = trial.installation.handler()
    owners_ready(first, second)
    trial.open_warehouses()
    trial.publish(100)
    trial.shop.flush()

    first.kill()

    assert seconds_until_answered(trial) < TAKE_OVER_SECONDS
    trial.check()


def test_a_frozen_handler_blocks_nobody_and_changes_nothing_when_it_wakes(trial: Trial) -> None:
    frozen = trial.installation.handler(**{VARIABLE: "handler-before-append:3:STOP"})
    frozen.wait_ready()
    second = trial.installation.handler()
    owners_ready(frozen, second)
    trial.open_warehouses()
    trial.publish_until(lambda: _is_stopped(frozen), "the handler frozen at its append")

    assert seconds_until_answered(trial) < TAKE_OVER_SECONDS

    trial.check()
    before = log_rows(trial.installation)
    frozen.thaw()
    frozen.wait_ready(60)
    assert log_rows(trial.installation) == before
    trial.publish(50)
    trial.check()


def _is_stopped(process: ServiceProcess) -> bool:
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:  # noqa: PTH123
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"


def test_commands_without_keys_keep_their_order_through_a_kill(
    installation: Installation,
) -> None:
    first = installation.handler().wait_ready()
    second = installation.handler()
    owners_ready(first, second)
    keyless = Shop(installation.settings, partitioner="consistent_random")
    ids: list[str] = []
    setup = keyless.publish("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    keyless.answers_to([setup])
    for number in range(1, 301):
        command_id = f"k-{number}"
        keyless.publish_raw(
            b'{"warehouse_id":"NORTH","sku":"LAMP","quantity":1,"unit_cost":1}',
            command_headers("ReceiveStock", command_id, "acme"),
            None,
            partition=number % installation.settings.partitions,
        )
        ids.append(command_id)
        if number == 150:
            keyless.flush()
            first.kill()

    answers = keyless.answers_to(ids)

    assert all(answer.is_accepted for answer in answers.values())
    order = [headers_of(e)["ce_causationid"].decode().rsplit("/", 1)[1] for e in keyless.events()]
    partitions = installation.settings.partitions
    for partition in range(partitions):
        sent = [i for n, i in enumerate(ids, 1) if n % partitions == partition]
        decided = list(dict.fromkeys(i for i in order if i in set(sent)))
        assert decided == sent
    keyless.close()


def test_an_aborted_transactions_commands_are_never_executed(installation: Installation) -> None:
    installation.handler().wait_ready()
    careful = Shop(installation.settings)
    careful.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    aborting = Shop(installation.settings, **{"transactional.id": "till-1"})
    lamps = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 5, "unit_cost": 1}
    aborting.begin()
    ghost = aborting.publish("ReceiveStock", lamps)
    aborting.abort()
    aborting.begin()
    real = aborting.publish("ReceiveStock", lamps)
    aborting.commit()

    answer = careful.answers_to([real])[real]

    assert answer.data["outcome"] == {"available": 5, "on_hand": 5}
    with Tail(installation.settings, careful.topics.results) as tail:
        assert ghost not in {answer_of(m).data["command_id"] for m in tail.read_all()}
    aborting.close()
    careful.close()
