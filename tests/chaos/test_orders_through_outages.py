"""Kafka killed and frozen while shops tell of orders: none is lost, none counts twice."""

from collections.abc import Generator
from pathlib import Path

import pytest

from stockledger.dev.stack import EmbeddedStack
from tests.support.installation import PARTITIONS, Installation
from tests.support.town import Town
from tests.support.trial import verify


@pytest.fixture
def fragile_installation(fragile_stack: EmbeddedStack, tmp_path: Path) -> Generator[Installation]:
    """An installation on servers that may be harmed."""
    installed = Installation(fragile_stack.addresses, tmp_path, PARTITIONS).create()
    yield installed
    installed.close()


@pytest.mark.long
@pytest.mark.timeout(240)
def test_orders_told_around_a_death_of_kafka_have_their_effect_once(
    fragile_stack: EmbeddedStack, fragile_installation: Installation
) -> None:
    handler = fragile_installation.handler().wait_ready()
    town = Town(fragile_installation)
    town.open()
    town.customers("ada")
    fragile_stack.kafka.kill()
    fragile_stack.kafka.start()
    town.customers("bob")

    assert town.refusals() == {}
    town.check_stock(runs=2)
    handler.wait_ready()
    assert handler.get("/livez")[0] == 200
    verify(fragile_installation)
    town.close()
