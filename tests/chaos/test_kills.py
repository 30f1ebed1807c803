"""kill -9 at random instructions under load."""

import random

import pytest

from tests.support.installation import ServiceProcess
from tests.support.trial import Trial


def run_with_kills(trial: Trial, kills: int) -> None:
    """Publish all the while, and end handler, projector and scheduler wherever they are."""
    chance = random.Random(kills)
    start = {
        "handler": trial.installation.handler,
        "projector": trial.installation.projector,
        "scheduler": trial.installation.scheduler,
    }
    running: dict[str, ServiceProcess] = {name: begin() for name, begin in start.items()}
    trial.open_warehouses()
    for _ in range(kills):
        for process in running.values():
            process.wait_ready()
        trial.publish(chance.randint(20, 400))
        victim = chance.choice(["handler", "handler", "projector", "scheduler"])
        running[victim].kill()
        running[victim] = start[victim]()
    trial.publish(100)
    trial.check()


def test_five_kills_under_load_lose_and_double_nothing(trial: Trial) -> None:
    run_with_kills(trial, 5)


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_fifty_kills_under_load_lose_and_double_nothing(trial: Trial) -> None:
    run_with_kills(trial, 50)
