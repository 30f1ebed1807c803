"""Fixtures that every test may ask for."""

import asyncio
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from stockledger.dev.stack import Stack, start_stack
from tests.support.databases import drop_originals
from tests.support.installation import PARTITIONS, Installation
from tests.support.shop import Shop

pytest_plugins = ["tests.support.file_times"]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Kafka and PostgreSQL, shared by all tests that do not harm them."""
    folder = tmp_path_factory.mktemp("stack")
    running = start_stack(folder, environment=os.environ, report=print)
    yield running
    asyncio.run(drop_originals(running.addresses.postgres))
    running.stop()


@pytest.fixture
def installation(stack: Stack, tmp_path: Path) -> Generator[Installation]:
    """An installation with topics and a database of its own, and no process yet."""
    installed = Installation(stack.addresses, tmp_path, PARTITIONS).create()
    yield installed
    installed.close()


@pytest.fixture
def shop(installation: Installation) -> Generator[Shop]:
    """A shop that talks to the installation."""
    talking = Shop(installation.settings)
    yield talking
    talking.close()
