"""What Stockledger answers: accepted or refused, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from stockledger.messages.fields import StreamName, TenantId, Time
from stockledger.messages.message import message

DetailValue = str | int | float | bool | None


class ErrorCode(StrEnum):
    """Why a command was refused; stable for ever."""

    NOT_FOUND = "INVENTORY_NOT_FOUND"
    INSUFFICIENT_STOCK = "INVENTORY_INSUFFICIENT_STOCK"
    VALIDATION_ERROR = "INVENTORY_VALIDATION_ERROR"
    VERSION_CONFLICT = "INVENTORY_VERSION_CONFLICT"
    DUPLICATE_COMMAND = "INVENTORY_DUPLICATE_COMMAND"
    COMMAND_TOO_OLD = "INVENTORY_COMMAND_TOO_OLD"
    WAREHOUSE_INACTIVE = "INVENTORY_WAREHOUSE_INACTIVE"
    INTERNAL_ERROR = "INVENTORY_INTERNAL_ERROR"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refusal: a stable code, a sentence, and the figures (as on the wire) that explain it."""

    code: ErrorCode
    message: str
    details: Mapping[str, DetailValue] = field(default_factory=dict[str, DetailValue])


@message
class StreamVersion:
    """A stream that a command changed, and its version afterwards."""

    stream: StreamName
    version: int


@message
class CommandResult:
    """What every answer says. `position` is that of the command's last event, else the log's."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="ignore")
    schema_version: ClassVar[int] = 1

    command_id: str
    command_source: str
    command_type: str
    tenant_id: TenantId
    decided_at: Time
    partition: int
    position: int


@message
class CommandAccepted(CommandResult):
    """Decided and in effect; without events when it was in effect already."""

    streams: tuple[StreamVersion, ...]
    events: tuple[str, ...]
    outcome: dict[str, DetailValue]


@message
class CommandRejected(CommandResult):
    """Decided and without effect."""

    code: ErrorCode
    message: str
    details: dict[str, DetailValue]
