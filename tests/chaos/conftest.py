"""Fixtures of the tests that harm processes."""

from collections.abc import Generator
from pathlib import Path

import pytest

from stockledger.dev.stack import EmbeddedStack, start_embedded_stack
from tests.support.installation import PARTITIONS, Installation
from tests.support.trial import Trial


@pytest.fixture
def trial(installation: Installation) -> Generator[Trial]:
    """A trial on an installation whose servers nobody harms."""
    running = Trial(installation, seed=20_261_121)
    yield running
    running.close()


@pytest.fixture(scope="module")
def fragile_stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[EmbeddedStack]:
    """Kafka and PostgreSQL that may be restarted, killed and frozen."""
    folder = tmp_path_factory.mktemp("fragile-stack")
    running = start_embedded_stack(folder, environment={}, report=print)
    yield running
    running.stop()


@pytest.fixture
def fragile_trial(fragile_stack: EmbeddedStack, tmp_path: Path) -> Generator[Trial]:
    """A trial on servers that may be harmed."""
    installed = Installation(fragile_stack.addresses, tmp_path, PARTITIONS).create()
    running = Trial(installed, seed=20_261_121)
    yield running
    running.close()
    installed.close()
