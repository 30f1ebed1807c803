"""Settings of the projector."""

from typing import Final

from pydantic import Field

from stockledger.config import Settings

POOL_SIZE: Final = 2
"""Connections of the loop: one writes a batch, the other fills gaps of the next."""


class ProjectorSettings(Settings):
    """What only the projector needs to know."""

    query_connections_max: int = Field(default=4, ge=1, le=100)
    """Queries answered at the same time; more of them wait."""
