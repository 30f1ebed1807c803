"""What every command and every event has in common."""

from dataclasses import dataclass
from typing import ClassVar, TypeVar, dataclass_transform

from pydantic import ConfigDict

from stockledger.messages.fields import Name, StreamName, Text, Time, Version

Message = TypeVar("Message")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def message(cls: type[Message]) -> type[Message]:
    """Make a slotted, keyword-only dataclass that type checkers hold frozen.

    Not frozen at run time: its `__init__` would take twice as long, and an event of five objects
    is made for nearly every command.
    """
    return dataclass(slots=True, kw_only=True)(cls)


@message
class Reference:
    """The document outside of Stockledger that a command belongs to."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    type: Name
    id: Name


@message
class Command:
    """Something to be decided. Closed on the wire: an unknown field is refused."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    schema_version: ClassVar[int] = 1

    effective_at: Time | None = None
    reason: Text | None = None
    reference: Reference | None = None


@message
class StreamCommand(Command):
    """A command about one aggregate; one about many lines takes no `expected_version`."""

    expected_version: Version | None = None

    @property
    def stream(self) -> StreamName:
        """The stream of the command's own aggregate, which `expected_version` speaks of."""
        raise NotImplementedError


@message
class Event:
    """Something decided. Open on the wire: readers ignore fields that they do not know."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="ignore")
    schema_version: ClassVar[int] = 1

    effective_at: Time | None = None
    reason: Text | None = None
    reference: Reference | None = None

    @property
    def stream(self) -> StreamName:
        """The stream that this event belongs to."""
        raise NotImplementedError
