"""Kafka and PostgreSQL restarted, killed and frozen under load; the services stay up."""

import time

import pytest

from stockledger.dev.stack import EmbeddedStack
from tests.support.installation import ServiceProcess
from tests.support.trial import Trial
from tests.support.waiting import wait_until


@pytest.mark.parametrize("server", ["postgres", "kafka"])
@pytest.mark.parametrize("way", [pytest.param("restart", marks=pytest.mark.long), "kill"])
def test_a_restarted_server_costs_nothing_but_time(
    fragile_stack: EmbeddedStack, fragile_trial: Trial, server: str, way: str
) -> None:
    trial = fragile_trial
    handler = trial.installation.handler().wait_ready()
    projector = trial.installation.projector().wait_ready()
    trial.open_warehouses()
    trial.publish(200)
    trial.shop.flush()
    harmed = getattr(fragile_stack, server)
    if way == "kill":
        harmed.kill()
        if server == "postgres":
            trial.publish(20)
            trial.shop.flush()
            wait_until(lambda: commands_waiting(handler) >= 20, "that they wait is shown")
        harmed.start()
    else:
        harmed.restart()
    trial.publish(200)

    trial.check()

    assert handler.is_running
    assert projector.is_running


def commands_waiting(handler: ServiceProcess) -> float:
    """Return how many commands a handler says that it has not dealt with."""
    lines = handler.get("/metrics")[1].splitlines()
    lags = [line for line in lines if line.startswith("inventory_consumer_lag_records{")]
    return sum(float(line.split()[-1]) for line in lags if "inventory.commands" in line)


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_postgres_restarted_again_and_again_under_load(
    fragile_stack: EmbeddedStack, fragile_trial: Trial
) -> None:
    trial = fragile_trial
    handler = trial.installation.handler().wait_ready()
    trial.installation.projector().wait_ready()
    trial.open_warehouses()
    for _ in range(20):
        trial.publish(500)
        fragile_stack.postgres.restart()
    trial.check(seconds=180)
    assert handler.is_running


def test_a_frozen_kafka_is_told_by_livez_and_work_resumes(
    fragile_stack: EmbeddedStack, fragile_trial: Trial
) -> None:
    trial = fragile_trial
    handler = trial.installation.handler().wait_ready()
    trial.open_warehouses()
    trial.publish(50)
    trial.shop.flush()
    began = time.monotonic()
    fragile_stack.kafka.freeze()
    try:
        wait_until(lambda: handler.get("/livez")[0] == 503, "livez tells", 30)
    finally:
        fragile_stack.kafka.thaw()
    assert time.monotonic() - began < 30

    trial.publish(50)
    trial.check()

    wait_until(lambda: handler.get("/livez")[0] == 200, "livez content again")
    assert handler.is_running
