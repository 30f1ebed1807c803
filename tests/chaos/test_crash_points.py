"""kill -9 between any two durable steps: every command answered, no double effect."""

import signal

import pytest

from stockledger.crash_points import VARIABLE
from stockledger_command_handler.pipeline import CRASH_POINTS
from tests.support.trial import Trial

KILLED = -signal.SIGKILL
PROJECTOR_CRASH_POINTS = (
    "projector-before-levels",
    "projector-after-levels",
    "projector-after-commit",
)


@pytest.mark.parametrize("place", CRASH_POINTS)
def test_a_handler_killed_between_two_steps_loses_and_doubles_nothing(
    trial: Trial, place: str
) -> None:
    trial.open_warehouses()
    trial.publish(50)
    doomed = trial.installation.handler(
        **{VARIABLE: f"{place}:2", "INVENTORY_BATCH_RECORDS_MAX": "20"}
    )
    trial.publish_until(lambda: not doomed.is_running, "the handler killed")
    assert doomed.wait_ended() == KILLED

    trial.installation.handler().wait_ready()

    trial.check()


def test_a_command_refused_just_before_a_kill_is_answered(trial: Trial) -> None:
    doomed = trial.installation.handler(**{VARIABLE: "handler-after-append:1"})
    nothing_there = {"warehouse_id": "NOWHERE", "sku": "LAMP", "quantity": 1}
    command_id = trial.shop.publish("IssueStock", nothing_there)
    trial.shop.flush()
    assert doomed.wait_ended(60) == KILLED
    assert not trial.shop.read_answers()

    trial.installation.handler().wait_ready()

    assert trial.shop.answers_to([command_id])[command_id].code == "INVENTORY_NOT_FOUND"


@pytest.mark.long
@pytest.mark.parametrize("place", PROJECTOR_CRASH_POINTS)
def test_a_projector_killed_between_two_steps_leaves_views_as_the_fold_has_them(
    trial: Trial, place: str
) -> None:
    trial.installation.handler().wait_ready()
    trial.open_warehouses()
    trial.publish(100)
    doomed = trial.installation.projector(**{VARIABLE: f"{place}:2"})
    trial.publish_until(lambda: not doomed.is_running, "the projector killed")
    assert doomed.wait_ended() == KILLED

    trial.installation.projector().wait_ready()

    trial.check()
